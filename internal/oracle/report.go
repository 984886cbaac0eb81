package oracle

import (
	"cmp"
	"fmt"
	"io"
	"iter"
	"math"
	"slices"
	"strings"

	"github.com/sessionlint/sessionlint/internal/oracle/generate"
)

// A Report is what a run has shown.
type Report struct {
	Seed      uint64
	Programs  int
	Wrong     int // programs with a violation
	Runs      int // executions
	Redrawn   int // programs that were drawn again, because they had too many ways to go
	Truncated int // programs of which not every run was made all the same

	Facts, Found, FoundAt, Reported, Right int
	Widened                                int            // of Right, those that only more arguments than usual have shown
	ByReason                               map[Reason]int // what is undecided
	Declared                               map[string]int // false negatives by the limitation that they are of

	Disagreements []Disagreement // some of each class
	Classes       map[string]int
	byTrap        map[string]map[string]int // class -> trap
	Pairs         map[[2]string]int
	limits        []Limitation
}

// kept is how many disagreements of a class are kept whole.
const kept = 40

func newReport(o Options) *Report {
	return &Report{Seed: o.Seed, limits: o.Limits, Declared: map[string]int{}, ByReason: map[Reason]int{}, Classes: map[string]int{}, byTrap: map[string]map[string]int{}}
}

func (r *Report) count(c *Case) {
	r.Programs++
	r.Runs += c.Truth.Runs
	if c.Truth.Truncated {
		r.Truncated++
	}
	if len(c.Truth.Violations) > 0 {
		r.Wrong++
	}
}

func (r *Report) add(c *Case, v Verdict) {
	r.Facts += v.Facts
	r.Found += v.Found
	r.FoundAt += v.FoundAt
	r.Reported += v.Reported
	r.Right += v.Right
	r.Widened += v.Widened
	for _, d := range v.Disagreements {
		if i := slices.IndexFunc(r.limits, func(l Limitation) bool { return l.Covers(d) }); i >= 0 {
			r.Declared[r.limits[i].Name]++
			continue
		}
		if d.Sort == Undecided {
			r.ByReason[d.Reason]++
		}
		class := d.Class()
		r.Classes[class]++
		if r.Classes[class] <= kept {
			r.Disagreements = append(r.Disagreements, d)
		}
		if r.byTrap[class] == nil {
			r.byTrap[class] = map[string]int{}
		}
		for _, t := range c.Traps {
			r.byTrap[class][t]++
		}
	}
}

// Count returns how many disagreements of a sort there are.
func (r *Report) Count(s Sort) int {
	n := 0
	for class, k := range r.Classes {
		if strings.HasPrefix(class, string(s)+" ") {
			n += k
		}
	}
	return n
}

// Limited returns how many false negatives are of a declared limitation.
func (r *Report) Limited() int {
	n := 0
	for _, k := range r.Declared {
		n += k
	}
	return n
}

// Wilson returns the 95 % interval of a proportion after E. B. Wilson (1927).
func Wilson(hits, of int) (low, high float64) {
	if of == 0 {
		return 0, 1
	}
	const z = 1.959964
	n, p := float64(of), float64(hits)/float64(of)
	middle := p + z*z/(2*n)
	margin := z * math.Sqrt(p*(1-p)/n+z*z/(4*n*n))
	scale := 1 + z*z/n
	return max(0, (middle-margin)/scale), min(1, (middle+margin)/scale)
}

// Uncovered returns the pairs of traps that fewer programs have than n.
func (r *Report) Uncovered(n int) [][2]string {
	var out [][2]string
	all := generate.Traps()
	for i, a := range all {
		for _, b := range all[i+1:] {
			if generate.Compatible(a, b) && r.Pairs[[2]string{a, b}] < n {
				out = append(out, [2]string{a, b})
			}
		}
	}
	return out
}

// Write prints the report.
func (r *Report) Write(w io.Writer) {
	fmt.Fprintf(w, "seed %d: %d programs (%d of them wrong), %d executions, %d drawn again, %d not executed in every way\n", r.Seed, r.Programs, r.Wrong, r.Runs, r.Redrawn, r.Truncated)
	proportion := func(name string, hits, of int) {
		low, high := Wilson(hits, of)
		fmt.Fprintf(w, "%-32s %6d of %6d  %.4f  [%.4f, %.4f]\n", name, hits, of, ratio(hits, of), low, high)
	}
	proportion("recall, check and session", r.Found, r.Facts)
	proportion("recall, on the right line", r.FoundAt, r.Facts)
	proportion("recall outside of limitations", r.Found, r.Facts-r.Limited())
	proportion("precision", r.Right, r.Reported-r.Count(Undecided))
	fmt.Fprintf(w, "%d traps, %d pairs; %d of them in fewer than 20 programs\n", len(generate.Traps()), len(r.Uncovered(math.MaxInt)), len(r.Uncovered(20)))
	for _, l := range r.limits {
		fmt.Fprintf(w, "%6d  limitation %-21s %s\n", r.Declared[l.Name], l.Name, l.Reason)
	}
	fmt.Fprintf(w, "%6d  shown by longer lists or negative numbers only\n", r.Widened)
	for _, reason := range Reasons {
		fmt.Fprintf(w, "%6d  undecided: %s\n", r.ByReason[reason], reason)
	}
	for _, class := range r.classes() {
		fmt.Fprintf(w, "%6d  %-32s %s\n", r.Classes[class], class, r.traps(class))
	}
}

func ratio(hits, of int) float64 {
	if of == 0 {
		return 1
	}
	return float64(hits) / float64(of)
}

func (r *Report) classes() []string {
	var out []string
	for c := range r.Classes {
		out = append(out, c)
	}
	slices.Sort(out)
	return out
}

// traps returns the traps that a class has most often.
func (r *Report) traps(class string) string {
	var names []string
	for t := range r.byTrap[class] {
		names = append(names, t)
	}
	by := r.byTrap[class]
	slices.SortFunc(names, func(a, b string) int { return cmp.Or(cmp.Compare(by[b], by[a]), strings.Compare(a, b)) })
	var out []string
	for _, t := range names[:min(len(names), 6)] {
		out = append(out, fmt.Sprintf("%s %d", t, by[t]))
	}
	return strings.Join(out, ", ")
}

// ByClass yields the disagreements that were kept, class by class.
func (r *Report) ByClass() iter.Seq2[string, []Disagreement] {
	return func(yield func(string, []Disagreement) bool) {
		for _, class := range r.classes() {
			var list []Disagreement
			for _, d := range r.Disagreements {
				if d.Class() == class {
					list = append(list, d)
				}
			}
			if !yield(class, list) {
				return
			}
		}
	}
}
