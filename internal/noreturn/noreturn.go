package noreturn

import (
	"go/ast"
	"slices"
)

// Functions returns the functions and methods declared in the files that may
// never return, in their order. known are the names, without package and
// receiver, of functions that never return.
func Functions(files []*ast.File, known map[string]bool) []*ast.FuncDecl {
	return newFinder(known).find(files, make(map[*ast.FuncDecl]bool))
}

// finder knows names: those of functions elsewhere, and those found so far of
// functions, and of variables that hold one, in the package.
type finder struct {
	known, own map[string]bool
	// method reports whether what a selector calls, which has the name of a function
	// found in the package, may be that function. Nil: always.
	method func(*ast.SelectorExpr) bool
}

func newFinder(known map[string]bool) *finder {
	return &finder{known: known, own: make(map[string]bool)}
}

// find returns the functions that may never return, in their order, and notes each in
// found once it is found.
func (p *finder) find(files []*ast.File, found map[*ast.FuncDecl]bool) []*ast.FuncDecl {
	var decls []*ast.FuncDecl
	for _, f := range files {
		for _, decl := range f.Decls {
			if fn, ok := decl.(*ast.FuncDecl); ok && fn.Body != nil {
				decls = append(decls, fn)
			}
		}
	}
	for before := -1; before < len(found)+len(p.own); {
		before = len(found) + len(p.own)
		for _, fn := range decls {
			if !found[fn] && !p.returns(fn.Body) {
				found[fn] = true
				p.own[fn.Name.Name] = true
			}
		}
	}
	return slices.DeleteFunc(decls, func(fn *ast.FuncDecl) bool { return !found[fn] })
}

func (p *finder) never(e ast.Expr) bool {
	switch e := e.(type) {
	case *ast.Ident:
		return p.known[e.Name] || p.own[e.Name]
	case *ast.SelectorExpr:
		name := e.Sel.Name
		return p.known[name] || p.own[name] && (p.method == nil || p.method(e))
	case *ast.ParenExpr:
		return p.never(e.X)
	case *ast.IndexExpr:
		return p.never(e.X)
	case *ast.IndexListExpr:
		return p.never(e.X)
	case *ast.FuncLit:
		return !p.returns(e.Body)
	}
	return false
}

// returns reports whether a function with this body can return.
func (p *finder) returns(body *ast.BlockStmt) bool {
	f := &flow{finder: p}
	return f.list(body.List) || f.left
}

// assigned notes a variable that holds a function which may never return.
func (p *finder) assigned(to, from ast.Expr) {
	if id, ok := to.(*ast.Ident); ok && p.never(from) {
		p.own[id.Name] = true
	}
}
