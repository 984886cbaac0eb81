package lower

import (
	"go/ast"
	"go/types"
)

// Handles returns a function that names the handle that a value of a type is a
// reference to, or "", as reference programs of the package name it.
func Handles(in Input) func(types.Type) string {
	p := &pkg{in: in, handles: make(map[*types.TypeName]string), typeSpecs: make(map[*types.TypeName]ast.Expr)}
	for _, file := range in.Files {
		for _, decl := range file.Decls {
			gen, ok := decl.(*ast.GenDecl)
			if !ok {
				continue
			}
			for _, spec := range gen.Specs {
				if s, ok := spec.(*ast.TypeSpec); ok {
					if tn, ok := in.TypesInfo.Defs[s.Name].(*types.TypeName); ok {
						p.typeSpecs[tn] = s.Type
					}
				}
			}
		}
	}
	return p.handleOf
}
