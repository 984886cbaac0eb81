package refflow

import (
	"fmt"
	"go/ast"
	"go/token"
	"strings"

	"golang.org/x/tools/go/analysis"

	"github.com/sessionlint/sessionlint/internal/cgosource"
	"github.com/sessionlint/sessionlint/internal/contract"
	"github.com/sessionlint/sessionlint/internal/lower"
	"github.com/sessionlint/sessionlint/internal/refprog"
	"github.com/sessionlint/sessionlint/internal/simulate"
)

// work is the analysis of one package.
type work struct {
	*engine
	pass     *analysis.Pass
	table    *contract.Table
	prog     *refprog.Program
	universe *universe
	sim      *simulate.Simulator
	result   *Result
	stats    stats
	said     directives
	loans    map[string][]storedLoan         // by the key of the field
	lent     map[string]bool                 // see holdsLoans
	counts   bool                            // references may be counted here, see mayCount
	sources  *cgosource.Sources              // for fixes; nil until one is looked for
	fixed    map[string]bool                 // functions with a fix
	leaner   map[*refprog.Func]*refprog.Func // see lean
	cNamesOf map[*ast.File][]string          // see cNames
}

func (e *engine) run(pass *analysis.Pass) (any, error) {
	w := &work{engine: e, pass: pass, result: &Result{notes: e.settings.Notes, off: e.off}, loans: map[string][]storedLoan{}, lent: map[string]bool{}}
	if len(pass.Files) == 0 {
		return w.result, nil
	}
	w.universe = newUniverse(pass)
	table, err := e.contracts()
	if err != nil {
		w.problem(w.packagePos(), err.Error())
		return w.result, nil
	}
	w.table = table
	w.counts = w.mayCount()
	ends := w.mayNotReturn()
	if !w.counts && !ends {
		return w.result, nil
	}
	w.readDirectives()
	if !ends && !w.directed() && !w.touches() {
		w.reportStats()
		return w.result, nil
	}
	ssaPkg, err := lower.Build(pass.Fset, pass.Files, pass.Pkg, pass.TypesInfo)
	if err != nil {
		w.problem(w.packagePos(), "not analysed: "+oneLine(err.Error()))
		return w.result, nil
	}
	in := lower.Input{
		SSA: ssaPkg, Fset: pass.Fset, Files: pass.Files, TypesInfo: pass.TypesInfo, Table: contracts{table, w.universe},
		Known: w.universe.known, Func: w.universe.Func, Template: w.universe.template, NoReturn: w.universe.noReturn, HandleType: w.universe.handleType, Consumed: w.consumed,
		Finalized: w.universe.anyFinalized(),
	}
	w.declare(in)
	in.Table = w.table
	prog, problems := lower.Package(in)
	for _, p := range problems {
		w.problem(p.Pos, fmt.Sprintf("%s is not analysed: %s", shortName(p.Func), oneLine(p.Err)))
	}
	w.prog = prog
	w.universe.own = prog
	if w.contradictions() {
		in.Table = w.table
		w.prog, _ = lower.Package(in) // without those that are wrong
		w.universe.own = w.prog
	}
	w.callbacks()
	w.sim = simulate.New(w.universe, w.table)
	w.survey(ssaPkg, len(problems) == 0)
	w.functions()
	w.keepAlive()
	w.suppress()
	w.export()
	w.reportStats()
	w.reportSummaries()
	w.reportDirectives()
	w.sortFindings()
	return w.result, nil
}

// problem reports that something was not analysed. It is a finding of refflow
// itself, never an error of the pass.
func (w *work) problem(pos token.Pos, text string) {
	if w.suppressed("refflow", pos) || w.off("refflow") {
		return
	}
	w.pass.Report(analysis.Diagnostic{Pos: pos, Category: "refflow", Message: text + " [refflow]"})
}

func oneLine(s string) string {
	s, _, _ = strings.Cut(s, "\n")
	return s
}

// shortName is a function key without import paths.
func shortName(key string) string {
	i := strings.LastIndexByte(key, '/')
	if i < 0 {
		return key
	}
	prefix := key[:strings.IndexFunc(key, func(r rune) bool { return r != '(' && r != '*' })]
	return prefix + key[i+1:]
}
