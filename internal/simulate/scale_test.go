package simulate_test

import (
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/sessionlint/sessionlint/internal/contract"
	"github.com/sessionlint/sessionlint/internal/refprog"
	"github.com/sessionlint/sessionlint/internal/simulate"
)

// A largeCase is a generated program that is hard by its size.
type largeCase struct {
	name    string
	program string
	// sites is how many references it has; claims how many of them are claimed
	// to be wrong; limit is the reason, or its beginning, why the others are
	// not decided, "" if all are.
	sites, claims int
	limit         string
	// steps is how many operations the simulation may execute in all.
	steps int
}

func largeCases() []largeCase {
	return []largeCase{
		{"500 sites", manySites(500), 500, 1, "", 20000},
		{"5000 blocks", manyBlocks(1250), 1, 1, "", 6000},
		{"5000 blocks with sites", manyBranches(1000), 1000, 1, "", 12000},
		{"nested loops", nestedLoops(12), 12, 12, "", 1000},
		{"200 defers", manyDefers(200), 200, 1, "", 45000},
		{"1000 defers", manyDefers(1000), 1000, 0, "more than 600000 operations in all", 615000},
		{"200 conditional defers", conditionalDefers(200), 1, 0, "more than 96 states at one place", 1000},
		{"flags", manyFlags(60), 60, 1, "", 5000},
		{"ring of 100 functions", ring(100), 14, 7, "", 1500},
		{"tree of helpers", tree(6, 3), 1, 1, "", 1000},
	}
}

// Large functions end within the limits, say when they hit one, and say the same
// again.
func TestLarge(t *testing.T) {
	for _, tc := range largeCases() {
		t.Run(tc.name, func(t *testing.T) {
			p := assembled(t, tc.program)
			first := everything(p)
			if again := everything(p); !reflect.DeepEqual(first, again) {
				t.Error("a second run says something else")
			}
			sites, claims, steps := 0, 0, 0
			for _, res := range first {
				sites += len(res.Sites)
				claims += len(res.Claims)
				steps += res.Steps
				for _, s := range res.Sites {
					if s.Lost != "" && (tc.limit == "" || !strings.HasPrefix(s.Lost, tc.limit)) {
						t.Errorf("%s is lost: %s", s.At, s.Lost)
					}
				}
				if res.GaveUp != "" && res.GaveUp != tc.limit {
					t.Errorf("gave up: %s", res.GaveUp)
				}
			}
			if steps > tc.steps {
				t.Errorf("%d steps, want at most %d", steps, tc.steps)
			}
			t.Logf("%d sites, %d claims, %d steps", sites, claims, steps)
			if sites != tc.sites || claims != tc.claims {
				t.Errorf("%d sites and %d claims, want %d and %d", sites, claims, tc.sites, tc.claims)
			}
		})
	}
}

// everything simulates each function of a program.
func everything(p *refprog.Program) []simulate.Result {
	sim := simulate.New(p, contract.Default())
	var out []simulate.Result
	for _, f := range p.Funcs {
		out = append(out, sim.Function(f.Key, simulate.Options{}))
	}
	return out
}

func BenchmarkLarge(b *testing.B) {
	for _, tc := range largeCases() {
		p := assembled(b, tc.program)
		b.Run(strings.ReplaceAll(tc.name, " ", "-"), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				everything(p)
			}
		})
	}
}

// manySites acquires and frees n sessions one after the other; the last is lost.
func manySites(n int) string {
	var b strings.Builder
	b.WriteString("func f(ssl:SSL)\n0:\n")
	for i := range n {
		fmt.Fprintf(&b, "  s%d:SSL_SESSION = api SSL_get1_session ssl\n", i)
		if i < n-1 {
			fmt.Fprintf(&b, "  api SSL_SESSION_free s%d\n", i)
		}
	}
	b.WriteString("  ret\n")
	return b.String()
}

