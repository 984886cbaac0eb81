package danglingborrow

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
	return refflow.Check(engine, "danglingborrow", doc, message)
}

func message(f refflow.Finding) string {
	if f.Kept {
		owner := "its owner"
		if f.Owner != "" {
			owner = f.Owner
		}
		return "borrowed " + f.Subject() + " is kept here without a reference of its own: it lives no longer than " + owner + f.Condition()
	}
	text := "borrowed " + f.Subject() + " is used after "
	if f.Owner != "" {
		return text + f.Owner + " was freed or replaced it" + f.Condition()
	}
	return text + "its owner was freed or replaced it" + f.Condition()
}
