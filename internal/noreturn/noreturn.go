package noreturn

import "go/ast"

// Functions returns the functions and methods declared in the files that may
// never return, in their order. known are the names, without package and
// receiver, of functions that never return.
func Functions(files []*ast.File, known map[string]bool) []*ast.FuncDecl {
	p := &finder{known: known, own: make(map[string]bool)}
	var decls []*ast.FuncDecl
	for _, f := range files {
		for _, decl := range f.Decls {
			if fn, ok := decl.(*ast.FuncDecl); ok && fn.Body != nil {
				decls = append(decls, fn)
			}
		}
	}
	never := make(map[*ast.FuncDecl]bool)
	for size := -1; size < len(p.own); {
		size = len(p.own)
		for _, fn := range decls {
			if !never[fn] && !p.returns(fn.Body) {
				never[fn] = true
				p.own[fn.Name.Name] = true
			}
		}
	}
	var found []*ast.FuncDecl
	for _, fn := range decls {
		if never[fn] {
			found = append(found, fn)
		}
	}
	return found
}

// Mentions reports whether one of the names stands in a text.
func Mentions(src []byte, names map[string]bool) bool {
	for i := 0; i < len(src); {
		if !letter(src[i]) {
			i++
			continue
		}
		from := i
		for i < len(src) && (letter(src[i]) || '0' <= src[i] && src[i] <= '9') {
			i++
		}
		if names[string(src[from:i])] {
			return true
		}
	}
	return false
}

// letter takes all of UTF-8 beyond ASCII for letters: names are split at nothing
// that can be in a name.
func letter(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || c == '_' || c >= 0x80
}

// finder knows names: those of functions elsewhere, and those found so far of
// functions, and of variables that hold one, in the package.
type finder struct {
	known, own map[string]bool
}

func (p *finder) never(e ast.Expr) bool {
	switch e := e.(type) {
	case *ast.Ident:
		return p.known[e.Name] || p.own[e.Name]
	case *ast.SelectorExpr:
		return p.never(e.Sel)
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
