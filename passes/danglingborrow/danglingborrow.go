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
	owner := f.Owner
	if owner == "" {
		owner = "its owner"
	}
	subject := "borrowed " + f.Subject()
	if f.Owned {
		subject = f.Subject() + ", of which no reference is left,"
	}
	condition := f.Condition()
	if condition != "" {
		condition = "," + condition
	}
	switch {
	case f.Kept:
		return subject + " is kept here without a reference of its own: it lives no longer than " + owner + f.Condition()
	case f.EndedBy != "":
		return subject + " is used after " + f.EndedBy + ", which ends the loan if " + f.EndedIf + condition
	}
	return subject + " is used after " + owner + " was freed or replaced it" + f.Condition()
}
