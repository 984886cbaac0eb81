package refprog

// PassesStatus reports whether a function does one thing that can succeed or fail
// and returns whether it did: a wrapper around a contracted function, or around
// another wrapper.
func PassesStatus(f *Func) bool {
	if f.Results != 1 {
		return false
	}
	did := 0
	for _, b := range f.Blocks {
		for i := range b.Ops {
			switch op := &b.Ops[i]; op.Kind {
			case API, Call:
				if op.Mode != Now || op.Dst == NoReg || op.Flag&(NoStatus|Blank) != 0 {
					return false
				}
				did++
			case Invoke, Method, Unknown, Store, Send, MapStore, Escape, RunDefers:
				return false
			}
		}
	}
	return did == 1
}
