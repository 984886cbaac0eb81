package uncheckedupref

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
	return refflow.Check(engine, "uncheckedupref", doc, message)
}

func message(f refflow.Finding) string {
	text := "the result of " + f.Acquirer + " is ignored: if it fails, no reference was added"
	if f.Var != "" {
		text += " to " + f.Noun + " " + f.Var
	}
	if f.Consumer != "" {
		text += ", and " + f.Consumer + " frees somebody else's"
	}
	return text
}
