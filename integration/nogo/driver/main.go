// Command driver runs the suite on one package, as a build system's linter does.
package main

import (
	"golang.org/x/tools/go/analysis/unitchecker"

	"github.com/sessionlint/sessionlint/analyzer"
)

func main() { unitchecker.Main(analyzer.All()...) }
