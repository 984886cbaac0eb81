package refflow

import (
	"github.com/sessionlint/sessionlint/internal/contract"
	"github.com/sessionlint/sessionlint/internal/refprog"
)

// ignoredStatus finds the calls of an up_ref whose status nobody reads. It needs
// no path: the fault is in the text of the call.
func (w *work) ignoredStatus(f *refprog.Func) {
	for bi, b := range f.Blocks {
		for i := range b.Ops {
			op := &b.Ops[i]
			if op.Kind != refprog.API || op.Flag&(refprog.NoStatus|refprog.Blank) == 0 {
				continue
			}
			if op.Flag&refprog.Blank != 0 && !w.settings.Strict {
				continue // written down as deliberate
			}
			fn, ok := w.table.Lookup(op.Name)
			if !ok {
				continue
			}
			if h, ok := w.table.Handle(fn.Handle); ok && h.OwnerOnly {
				continue
			}
			for j := range op.Args {
				if fn.Param(j).Effect != contract.UpRef {
					continue
				}
				out := Finding{Check: "uncheckedupref", Pos: op.Pos, Acquirer: op.Name, Handle: fn.Handle, Noun: "handle", UpRef: true}
				if fn.Go {
					out.Acquirer = shortName(op.Name)
				}
				out.Var = w.argName(refprog.OpRef{Func: f.Key, Block: bi, Op: i}, j)
				out.noun(w.table)
				w.addPlain(out)
			}
		}
	}
}

// addPlain adds a finding that has no path.
func (w *work) addPlain(out Finding) {
	if w.excluded(out.Pos) {
		return
	}
	for _, g := range w.result.Findings {
		if g.Check == out.Check && g.Pos == out.Pos && g.Text == out.Text {
			return
		}
	}
	w.result.Findings = append(w.result.Findings, out)
}
