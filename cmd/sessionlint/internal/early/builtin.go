package early

import (
	"os"
	"slices"
	"strings"
)

// EnvVar names the environment variable with the name of a settings file; package
// settings tells of it.
const EnvVar = "SESSIONLINT_CONFIG"

// Flags of units with contracts and with functions that never return.
const (
	SettingsFlag = "-settings="
	DefineFlag   = "-refflow.define="
	NoReturnFlag = "-refflow.noreturn="
)

// OwnContracts reports whether there can be contracts besides the built-in ones:
// in flags, in the settings that a flag holds, or, without such a flag, in the file
// that the environment names.
func OwnContracts(flags []string) bool {
	settings := ""
	for _, flag := range flags {
		flag = "-" + strings.TrimLeft(flag, "-")
		if strings.HasPrefix(flag, DefineFlag) || strings.HasPrefix(flag, NoReturnFlag) {
			return true
		}
		if text, ok := strings.CutPrefix(flag, SettingsFlag); ok {
			settings = text
		}
	}
	if settings == "" {
		return os.Getenv(EnvVar) != ""
	}
	return strings.Contains(settings, `"contracts":`) || strings.Contains(settings, `"noreturn":`)
}

// What follows is in the built-in contracts, and written here because building
// those takes longer than everything else that is done for most units. A test holds
// it against them.

// packages are the Go packages with built-in contracts.
var packages = []string{"github.com/sessionlint/sessionlint/session"}

// noReturn are the names of functions that never return, without package and receiver.
var noReturn = []string{
	"Exit", "ExitDepth", "Exitf", "Exitln", "Fail", "FailNow", "FailNowf", "Failf", "Fatal", "FatalDepth", "Fatalf",
	"Fatalln", "Fatalw", "Goexit", "Panic", "Panicf", "Panicln", "Panicw", "Skip", "SkipNow", "Skipf",
}

// Imports reports whether the Go package with this path has built-in contracts.
func Imports(path string) bool { return slices.Contains(packages, path) }

// NoReturn returns the names of functions that never return by built-in contracts.
func NoReturn() []string { return noReturn }
