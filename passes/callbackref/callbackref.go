package callbackref

import (
	_ "embed"
	"strings"

	"golang.org/x/tools/go/analysis"

	"github.com/sessionlint/sessionlint/internal/simulate"
	"github.com/sessionlint/sessionlint/passes/refflow"
)

//go:embed doc.go
var doc string

// Analyzer is the check over the default engine.
var Analyzer = New(refflow.Analyzer)

// New makes the check over a suite's engine.
func New(engine *analysis.Analyzer) *analysis.Analyzer {
	return refflow.Check(engine, "callbackref", doc, message)
}

func message(f refflow.Finding) string {
	session := f.Noun
	if f.Var != "" {
		session += " " + f.Var
	}
	who := "callback "
	if !strings.Contains(f.Callback, "$") { // a literal has no name
		who += f.Callback + " "
	}
	return who + fault(f.Duty, session) + f.Condition()
}

// fault says what the callback does and what comes of it.
func fault(duty, session string) string {
	switch duty {
	case simulate.DutyKeeps:
		return "keeps " + session + " but returns that it does not: libssl frees its reference"
	case simulate.DutyFrees:
		return "frees " + session + " but returns that it does not keep it: libssl frees the same reference again"
	case simulate.DutyForgets:
		return "takes over a reference to " + session + " that nothing keeps: it is not freed"
	case simulate.DutyBare:
		return "gives " + session + " to libssl without a reference: libssl frees the one that is kept"
	}
	return "gives " + session + " a reference that libssl does not take: it is not freed"
}
