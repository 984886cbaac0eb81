package lower

import "testing"

// BenchmarkPackage lowers the fixture that binds the C library, from its SSA form
// on.
func BenchmarkPackage(b *testing.B) {
	in := input(b, load(b, "bindings"))
	b.ReportAllocs()
	for b.Loop() {
		prog, problems := Package(in)
		if len(prog.Funcs) == 0 || len(problems) > 0 {
			b.Fatalf("%d functions, problems %v", len(prog.Funcs), problems)
		}
	}
}

// BenchmarkBuild makes the SSA form.
func BenchmarkBuild(b *testing.B) {
	pkg := load(b, "bindings")
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Build(pkg.Fset, pkg.Syntax, pkg.Types, pkg.TypesInfo); err != nil {
			b.Fatal(err)
		}
	}
}
