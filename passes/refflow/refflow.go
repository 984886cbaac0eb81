package refflow

import (
	_ "embed"
	"reflect"
	"strconv"
	"sync"

	"golang.org/x/tools/go/analysis"

	"github.com/sessionlint/sessionlint/internal/checkdoc"
	"github.com/sessionlint/sessionlint/internal/contract"
	"github.com/sessionlint/sessionlint/internal/settings"
)

//go:embed doc.go
var doc string

// Settings is everything that findings depend on besides the sources.
type Settings = settings.Settings

// Analyzer is the engine with default settings, for drivers that take analyzers
// one by one. A suite with other settings makes its own with New.
var Analyzer = New(Settings{})

// New makes an engine. A suite has exactly one: every check is made from it.
func New(s Settings) *analysis.Analyzer {
	e := &engine{settings: s}
	a := &analysis.Analyzer{
		Name:       "refflow",
		Doc:        checkdoc.Extract(doc, "refflow"),
		URL:        checkdoc.URL("refflow"),
		Run:        e.run,
		ResultType: reflect.TypeFor[*Result](),
		FactTypes:  factTypes(),
	}
	a.Flags.BoolVar(&e.settings.Strict, "strict", s.Strict, "also report what needs assumptions about unknown calls")
	a.Flags.BoolVar(&e.settings.Stats, "stats", s.Stats, "report how many references were followed, and why the others were not")
	a.Flags.Func("notes", `where the path of a finding goes: "related", "message" or "off"`, e.setNotes)
	a.Flags.Func("contracts", "contract `file` (YAML) to read besides the built-in tables", e.addContracts)
	a.Flags.StringVar(&e.enabled, "enabled", "", "`checks` that run, separated by commas, where the driver knows: an ignore for any other is never called unused")
	a.Flags.Func("exclude-tests", "report nothing in _test.go files", flagInto(&e.settings.Exclude.Tests))
	a.Flags.Func("exclude-generated", "report nothing in generated files", flagInto(&e.settings.Exclude.Generated))
	return a
}

// engine is one configured engine.
type engine struct {
	settings Settings
	loading  sync.Mutex      // drivers may analyse packages side by side
	table    *contract.Table // of settings; nil until first used
	tableErr error
	enabled  string // names of the analyzers that run, "" if the driver does not tell
}

func flagInto(b *bool) func(string) error {
	return func(s string) (err error) {
		*b, err = strconv.ParseBool(s)
		return err
	}
}
