package simulate_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/sessionlint/sessionlint/internal/contract"
	"github.com/sessionlint/sessionlint/internal/refprog"
	"github.com/sessionlint/sessionlint/internal/refprog/refasm"
	"github.com/sessionlint/sessionlint/internal/simulate"
)

// A programCase is a reference program, whose first function is simulated, and
// what is said of it, a line each:
//
//	missingfree f:0:0 at f:1:0     a claim: check, site, place
//	f:0:0 lost: passed to g        a site that is not decided
//	f:0:0 weak 1                   claims withheld for strict mode
//	gave up: more than ...         the base run hit a limit
type programCase struct {
	name    string
	program string
	strict  bool
	want    string
}

func runPrograms(t *testing.T, cases []programCase) {
	t.Helper()
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			p := assembled(t, tc.program)
			sim := simulate.New(p, contract.Default())
			got := said(sim.Function(p.Funcs[0].Key, simulate.Options{Strict: tc.strict}))
			if again := said(sim.Function(p.Funcs[0].Key, simulate.Options{Strict: tc.strict})); !slices.Equal(got, again) {
				t.Errorf("a second run says\n%s", strings.Join(again, "\n"))
			}
			var want []string
			for _, line := range strings.Split(tc.want, "\n") {
				if line = strings.TrimSpace(line); line != "" {
					want = append(want, line)
				}
			}
			slices.Sort(want)
			if !slices.Equal(got, want) {
				t.Errorf("got\n\t%s\nwant\n\t%s", strings.Join(got, "\n\t"), strings.Join(want, "\n\t"))
			}
		})
	}
}

// assembled reads a program and checks that it is well formed.
func assembled(t testing.TB, text string) *refprog.Program {
	t.Helper()
	p, err := refasm.Program(text)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range p.Funcs {
		if err := refprog.Verify(f); err != nil {
			t.Fatal(err)
		}
	}
	return p
}

// said lists what a result says, sorted.
func said(res simulate.Result) []string {
	var out []string
	for _, c := range res.Claims {
		out = append(out, fmt.Sprintf("%s %s at %s", c.Check, c.Site, c.At))
	}
	for _, s := range res.Sites {
		if s.Lost != "" {
			out = append(out, fmt.Sprintf("%s lost: %s", s.At, s.Lost))
		}
		if s.Weak > 0 {
			out = append(out, fmt.Sprintf("%s weak %d", s.At, s.Weak))
		}
	}
	if res.GaveUp != "" {
		out = append(out, "gave up: "+res.GaveUp)
	}
	slices.Sort(out)
	return slices.Compact(out)
}
