package generate

import (
	"errors"
	"testing"

	"github.com/sessionlint/sessionlint/internal/oracle/execute"
)

// The same seed gives the same programs; all of them compile and can be executed.
func TestPrograms(t *testing.T) {
	g, again := New(7), New(7)
	wrong, runs, cut := 0, 0, 0
	const n = 150
	for i := range n {
		p, q := g.Program(i), again.Program(i)
		if p.Text != q.Text {
			t.Fatalf("program %d differs from itself", i)
		}
		src, err := Source("p", p.Text)
		if err != nil {
			t.Fatalf("program %d: %v\n%s", i, err, p.Text)
		}
		pkg, err := execute.Load("p.go", src)
		if err != nil {
			t.Fatalf("program %d: %v\n%s", i, err, src)
		}
		truth, err := pkg.Explore(p.Name, execute.Limits{Runs: 4000, Choices: 24})
		var u *execute.Unsupported
		if errors.As(err, &u) {
			t.Fatalf("program %d: %v\n%s", i, err, src)
		}
		runs += truth.Runs
		if truth.Truncated {
			cut++
		}
		if len(truth.Violations) > 0 {
			wrong++
		}
		if len(p.Change) == 0 && len(truth.Violations) > 0 {
			t.Errorf("program %d is wrong as it was made: %v\n%s", i, truth.Violations, src)
		}
	}
	t.Logf("%d of %d wrong, %d runs, %d cut, %d traps, %d pairs", wrong, n, runs, cut, len(Traps()), len(g.Pairs()))
}
