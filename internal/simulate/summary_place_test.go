package simulate_test

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/sessionlint/sessionlint/internal/contract"
	"github.com/sessionlint/sessionlint/internal/refprog"
	"github.com/sessionlint/sessionlint/internal/simulate"
	"github.com/sessionlint/sessionlint/internal/simulate/testdata/judge"
)

// pureFixtures are the fixtures that need no C compiler, relative to their module.
var pureFixtures = []string{
	"./borrowedfree/pure", "./danglingborrow/pure", "./doublefree/pure", "./missingfree/pure", "./useafterfree/pure",
	"./callbackref/pure", "./uncheckedupref/pure", "./handover/pure", "./missingfree/iterators", "./missingfree/whole",
	"./doublefree/signals", "./missingfree/deep", "./owners/...", "./suites/...", "./across/...",
}

// Where a call can be executed in place, going by the callee's summary finds nothing
// that executing it does not: a summary says no more than what the callee does.
func TestSummaryFindsNoMore(t *testing.T) {
	programs, labelled := loweredPackages(t, filepath.Join("..", "..", "testdata", "src"), pureFixtures...)
	copyOf := func(all bool) judge.Copy {
		return judge.Copy{New: func(u refprog.Universe, table *contract.Table) judge.Follow {
			s := simulate.New(u, table)
			if p, ok := u.(*refprog.Program); ok {
				s.Survey(p, simulate.KnownFields{})
			}
			if all {
				s.SummariseAll()
			}
			return func(key string, only any, track map[string][]refprog.Reg) judge.Simulated {
				o := simulate.Options{Track: track}
				if id, ok := only.(simulate.SiteID); ok {
					o.Only = &id
				}
				res := s.Function(key, o)
				if all && only == nil { // a literal that can be executed in place is not looked at alone
					res.Entered = append(res.Entered, simulate.New(u, table).Function(key, o).Entered...)
				}
				out := judge.Simulated{Entered: res.Entered}
				for _, c := range res.Claims {
					out.Claims = append(out.Claims, judge.Claim{Claim: c.Claim, SiteChain: c.SiteChain, AtChain: c.AtChain, ID: c.ID})
				}
				return out
			}
		}}
	}
	inPlace, summed := judge.Judge(copyOf(false), programs), judge.Judge(copyOf(true), programs)
	for _, p := range append(inPlace.Panics, summed.Panics...) {
		t.Errorf("panic in %s", p)
	}
	lost := without(inPlace.Confirmed, summed.Confirmed)
	for _, f := range lost {
		t.Logf("lost: %s", f)
	}
	gained := without(summed.Confirmed, inPlace.Confirmed)
	for _, f := range gained {
		key, what, _ := strings.Cut(f, "\t")
		check, _, _ := strings.Cut(what, " ")
		if labelled[outermost(f)] && slices.ContainsFunc(lost, func(l string) bool { return strings.HasPrefix(l, key+"\t"+check+" ") }) {
			t.Logf("found elsewhere in the function: %s", f)
			continue
		}
		t.Errorf("found by summaries only: %s", f)
	}
	for _, f := range without(summed.Open, inPlace.Open) {
		t.Logf("not confirmed: %s", f)
	}
	t.Logf("%d findings in place, %d by summaries, %d of them the same", len(inPlace.Confirmed), len(summed.Confirmed), len(inPlace.Confirmed)-len(lost))
	if len(lost)*4 > len(inPlace.Confirmed) {
		t.Error("more than a quarter of the findings is lost: summaries say too little to judge by")
	}
}
