// Command custom is golangci-lint with sessionlint in it.
package main

import (
	"os"

	"github.com/golangci/golangci-lint/v2/pkg/commands"

	_ "github.com/sessionlint/sessionlint/analyzer/golangci"
)

func main() {
	// "(devel)" makes golangci-lint key its cache by the binary: a fixed version would replay an older plugin's findings.
	if commands.Execute(commands.BuildInfo{Version: "(devel)"}) != nil {
		os.Exit(3)
	}
}
