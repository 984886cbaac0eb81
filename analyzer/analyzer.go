package analyzer

import (
	"golang.org/x/tools/go/analysis"

	"github.com/sessionlint/sessionlint/internal/settings"
	"github.com/sessionlint/sessionlint/passes/borrowedfree"
	"github.com/sessionlint/sessionlint/passes/danglingborrow"
	"github.com/sessionlint/sessionlint/passes/doublefree"
	"github.com/sessionlint/sessionlint/passes/missingfree"
	"github.com/sessionlint/sessionlint/passes/refflow"
	"github.com/sessionlint/sessionlint/passes/uncheckedupref"
	"github.com/sessionlint/sessionlint/passes/useafterfree"
)

// Options are what the driver, not the user, decides.
type Options struct {
	// FixCgo lets findings in cgo files carry fixes, expressed in the file that
	// the author wrote. Only a driver that knows such files may ask for it: others
	// drop these fixes or fail on them.
	FixCgo bool
}

// checks makes the checks of the suite over its one engine.
var checks = []func(engine *analysis.Analyzer) *analysis.Analyzer{
	borrowedfree.New,
	missingfree.New,
	doublefree.New,
	useafterfree.New,
	danglingborrow.New,
	uncheckedupref.New,
}

// All returns the suite under the default settings.
func All() []*analysis.Analyzer {
	suite, err := FromSettings(new(settings.Settings), Options{})
	if err != nil {
		panic(err) // a test builds it
	}
	return suite
}

// Names returns the names of the suite's analyzers, in its order.
func Names() []string {
	var names []string
	for _, a := range All() {
		names = append(names, a.Name)
	}
	return names
}

// FromSettings returns the suite under the settings of a file. Checks that the
// settings turn off are in it: turning off is up to the driver.
func FromSettings(s *settings.Settings, opts Options) ([]*analysis.Analyzer, error) {
	engine := refflow.New(*s)
	suite := []*analysis.Analyzer{engine}
	for _, check := range checks {
		suite = append(suite, check(engine))
	}
	return suite, nil
}
