package rewrite

import (
	"cmp"
	"fmt"
	"go/ast"
	"go/format"
	"go/token"
	"go/types"
	"slices"
	"strings"
)

// A File is a type-checked file and its text.
type File struct {
	Fset   *token.FileSet
	Syntax *ast.File
	Info   *types.Info
	Source []byte
}

// A Rewrite is one other way to say something.
type Rewrite struct {
	Name string
	// Helper is a declaration that it needs, on one line, or "".
	Helper string
	apply  func(w *writer, n ast.Node)
}

// writer collects the insertions and replacements of one rewrite.
type writer struct {
	f     *File
	edits []edit
}

type edit struct {
	from, to int
	text     string
	order    int
}

func (w *writer) offset(p token.Pos) int { return w.f.Fset.File(w.f.Syntax.FileStart).Offset(p) }

func (w *writer) insert(at token.Pos, text string) { w.replace(at, at, text) }

func (w *writer) replace(from, to token.Pos, text string) {
	w.edits = append(w.edits, edit{w.offset(from), w.offset(to), text, len(w.edits)})
}

// around puts text before and after a node.
func (w *writer) around(n ast.Node, before, after string) {
	w.insert(n.Pos(), before)
	w.insert(n.End(), after)
}

// All are the rewrites. Names of the helpers are unlikely in a program.
var All = []Rewrite{
	{Name: "negate conditions", apply: negate},
	{Name: "swap arms", apply: swapArms},
	{Name: "compare conditions", apply: compareTrue},
	{Name: "block for statement", apply: block},
	{Name: "closure for statement", apply: closureFor},
	{Name: "alias variable", apply: alias},
	{Name: "generic wrapper", Helper: "func rewriteSame[T any](v T) T { return v }", apply: wrap("rewriteSame(", ")")},
	{Name: "through a struct", Helper: "type rewriteBox[T any] struct{ v T }; func rewriteIn[T any](v T) rewriteBox[T] { return rewriteBox[T]{v} }", apply: wrap("rewriteIn(", ").v")},
	{Name: "called in place", apply: inPlace},
	{Name: "deferred literal", apply: deferred},
	{Name: "method value", apply: methodValue},
	{Name: "endless loop", apply: endless},
}

// Apply returns the text of a file after a rewrite, and at how many places it was
// applied. Lines stay what they are.
func Apply(r Rewrite, f *File) (text []byte, places int, err error) {
	w := &writer{f: f}
	for _, d := range f.Syntax.Decls {
		fn, ok := d.(*ast.FuncDecl)
		if !ok || fn.Body == nil {
			continue
		}
		ast.Inspect(fn.Body, func(n ast.Node) bool {
			if n != nil {
				before := len(w.edits)
				r.apply(w, n)
				if len(w.edits) > before {
					places++
				}
			}
			return true
		})
	}
	out := w.text()
	if r.Helper != "" && places > 0 {
		out += "\n" + r.Helper + "\n"
	}
	if _, err := format.Source([]byte(out)); err != nil {
		return nil, 0, fmt.Errorf("%s: %w\n%s", r.Name, err, out)
	}
	return []byte(out), places, nil
}

// text returns the source with all edits.
func (w *writer) text() string {
	slices.SortStableFunc(w.edits, func(a, b edit) int { return cmp.Or(cmp.Compare(a.from, b.from), cmp.Compare(a.order, b.order)) })
	var b strings.Builder
	at := 0
	for _, e := range w.edits {
		b.Write(w.f.Source[at:e.from])
		b.WriteString(e.text)
		at = e.to
	}
	b.Write(w.f.Source[at:])
	return b.String()
}

// negate writes !(!(c)) for c.
func negate(w *writer, n ast.Node) {
	if s, ok := n.(*ast.IfStmt); ok {
		w.around(s.Cond, "!(!(", "))")
	}
}

// swapArms writes if !c {} else {A} for if c {A}.
func swapArms(w *writer, n ast.Node) {
	if s, ok := n.(*ast.IfStmt); ok && s.Else == nil {
		w.around(s.Cond, "!(", ")")
		w.insert(s.Body.Lbrace, "{ } else ")
	}
}

// compareTrue writes (c) == true for c.
func compareTrue(w *writer, n ast.Node) {
	if s, ok := n.(*ast.IfStmt); ok {
		w.around(s.Cond, "(", ") == true")
	}
}

// block writes { f() } for f().
func block(w *writer, n ast.Node) {
	if s, ok := n.(*ast.ExprStmt); ok {
		if _, ok := s.X.(*ast.CallExpr); ok { // not the receive of a select
			w.around(s, "{ ", " }")
		}
	}
}

// closureFor writes func() { f() }() for f().
func closureFor(w *writer, n ast.Node) {
	s, ok := n.(*ast.ExprStmt)
	if !ok {
		return
	}
	if call, ok := s.X.(*ast.CallExpr); ok && !ends(w, call) {
		w.around(s, "func() { ", " }()")
	}
}

