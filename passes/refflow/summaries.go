package refflow

import (
	"fmt"

	"github.com/sessionlint/sessionlint/internal/refprog"
)

// reportSummaries says what functions do to references, if it was asked for.
func (w *work) reportSummaries() {
	if !w.settings.Summaries {
		return
	}
	for _, f := range w.prog.Funcs {
		if !f.Synthetic && f.Where == "" && w.sim.Counts(f.Key) {
			w.summary(f)
		}
	}
}

// summary reports the cases of one function. A panic becomes one diagnostic on it.
func (w *work) summary(f *refprog.Func) {
	defer func() {
		if r := recover(); r != nil {
			w.problem(f.Pos, fmt.Sprintf("%s is not summarised: %s", f.Name, oneLine(fmt.Sprint(r))))
		}
	}()
	for _, s := range w.sim.Summary(f.Key) {
		for _, line := range s.Lines() {
			w.problem(f.Pos, fmt.Sprintf("summary of %s: %s", f.Name, line))
		}
	}
}