// manyBlocks branches n times on what a call says, with a session in hand.
func manyBlocks(n int) string {
	var b strings.Builder
	b.WriteString("func f(ssl:SSL, x:ptr)\n0:\n  s:SSL_SESSION = api SSL_get1_session ssl\n  jump 1\n")
	for i := range n {
		k := 1 + 4*i
		fmt.Fprintf(&b, "%d:\n  c%d:bool = unknown p.Ask x !harmless\n  if c%d %d %d\n", k, i, i, k+1, k+2)
		fmt.Fprintf(&b, "%d:\n  unknown p.Log x !harmless\n  jump %d\n%d:\n  jump %d\n%d:\n  jump %d\n", k+1, k+3, k+2, k+3, k+3, k+4)
	}
	fmt.Fprintf(&b, "%d:\n  ret\n", 1+4*n)
	return b.String()
}

// manyBranches acquires n sessions in 5 blocks each.
func manyBranches(n int) string {
	var b strings.Builder
	b.WriteString("func f(ssl:SSL, x:ptr)\n0:\n  jump 1\n")
	for i := range n {
		k := 1 + 5*i
		fmt.Fprintf(&b, "%d:\n  s%d:SSL_SESSION = api SSL_get1_session ssl\n  c%d:bool = cmp s%d == nil\n  if c%d %d %d\n", k, i, i, i, i, k+4, k+1)
		fmt.Fprintf(&b, "%d:\n  d%d:bool = unknown p.Ask x !harmless\n  if d%d %d %d\n", k+1, i, i, k+2, k+3)
		free := fmt.Sprintf("  api SSL_SESSION_free s%d\n", i)
		last := free
		if i == n-1 {
			last = ""
		}
		fmt.Fprintf(&b, "%d:\n%s  jump %d\n%d:\n%s  jump %d\n%d:\n  jump %d\n", k+2, free, k+4, k+3, last, k+4, k+4, k+5)
	}
	fmt.Fprintf(&b, "%d:\n  ret\n", 1+5*n)
	return b.String()
}

// nestedLoops has n loops inside each other; each turn of each loses a session.
func nestedLoops(n int) string {
	var b strings.Builder
	b.WriteString("func f(ssl:SSL)\n0:\n  jump 1\n")
	// Block 1+i is the head of loop i; block 1+n+i leaves it for the one around it.
	for i := range n {
		fmt.Fprintf(&b, "%d:\n  s%d:SSL_SESSION = api SSL_get1_session ssl\n  choose %d %d\n", 1+i, i, 2+i, 2+n+i)
	}
	fmt.Fprintf(&b, "%d:\n  jump %d\n", 1+n, n)
	for i := range n {
		if i == 0 {
			fmt.Fprintf(&b, "%d:\n  ret\n", 2+n)
			continue
		}
		fmt.Fprintf(&b, "%d:\n  jump %d\n", 2+n+i, i)
	}
	return b.String()
}

// manyDefers defers the free of n sessions, all but that of the last.
func manyDefers(n int) string {
	var b strings.Builder
	b.WriteString("func f(ssl:SSL)\n0:\n")
	for i := range n {
		fmt.Fprintf(&b, "  s%d:SSL_SESSION = api SSL_get1_session ssl\n", i)
		if i < n-1 {
			fmt.Fprintf(&b, "  defer api SSL_SESSION_free s%d\n", i)
		}
	}
	b.WriteString("  rundefers\n  ret\n")
	return b.String()
}

// conditionalDefers has n defers that may or may not be pushed.
func conditionalDefers(n int) string {
	var b strings.Builder
	b.WriteString("func f(ssl:SSL, x:ptr)\n0:\n  s:SSL_SESSION = api SSL_get1_session ssl\n  jump 1\n")
	for i := range n {
		k := 1 + 2*i
		fmt.Fprintf(&b, "%d:\n  choose %d %d\n%d:\n  defer unknown p.Log x !harmless\n  jump %d\n", k, k+1, k+2, k+1, k+2)
	}
	fmt.Fprintf(&b, "%d:\n  rundefers\n  ret\n", 1+2*n)
	return b.String()
}

