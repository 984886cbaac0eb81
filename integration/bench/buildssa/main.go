// Command buildssa is a vet tool that builds SSA form and does nothing with it.
package main

import (
	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/passes/buildssa"
	"golang.org/x/tools/go/analysis/unitchecker"
)

func main() {
	unitchecker.Main(&analysis.Analyzer{
		Name:     "ssaonly",
		Doc:      "builds SSA form",
		Run:      func(*analysis.Pass) (any, error) { return nil, nil },
		Requires: []*analysis.Analyzer{buildssa.Analyzer},
	})
}
