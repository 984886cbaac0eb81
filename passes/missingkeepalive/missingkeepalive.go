package missingkeepalive

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
	return refflow.Check(engine, "missingkeepalive", doc, message)
}

func message(f refflow.Finding) string {
	object, handle, advice := f.Var, f.Field, "with runtime.KeepAlive("+f.Var+")"
	if object == "" {
		object, handle, advice = "the object of the handle", "the handle", "with runtime.KeepAlive"
	}
	if f.Acquirer != "" {
		return "what " + f.Acquirer + " has lent is used when " + object + " can be collected already, and its " + f.By + " frees " + handle +
			": keep it alive " + advice + " after the use"
	}
	return object + " can be collected while " + f.Consumer + " runs, and its " + f.By + " frees " + handle +
		": keep it alive " + advice + " after the call"
}
