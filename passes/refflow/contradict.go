package refflow

import (
	"slices"

	"github.com/sessionlint/sessionlint/internal/contract"
	"github.com/sessionlint/sessionlint/internal/refprog"
)

// This file holds declarations against the bodies of the functions they are
// about. It follows no paths: only what no path could make true contradicts.

// contradictions reports the declarations that bodies contradict, and settles
// what calls do to parameters of which nothing is declared: those that the body
// only reads are used, others may be kept. It reports whether a function has lost a
// contract: then what calls it has to be lowered again.
func (w *work) contradictions() (fewer bool) {
	for _, d := range w.said.functions {
		f := w.prog.Func(d.obj.FullName())
		for _, i := range d.silent {
			if f == nil || !w.reads(f, i, false) {
				d.contract.Params[i].Effect = contract.StorePointer
			}
		}
		if f == nil || !returns(f) {
			continue
		}
		for _, p := range d.Params {
			switch {
			case p.Index >= len(f.Params) || f.Regs[f.Params[p.Index]].Type.Handle == "":
				continue
			case p.Consumed && w.reads(f, p.Index, true):
				w.directive(p.Pos, "%s is declared to consume %s, but no path frees it or hands it over", d.Name.Name, p.Name)
			case !p.Consumed && w.frees(f, f.Params[p.Index], 0):
				w.directive(p.Pos, "%s is declared to borrow %s, but frees it", d.Name.Name, p.Name)
			default:
				continue
			}
			d.wrong = true
		}
		d.wrong = w.wrongResult(d, f) || d.wrong
	}
	w.freedFields()
	said := len(w.said.functions)
	w.said.functions = slices.DeleteFunc(w.said.functions, func(d *declared) bool { return d.wrong })
	w.believe()
	return len(w.said.functions) < said
}

func returns(f *refprog.Func) bool {
	return slices.ContainsFunc(f.Blocks, func(b *refprog.Block) bool { return b.Term.Kind == refprog.Return })
}

// wrongResult holds a "returns" directive against what the body returns, and reports
// whether it is contradicted.
func (w *work) wrongResult(d *declared, f *refprog.Func) bool {
	if d.Returns == nil {
		return false
	}
	for i, r := range d.contract.Results {
		for _, b := range f.Blocks {
			if r.Handle == "" || b.Term.Kind != refprog.Return || i >= len(b.Term.Args) {
				continue
			}
			for _, o := range w.origins(f, b.Term.Args[i]) {
				switch {
				case !w.onlyReturned(f, o.reg):
					continue // counted, kept or given up on the way
				case d.Returns.Owned && o.ownership == contract.Borrowed:
					w.directive(d.Returns.Pos, "%s is declared to return an owned reference, but returns one that %s only lends", d.Name.Name, shortName(o.from))
				case !d.Returns.Owned && o.ownership == contract.Owned:
					w.directive(d.Returns.Pos, "%s is declared to return a borrowed reference, but returns one from %s that its caller has to free", d.Name.Name, shortName(o.from))
				default:
					continue
				}
				return true
			}
		}
	}
	return false
}

// An origin is the contracted call that a value comes from.
type origin struct {
	reg       refprog.Reg // the value as the call gives it
	from      string
	ownership contract.Ownership
}

// origins traces an operand back through copies and joins.
func (w *work) origins(f *refprog.Func, o refprog.Operand) []origin {
	var out []origin
	seen := map[refprog.Reg]bool{}
	var trace func(o refprog.Operand)
	trace = func(o refprog.Operand) {
		if o.Kind != refprog.RegOperand || seen[o.Reg] {
			return
		}
		seen[o.Reg] = true
		for _, b := range f.Blocks {
			for _, ph := range b.Phis {
				if ph.Dst == o.Reg {
					for _, a := range ph.Args {
						trace(a)
					}
				}
			}
			for i := range b.Ops {
				op := &b.Ops[i]
				if op.Dst != o.Reg {
					continue
				}
				switch op.Kind {
				case refprog.Copy:
					trace(op.Args[0])
				case refprog.API:
					if c, ok := w.table.Lookup(op.Name); ok && len(c.Results) == 1 {
						out = append(out, origin{o.Reg, op.Name, c.Results[0].Ownership})
					}
				case refprog.Extract:
					if c := w.tupleCall(f, op.Args[0]); c != nil && op.N < len(c.Results) {
						out = append(out, origin{o.Reg, c.Name, c.Results[op.N].Ownership})
					}
				}
			}
		}
	}
	trace(o)
	return out
}

