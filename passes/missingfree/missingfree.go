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

// because says what shows that the field owns.
func because(f refflow.Finding, does string) string {
	if f.By == "" {
		return ": the field is declared to own"
	}
	return ": " + f.By + " " + does
}

func message(f refflow.Finding) string {
	if f.Uneven {
		return f.Subject() + " is not freed here, but on another way that returns the same: no caller can know which"
	}
	text := f.Subject() + " is not freed"
	switch f.Rule {
	case refflow.Cleared:
		return f.Noun + " in " + f.Var + " is not freed before nil is stored over it" + f.Condition() + because(f, "frees what the field holds")
	case refflow.Taken:
		return f.Noun + " taken out of " + f.Field + " is not freed" + f.Condition() + because(f, "frees what the field holds")
	case refflow.Replaced:
		return f.Noun + " in " + f.Var + " is not freed before another is stored over it" + f.Condition() + because(f, "frees it first")
	}
	end := ""
	if f.Rule == refflow.Unfreed {
		end = ": nothing frees what " + f.Field + " holds"
	}
	if f.UpRef {
		text = "the reference that " + f.Acquirer + " added"
		if f.Var != "" {
			text += " to " + f.Noun + " " + f.Var
		}
		text += " is not freed"
	}
	return text + f.Condition() + end
}
