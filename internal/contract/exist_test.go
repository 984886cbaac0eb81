package contract

import (
	"go/types"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/go/packages"
)

// TestStandardLibraryNames: every behaviour of a standard library function or
// method is spelt as go/types prints an existing one.
func TestStandardLibraryNames(t *testing.T) {
	var paths []string
	behaviours := Default().Behaviours()
	for _, b := range behaviours {
		if path := packageOf(b.Name); standard(path) && !slices.Contains(paths, path) {
			paths = append(paths, path)
		}
	}
	pkgs, err := packages.Load(&packages.Config{Mode: packages.NeedName | packages.NeedTypes | packages.NeedImports}, paths...)
	if err != nil {
		t.Fatal(err)
	}
	known := map[string]*types.Signature{"(error).Error": nil}
	for _, pkg := range pkgs {
		if len(pkg.Errors) > 0 {
			t.Fatal(pkg.Errors[0])
		}
		addNames(known, pkg.Types)
	}
	for _, b := range behaviours {
		if !standard(packageOf(b.Name)) {
			continue
		}
		if sig, ok := known[b.Name]; !ok {
			t.Errorf("there is no %s", b.Name)
		} else if sig != nil {
			checkParams(t, b, sig)
		}
	}
}

// checkParams holds the parameters that b names against those there are.
func checkParams(t *testing.T, b *Behaviour, sig *types.Signature) {
	var params []*types.Var
	if recv := sig.Recv(); recv != nil {
		params = append(params, recv)
	}
	for v := range sig.Params().Variables() {
		params = append(params, v)
	}
	named := slices.Concat(b.Keeps, b.NilIfNil)
	for _, c := range b.Calls {
		named = append(named, c.Param, max(c.Object, 0), max(c.Of, 0))
		if c.Param < len(params) {
			if _, ok := params[c.Param].Type().Underlying().(*types.Signature); !ok && c.When != "collected" && !strings.HasSuffix(b.Name, ".F).Fuzz") {
				t.Errorf("%s calls parameter %d, a %s", b.Name, c.Param, params[c.Param].Type())
			}
		}
	}
	if b.NonNilIf > 0 {
		named = append(named, b.NonNilIf-1)
	}
	if b.Returns != nil {
		named = append(named, b.Returns.Param)
	}
	if len(named) > 0 && slices.Max(named) >= len(params) {
		t.Errorf("%s has %d parameters, its behaviour names %v", b.Name, len(params), named)
	}
}

func standard(path string) bool {
	first, _, _ := strings.Cut(path, "/")
	return !strings.Contains(first, ".")
}

// addNames adds a package's functions and methods, and the families they belong
// to, which have no signature.
func addNames(known map[string]*types.Signature, pkg *types.Package) {
	known[pkg.Path()+".*"] = nil
	add := func(fn *types.Func) {
		name := withoutTypeArgs(fn.FullName())
		known[name] = fn.Signature()
		if typ, _, ok := cutMethod(name); ok {
			known[typ+".*"] = nil
		}
	}
	for _, name := range pkg.Scope().Names() {
		switch obj := pkg.Scope().Lookup(name).(type) {
		case *types.Func:
			add(obj)
		case *types.TypeName:
			named, ok := obj.Type().(*types.Named)
			if !ok {
				continue
			}
			for m := range named.Methods() {
				add(m)
			}
			if iface, ok := named.Underlying().(*types.Interface); ok {
				for m := range iface.Methods() {
					add(m)
				}
			}
		}
	}
}
