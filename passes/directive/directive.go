package directive

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
	return refflow.Check(engine, "directive", doc, func(f refflow.Finding) string { return f.Text })
}
