// Command driver runs the passes on one package, as a build system's linter does:
// each by the variable that it exports, which is all that nogo knows of them.
package main

import (
	"golang.org/x/tools/go/analysis/unitchecker"

	"github.com/sessionlint/sessionlint/passes/borrowedfree"
	"github.com/sessionlint/sessionlint/passes/callbackref"
	"github.com/sessionlint/sessionlint/passes/danglingborrow"
	"github.com/sessionlint/sessionlint/passes/directive"
	"github.com/sessionlint/sessionlint/passes/doublefree"
	"github.com/sessionlint/sessionlint/passes/missingfree"
	"github.com/sessionlint/sessionlint/passes/missingkeepalive"
	"github.com/sessionlint/sessionlint/passes/refflow"
	"github.com/sessionlint/sessionlint/passes/uncheckedupref"
	"github.com/sessionlint/sessionlint/passes/useafterfree"
)

func main() {
	unitchecker.Main(
		refflow.Analyzer,
		borrowedfree.Analyzer,
		callbackref.Analyzer,
		danglingborrow.Analyzer,
		directive.Analyzer,
		doublefree.Analyzer,
		missingfree.Analyzer,
		missingkeepalive.Analyzer,
		uncheckedupref.Analyzer,
		useafterfree.Analyzer,
	)
}
