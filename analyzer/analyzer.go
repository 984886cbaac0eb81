package analyzer

import (
	"golang.org/x/tools/go/analysis"

	"github.com/sessionlint/sessionlint/internal/settings"
	"github.com/sessionlint/sessionlint/passes/borrowedfree"
	"github.com/sessionlint/sessionlint/passes/callbackref"
	"github.com/sessionlint/sessionlint/passes/danglingborrow"
	"github.com/sessionlint/sessionlint/passes/directive"
	"github.com/sessionlint/sessionlint/passes/doublefree"
	"github.com/sessionlint/sessionlint/passes/missingfree"
	"github.com/sessionlint/sessionlint/passes/missingkeepalive"
	"github.com/sessionlint/sessionlint/passes/refflow"
	"github.com/sessionlint/sessionlint/passes/uncheckedupref"
	"github.com/sessionlint/sessionlint/passes/useafterfree"
)

// checks makes each check over a suite's engine. The suite has their order.
var checks = []func(engine *analysis.Analyzer) *analysis.Analyzer{
	borrowedfree.New,
	missingfree.New,
	doublefree.New,
	useafterfree.New,
	danglingborrow.New,
	uncheckedupref.New,
	callbackref.New,
	missingkeepalive.New,
	directive.New,
}

// Options are what the driver, not the user, decides.
type Options struct {
	// FixCgo lets findings in cgo files carry fixes, expressed in the file that
	// the author wrote. Only a driver that knows such files may ask for it: others
	// drop these fixes or fail on them.
	FixCgo bool
}

// New returns the suite under the given settings: one engine, which carries all
// flags and is a member itself, and the checks over it.
func New(s refflow.Settings) []*analysis.Analyzer {
	engine := refflow.New(s)
	var suite []*analysis.Analyzer
	for _, check := range checks {
		suite = append(suite, check(engine))
	}
	return append(suite, engine)
}

// All returns the suite under the default settings.
func All() []*analysis.Analyzer { return New(refflow.Settings{}) }

// Names returns the names of the suite's analyzers, in its order.
func Names() []string {
	var names []string
	for _, a := range All() {
		names = append(names, a.Name)
	}
	return names
}

// FromSettings returns the suite under the settings of a file. Checks that the
// settings turn off are in it: turning off is up to the driver. The error says
// what is wrong with the contracts.
func FromSettings(s *settings.Settings, opts Options) ([]*analysis.Analyzer, error) {
	if _, err := s.Table(); err != nil {
		return nil, err
	}
	own := *s
	own.FixCgo = opts.FixCgo
	return New(own), nil
}
