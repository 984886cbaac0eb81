package noreturn

import "go/ast"

// A finder takes every method for the one of the package that has the same name.
// What follows tells them apart by the type of what they are called on, as far as
// that is written down.

// own returns the function of this package that a selector calls, or nil if it is
// surely none; ok is false if syntax does not tell.
func (s *sure) own(sel *ast.SelectorExpr) (fn *ast.FuncDecl, ok bool) {
	if s.isImport(sel.X) {
		return nil, true
	}
	t, ok := s.typeOf(sel.X)
	if !ok || t == nil {
		return nil, ok
	}
	if _, dynamic := t.Type.(*ast.InterfaceType); dynamic {
		return nil, true
	}
	fn = s.methods[[2]string{t.Name.Name, sel.Sel.Name}]
	return fn, fn != nil // it may be a method of an embedded field
}

// isImport reports whether an expression is the name of an imported package.
func (s *sure) isImport(e ast.Expr) bool {
	id, ok := e.(*ast.Ident)
	return ok && id.Obj == nil && !s.names[id.Name]
}

// typeOf returns the type of an expression, or the type that it points to, if it is
// one that this package declares, and nil if it is surely another one.
func (s *sure) typeOf(e ast.Expr) (t *ast.TypeSpec, ok bool) {
	switch e := e.(type) {
	case *ast.Ident: // a parameter, a result or the receiver
		if e.Obj != nil {
			if field, ok := e.Obj.Decl.(*ast.Field); ok {
				return s.named(field.Type)
			}
		}
	case *ast.SelectorExpr: // a field
		if t, ok := s.typeOf(e.X); ok && t != nil {
			return s.fieldOf(t, e.Sel.Name)
		}
	case *ast.CallExpr: // of a function of another package, which cannot know types of this one
		if sel, ok := e.Fun.(*ast.SelectorExpr); ok && s.isImport(sel.X) {
			for _, arg := range e.Args {
				if _, ok := arg.(*ast.BasicLit); !ok {
					return nil, false // it may be generic
				}
			}
			return nil, true
		}
	}
	return nil, false
}

func (s *sure) fieldOf(t *ast.TypeSpec, name string) (*ast.TypeSpec, bool) {
	structure, ok := t.Type.(*ast.StructType)
	if !ok {
		return nil, false
	}
	for _, field := range structure.Fields.List {
		for _, id := range field.Names {
			if id.Name == name {
				return s.named(field.Type)
			}
		}
	}
	return nil, false
}

// named returns the type that a type expression names, or that the one it names
// points to, if it is one that this package declares, and nil if it is surely
// another one.
func (s *sure) named(e ast.Expr) (t *ast.TypeSpec, ok bool) {
	if star, ok := e.(*ast.StarExpr); ok {
		e = star.X
	}
	switch e := e.(type) {
	case *ast.InterfaceType:
		return nil, true
	case *ast.SelectorExpr:
		return nil, s.isImport(e.X)
	case *ast.Ident:
		spec := s.types[e.Name]
		if e.Obj != nil && e.Obj.Decl != spec || spec == nil && s.names[e.Name] {
			return nil, false // something local, or an alias, or generic
		}
		return spec, true
	}
	return nil, false
}
