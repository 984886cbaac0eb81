package oracle

import (
	"fmt"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"sync"

	"github.com/sessionlint/sessionlint/internal/oracle/execute"
	"github.com/sessionlint/sessionlint/internal/oracle/generate"
)

// A reducer makes a program smaller as long as the disagreement stays.
type reducer struct {
	analyzer Analyzer
	sort     Sort
	reason   Reason
	check    string
}

// Reduce returns a smaller program with a disagreement of the same class.
func Reduce(d Disagreement, analyzer Analyzer) (*Case, error) {
	r := &reducer{analyzer: analyzer, sort: d.Sort, reason: d.Reason, check: d.Check}
	best := d.Case
	for range 40 {
		next, err := r.step(best)
		if err != nil {
			return best, err
		}
		if next == nil {
			break
		}
		best = next
	}
	return best, nil
}

// step returns a smaller program that still shows the disagreement, or nil: the
// smallest of those that are one deletion away, or one with many of these
// deletions made at once.
func (r *reducer) step(c *Case) (*Case, error) {
	lines := strings.Split(strings.TrimSuffix(c.Text, "\n"), "\n")
	single := deletions(lines)
	keep, err := r.showing(c, lines, single)
	if err != nil || len(keep) == 0 {
		return nil, err
	}
	best := smallest(keep)
	var several [][]int
	for n := len(keep); n > 1; n = n * 2 / 3 {
		var all []int
		for _, k := range keep[:n] {
			all = append(all, k.gone...)
		}
		slices.Sort(all)
		several = append(several, slices.Compact(all))
	}
	more, err := r.showing(c, lines, several)
	if err != nil || len(more) == 0 {
		return best, err
	}
	if other := smallest(more); len(other.Text) < len(best.Text) {
		return other, nil
	}
	return best, nil
}

// A shown is a smaller case with the disagreement; gone are the lines that it
// lacks.
type shown struct {
	*Case
	gone []int
}

func smallest(list []shown) *Case {
	return slices.MinFunc(list, func(a, b shown) int { return len(a.Text) - len(b.Text) }).Case
}

// showing returns what still shows the disagreement, of the programs without some
// lines; those with the most lines gone first.
func (r *reducer) showing(c *Case, lines []string, gone [][]int) ([]shown, error) {
	all := make([]shown, len(gone))
	var wg sync.WaitGroup
	work := make(chan int)
	for range runtime.GOMAXPROCS(0) {
		wg.Go(func() {
			for i := range work {
				all[i] = shown{r.without(c, lines, gone[i], i+1), gone[i]}
			}
		})
	}
	for i := range gone {
		work <- i
	}
	close(work)
	wg.Wait()
	all = slices.DeleteFunc(all, func(s shown) bool { return s.Case == nil })
	if len(all) == 0 {
		return nil, nil
	}
	cases := make([]*Case, len(all))
	for i, s := range all {
		cases[i] = s.Case
	}
	verdicts, err := judgeAll(cases, r.analyzer)
	if err != nil {
		return nil, err
	}
	var out []shown
	for i, v := range verdicts {
		if r.shows(v) {
			out = append(out, all[i])
		}
	}
	slices.SortStableFunc(out, func(a, b shown) int { return len(b.gone) - len(a.gone) })
	return out, nil
}

func (r *reducer) shows(v Verdict) bool {
	return slices.ContainsFunc(v.Disagreements, func(d Disagreement) bool { return d.Sort == r.sort && d.Reason == r.reason && d.Check == r.check })
}

// without returns the case without some lines, under another number; nil if it
// does not compile or cannot be executed, or if execution has nothing of what
// the disagreement needs.
func (r *reducer) without(c *Case, lines []string, gone []int, number int) *Case {
	var rest []string
	for i, l := range lines {
		if !slices.Contains(gone, i) {
			rest = append(rest, l)
		}
	}
	text, ok := repaired(rest)
	if !ok || len(text) >= len(c.Text) {
		return nil
	}
	p := c.Program
	name := fmt.Sprintf("%06d", number)
	p.Text = strings.ReplaceAll(text, fmt.Sprintf("%06d", p.Number), name)
	p.Number, p.Name = number, "F"+name
	next, err := newCase(p, execute.Limits{Runs: limits.Runs / 4, Choices: limits.Choices})
	if err != nil {
		return nil
	}
	if r.sort == FalseNegative {
		if v, err := Compare(next, nil); err != nil || !r.shows(v) {
			return nil
		}
	}
	return next
}

