package refprog

// HandleRead is the kind of handle that an operation of a function reads, alone or
// beside whether there is one; "" if it reads none.
func HandleRead(f *Func, op *Op) string {
	if op.Flag&CommaOk == 0 {
		return f.Regs[op.Dst].Type.Handle
	}
	for _, b := range f.Blocks {
		for i := range b.Ops {
			if x := &b.Ops[i]; x.Kind == Extract && x.N == 0 && x.Args[0].IsReg(op.Dst) {
				return f.Regs[x.Dst].Type.Handle
			}
		}
	}
	return ""
}
