package refflow

import (
	"golang.org/x/tools/go/analysis"

	"github.com/sessionlint/sessionlint/internal/refprog"
	"github.com/sessionlint/sessionlint/internal/replay"
	"github.com/sessionlint/sessionlint/internal/simulate"
)

// pairs reports functions that change the count of a parameter in ways that no
// caller can tell apart, once a parameter.
func (w *work) pairs(f *refprog.Func, list []simulate.Pair) {
	done := map[int]bool{}
	for _, p := range list {
		if done[p.Param] {
			continue
		}
		v := replay.ConfirmPair(w.universe, w.table, replay.Pair{Param: p.Param, Less: p.Less.Witness, More: p.More.Witness})
		if v.Status != replay.Confirmed {
			continue
		}
		done[p.Param] = true
		w.addPair(f, p, v)
	}
}

func (w *work) addPair(f *refprog.Func, p simulate.Pair, v replay.PairVerdict) {
	reg := f.Regs[f.Params[p.Param]]
	out := Finding{Check: "missingfree", Handle: reg.Type.Handle, Var: reg.Name, Noun: "handle", Outside: true, Uneven: true}
	out.noun(w.table)
	out.Pos = w.opPos(p.More.At)
	if !out.Pos.IsValid() {
		out.Pos = f.Pos
	}
	note := func(at refprog.OpRef, text string) {
		if pos := w.opPos(at); pos.IsValid() {
			out.Related = append(out.Related, analysis.RelatedInformation{Pos: pos, Message: text})
		}
	}
	note(v.Spent.At, v.Spent.Text+" on another way, which returns the same")
	note(p.Less.At, "returns there without the reference")
	if !w.excluded(out.Pos) {
		w.result.Findings = append(w.result.Findings, out)
	}
}
