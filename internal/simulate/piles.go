package simulate

import "github.com/sessionlint/sessionlint/internal/refprog"

// This file is about the elements of fields that are slices or maps of which nobody
// frees any.

// listed is the type of the elements of a slice that is made of listed ones, as the
// arguments of a variadic call are.
func listed(f *refprog.Func, slice refprog.Operand) refprog.Type {
	array := refprog.NoReg
	at := map[refprog.Reg]bool{} // addresses in the array
	for _, b := range f.Blocks {
		for i := range b.Ops {
			if op := &b.Ops[i]; op.Kind == refprog.SliceOf && slice.IsReg(op.Dst) && op.Args[0].Kind == refprog.RegOperand {
				array = op.Args[0].Reg
			}
		}
	}
	for _, b := range f.Blocks {
		for i := range b.Ops {
			switch op := &b.Ops[i]; {
			case array == refprog.NoReg:
			case op.Kind == refprog.IndexAddr && op.Args[0].IsReg(array):
				at[op.Dst] = true
			case op.Kind == refprog.Store && op.Args[0].Kind == refprog.RegOperand && at[op.Args[0].Reg] && op.Args[1].Kind == refprog.RegOperand:
				return f.Regs[op.Args[1].Reg].Type
			}
		}
	}
	return refprog.Type{}
}

// pile notes that the container which the subject was put in is a field's of which
// nobody frees the elements.
func (m *machine) pile(st *state, container value) {
	key := m.elementsOf(container)
	s := &st.subj
	if u := m.fields[key]; u != nil && u.unfreed && (s.piledIn == "" || s.piledIn == key) {
		s.piled++
		s.piledIn = key
	}
}
