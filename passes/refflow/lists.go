package refflow

import "github.com/sessionlint/sessionlint/internal/refprog"

// closeElements adds to the closed fields, as "path.T.f[]", the elements of those that
// hold a slice or a map which nobody has but through the field: it is made where it is
// stored, empty, and then only added to, read and stored there again.
func (w *work) closeElements(closed fieldSet) {
	lists := fieldSet{}
	for _, g := range w.prog.Funcs {
		at := fieldAddresses(g)
		for _, b := range g.Blocks {
			for i := range b.Ops {
				op := &b.Ops[i]
				key := ""
				switch {
				case op.Kind == refprog.Field:
					key = fieldKey(g, op)
				case (op.Kind == refprog.Load || op.Kind == refprog.Store) && op.Args[0].Kind == refprog.RegOperand:
					key = at[op.Args[0].Reg]
				}
				if !closed[key] {
					continue
				}
				private, seen := lists[key]
				if !seen {
					private = true
				}
				if op.Kind == refprog.Store {
					private = private && w.makesList(g, op.Args[1], key)
				} else {
					private = private && op.Dst != refprog.NoReg && g.Regs[op.Dst].Type.Kind == refprog.Container && w.onlyElements(g, op.Dst, key)
				}
				lists[key] = private
			}
		}
	}
	for key, private := range lists {
		if private {
			closed[key+"[]"] = true
		}
	}
}

// makesList reports whether a container that is stored in a field is none, a new one,
// or the one that the field holds with more or fewer elements.
func (w *work) makesList(g *refprog.Func, o refprog.Operand, key string) bool {
	if o.Kind != refprog.RegOperand {
		return true
	}
	op := definition(g, o)
	if op == nil {
		return false
	}
	switch op.Kind {
	case refprog.MakeContainer:
		uses := 0
		for _, b := range g.Blocks {
			for i := range b.Ops {
				for _, a := range b.Ops[i].Args {
					if a.IsReg(o.Reg) {
						uses++
					}
				}
			}
		}
		return uses == 1 && w.onlyElements(g, o.Reg, key)
	case refprog.Append, refprog.SliceOf:
		return w.makesList(g, op.Args[0], key)
	case refprog.Load:
		return op.Args[0].Kind == refprog.RegOperand && fieldAddresses(g)[op.Args[0].Reg] == key
	}
	return false
}

// onlyElements reports whether a container goes nowhere but back to the field it is
// of: its elements may go anywhere.
func (w *work) onlyElements(g *refprog.Func, container refprog.Reg, key string) bool {
	at := fieldAddresses(g)
	is := map[refprog.Reg]bool{container: true} // the container, and what it becomes
	elements := map[refprog.Reg]bool{}          // addresses of its elements
	named := func(set map[refprog.Reg]bool, os []refprog.Operand, from int) bool {
		for i, o := range os {
			if i >= from && o.Kind == refprog.RegOperand && set[o.Reg] {
				return true
			}
		}
		return false
	}
	for size := 0; size != len(is)+len(elements); {
		size = len(is) + len(elements)
		for _, b := range g.Blocks {
			for _, ph := range b.Phis {
				if named(is, ph.Args, 0) || named(elements, ph.Args, 0) {
					return false
				}
			}
			if b.Term.Kind == refprog.Return && (named(is, b.Term.Args, 0) || named(elements, b.Term.Args, 0)) {
				return false
			}
			for i := range b.Ops {
				op := &b.Ops[i]
				if named(elements, op.Args, 0) && !(op.Kind == refprog.Load || op.Kind == refprog.Store && !named(elements, op.Args, 1)) {
					return false
				}
				if !named(is, op.Args, 0) {
					continue
				}
				first := !named(is, op.Args, 1)
				switch op.Kind {
				case refprog.IndexAddr:
					elements[op.Dst] = true
				case refprog.Append, refprog.SliceOf, refprog.Copy:
					is[op.Dst] = true
				case refprog.Index, refprog.MapLoad, refprog.MapStore, refprog.MapDelete, refprog.Next, refprog.KeepAlive:
				case refprog.Opaque, refprog.Compare:
					first = true
				case refprog.Store:
					first = op.Args[0].Kind == refprog.RegOperand && at[op.Args[0].Reg] == key
				default:
					return false
				}
				if !first {
					return false
				}
			}
		}
	}
	return true
}
