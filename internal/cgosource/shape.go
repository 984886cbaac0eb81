package cgosource

import (
	"go/ast"
	"go/token"
	"reflect"
	"strings"
)

// shape returns the tokens of a syntax tree that carry meaning, in order:
// kinds of nodes, names, literals, operators. It is the same for a piece of Go
// as written and as cmd/cgo rewrote it: C.name and what became of it are one
// token, the closure around a call with pointer arguments is the call, and
// parentheses do not count.
func shape(n ast.Node) []string {
	s := &shaper{cells: make(map[string]ast.Expr)}
	s.node(n)
	return s.tokens
}

type shaper struct {
	tokens []string
	cells  map[string]ast.Expr // what cmd/cgo's variables (_cgo0, _cgoBase1) stand for
}

func (s *shaper) emit(tokens ...string) { s.tokens = append(s.tokens, tokens...) }

// node appends the shape of n.
func (s *shaper) node(n ast.Node) {
	if n == nil || reflect.ValueOf(n).IsNil() {
		s.emit("-")
		return
	}
	ast.Inspect(n, func(c ast.Node) bool {
		switch c := c.(type) {
		case nil, *ast.Comment, *ast.CommentGroup:
			return false
		case ast.Expr:
			return s.expr(c)
		default:
			s.emit(reflect.TypeOf(c).Elem().Name())
			s.emit(operator(c)...)
			return true
		}
	})
}

// expr appends what c itself says and reports whether its children follow.
func (s *shaper) expr(c ast.Expr) bool {
	switch c := c.(type) {
	case *ast.ParenExpr:
		return true
	case *ast.SelectorExpr:
		if id, ok := c.X.(*ast.Ident); ok && id.Name == "C" {
			s.emit("C." + c.Sel.Name)
			return false
		}
	case *ast.Ident:
		if stands, ok := s.cells[c.Name]; ok {
			s.node(stands)
			return false
		}
		s.emit(plainName(c.Name))
		return false
	case *ast.StarExpr:
		return s.star(c)
	case *ast.CallExpr:
		if s.wrapped(c) || s.macro(c) {
			return false
		}
	}
	s.emit(reflect.TypeOf(c).Elem().Name())
	s.emit(operator(c)...)
	return true
}

// star drops the star that cmd/cgo puts before a C variable, and the one before
// the variable that stands for an indexed array.
func (s *shaper) star(c *ast.StarExpr) bool {
	id, ok := ast.Unparen(c.X).(*ast.Ident)
	if !ok {
		s.emit("StarExpr")
		return true
	}
	if strings.HasPrefix(id.Name, "_Cvar_") {
		s.emit(plainName(id.Name))
		return false
	}
	if stands, ok := s.cells[id.Name].(*ast.UnaryExpr); ok && strings.HasPrefix(id.Name, "_cgoIndex") && stands.Op == token.AND {
		s.node(stands.X)
		return false
	}
	s.emit("StarExpr")
	return true
}

// macro appends C.NAME for the call that cmd/cgo makes of a macro's value or of
// a function whose address is taken.
func (s *shaper) macro(call *ast.CallExpr) bool {
	id, ok := ast.Unparen(call.Fun).(*ast.Ident)
	switch {
	case ok && strings.HasPrefix(id.Name, "_Cmacro_"):
		s.emit(plainName(id.Name))
	case ok && id.Name == "_Cgo_ptr" && len(call.Args) == 1:
		s.node(call.Args[0])
	default:
		return false
	}
	return true
}

// wrapped appends the call inside the closure that cmd/cgo wraps around a call
// with pointer arguments, if call is such a closure being called.
func (s *shaper) wrapped(call *ast.CallExpr) bool {
	inner, cells := unwrap(call)
	if inner == nil {
		return false
	}
	for name, value := range cells {
		s.cells[name] = value
	}
	s.node(inner)
	for name := range cells {
		delete(s.cells, name)
	}
	return true
}

