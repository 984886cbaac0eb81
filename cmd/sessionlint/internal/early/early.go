// Package early ends units that cannot matter before the rest of the program is
// initialised. The command imports it for that effect; nothing else may.
//
// In: the command line. Out: nothing, or the outputs of a unit and the end of the
// process.
//
// A build has hundreds of packages, the go command starts a process for each, and
// nearly all of them only learn that there is nothing to do (package relevance).
// Preparing fmt, reflect and the parser takes longer than that, not to speak of the type
// checker, the SSA builder and the contracts. The language initialises the package whose
// import path sorts first among those whose imports are initialised, so a package
// below github.com that imports only what the decision needs comes before what needs
// reflect, as most packages do; a test reads the order from the runtime. What the
// words in the files leave in doubt is decided by package syntax below, which
// comes once the parser is initialised.
//
// What cannot be decided here either, for contracts of the user's own or an odd command
// line, is decided by package unit, by the same rules: this package may always do
// nothing.
package early

import (
	"bytes"
	"os"
	"slices"

	"github.com/sessionlint/sessionlint/internal/relevance"
)

func init() {
	if len(os.Args) > 1 {
		unit, doubt = decide(os.Args[1:])
	}
}

var room [1 << 20]byte // most source files fit

// unit and doubt are what is left to decide, if anything is.
var (
	unit  *relevance.Unit
	doubt *relevance.Doubt
)

// Doubt returns the unit that the process is started for, and what words could not
// decide of it; nil if there is nothing to decide, or nobody can so early.
func Doubt() (*relevance.Unit, *relevance.Doubt) { return unit, doubt }

// decide leaves the unit that the arguments describe if it does not matter, and ends
// the process. Whatever is wrong is not told here.
func decide(args []string) (*relevance.Unit, *relevance.Doubt) {
	flags, config := args[:len(args)-1], args[len(args)-1]
	if !bytes.HasSuffix([]byte(config), []byte(".cfg")) || OwnContracts(flags) || slices.ContainsFunc(flags, decides) {
		return nil, nil
	}
	u, err := relevance.ReadIn(room[:], config)
	if err != nil || u.FixArchive != "" {
		return nil, nil
	}
	yes, _, doubt := u.Matters(relevance.Rules{
		Mentions: func([]byte) bool { return true }, // needs the contracts
		Imports:  Imports,
		NoReturn: NoReturn,
	})
	if yes {
		return nil, nil
	}
	if doubt == nil {
		Leave(u)
	}
	return u, doubt
}

// Leave ends the process with the outputs of a unit that does not matter. It returns
// if they cannot be written.
func Leave(u *relevance.Unit) {
	if u.Leave() == nil {
		os.Exit(0)
	}
}

// decides reports whether what a flag says belongs to the decision, or has to be
// refused.
func decides(flag string) bool {
	name := bytes.TrimLeft([]byte(flag), "-")
	return bytes.HasPrefix(name, []byte("early-exit")) || bytes.HasPrefix(name, []byte("refflow.contracts"))
}
