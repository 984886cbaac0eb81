package simulate

import (
	"fmt"

	"github.com/sessionlint/sessionlint/internal/contract"
	"github.com/sessionlint/sessionlint/internal/refprog"
)

// results assigns what the call returns.
func (m *machine) results(st *state, c call, f *contract.Function, outcome tri, isSite bool) {
	dst := c.op.Dst
	if isSite && outcome == yes {
		m.becomeSubject(st, c, f)
		if m.site.kind == siteWritten {
			m.store(st, c.spot(), c.args[m.site.arg], subjectV)
		}
	}
	if c.op.Mode != refprog.Now || dst == refprog.NoReg {
		if isSite && outcome == yes && m.site.kind == siteResult {
			m.reuseOut(st, c, f, subjectV)
		}
		return
	}
	vals := make([]value, len(f.Results))
	for i, r := range f.Results {
		part := ""
		if len(f.Results) > 1 {
			part = fmt.Sprintf("#%d", i)
		}
		vals[i] = m.result(st, c, f, r, m.fresh(st, int(c.at.block), dst, part), outcome, isSite)
	}
	switch {
	case len(vals) == 0:
	case len(vals) == 1 && c.b.Regs[dst].Type.Kind == refprog.Tuple:
		m.assign(st, dst, tupleV(vals[0], m.fresh(st, int(c.at.block), dst, "#1")))
	case len(vals) == 1:
		m.assign(st, dst, vals[0])
	default:
		m.assign(st, dst, tupleV(vals...))
	}
	for i, a := range c.args {
		if p := f.Param(i); p.Effect == contract.Own && p.By == contract.ByResult && len(vals) > 0 && outcome != no {
			m.keptBy(st, a, vals[0], false)
		}
	}
}

func (m *machine) result(st *state, c call, f *contract.Function, r contract.Result, v value, outcome tri, isSite bool) value {
	site := isSite && m.site.kind != siteWritten
	if f.Pure && r.Ownership != contract.Owned && c.op.Flag&refprog.NonNil == 0 && r.Ownership != contract.Borrowed {
		if id := m.syms.computed(f.Name, c.args, st.epoch); id != 0 {
			m.ask(st, f.Name, c.args, symbol(id))
			return symbol(id)
		}
	}
	if c.op.Flag&refprog.NonNil != 0 || r.NonNil {
		st.setFact(v.id, fact{nilness: notNil})
	}
	switch r.Ownership {
	case contract.Owned:
		if site {
			if outcome == no {
				return zeroValue
			}
			return subjectV
		}
		fc := st.fact(v.id)
		fc.api, fc.handle, fc.held, fc.fresh = true, true, 1, r.Fresh
		st.setFact(v.id, fc)
	case contract.Borrowed:
		if site {
			if outcome == no {
				return zeroValue
			}
			return subjectV
		}
		fc := st.fact(v.id)
		fc.api, fc.handle, fc.lent = true, true, true
		if r.From < len(c.args) {
			fc.lender = []value{c.args[r.From]}
		}
		st.setFact(v.id, fc)
	case contract.OwnedUnlessReuse:
		return m.reuse(st, c, r, v, outcome, site)
	case contract.Status, contract.ErrorResult:
		return m.status(st, f, r, v, outcome)
	default:
		m.ask(st, f.Name, c.args, v)
	}
	return v
}

// status is the value of a status result.
func (m *machine) status(st *state, f *contract.Function, r contract.Result, v value, outcome tri) value {
	success := f.Success
	if r.Ownership == contract.ErrorResult {
		success = contract.NilErr
	}
	if outcome == maybe {
		if success == contract.One {
			st.setFact(v.id, fact{hasLo: true, hasHi: true, lo: 0, hi: 1})
		}
		return v
	}
	ok := outcome == yes
	switch success {
	case contract.True, contract.One, "":
		return boolV(ok)
	case contract.NonZero:
		ok = !ok
		fallthrough
	default: // Zero, NilErr: success is the zero value
		if ok {
			return zeroValue
		}
		st.setFact(v.id, fact{nilness: notNil})
	}
	return v
}

// reuse is the result of a d2i-like call: a new reference unless an object was
// handed in to be overwritten.
func (m *machine) reuse(st *state, c call, r contract.Result, v value, outcome tri, site bool) value {
	if site {
		if outcome == no {
			return zeroValue
		}
		m.reuseInto(st, c, r, subjectV)
		return subjectV
	}
	if r.From < len(c.args) {
		if into := c.args[r.From]; into.kind == address {
			old := m.load(st, into)
			if old.kind == subjectRef {
				if outcome == no {
					return zeroValue
				}
				return subjectV
			}
			if m.truth(st, old) == no {
				m.reuseInto(st, c, r, v)
			} else {
				m.reuseInto(st, c, r, anonymous)
				return v
			}
		}
	}
	st.setFact(v.id, fact{api: true, handle: true, held: 1, fresh: true})
	return v
}

func (m *machine) reuseInto(st *state, c call, r contract.Result, v value) {
	if r.From < len(c.args) && c.args[r.From].kind == address {
		m.store(st, c.spot(), c.args[r.From], v)
	}
}

// reuseOut stores the subject through the out parameter when the result itself is
// dropped.
func (m *machine) reuseOut(st *state, c call, f *contract.Function, v value) {
	for _, r := range f.Results {
		if r.Ownership == contract.OwnedUnlessReuse {
			m.reuseInto(st, c, r, v)
		}
	}
}
