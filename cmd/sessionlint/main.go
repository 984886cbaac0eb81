package main

import (
	"errors"
	"fmt"
	"os"

	"github.com/sessionlint/sessionlint/internal/unit"
)

// Exit codes of the front end.
const (
	exitClean    = 0
	exitFindings = 1
	exitFailure  = 2
)

// errReported is the error of a command that has already said what is wrong.
var errReported = errors.New("reported")

func main() {
	args := os.Args[1:]
	if unit.Speaks(args) {
		os.Exit(vetTool.Main(args))
	}
	os.Exit(run(args))
}

// run is the command as a person starts it.
func run(args []string) int {
	var err error
	code := exitClean
	command := ""
	if len(args) > 0 {
		command = args[0]
	}
	switch command {
	case "explain":
		err = explain(os.Stdout, args[1:])
	case "contracts":
		err = showContracts(os.Stdout, args[1:])
	case "config":
		err = showConfig(os.Stdout, args[1:])
	case "version":
		err = showVersion(os.Stdout, args[1:])
	case "help", "-h", "-help", "--help":
		fmt.Print(usage())
	default:
		code, err = lint(args)
	}
	if err != nil {
		if err != errReported {
			fmt.Fprintf(os.Stderr, "sessionlint: %v\n", err)
		}
		return exitFailure
	}
	return code
}
