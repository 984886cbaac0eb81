package refflow

import (
	"go/token"
	"slices"
	"strings"
)

// suppressed reports whether an ignore covers a finding, and remembers that it
// was needed. This is the only place where findings are dropped for a comment, so
// every driver drops the same.
func (w *work) suppressed(check string, pos token.Pos) bool {
	if w.said.set == nil || len(w.said.set.Ignores) == 0 || check == "directive" {
		return false
	}
	at := w.pass.Fset.Position(pos)
	found := false
	for i, s := range w.said.set.Ignores {
		if j := slices.Index(s.Checks, check); j >= 0 && s.Covers(at) {
			w.said.ignored[[2]int{i, j}] = true
			found = true
		}
	}
	return found
}

// suppress drops the findings that comments ignore.
func (w *work) suppress() {
	w.result.Findings = slices.DeleteFunc(w.result.Findings, func(f Finding) bool { return w.suppressed(f.Check, f.Pos) })
}

// reportDirectives reports what is wrong with the package's directives, after
// everything else was found.
func (w *work) reportDirectives() {
	for _, p := range w.said.set.Problems {
		w.directive(p.Pos, "%s", p.Text)
	}
	for i, l := range w.said.set.Assumes {
		if !w.said.assumed[i] {
			w.directive(l.Pos, "assume consumed stands at no call that is given a counted handle")
		}
	}
	for i, s := range w.said.set.Ignores {
		for j, check := range s.Checks {
			if !w.said.ignored[[2]int{i, j}] && w.checkRuns(check) {
				w.directive(s.Pos, "there is no %s finding to ignore", check)
			}
		}
	}
}

// checkRuns reports whether a check is enabled, as far as the engine can know:
// by the settings, and by the driver where it tells (-refflow.enabled).
func (w *work) checkRuns(check string) bool {
	if w.enabled != "" {
		return slices.Contains(strings.Split(w.enabled, ","), check)
	}
	on, listed := w.settings.Checks[check]
	return on || !listed
}
