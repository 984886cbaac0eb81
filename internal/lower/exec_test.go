package lower

import (
	"fmt"
	"slices"
	"sort"
	"testing"

	"golang.org/x/tools/go/packages"

	"github.com/sessionlint/sessionlint/internal/contract"
	"github.com/sessionlint/sessionlint/internal/lower/testdata/src/exec"
	"github.com/sessionlint/sessionlint/internal/refprog"
)

// hooks makes Hit and Get of package exec contracted functions.
type hooks struct{ *contract.Table }

func (h hooks) Go(name string) (*contract.Function, bool) {
	const path = "github.com/sessionlint/sessionlint/internal/lower/testdata/src/exec."
	if name == path+"Hit" || name == path+"Get" {
		return &contract.Function{Name: name, Go: true}, true
	}
	return h.Table.Go(name)
}

// TestExecuted runs every function of package exec as Go code and as a reference
// program: the traces must agree.
func TestExecuted(t *testing.T) {
	pkgs, err := packages.Load(&packages.Config{Mode: packages.LoadSyntax}, "./testdata/src/exec")
	if err != nil || len(pkgs) != 1 {
		t.Fatal(pkgs, err)
	}
	in := input(t, pkgs[0])
	in.Table = hooks{contract.Default()}
	prog := lowered(t, in)
	names := make([]string, 0, len(exec.Programs))
	for name := range exec.Programs {
		names = append(names, name)
	}
	sort.Strings(names)
	for _, name := range names {
		t.Run(name, func(t *testing.T) {
			for n := range 6 {
				exec.Trace = nil
				exec.Programs[name](n)
				got, err := interpret(prog, prog.Package+"."+name, n)
				if err != nil {
					t.Fatalf("with %d: %v\n%s", n, err, prog.Func(prog.Package+"."+name))
				}
				if !slices.Equal(got, exec.Trace) {
					t.Fatalf("with %d: the program hits %v, Go hits %v\n%s", n, got, exec.Trace, prog.Func(prog.Package+"."+name))
				}
			}
		})
	}
}

// interpret runs one function and returns its trace, followed by its results;
// what cannot be run is an error.
func interpret(prog *refprog.Program, key string, n int) (trace []int, err error) {
	in := &interp{prog: prog, globals: make(map[string]*memory)}
	in.globals[prog.Package+".global"] = &memory{value: int64(3)}
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("%v, after %v", r, in.trace)
		}
	}()
	for _, result := range in.call(key, []any{int64(n)}, nil) {
		in.trace = append(in.trace, int(number(result)))
	}
	return in.trace, nil
}