// manyFlags acquires n sessions on n flags and frees them on the same flags; the
// last one it does not.
func manyFlags(n int) string {
	var b strings.Builder
	b.WriteString("func f(ssl:SSL")
	for i := range n {
		fmt.Fprintf(&b, ", c%d:bool", i)
	}
	b.WriteString(")\n0:\n  jump 1\n")
	for i := range n {
		k := 1 + 3*i
		fmt.Fprintf(&b, "%d:\n  if c%d %d %d\n%d:\n  s%d:SSL_SESSION = api SSL_get1_session ssl\n  jump %d\n", k, i, k+1, k+2, k+1, i, k+2)
		fmt.Fprintf(&b, "%d:\n  x%d:SSL_SESSION = phi nil s%d\n  jump %d\n", k+2, i, i, k+3)
	}
	base := 1 + 3*n
	for i := range n - 1 {
		k := base + 2*i
		fmt.Fprintf(&b, "%d:\n  if c%d %d %d\n%d:\n  api SSL_SESSION_free x%d\n  jump %d\n", k, i, k+1, k+2, k+1, i, k+2)
	}
	fmt.Fprintf(&b, "%d:\n  ret\n", base+2*(n-1))
	return b.String()
}

// ring has n functions that call each other in a circle. The first acquires and
// loses, the last acquires and frees: each is one site there and one in each of
// the 6 functions that reach it before calls are too deep to be followed.
func ring(n int) string {
	var b strings.Builder
	b.WriteString("func f0(ssl:SSL)\n0:\n  s:SSL_SESSION = api SSL_get1_session ssl\n  call f1 ssl\n  ret\n")
	for i := 1; i < n; i++ {
		fmt.Fprintf(&b, "func f%d(ssl:SSL)\n0:\n", i)
		if i == n-1 {
			b.WriteString("  s:SSL_SESSION = api SSL_get1_session ssl\n  api SSL_SESSION_free s\n")
		}
		fmt.Fprintf(&b, "  choose 1 2\n1:\n  call f%d ssl\n  jump 2\n2:\n  ret\n", (i+1)%n)
	}
	return b.String()
}

// tree has depth levels of helpers that each call the next level width times; the
// innermost balances its count, the outermost loses its session.
func tree(depth, width int) string {
	var b strings.Builder
	b.WriteString("func f(ssl:SSL)\n0:\n  s:SSL_SESSION = api SSL_get1_session ssl\n  call g1 s\n  ret\n")
	for i := 1; i < depth; i++ {
		fmt.Fprintf(&b, "func g%d(s:SSL_SESSION)\n0:\n", i)
		for range width {
			fmt.Fprintf(&b, "  call g%d s\n", i+1)
		}
		b.WriteString("  ret\n")
	}
	fmt.Fprintf(&b, "func g%d(s:SSL_SESSION)\n0:\n  t:int = api SSL_SESSION_get_timeout s\n  ret\n", depth)
	return b.String()
}

// The steps grow as the code does, however many references it has: a site is
// followed until nothing names it. Where every site lives through all of the code,
// they grow so for each site: n loops inside each other, n flags, n defers.
func TestStepsInProportion(t *testing.T) {
	for _, test := range []struct {
		name    string
		program func(n int) string
		n       int // the smaller size
		lives   bool
	}{
		{"sites", manySites, 250, false},
		{"blocks", manyBlocks, 625, false},
		{"blocks with sites", manyBranches, 250, false},
		{"ring", ring, 50, false},
		{"nested loops", nestedLoops, 6, true},
		{"flags", manyFlags, 20, true},
		{"defers", manyDefers, 100, true},
	} {
		steps := func(n int) (all, sites int) {
			for _, res := range everything(assembled(t, test.program(n))) {
				all += res.Steps
				sites += len(res.Sites)
				for _, s := range res.Sites {
					if s.Lost != "" || res.GaveUp != "" {
						t.Errorf("%s: lost: %s %s", test.name, s.Lost, res.GaveUp)
					}
				}
			}
			return all, sites
		}
		one, few := steps(test.n)
		two, many := steps(2 * test.n)
		grown := 2.2
		if test.lives {
			grown *= float64(many) / float64(few)
		}
		if float64(two) > grown*float64(one) {
			t.Errorf("%s: %d steps for %d, %d for %d", test.name, one, test.n, two, 2*test.n)
		}
	}
}
