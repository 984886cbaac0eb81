package unit

import (
	"cmp"
	"encoding/json"
	"fmt"
	"go/token"
	"io"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/tools/go/analysis"

	"github.com/sessionlint/sessionlint/internal/relevance"
	"github.com/sessionlint/sessionlint/internal/report"
)

// printText prints findings as compilers do, one "file:line:col: message" a
// line, related places indented below. With context >= 0 the line itself and
// that many lines around it follow.
func printText(w io.Writer, fset *token.FileSet, context int, results []result) {
	for _, r := range results {
		for _, d := range r.diagnostics {
			printPlace(w, fset, context, d.Pos, d.End, d.Message)
			for _, rel := range d.Related {
				printPlace(w, fset, context, rel.Pos, rel.End, "\t"+rel.Message)
			}
		}
	}
}

func printPlace(w io.Writer, fset *token.FileSet, context int, pos, end token.Pos, message string) {
	from := fset.Position(pos)
	fmt.Fprintf(w, "%s: %s\n", from, message)
	if context < 0 {
		return
	}
	to := fset.Position(cmp.Or(end, pos))
	src, err := os.ReadFile(from.Filename)
	if err != nil {
		return
	}
	lines := strings.Split(string(src), "\n")
	for n := max(1, from.Line-context); n <= min(len(lines), to.Line+context); n++ {
		fmt.Fprintf(w, "%d\t%s\n", n, lines[n-1])
	}
}

// The shape of `go vet -json`: package -> analyzer -> diagnostics.
type (
	jsonTree       map[string]map[string][]jsonDiagnostic
	jsonDiagnostic struct {
		Category       string        `json:"category,omitempty"`
		Posn           string        `json:"posn"`
		End            string        `json:"end"`
		Message        string        `json:"message"`
		SuggestedFixes []jsonFix     `json:"suggested_fixes,omitempty"`
		Related        []jsonRelated `json:"related,omitempty"`
	}
	jsonFix struct {
		Message string     `json:"message"`
		Edits   []jsonEdit `json:"edits"`
	}
	jsonEdit struct {
		Filename string `json:"filename"`
		Start    int    `json:"start"`
		End      int    `json:"end"`
		New      string `json:"new"`
	}
	jsonRelated struct {
		Posn    string `json:"posn"`
		End     string `json:"end"`
		Message string `json:"message"`
	}
)

// printJSON prints findings as `go vet -json` prints them. Without -json the go
// command asks for them too, reads them and prints them itself.
//
// A failed analyzer is a finding of its own at the package clause, not the
// "error" object that the format also knows: when the go command meets one it
// stops printing, at random before or after the findings of other analyzers.
func printJSON(w io.Writer, u *loaded, id string, results []result) error {
	tree := make(jsonTree)
	add := func(name string, d jsonDiagnostic) {
		if tree[id] == nil {
			tree[id] = make(map[string][]jsonDiagnostic)
		}
		tree[id][name] = append(tree[id][name], d)
	}
	for _, r := range results {
		for _, d := range r.diagnostics {
			add(r.analyzer.Name, jsonOf(u.fset, d))
		}
		if r.failed() {
			posn := u.fset.Position(u.files[0].Package).String()
			add(r.analyzer.Name, jsonDiagnostic{
				Category: r.analyzer.Name, Posn: posn, End: posn, Message: oneLine(r.err),
			})
		}
	}
	if len(tree) == 0 {
		_, err := io.WriteString(w, "{}\n")
		return err
	}
	data, err := json.MarshalIndent(tree, "", "\t")
	if err != nil {
		return err
	}
	_, err = w.Write(append(data, '\n'))
	return err
}

func jsonOf(fset *token.FileSet, d analysis.Diagnostic) jsonDiagnostic {
	j := jsonDiagnostic{
		Category: d.Category,
		Posn:     fset.Position(d.Pos).String(),
		End:      fset.Position(cmp.Or(d.End, d.Pos)).String(),
		Message:  d.Message,
	}
	for _, fix := range d.SuggestedFixes {
		jf := jsonFix{Message: fix.Message}
		for _, e := range fix.TextEdits {
			file := fset.File(e.Pos)
			jf.Edits = append(jf.Edits, jsonEdit{
				Filename: file.Name(),
				Start:    file.Offset(e.Pos),
				End:      file.Offset(cmp.Or(e.End, e.Pos)),
				New:      string(e.NewText),
			})
		}
		j.SuggestedFixes = append(j.SuggestedFixes, jf)
	}
	for _, rel := range d.Related {
		j.Related = append(j.Related, jsonRelated{
			Posn:    fset.Position(rel.Pos).String(),
			End:     fset.Position(cmp.Or(rel.End, rel.Pos)).String(),
			Message: rel.Message,
		})
	}
	return j
}

// recordOf gathers the findings as the record that the front end reads.
func recordOf(cfg *relevance.Config, u *loaded, results []result) *report.Record {
	rec := &report.Record{Version: report.Version, Package: cfg.ImportPath}
	place := func(pos token.Pos) report.Place {
		p := u.fset.Position(pos)
		return report.Place{File: relative(cfg.Dir, p.Filename), Line: p.Line, Column: p.Column}
	}
	for _, r := range results {
		if r.failed() {
			rec.Failures = append(rec.Failures, oneLine(r.err))
		}
		for _, d := range r.diagnostics {
			f := report.Finding{
				Check:   r.analyzer.Name,
				Place:   place(d.Pos),
				End:     place(cmp.Or(d.End, d.Pos)),
				Message: d.Message,
				URL:     d.URL,
			}
			for _, rel := range d.Related {
				f.Notes = append(f.Notes, report.Note{Place: place(rel.Pos), Message: rel.Message})
			}
			for _, fix := range jsonOf(u.fset, d).SuggestedFixes {
				rf := report.Fix{Message: fix.Message}
				for _, e := range fix.Edits {
					rf.Edits = append(rf.Edits, report.Edit{File: relative(cfg.Dir, e.Filename), Start: e.Start, End: e.End, New: e.New})
				}
				f.Fixes = append(f.Fixes, rf)
			}
			rec.Findings = append(rec.Findings, f)
		}
	}
	return rec
}

// relative returns name as seen from dir, with slashes.
func relative(dir, name string) string {
	if rel, err := filepath.Rel(dir, name); err == nil {
		name = rel
	}
	return filepath.ToSlash(name)
}

// failed reports whether the analyzer itself failed, which is worth a line.
func (r result) failed() bool { return r.err != nil && r.err != errPrerequisite }

func oneLine(err error) string {
	return strings.ReplaceAll(err.Error(), "\n", "; ")
}
