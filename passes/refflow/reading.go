package refflow

import (
	"github.com/sessionlint/sessionlint/internal/contract"
	"github.com/sessionlint/sessionlint/internal/refprog"
)

// reading is the question whether code does nothing with a value but read it.
type reading struct {
	counted  bool            // adding references is allowed
	returned bool            // returning it is allowed
	into     string          // the field whose container it is: changing that one is allowed
	busy     map[string]bool // functions being asked
}

// follow answers the question for one register and everything derived from it.
// What it does not understand is more than reading.
func (w *work) follow(f *refprog.Func, reg refprog.Reg, q *reading) bool {
	from := map[refprog.Reg]bool{reg: true}
	for size := 0; size != len(from); {
		size = len(from)
		for _, b := range f.Blocks {
			for _, ph := range b.Phis {
				for _, a := range ph.Args {
					if a.Kind == refprog.RegOperand && from[a.Reg] {
						from[ph.Dst] = true
					}
				}
			}
			for i := range b.Ops {
				op := &b.Ops[i]
				for j, a := range op.Args {
					if a.Kind != refprog.RegOperand || !from[a.Reg] {
						continue
					}
					if !w.harmless(op, j, q) && !w.putsBack(f, op, j, q) {
						return false
					}
					if op.Dst != refprog.NoReg && op.Kind != refprog.Compare && op.Kind != refprog.Not {
						from[op.Dst] = true
					}
				}
			}
			if b.Term.Kind == refprog.Return && !q.returned {
				for _, a := range b.Term.Args {
					if a.Kind == refprog.RegOperand && from[a.Reg] && refers(f.Regs[a.Reg].Type) {
						return false
					}
				}
			}
		}
	}
	return true
}

// refers reports whether a value of the type may be or hold a reference.
func refers(t refprog.Type) bool {
	switch t.Kind {
	case refprog.Bool, refprog.Int, refprog.Error:
		return false
	}
	return t.Handle != "" || t.Kind != refprog.Other
}

// putsBack reports whether an operation adds to the container that is its argument i,
// takes from it, or stores it where it comes from.
func (w *work) putsBack(f *refprog.Func, op *refprog.Op, i int, q *reading) bool {
	if q.into == "" {
		return false
	}
	switch op.Kind {
	case refprog.Append, refprog.SliceOf, refprog.MapStore, refprog.MapDelete, refprog.Next:
		return i == 0
	case refprog.Store:
		return i == 0 || op.Args[0].Kind == refprog.RegOperand && fieldAddresses(f)[op.Args[0].Reg] == q.into
	}
	return false
}

// harmless reports whether an operation only reads its argument i.
func (w *work) harmless(op *refprog.Op, i int, q *reading) bool {
	switch op.Kind {
	case refprog.Nop, refprog.Copy, refprog.Opaque, refprog.Compare, refprog.Arith, refprog.Not, refprog.MakeTuple,
		refprog.Extract, refprog.MakeIface, refprog.TypeAssert, refprog.FieldAddr, refprog.IndexAddr, refprog.Load,
		refprog.Field, refprog.Index, refprog.MapLoad, refprog.KeepAlive:
		return true
	case refprog.Unknown:
		return op.Flag&refprog.Harmless != 0 && op.Mode != refprog.Spawned
	case refprog.API:
		return op.Mode != refprog.Spawned && w.onlyUses(op, i, q)
	case refprog.Call:
		return op.Mode != refprog.Spawned && w.calleeReads(op, i, q)
	}
	return false
}

func (w *work) onlyUses(op *refprog.Op, i int, q *reading) bool {
	c, ok := w.table.Lookup(op.Name)
	if !ok {
		return false
	}
	switch c.Param(i).Effect {
	case contract.Use, contract.SetValue:
		return true
	case contract.UpRef, contract.Own, contract.EndsBorrows:
		return q.counted
	}
	return false
}

func (w *work) calleeReads(op *refprog.Op, i int, q *reading) bool {
	g := w.universe.Func(op.Name)
	if g == nil || i >= len(g.Params) {
		return false
	}
	if q.busy == nil {
		q.busy = map[string]bool{}
	}
	key := op.Name + "\x00" + string(rune(i))
	if q.busy[key] {
		return true
	}
	q.busy[key] = true
	inner := *q
	inner.returned = true // its result is followed by the caller
	return w.follow(g, g.Params[i], &inner)
}
