// Package early ends units that cannot matter before the rest of the program is
// initialised. The command imports it for that effect; nothing else may.
//
// In: the command line. Out: nothing, or the outputs of a unit and the end of the
// process.
//
// A build has hundreds of packages, the go command starts a process for each, and
// nearly all of them only learn that there is nothing to do (package relevance).
// Preparing the type checker, the SSA builder and the contracts takes longer than
// that. The language initialises the package whose import path sorts first among
// those whose imports are initialised, so a package below github.com that imports
// only what the decision needs comes before go/types, golang.org/x/tools and what
// builds on them; a test reads the order from the runtime.
//
// What cannot be decided here, for contracts of the user's own or an odd command
// line, is decided by package unit, by the same rules: this package may always do
// nothing.
package early

import (
	"os"
	"slices"
	"strings"

	"github.com/sessionlint/sessionlint/internal/relevance"
)

func init() {
	if len(os.Args) > 1 && left(os.Args[1:]) {
		os.Exit(0)
	}
}

// left reports whether the arguments are those of a unit that does not matter,
// and that has been left. Whatever is wrong is not told here.
func left(args []string) bool {
	flags, config := args[:len(args)-1], args[len(args)-1]
	if !strings.HasSuffix(config, ".cfg") || OwnContracts(flags) || slices.ContainsFunc(flags, decides) {
		return false
	}
	u, err := relevance.Read(config)
	if err != nil || u.FixArchive != "" {
		return false
	}
	rules := relevance.Rules{
		Mentions: func([]byte) bool { return true }, // needs the contracts
		Imports:  Imports,
		NoReturn: NoReturn,
		Ends:     Ends,
	}
	if yes, _ := u.Matters(rules); yes {
		return false
	}
	return u.Leave() == nil
}

// decides reports whether what a flag says belongs to the decision, or has to be
// refused.
func decides(flag string) bool {
	flag = strings.TrimLeft(flag, "-")
	return strings.HasPrefix(flag, "early-exit") || strings.HasPrefix(flag, "refflow.contracts")
}
