package borrowedfree

import (
	_ "embed"

	"golang.org/x/tools/go/analysis"

	"github.com/sessionlint/sessionlint/passes/refflow"
)

//go:embed doc.go
var doc string

// Analyzer is the check over the default engine.
var Analyzer = New(refflow.Analyzer)

// New makes the check over a suite's engine.
func New(engine *analysis.Analyzer) *analysis.Analyzer {
	return refflow.Check(engine, "borrowedfree", doc, message)
}

func message(f refflow.Finding) string {
	if f.Rule == refflow.Lent {
		return f.Subject() + " is borrowed and must not be freed here" + f.Condition() + ": only loans are stored in " + f.Field
	}
	text := f.Subject() + " is borrowed"
	if f.Owner != "" {
		text += " from " + f.Owner
	}
	return text + " and must not be freed here" + f.Condition()
}