// unwrap returns the C call inside cmd/cgo's closure and what the closure's
// variables stand for, or nil. A deferred call has two closures.
func unwrap(call *ast.CallExpr) (inner *ast.CallExpr, cells map[string]ast.Expr) {
	fun := call.Fun
	if again, ok := fun.(*ast.CallExpr); ok { // defer func() func() { ... }()()
		fun = again.Fun
	}
	lit, ok := fun.(*ast.FuncLit)
	if !ok || len(call.Args) > 0 {
		return nil, nil
	}
	cells = make(map[string]ast.Expr)
	for stmts := lit.Body.List; len(stmts) > 0; stmts = stmts[1:] {
		switch stmt := stmts[0].(type) {
		case *ast.AssignStmt:
			id, ok := stmt.Lhs[0].(*ast.Ident)
			if !ok || len(stmt.Lhs) != 1 || !strings.HasPrefix(id.Name, "_cgo") {
				return nil, nil
			}
			cells[id.Name] = stmt.Rhs[0]
		case *ast.DeclStmt:
			if !declaredCell(stmt, cells) {
				return nil, nil
			}
		case *ast.ExprStmt:
			inner = cCall(stmt.X)
		case *ast.ReturnStmt:
			if len(stmt.Results) != 1 {
				return nil, nil
			}
			if body, ok := stmt.Results[0].(*ast.FuncLit); ok {
				stmts = append(stmts[:1:1], body.Body.List...)
				continue
			}
			inner = cCall(stmt.Results[0])
		default:
			return nil, nil
		}
	}
	if inner == nil || len(cells) == 0 {
		return nil, nil
	}
	return inner, cells
}

// declaredCell reads `var _cgo1 T = x`.
func declaredCell(stmt *ast.DeclStmt, cells map[string]ast.Expr) bool {
	decl, ok := stmt.Decl.(*ast.GenDecl)
	if !ok || len(decl.Specs) != 1 {
		return false
	}
	spec, ok := decl.Specs[0].(*ast.ValueSpec)
	if !ok || len(spec.Names) != 1 || len(spec.Values) != 1 || !strings.HasPrefix(spec.Names[0].Name, "_cgo") {
		return false
	}
	cells[spec.Names[0].Name] = spec.Values[0]
	return true
}

// cCall returns e if it is the call of a C function, and not of cmd/cgo's check.
func cCall(e ast.Expr) *ast.CallExpr {
	call, ok := e.(*ast.CallExpr)
	if !ok {
		return nil
	}
	id, ok := ast.Unparen(call.Fun).(*ast.Ident)
	if !ok || !strings.HasPrefix(id.Name, "_Cfunc_") && !strings.HasPrefix(id.Name, "_C2func_") {
		return nil
	}
	return call
}

// cgoPrefixes begin the names that cmd/cgo makes of C.name.
var cgoPrefixes = []string{"_Cfunc_", "_C2func_", "_Ctype_", "_Cvar_", "_Cmacro_", "_Ciconst_", "_Cfconst_", "_Csconst_", "_Cfpvar_fp_"}

// plainName turns a name that cmd/cgo made back into C.name.
func plainName(name string) string {
	for _, prefix := range cgoPrefixes {
		if c, ok := strings.CutPrefix(name, prefix); ok {
			if c == "_CMalloc" {
				c = "malloc"
			}
			return "C." + c
		}
	}
	return name
}

// operator returns what a node says besides its children.
func operator(n ast.Node) []string {
	switch n := n.(type) {
	case *ast.BasicLit:
		return []string{n.Value}
	case *ast.BinaryExpr:
		return []string{n.Op.String()}
	case *ast.UnaryExpr:
		return []string{n.Op.String()}
	case *ast.AssignStmt:
		return []string{n.Tok.String()}
	case *ast.IncDecStmt:
		return []string{n.Tok.String()}
	case *ast.BranchStmt:
		return []string{n.Tok.String()}
	case *ast.RangeStmt:
		return []string{n.Tok.String()}
	case *ast.GenDecl:
		return []string{n.Tok.String()}
	case *ast.ChanType:
		return []string{[]string{"", "send", "receive", "both"}[n.Dir]}
	case *ast.CallExpr:
		if n.Ellipsis.IsValid() {
			return []string{"..."}
		}
	case *ast.TypeSpec:
		if n.Assign.IsValid() {
			return []string{"="}
		}
	case *ast.SliceExpr:
		if n.Slice3 {
			return []string{"3"}
		}
	}
	return nil
}
