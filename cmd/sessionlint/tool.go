package main

import (
	"fmt"
	"io"
	"os"
	"strings"
	"sync"

	"github.com/sessionlint/sessionlint/analyzer"
	"github.com/sessionlint/sessionlint/cmd/sessionlint/internal/early"
	_ "github.com/sessionlint/sessionlint/cmd/sessionlint/internal/early/syntax" // ends units that cannot matter
	"github.com/sessionlint/sessionlint/internal/contract"
	"github.com/sessionlint/sessionlint/internal/relevance"
	"github.com/sessionlint/sessionlint/internal/relevance/endings"
	"github.com/sessionlint/sessionlint/internal/settings"
	"github.com/sessionlint/sessionlint/internal/unit"
)

// vetTool is what the go command starts, once for each package.
var vetTool = &unit.Tool{
	Name: "sessionlint",
	Suite: func(text string) (*unit.Suite, error) {
		s, err := unitSettings(text)
		if err != nil {
			return nil, err
		}
		suite, err := analyzer.FromSettings(s, analyzer.Options{FixCgo: true})
		if err != nil {
			return nil, err
		}
		return &unit.Suite{Analyzers: suite, Disabled: s.Disabled()}, nil
	},
	Relevance: relevant,
	Refuse:    refuse,
	Identity: func(w io.Writer) error {
		s, err := unitSettings("")
		if err != nil {
			return err
		}
		_, err = io.WriteString(w, s.Text()+trimmedCheckout(os.Getenv("GOFLAGS")))
		return err
	},
	Stdout: os.Stdout,
	Stderr: os.Stderr,
}

// trimmedCheckout returns the checkout that the go command runs in if GOFLAGS say
// -trimpath, else "". With that flag the go command takes equal packages of two
// checkouts for one, and would show findings in files of the other. The flag on the
// command line itself cannot be seen; the front end passes -trimpath=false.
func trimmedCheckout(goflags string) string {
	trimmed := false
	for _, flag := range strings.Fields(goflags) {
		if name, value, set := strings.Cut(strings.TrimLeft(flag, "-"), "="); name == "trimpath" {
			trimmed = !set || value != "false"
		}
	}
	if !trimmed {
		return ""
	}
	dir, err := os.Getwd()
	if err != nil {
		return ""
	}
	return moduleRoot(dir)
}

// unitSettings returns the settings of a unit: those that the front end passed,
// else those in the file that the environment names, else the default. A unit
// never searches for a file: it runs in another folder than the user.
func unitSettings(text string) (*settings.Settings, error) {
	if text != "" {
		return settings.Parse(text)
	}
	if name := os.Getenv(settings.EnvVar); name != "" {
		return settings.Load(name, name, analyzer.Names())
	}
	return new(settings.Settings), nil
}

// contractsFlag is the engine's flag that names files with contracts.
const contractsFlag = "-refflow.contracts="

// refuse turns down a contract file under the bare vet tool: its text is no part
// of the go command's cache key, so that findings of yesterday's file would be
// shown. The front end reads the file itself.
func refuse(flag string) error {
	if !strings.HasPrefix(oneDash(flag), contractsFlag) {
		return nil
	}
	return fmt.Errorf("%s: go vet's cache does not see the file: run sessionlint itself, or name the file in settings that %s names", flag, settings.EnvVar)
}

// oneDash is a flag as it is written here: package flag takes two dashes for one.
func oneDash(flag string) string { return "-" + strings.TrimLeft(flag, "-") }

// relevant answers for one unit that was not decided before main. Tables are
// read only if a question needs them.
func relevant(text string, flags []string) (relevance.Rules, endings.Ends) {
	table := sync.OnceValue(func() *contract.Table {
		s, err := unitSettings(text)
		if err != nil {
			return contract.Default() // the suite reports the error
		}
		for _, flag := range flags {
			flag = oneDash(flag)
			if define, ok := strings.CutPrefix(flag, early.DefineFlag); ok {
				s.Contracts = append(s.Contracts, settings.Contract{Name: early.DefineFlag, Text: define})
			}
			if names, ok := strings.CutPrefix(flag, early.NoReturnFlag); ok {
				s.NoReturn = append(s.NoReturn, strings.FieldsFunc(names, func(r rune) bool { return r == ',' || r == ' ' })...)
			}
		}
		t, err := s.Table()
		if err != nil {
			return contract.Default()
		}
		return t
	})
	r := relevance.Rules{
		Mentions: func(src []byte) bool { return table().Mentions(src) },
		Imports:  early.Imports,
		NoReturn: early.NoReturn,
	}
	ends := endings.Ends(early.Ends)
	if early.OwnContracts(flags) {
		r.Imports = func(path string) bool { return table().Imports(path) }
		r.NoReturn = func() []string { return table().NoReturn() }
		ends = func(path, name string) bool {
			b, ok := table().Behaviour(path + "." + name)
			return ok && b.NoReturn && early.Ends(path, name) // package names elsewhere are not known
		}
	}
	return r, ends
}
