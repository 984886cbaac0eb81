package unit

import (
	"cmp"
	"errors"
	"fmt"
	"go/ast"
	"go/token"
	"net/url"
	"os"
	"slices"

	"golang.org/x/tools/go/analysis"

	"github.com/sessionlint/sessionlint/internal/relevance"
)

// A result is what one analyzer of the suite said about the unit.
type result struct {
	analyzer    *analysis.Analyzer
	diagnostics []analysis.Diagnostic // in order of position
	err         error                 // the analyzer failed or panicked
}

// errPrerequisite marks analyzers that could not run because one that they
// require failed; only the one that failed is worth a line.
var errPrerequisite = errors.New("prerequisite failed")

// A runner runs analyzers over one loaded unit, prerequisites first.
type runner struct {
	cfg   *relevance.Config
	unit  *loaded
	facts *factSet
	done  map[*analysis.Analyzer]*action
}

type action struct {
	result
	value any
}

// run runs the analyzers and returns one result for each, in their order,
// followed by the failed prerequisites that are no member of the suite.
func (r *runner) run(analyzers []*analysis.Analyzer) []result {
	r.done = make(map[*analysis.Analyzer]*action)
	var results []result
	for _, a := range analyzers {
		results = append(results, r.exec(a).result)
	}
	for _, a := range closure(analyzers) {
		act := r.done[a]
		if act.err != nil && act.err != errPrerequisite && !slices.Contains(analyzers, a) {
			results = append(results, act.result)
		}
	}
	return results
}

func (r *runner) exec(a *analysis.Analyzer) *action {
	if act, ok := r.done[a]; ok {
		return act
	}
	act := &action{result: result{analyzer: a}}
	r.done[a] = act
	inputs := make(map[*analysis.Analyzer]any)
	for _, req := range a.Requires {
		prerequisite := r.exec(req)
		if prerequisite.err != nil {
			act.err = errPrerequisite
		}
		inputs[req] = prerequisite.value
	}
	if act.err == nil {
		r.call(act, inputs)
	}
	sortDiagnostics(r.unit.fset, act.diagnostics)
	return act
}

// call runs the analyzer itself. Whatever it reported before it failed counts.
func (r *runner) call(act *action, inputs map[*analysis.Analyzer]any) {
	a := act.analyzer
	defer func() {
		if p := recover(); p != nil {
			act.err = fmt.Errorf("analyzer %s panicked: %v", a.Name, p)
		}
	}()
	pass := &analysis.Pass{
		Analyzer:     a,
		Fset:         r.unit.fset,
		Files:        r.unit.files,
		OtherFiles:   r.cfg.NonGoFiles,
		IgnoredFiles: r.cfg.IgnoredFiles,
		Pkg:          r.unit.pkg,
		TypesInfo:    r.unit.info,
		TypesSizes:   r.unit.sizes,
		ResultOf:     inputs,
		Module:       moduleOf(r.cfg),
		Report: func(d analysis.Diagnostic) {
			d.URL = resolveURL(a, d)
			act.diagnostics = append(act.diagnostics, d)
		},
	}
	pass.ReadFile = readFile(pass)
	r.facts.bind(pass)
	value, err := a.Run(pass)
	if err != nil {
		act.err = fmt.Errorf("analyzer %s failed: %v", a.Name, err)
	}
	act.value = value
}

// moduleOf returns what an analyzer is told of the unit's module, or nil.
func moduleOf(cfg *relevance.Config) *analysis.Module {
	m := cfg.TheModule()
	if m == nil {
		return nil
	}
	return &analysis.Module{Path: m.Path, Version: m.Version, GoVersion: m.GoVersion}
}

// readFile returns Pass.ReadFile, which by its contract reads the files of the
// pass and no others.
func readFile(pass *analysis.Pass) func(string) ([]byte, error) {
	return func(name string) ([]byte, error) {
		listed := slices.Contains(pass.OtherFiles, name) || slices.Contains(pass.IgnoredFiles, name) ||
			slices.ContainsFunc(pass.Files, func(f *ast.File) bool { return pass.Fset.File(f.FileStart).Name() == name })
		if !listed {
			return nil, fmt.Errorf("%s is no file of package %s", name, pass.Pkg.Path())
		}
		return os.ReadFile(name)
	}
}

// resolveURL returns the address of a diagnostic's page as package analysis
// defines it: relative to the analyzer's, the category alone being a fragment.
func resolveURL(a *analysis.Analyzer, d analysis.Diagnostic) string {
	if d.URL == "" && d.Category == "" && a.URL == "" {
		return ""
	}
	raw := d.URL
	if raw == "" && d.Category != "" {
		raw = "#" + d.Category
	}
	base, err := url.Parse(a.URL)
	if err != nil {
		return d.URL
	}
	ref, err := url.Parse(raw)
	if err != nil {
		return a.URL
	}
	return base.ResolveReference(ref).String()
}

// sortDiagnostics orders by place, then by words.
func sortDiagnostics(fset *token.FileSet, diags []analysis.Diagnostic) {
	slices.SortStableFunc(diags, func(x, y analysis.Diagnostic) int {
		px, py := fset.Position(x.Pos), fset.Position(y.Pos)
		return cmp.Or(
			cmp.Compare(px.Filename, py.Filename),
			cmp.Compare(px.Line, py.Line),
			cmp.Compare(px.Column, py.Column),
			cmp.Compare(x.Message, y.Message))
	})
}

// closure returns the analyzers and everything they require, each once,
// prerequisites first.
func closure(analyzers []*analysis.Analyzer) []*analysis.Analyzer {
	var all []*analysis.Analyzer
	seen := make(map[*analysis.Analyzer]bool)
	var visit func(a *analysis.Analyzer)
	visit = func(a *analysis.Analyzer) {
		if seen[a] {
			return
		}
		seen[a] = true
		for _, req := range a.Requires {
			visit(req)
		}
		all = append(all, a)
	}
	for _, a := range analyzers {
		visit(a)
	}
	return all
}

// withFacts returns the analyzers of the suite that export facts, which are all
// that a dependency has to run.
func withFacts(analyzers []*analysis.Analyzer) []*analysis.Analyzer {
	var kept []*analysis.Analyzer
	for _, a := range closure(analyzers) {
		if len(a.FactTypes) > 0 {
			kept = append(kept, a)
		}
	}
	return kept
}
