// Command lostcancel is the analyzer of that name alone, as a vet tool.
package main

import (
	"golang.org/x/tools/go/analysis/passes/lostcancel"
	"golang.org/x/tools/go/analysis/unitchecker"
)

func main() { unitchecker.Main(lostcancel.Analyzer) }
