package simulate

import (
	"slices"

	"github.com/sessionlint/sessionlint/internal/refprog"
)

// maxSameDefers bounds how often one deferred call of a loop is kept: twice is
// enough to see that it runs more than once.
const maxSameDefers = 2

func (m *machine) pushDefer(st *state, c call) {
	f := st.top()
	if c.op.Stack != refprog.NoReg {
		if v := m.reg(st, c.op.Stack); v.kind == deferStack {
			for i := range st.frames {
				if st.frames[i].ctx == v.id-1 {
					f = &st.frames[i]
				}
			}
		}
	}
	f.defers = append(f.defers, deferred{op: c.op, at: c.at, args: c.args, fn: c.b, ctx: st.top().ctx})
	times := 0
	for _, d := range f.defers {
		if d.op == c.op {
			times++
		}
	}
	if f.repeated = f.repeated || times > maxSameDefers; f.repeated {
		f.defers = thinned(f.defers)
	}
}

// thinned keeps the latest maxSameDefers of equal deferred calls. Calls become
// equal when the variables of earlier loop turns lose their identity.
func thinned(list []deferred) []deferred {
	if !repeats(list) {
		return list
	}
	drop := make([]bool, len(list))
	dropped := false
	for i, d := range list {
		n := 0
		for _, e := range list[i+1:] {
			if e.op == d.op && slices.EqualFunc(e.args, d.args, alike) {
				n++
			}
		}
		drop[i] = n >= maxSameDefers
		dropped = dropped || drop[i]
	}
	if !dropped {
		return list
	}
	var out []deferred
	for i, d := range list {
		if !drop[i] {
			out = append(out, d)
		}
	}
	return out
}

// repeats reports whether one operation stands in the list more often than it may
// be kept.
func repeats(list []deferred) bool {
	if len(list) <= maxSameDefers {
		return false
	}
	times := make(map[*refprog.Op]int, len(list))
	for _, d := range list {
		if times[d.op]++; times[d.op] > maxSameDefers {
			return true
		}
	}
	return false
}

// alike reports whether two values are the same as far as the property goes.
func alike(a, b value) bool {
	return same(a, b) || !a.structural() && !b.structural()
}

// runDefers runs what the innermost activation has deferred, last first.
func (m *machine) runDefers(st *state) []*state {
	var done []*state
	work := []*state{st}
	for len(work) > 0 {
		s := work[len(work)-1]
		work = work[:len(work)-1]
		f := s.top()
		if len(f.defers) == 0 {
			done = append(done, s)
			continue
		}
		d := f.defers[len(f.defers)-1]
		f.defers = f.defers[: len(f.defers)-1 : len(f.defers)-1]
		next := m.callNow(s, call{b: d.fn, ctx: d.ctx, at: d.at, op: d.op, args: slices.Clone(d.args)})
		for i := len(next) - 1; i >= 0; i-- {
			work = append(work, next[i])
		}
	}
	return done
}
