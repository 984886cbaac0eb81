package refflow

import (
	"strings"

	"golang.org/x/tools/go/analysis"

	"github.com/sessionlint/sessionlint/internal/checkdoc"
	"github.com/sessionlint/sessionlint/internal/settings"
)

// Check makes the analyzer of one check: it reports the engine's findings of that
// name in the words of message, which starts with a lower-case letter and ends
// without a full stop.
func Check(engine *analysis.Analyzer, name, doc string, message func(Finding) string) *analysis.Analyzer {
	return &analysis.Analyzer{
		Name:     name,
		Doc:      checkdoc.Extract(doc, name),
		URL:      checkdoc.URL(name),
		Requires: []*analysis.Analyzer{engine},
		Run: func(pass *analysis.Pass) (any, error) {
			result := pass.ResultOf[engine].(*Result)
			for _, f := range result.Of(name) {
				pass.Report(result.diagnostic(f, name, message(f)))
			}
			return nil, nil
		},
	}
}

// diagnostic puts a finding together: what go vet prints has the check's name at
// the end, because go vet prints no analyzer names.
func (r *Result) diagnostic(f Finding, name, message string) analysis.Diagnostic {
	d := analysis.Diagnostic{Pos: f.Pos, End: f.End, Category: name, URL: checkdoc.URL(name), SuggestedFixes: f.Fixes}
	switch r.notes {
	case settings.NotesOff:
	case settings.NotesMessage:
		var notes []string
		for _, n := range f.Related {
			notes = append(notes, n.Message)
		}
		if len(notes) > 0 {
			message += " (" + strings.Join(notes, "; ") + ")"
		}
	default:
		d.Related = f.Related
	}
	if f.In != "" {
		message = "in " + f.In + ", which is registered here: " + message
	}
	d.Message = message + " [" + name + "]"
	return d
}

// Subject names the reference as a message's subject: "session s from
// SSL_get1_session", "session s", "session from SSL_get1_session".
func (f Finding) Subject() string {
	s := f.Noun
	if f.Var != "" {
		s += " " + f.Var
	}
	if f.Acquirer != "" {
		s += " from " + f.Acquirer
	}
	return s
}

// Condition is the assumption that leads to the violation, ready to end a
// message: " when err != nil", or "".
func (f Finding) Condition() string {
	if f.When == "" {
		return ""
	}
	return " when " + f.When
}
