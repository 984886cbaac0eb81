package oracle

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/sessionlint/sessionlint/internal/oracle/generate"
)

// An Analyzer reports on the source of one package; lines are those of the file.
type Analyzer interface {
	Analyze(sources [][]byte) ([][]Finding, error)
}

// A Batch is the cases that share a package.
type Batch struct {
	Cases  []*Case
	Source []byte
	from   []int // line before the first of each case
}

// NewBatch puts cases into one file.
func NewBatch(cases []*Case) (*Batch, error) {
	b := &Batch{Cases: cases}
	texts := make([]string, len(cases))
	for i, c := range cases {
		texts[i] = c.Text
	}
	src, err := generate.Source("p", texts...)
	if err != nil {
		return nil, err
	}
	b.Source = src
	header, _, _ := strings.Cut(string(src), ")\n\n")
	at := strings.Count(header, "\n") + 2
	for _, c := range cases {
		b.from = append(b.from, at)
		at += strings.Count(c.Text, "\n") + 1
	}
	if got := strings.Count(string(src), "\n") + 1; got != at {
		return nil, fmt.Errorf("formatting moved lines: %d are %d", at, got)
	}
	return b, nil
}

// Split gives each case its findings.
func (b *Batch) Split(findings []Finding) [][]Finding {
	out := make([][]Finding, len(b.Cases))
	for _, f := range findings {
		i := len(b.from) - 1
		for i > 0 && b.from[i] >= f.Line {
			i--
		}
		f.Line -= b.from[i]
		out[i] = append(out[i], f)
	}
	return out
}

// Before returns the line before the first of a case.
func (b *Batch) Before(i int) int { return b.from[i] }

var variableRE = regexp.MustCompile(`(?m)^var (\w+)`)

// Variables returns the names of the package's variables.
func (b *Batch) Variables() []string {
	var out []string
	for _, m := range variableRE.FindAllStringSubmatch(string(b.Source), -1) {
		out = append(out, m[1])
	}
	return out
}
