package refflow

import (
	_ "embed"
	"os"
	"reflect"
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
	e := &engine{settings: s, given: s.Checks}
	a := &analysis.Analyzer{
		Name:       "refflow",
		Doc:        checkdoc.Extract(doc, "refflow"),
		URL:        checkdoc.URL("refflow"),
		Run:        e.run,
		ResultType: reflect.TypeFor[*Result](),
		FactTypes:  factTypes(),
	}
	e.settings.Flags(&a.Flags, "", append([]string{"directive"}, checkNames...), os.ReadFile)
	a.Flags.StringVar(&e.enabled, "enabled", "", "`checks` that run, separated by commas, where the driver knows: an ignore for any other is never called unused")
	return a
}

// engine is one configured engine.
type engine struct {
	settings Settings
	given    map[string]bool // settings.Checks before flags: to obey it is up to the driver
	loading  sync.Mutex      // drivers may analyse packages side by side
	table    *contract.Table // of settings; nil until first used
	tableOf  string          // the settings that table is of
	enabled  string          // names of the analyzers that run, "" if the driver does not tell
}

// contracts returns the table of the settings, which flags may have changed since
// it was last asked for.
func (e *engine) contracts() (*contract.Table, error) {
	e.loading.Lock()
	defer e.loading.Unlock()
	if text := e.settings.Text(); e.table == nil || e.tableOf != text {
		table, err := e.settings.Table()
		if err != nil {
			return nil, err
		}
		e.table, e.tableOf = table, text
	}
	return e.table, nil
}

// off reports whether a flag of the engine turned a check off. What the settings
// turn off a driver may still be asked for.
func (e *engine) off(check string) bool {
	on, listed := e.settings.Checks[check]
	given, was := e.given[check]
	return listed && !on && (!was || given)
}
