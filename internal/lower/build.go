package lower

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ssa"
)

// Build makes the SSA form of one type-checked package. Packages it imports are
// created from their types, without bodies. A panic of the SSA builder becomes
// an error.
func Build(fset *token.FileSet, files []*ast.File, pkg *types.Package, info *types.Info) (built *ssa.Package, err error) {
	defer func() {
		if r := recover(); r != nil {
			built, err = nil, fmt.Errorf("building SSA of %s: %v", pkg.Path(), r)
		}
	}()
	prog := ssa.NewProgram(fset, ssa.InstantiateGenerics|ssa.GlobalDebug)
	created := map[*types.Package]bool{pkg: true}
	var create func(imports []*types.Package)
	create = func(imports []*types.Package) {
		for _, imp := range imports {
			if !created[imp] {
				created[imp] = true
				prog.CreatePackage(imp, nil, nil, true)
				create(imp.Imports())
			}
		}
	}
	create(pkg.Imports())
	built = prog.CreatePackage(pkg, files, info, false)
	built.Build()
	return built, nil
}
