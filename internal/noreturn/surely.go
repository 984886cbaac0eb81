package noreturn

import (
	"go/ast"
	"go/token"
	"slices"
	"strconv"
	"strings"
)

// A Package is what is known of a package when it is asked for the functions that
// surely never return.
type Package struct {
	Path string
	// Files are all files of the package, parsed without SkipObjectResolution.
	Files []*ast.File
	// Known are the names that Functions was given.
	Known map[string]bool
	// Ends reports whether the function of another package never returns. It is
	// asked only for packages whose name is the last element of their path, a
	// major version aside.
	Ends func(path, name string) bool
}

// Surely divides the functions among the given ones, which are what Functions finds
// of the package: names are the full names, as types.Func.FullName has them, of
// those that never return, and all says that the others surely do. The exact answer,
// the one of package lower, is the same.
//
// One never returns if the last word of a function without return and defer
// statements is a call of panic, of a function of another package that ends, of a
// function like that, or of such a method of its own receiver. One does that was
// only found because it calls a method by the name of such a function.
func Surely(p *Package, decls []*ast.FuncDecl) (names []string, all bool) {
	s := &sure{Package: p, funcs: make(map[string]*ast.FuncDecl), methods: make(map[[2]string]*ast.FuncDecl), types: make(map[string]*ast.TypeSpec),
		names: make(map[string]bool), imports: make(map[*ast.FuncDecl]map[string]string), never: make(map[*ast.FuncDecl]bool)}
	s.collect()
	doubtful := s.doubtful()
	all = true
	for _, fn := range decls {
		if s.neverReturns(fn) {
			names = append(names, s.fullName(fn))
		} else if doubtful[fn] {
			all = false
		}
	}
	slices.Sort(names)
	return slices.Compact(names), all
}

type sure struct {
	*Package
	funcs   map[string]*ast.FuncDecl            // by name
	methods map[[2]string]*ast.FuncDecl         // by type and name
	types   map[string]*ast.TypeSpec            // declared and no alias, not generic
	names   map[string]bool                     // of everything that the package declares
	imports map[*ast.FuncDecl]map[string]string // in the function's file: name to path
	never   map[*ast.FuncDecl]bool              // answers of neverReturns, false while one is looked for
}

func (s *sure) collect() {
	for _, f := range s.Files {
		imports := importsOf(f)
		for _, decl := range f.Decls {
			switch decl := decl.(type) {
			case *ast.FuncDecl:
				s.imports[decl] = imports
				if decl.Recv == nil {
					s.funcs[decl.Name.Name] = decl
					s.names[decl.Name.Name] = true
				} else if name, _ := receiver(decl); name != "" {
					s.methods[[2]string{name, decl.Name.Name}] = decl
				}
			case *ast.GenDecl:
				for _, spec := range decl.Specs {
					s.declared(spec)
				}
			}
		}
	}
}

func (s *sure) declared(spec ast.Spec) {
	switch spec := spec.(type) {
	case *ast.TypeSpec:
		s.names[spec.Name.Name] = true
		if !spec.Assign.IsValid() && spec.TypeParams == nil {
			s.types[spec.Name.Name] = spec
		}
	case *ast.ValueSpec:
		for _, name := range spec.Names {
			s.names[name.Name] = true
		}
	}
}

// doubtful returns the functions that may never return when methods are told apart.
func (s *sure) doubtful() map[*ast.FuncDecl]bool {
	found := make(map[*ast.FuncDecl]bool)
	p := newFinder(s.Known)
	p.method = func(sel *ast.SelectorExpr) bool {
		fn, ok := s.own(sel)
		return !ok || fn != nil && found[fn]
	}
	p.find(s.Files, found)
	return found
}

// importsOf returns the paths that a file imports, by the name that they have
// there, or have if packages are called like their folder.
func importsOf(f *ast.File) map[string]string {
	paths := make(map[string]string)
	for _, spec := range f.Imports {
		path, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			continue
		}
		name := lastElement(path)
		if spec.Name != nil {
			name = spec.Name.Name
		}
		paths[name] = path
	}
	return paths
}