// ends reports whether a call is one after which nothing comes, which a terminating
// statement has to be, or one that asks where it is called.
func ends(w *writer, call *ast.CallExpr) bool {
	switch f := ast.Unparen(call.Fun).(type) {
	case *ast.Ident:
		_, builtin := w.f.Info.Uses[f].(*types.Builtin)
		return builtin
	case *ast.SelectorExpr:
		fn, ok := w.f.Info.Uses[f.Sel].(*types.Func)
		return ok && fn.Pkg() != nil && (fn.Pkg().Path() == "os" || fn.Pkg().Path() == "log" || fn.Pkg().Path() == "runtime")
	}
	return false
}

// call returns the only value of a definition x := f(), if that is what n is.
func definition(w *writer, n ast.Node) (name *ast.Ident, call *ast.CallExpr) {
	s, ok := n.(*ast.AssignStmt)
	if !ok || s.Tok != token.DEFINE || len(s.Lhs) != 1 || len(s.Rhs) != 1 {
		return nil, nil
	}
	name, _ = s.Lhs[0].(*ast.Ident)
	call, _ = s.Rhs[0].(*ast.CallExpr)
	if name == nil || name.Name == "_" || call == nil || !w.f.Info.Types[call].IsValue() {
		return nil, nil
	}
	if b, ok := w.f.Info.Types[call.Fun]; ok && (b.IsType() || b.IsBuiltin()) {
		return nil, nil
	}
	return name, call
}

// alias writes xOther := f(); x := xOther for x := f(), where a statement may stand.
func alias(w *writer, n ast.Node) {
	var list []ast.Stmt
	switch b := n.(type) {
	case *ast.BlockStmt:
		list = b.List
	case *ast.CaseClause:
		list = b.Body
	}
	for _, s := range list {
		if name, call := definition(w, s); name != nil {
			w.insert(s.Pos(), name.Name+"Other := ")
			w.replace(s.Pos(), call.Pos(), "")
			w.insert(s.End(), fmt.Sprintf("; %s := %sOther", name.Name, name.Name))
		}
	}
}

// wrap puts the call of a definition between two texts.
func wrap(before, after string) func(w *writer, n ast.Node) {
	return func(w *writer, n ast.Node) {
		if name, call := definition(w, n); name != nil {
			w.around(call, before, after)
		}
	}
}

// inPlace writes x := func() T { return f() }() for x := f().
func inPlace(w *writer, n ast.Node) {
	name, call := definition(w, n)
	if name == nil {
		return
	}
	bad := false
	t := types.TypeString(w.f.Info.Types[call].Type, func(p *types.Package) string {
		if p == w.f.Info.Defs[name].Pkg() {
			return ""
		}
		return p.Name()
	})
	for _, text := range []string{"struct{", "untyped", "func("} {
		bad = bad || strings.Contains(t, text)
	}
	if !bad {
		w.around(call, "func() "+t+" { return ", " }()")
	}
}

// deferred writes defer func() { x.f() }() for defer x.f() where x is never
// assigned again and there are no arguments.
func deferred(w *writer, n ast.Node) {
	s, ok := n.(*ast.DeferStmt)
	if !ok || len(s.Call.Args) > 0 {
		return
	}
	sel, ok := s.Call.Fun.(*ast.SelectorExpr)
	if !ok || w.f.Info.Selections[sel] == nil {
		return
	}
	id, ok := sel.X.(*ast.Ident)
	if !ok {
		return
	}
	v, ok := w.f.Info.Uses[id].(*types.Var)
	if !ok || w.assigned(v) {
		return
	}
	w.around(s.Call, "func() { ", " }()")
}

// assigned reports whether a variable gets a second value, or has its address
// taken.
func (w *writer) assigned(v *types.Var) bool {
	found := false
	is := func(e ast.Expr) bool {
		id, ok := ast.Unparen(e).(*ast.Ident)
		return ok && w.f.Info.Uses[id] == v
	}
	ast.Inspect(w.f.Syntax, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.AssignStmt:
			found = found || slices.ContainsFunc(n.Lhs, is)
		case *ast.UnaryExpr:
			found = found || n.Op == token.AND && is(n.X)
		case *ast.RangeStmt:
			found = found || n.Key != nil && is(n.Key) || n.Value != nil && is(n.Value)
		case *ast.IncDecStmt:
			found = found || is(n.X)
		}
		return true
	})
	return found || v.Pkg() != nil && v.Parent() == v.Pkg().Scope()
}

// methodValue writes (x.f)(y) with the method bound first, for statements x.f(y):
// func() { f := x.f; f(y) }() is what it is written as, x and y being names.
func methodValue(w *writer, n ast.Node) {
	s, ok := n.(*ast.ExprStmt)
	if !ok {
		return
	}
	call, ok := s.X.(*ast.CallExpr)
	if !ok {
		return
	}
	sel, ok := call.Fun.(*ast.SelectorExpr)
	if !ok {
		return
	}
	selection := w.f.Info.Selections[sel]
	if _, name := sel.X.(*ast.Ident); !name || selection == nil || selection.Kind() != types.MethodVal {
		return
	}
	w.insert(s.Pos(), "{ rewriteCall := ")
	w.insert(sel.End(), "; rewriteCall")
	w.insert(s.End(), " }")
}

// endless writes for { f(); break } for f().
func endless(w *writer, n ast.Node) {
	s, ok := n.(*ast.ExprStmt)
	if !ok {
		return
	}
	if call, ok := s.X.(*ast.CallExpr); ok && !ends(w, call) {
		w.around(s, "for { ", "; break }")
	}
}
