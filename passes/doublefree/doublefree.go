package doublefree

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
	return refflow.Check(engine, "doublefree", doc, message)
}

func message(f refflow.Finding) string {
	if f.Rule == refflow.Kept {
		by := "which is declared to own it"
		if f.By != "" {
			by = "out of which " + f.By + " frees it"
		}
		return f.Subject() + " is freed, but " + f.Field + " still holds it, " + by + f.Condition()
	}
	return f.Subject() + " is freed again, but no reference is left to free" + f.Condition()
}