// lastElement returns the last element of an import path that is no major version.
func lastElement(path string) string {
	elements := strings.Split(path, "/")
	last := elements[len(elements)-1]
	if n := len(elements); n > 1 && len(last) > 1 && last[0] == 'v' && strings.Trim(last[1:], "0123456789") == "" {
		last = elements[n-2]
	}
	return last
}

// receiver returns the name of the type of a method's receiver, if it is written as
// a name or as a pointer to one.
func receiver(fn *ast.FuncDecl) (name string, pointer bool) {
	if fn.Recv == nil || len(fn.Recv.List) != 1 {
		return "", false
	}
	t := fn.Recv.List[0].Type
	if star, ok := t.(*ast.StarExpr); ok {
		t, pointer = star.X, true
	}
	if id, ok := t.(*ast.Ident); ok {
		return id.Name, pointer
	}
	return "", false
}

func (s *sure) fullName(fn *ast.FuncDecl) string {
	if fn.Recv == nil {
		return s.Path + "." + fn.Name.Name
	}
	name, pointer := receiver(fn)
	if name = s.Path + "." + name; pointer {
		name = "*" + name
	}
	return "(" + name + ")." + fn.Name.Name
}

// neverReturns reports whether a function surely never returns.
func (s *sure) neverReturns(fn *ast.FuncDecl) bool {
	never, ok := s.never[fn]
	if !ok {
		s.never[fn] = false
		never = s.plain(fn) && straight(fn.Body) && slices.ContainsFunc(fn.Body.List, func(stmt ast.Stmt) bool {
			call, ok := stmt.(*ast.ExprStmt)
			return ok && s.ends(fn, call.X)
		})
		s.never[fn] = never
	}
	return never
}

// plain reports whether a function is declared in a way that is understood here.
func (s *sure) plain(fn *ast.FuncDecl) bool {
	if fn.Body == nil || fn.Type.TypeParams != nil {
		return false
	}
	if fn.Recv == nil {
		return true
	}
	name, _ := receiver(fn)
	return s.types[name] != nil
}

// straight reports whether all paths through a body come to each of its outermost
// statements, or to an end before it.
func straight(body *ast.BlockStmt) bool {
	ok := true
	ast.Inspect(body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			return false
		case *ast.ReturnStmt, *ast.DeferStmt, *ast.LabeledStmt:
			ok = false
		case *ast.ForStmt:
			ok = ok && n.Cond != nil
		case *ast.SelectStmt:
			ok = ok && len(n.Body.List) > 0
		case *ast.BranchStmt:
			ok = ok && n.Label == nil && n.Tok != token.GOTO
		}
		return ok
	})
	return ok
}

// ends reports whether an expression of fn is a call that surely never returns.
func (s *sure) ends(fn *ast.FuncDecl, e ast.Expr) bool {
	call, ok := e.(*ast.CallExpr)
	if !ok {
		return false
	}
	switch fun := call.Fun.(type) {
	case *ast.Ident:
		if fun.Obj != nil && fun.Obj.Kind != ast.Fun {
			return false // something local, or a conversion
		}
		if decl := s.funcs[fun.Name]; decl != nil {
			return s.neverReturns(decl)
		}
		return fun.Name == "panic" && !s.names["panic"]
	case *ast.SelectorExpr:
		x, ok := fun.X.(*ast.Ident)
		if !ok {
			return false
		}
		if x.Obj == nil {
			path, ok := s.imports[fn][x.Name]
			return ok && s.Ends(path, fun.Sel.Name)
		}
		if fn.Recv == nil || x.Obj.Decl != fn.Recv.List[0] {
			return false
		}
		name, _ := receiver(fn)
		method := s.methods[[2]string{name, fun.Sel.Name}]
		return method != nil && s.neverReturns(method)
	}
	return false
}
