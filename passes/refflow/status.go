package refflow

import (
	"slices"

	"golang.org/x/tools/go/analysis"

	"github.com/sessionlint/sessionlint/internal/contract"
	"github.com/sessionlint/sessionlint/internal/refprog"
)

// ignoredStatus finds the calls of an up_ref whose status nobody reads. It needs
// no path: the fault is in the text of the call. What the paths have shown to
// become of it is said in addition.
func (w *work) ignoredStatus(all []outcome) {
	freed := map[refprog.OpRef]refprog.OpRef{}
	for _, o := range all {
		for _, c := range o.unchecked {
			if _, ok := freed[c.Site]; !ok {
				freed[c.Site] = c.At
			}
		}
	}
	for _, f := range w.prog.Funcs {
		if f.Synthetic {
			continue
		}
		for bi, b := range f.Blocks {
			for i := range b.Ops {
				at := refprog.OpRef{Func: f.Key, Block: bi, Op: i}
				if out, ok := w.ignored(at, &b.Ops[i]); ok {
					if free, ok := freed[at]; ok {
						w.freedAll(&out, free)
					}
					w.addPlain(out)
				}
			}
		}
	}
}

// ignored reports whether an operation is an up_ref whose status is ignored, and
// makes the finding of it.
func (w *work) ignored(at refprog.OpRef, op *refprog.Op) (out Finding, ok bool) {
	if op.Flag&(refprog.NoStatus|refprog.Blank) == 0 {
		return out, false
	}
	if op.Flag&refprog.Blank != 0 && !w.settings.Strict {
		return out, false // written down as deliberate
	}
	fn, params := w.passedOn(op, 0)
	if fn == nil {
		return out, false
	}
	if h, ok := w.table.Handle(fn.Handle); ok && h.OwnerOnly {
		return out, false
	}
	for j := range op.Args {
		if j < len(params) && params[j] == contract.UpRef {
			out = Finding{Check: "uncheckedupref", Pos: op.Pos, Acquirer: op.Name, Handle: fn.Handle, Noun: "handle", UpRef: true}
			if fn.Go || op.Kind == refprog.Call {
				out.Acquirer = shortName(op.Name)
			}
			out.Var = w.argName(at, j)
			out.noun(w.table)
			return out, true
		}
	}
	return out, false
}

// freedAll adds that the reference, added or not, is freed later.
func (w *work) freedAll(out *Finding, free refprog.OpRef) {
	op := w.op(free)
	if op == nil {
		return
	}
	out.Consumer = op.Name
	if fn, ok := w.table.Lookup(op.Name); ok && fn.Go {
		out.Consumer = shortName(op.Name)
	}
	if pos := w.opPos(free); pos.IsValid() {
		out.Related = append(out.Related, analysis.RelatedInformation{Pos: pos, Message: "frees it all the same"})
	}
}

// passedOn is the contract whose status a call returns, of a contracted function
// or of one that only wraps it, with what happens to each argument; or nil.
func (w *work) passedOn(op *refprog.Op, depth int) (*contract.Function, []contract.Effect) {
	effects := make([]contract.Effect, len(op.Args))
	switch op.Kind {
	case refprog.API:
		fn, ok := w.table.Lookup(op.Name)
		if !ok {
			return nil, nil
		}
		for i := range effects {
			effects[i] = fn.Param(i).Effect
		}
		return fn, effects
	case refprog.Call:
		f := w.universe.Func(op.Name)
		if f == nil || depth > maxFollowed || !refprog.PassesStatus(f) {
			return nil, nil
		}
		for _, b := range f.Blocks {
			for i := range b.Ops {
				inner := &b.Ops[i]
				fn, of := w.passedOn(inner, depth+1)
				if fn == nil {
					continue
				}
				for j, a := range inner.Args {
					if k := slices.IndexFunc(f.Params, a.IsReg); k >= 0 && k < len(effects) {
						effects[k] = of[j]
					}
				}
				return fn, effects
			}
		}
	}
	return nil, nil
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
