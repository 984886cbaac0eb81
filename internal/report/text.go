package report

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
)

// Text prints findings for people: one line a finding, its notes indented below.
// With context >= 0 the lines of the source follow.
func (s *Set) Text(w io.Writer, context int) error {
	out := bufio.NewWriter(w)
	for _, f := range s.Findings() {
		fmt.Fprintf(out, "%s: %s\n", f.Place, withCheck(f))
		s.context(out, f.Place, f.End, context)
		for _, n := range f.Notes {
			fmt.Fprintf(out, "\t%s: %s\n", n.Place, n.Message)
			s.context(out, n.Place, n.Place, context)
		}
	}
	return out.Flush()
}

// withCheck returns the message with the name of the check behind it.
func withCheck(f Finding) string {
	if suffix := " [" + f.Check + "]"; !strings.HasSuffix(f.Message, suffix) {
		return f.Message + suffix
	}
	return f.Message
}

func (s *Set) context(w io.Writer, from, to Place, context int) {
	if context < 0 {
		return
	}
	lines := s.sourceLines(from.File)
	for n := max(1, from.Line-context); n <= min(len(lines), to.Line+context); n++ {
		fmt.Fprintf(w, "%d\t%s\n", n, lines[n-1])
	}
}

// sourceLines returns the lines of a file, none if it cannot be read.
func (s *Set) sourceLines(name string) []string {
	if !filepath.IsAbs(name) {
		name = filepath.Join(s.base, filepath.FromSlash(name))
	}
	data, err := os.ReadFile(name)
	if err != nil {
		return nil
	}
	return strings.Split(strings.ReplaceAll(string(data), "\r\n", "\n"), "\n")
}

// JSON prints findings as one document with a version of its own.
func (s *Set) JSON(w io.Writer) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "\t")
	findings := s.Findings()
	if findings == nil {
		findings = []Finding{}
	}
	return enc.Encode(struct {
		Version  int       `json:"version"`
		Findings []Finding `json:"findings"`
		Failures []string  `json:"failures,omitempty"`
	}{Version, findings, s.Failures()})
}
