package missingfree

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
	return refflow.Check(engine, "missingfree", doc, message)
}

func message(f refflow.Finding) string {
	if f.Uneven {
		return f.Subject() + " is not freed here, but on another way that returns the same: no caller can know which"
	}
	text := f.Subject() + " is not freed"
	if f.UpRef {
		text = "the reference that " + f.Acquirer + " added"
		if f.Var != "" {
			text += " to " + f.Noun + " " + f.Var
		}
		text += " is not freed"
	}
	return text + f.Condition()
}