// tupleCall is the contract of the call that makes a tuple, or nil.
func (w *work) tupleCall(f *refprog.Func, tuple refprog.Operand) *contract.Function {
	for _, b := range f.Blocks {
		for i := range b.Ops {
			if op := &b.Ops[i]; op.Kind == refprog.API && tuple.IsReg(op.Dst) {
				c, _ := w.table.Lookup(op.Name)
				return c
			}
		}
	}
	return nil
}

// aliases is the set of registers that hold nothing but the value of reg.
func aliases(f *refprog.Func, reg refprog.Reg) map[refprog.Reg]bool {
	same := map[refprog.Reg]bool{reg: true}
	for grew := true; grew; {
		grew = false
		try := func(dst refprog.Reg, args []refprog.Operand) {
			if !same[dst] && dst != refprog.NoReg &&
				!slices.ContainsFunc(args, func(a refprog.Operand) bool {
					return a.Kind != refprog.RegOperand || a.Reg != dst && !same[a.Reg]
				}) {
				same[dst], grew = true, true
			}
		}
		for _, b := range f.Blocks {
			for _, ph := range b.Phis {
				try(ph.Dst, ph.Args)
			}
			for i := range b.Ops {
				if op := &b.Ops[i]; op.Kind == refprog.Copy {
					try(op.Dst, op.Args)
				}
			}
		}
	}
	return same
}

// effectsOn calls see with the effect of every contracted call on the value of
// reg, and of the followed calls that get it.
func (w *work) effectsOn(f *refprog.Func, reg refprog.Reg, depth int, see func(contract.Param)) {
	same := aliases(f, reg)
	for _, b := range f.Blocks {
		for i := range b.Ops {
			op := &b.Ops[i]
			for j, a := range op.Args {
				if a.Kind != refprog.RegOperand || !same[a.Reg] {
					continue
				}
				switch op.Kind {
				case refprog.API:
					if c, ok := w.table.Lookup(op.Name); ok {
						see(c.Param(j))
					}
				case refprog.Call:
					if g := w.universe.Func(op.Name); g != nil && j < len(g.Params) && depth < maxFollowed {
						w.effectsOn(g, g.Params[j], depth+1, see)
					}
				}
			}
		}
	}
}

// maxFollowed bounds how deep calls are followed for a contradiction.
const maxFollowed = 4

// frees reports whether a function gives back a reference of reg and counts none.
func (w *work) frees(f *refprog.Func, reg refprog.Reg, depth int) bool {
	frees, counts := false, false
	w.effectsOn(f, reg, depth, func(p contract.Param) {
		switch p.Effect {
		case contract.Free, contract.Take:
			frees = frees || p.When == ""
		case contract.UpRef, contract.Own:
			counts = true
		}
	})
	return frees && !counts
}

// onlyReturned reports whether a function does nothing with reg but read and
// return it.
func (w *work) onlyReturned(f *refprog.Func, reg refprog.Reg) bool {
	return w.follow(f, reg, &reading{returned: true})
}

// reads reports whether a function does nothing with a parameter, and what it
// leads to, but read it. If counted, adding references of its own is allowed,
// too.
func (w *work) reads(f *refprog.Func, param int, counted bool) bool {
	return param < len(f.Params) && w.follow(f, f.Params[param], &reading{counted: counted})
}