// judgeAll compares cases that share one package.
func judgeAll(cases []*Case, analyzer Analyzer) ([]Verdict, error) {
	b, err := NewBatch(cases)
	if err != nil {
		return nil, err
	}
	findings, err := analyzer.Analyze([][]byte{b.Source})
	if err != nil {
		return nil, err
	}
	out := make([]Verdict, len(cases))
	for i, f := range b.Split(findings[0]) {
		if out[i], err = Compare(cases[i], f); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// deletions returns sets of lines that can be tried without: a line, a block, the
// braces around one, an arm.
func deletions(lines []string) [][]int {
	var out [][]int
	try := func(ranges ...int) { // from, to; from, to; ...
		var gone []int
		for i := 0; i < len(ranges); i += 2 {
			for k := ranges[i]; k < ranges[i+1]; k++ {
				gone = append(gone, k)
			}
		}
		out = append(out, gone)
	}
	for i, l := range lines {
		if strings.TrimSpace(l) == "" || strings.HasPrefix(l, "}") {
			continue
		}
		end := blockEnd(lines, i)
		if end < 0 {
			end = i
		}
		try(i, end+1)
		if next := end + 1; next < len(lines) && !strings.HasPrefix(strings.TrimSpace(lines[next]), "}") {
			try(i, max(next, blockEnd(lines, next))+1) // with what comes next: it may need it
		}
		if end == i {
			continue
		}
		if strings.HasPrefix(l, "func ") || strings.HasPrefix(l, "type ") {
			continue
		}
		try(i, i+1, end, end+1)
		if last := blockEnd(lines, end); last > 0 { // with an else
			try(i, last+1)
			try(i, i+1, end, last+1)
			try(i, end+1, last, last+1)
		}
	}
	return out
}

func cut(lines []string, from, to int) []string { return slices.Concat(lines[:from], lines[to:]) }

// blockEnd returns the line that closes the block which a line opens, or -1.
func blockEnd(lines []string, at int) int {
	if !strings.HasSuffix(lines[at], "{") {
		return -1
	}
	depth := 1
	for i := at + 1; i < len(lines); i++ {
		t := strings.TrimSpace(lines[i])
		if strings.HasPrefix(t, "}") {
			depth--
			if depth == 0 {
				return i
			}
		}
		if strings.HasSuffix(t, "{") && t != "" {
			depth++
		}
	}
	return -1
}

var unusedRE = regexp.MustCompile(`p\.go:(\d+):\d+: declared and not used|p\.go:(\d+):\d+: label \w+ declared and not used`)

// repaired returns the text of lines if it compiles, perhaps without the
// declarations that nothing uses any more.
func repaired(lines []string) (string, bool) {
	for range 6 {
		text := strings.Join(lines, "\n") + "\n"
		err := generate.Validate(text)
		if err == nil {
			src, err := generate.Source("p", text)
			if err != nil {
				return "", false
			}
			_, formatted, _ := strings.Cut(string(src), ")\n\n")
			return formatted, true
		}
		m := unusedRE.FindStringSubmatch(err.Error())
		if m == nil {
			return "", false
		}
		line := 0
		fmt.Sscan(m[1]+m[2], &line)
		src, srcErr := generate.Source("p", text)
		if srcErr != nil {
			return "", false
		}
		header, formatted, _ := strings.Cut(string(src), ")\n\n")
		lines = strings.Split(strings.TrimSuffix(formatted, "\n"), "\n")
		line -= strings.Count(header, "\n") + 3
		if line < 0 || line >= len(lines) || strings.HasSuffix(lines[line], "{") {
			return "", false
		}
		lines = cut(lines, line, line+1)
	}
	return "", false
}

// Fixture returns a case as a fixture: its text with the labels that are true.
func Fixture(c *Case) string {
	labels := map[int][]string{}
	for _, group := range c.required() {
		at := 0
		if len(group[0].Lines) > 0 {
			// The line in the function itself: where a caller would look.
			at = group[0].Lines[len(group[0].Lines)-1]
		}
		if !slices.Contains(labels[at], group[0].Check) {
			labels[at] = append(labels[at], group[0].Check)
		}
	}
	var b strings.Builder
	for i, l := range strings.Split(strings.TrimSuffix(c.Text, "\n"), "\n") {
		b.WriteString(l)
		if w := labels[i+1]; w != nil {
			b.WriteString(" // want " + strings.Join(w, " "))
		}
		b.WriteString("\n")
	}
	if w := labels[0]; w != nil {
		b.WriteString("// owner: " + strings.Join(w, " ") + "\n")
	}
	return b.String()
}
