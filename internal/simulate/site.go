package simulate

import (
	"slices"

	"github.com/sessionlint/sessionlint/internal/contract"
	"github.com/sessionlint/sessionlint/internal/refprog"
)

// siteKind says how a site gives its reference.
type siteKind uint8

const (
	siteResult  siteKind = iota // a call returns it
	siteOutside                 // it came from outside; this is the first call that changes its count
	siteEntry                   // the library lends or offers it to a callback
	siteOut                     // a callback gives it away at this return
	siteParam                   // a parameter of the reporting function; only its cases are of interest
	siteWritten                 // a call writes it through its argument arg
	siteField                   // it is in a field that this store overwrites
	siteTaken                   // it is read from a field that owns it, and something else is stored there
)

// siteKey identifies a site: an operation in an activation.
type siteKey struct {
	spot spot
	kind siteKind
	arg  int // siteEntry, siteParam: parameter; siteWritten: argument
}

// spot is an operation of an activation.
type spot struct {
	ctx int32
	at  opRef
}

// site is one reference to follow.
type site struct {
	siteKey
	handle string
	outer  opRef // the operation of the reporting function that contains it
	cyclic bool  // it may be executed again on the same path
	starts []*state
	keys   []string
	until  contract.Until // lent by a call: what ends it
	lentBy string         // canonical name of that call
	ready  []Claim        // siteOut, siteField: what the base run claims
}

// isSite reports whether this call, now, gives the reference that is followed.
func (m *machine) isSite(st *state, c call) bool {
	return m.site != nil && m.site.kind != siteEntry && m.site.kind != siteParam && m.site.kind != siteTaken && !st.subj.live && m.site.spot == c.spot()
}

// inside reports whether the call at the given place leads to the site.
func (s *site) inside(m *machine, ctx int32, at opRef) bool {
	for id := s.spot.ctx; id > 0; {
		c := m.ctxs.list[id]
		if c.parent == ctx && c.call == at {
			return true
		}
		id = c.parent
	}
	return false
}

// noteSites registers the sites that a call is, in the base run.
func (m *machine) noteSites(st *state, c call, f *contract.Function) {
	if m.site != nil || c.op.Mode == refprog.Spawned {
		return
	}
	for _, r := range f.Results {
		switch r.Ownership {
		case contract.Owned, contract.Borrowed:
			m.noteSite(c, siteResult, 0, r.Handle)
		case contract.OwnedUnlessReuse:
			if m.makesNew(st, c, r) {
				m.noteSite(c, siteResult, 0, r.Handle)
			}
		}
	}
	for i, a := range c.args {
		if f.Param(i).Effect == contract.OutBorrowed && a.kind == address && !a.root {
			m.noteSite(c, siteWritten, i, f.Param(i).Handle)
		}
	}
	if i := m.outsideArg(st, c, f); i >= 0 {
		m.touches(c.args[i].id, f.Handle)
		if m.into != nil {
			m.into.noteCounted(c.args[i].id)
		}
		m.noteSite(c, siteOutside, 0, f.Handle)
	}
}

// makesNew reports whether a d2i-like call returns a new reference.
func (m *machine) makesNew(st *state, c call, r contract.Result) bool {
	if r.From >= len(c.args) {
		return true
	}
	into := c.args[r.From]
	return into.kind == zero || into.kind == address && m.truth(st, m.load(st, into)) == no
}

// outsideArg finds the argument whose count the call changes although nobody here
// has acquired it.
func (m *machine) outsideArg(st *state, c call, f *contract.Function) int {
	for i, a := range c.args {
		switch f.Param(i).Effect {
		case contract.Free, contract.Take, contract.UpRef:
		default:
			continue
		}
		if a.kind != unknown || a.id == 0 {
			continue
		}
		if fc := st.fact(a.id); !fc.api && fc.nilness != isNil {
			return i
		}
	}
	return -1
}

// adoptOutside makes the argument the subject.
func (m *machine) adoptOutside(st *state, c call, f *contract.Function) {
	i := m.outsideArg(st, c, f)
	if i < 0 {
		return
	}
	id := c.args[i].id
	st.subj = subject{live: true, base: outside}
	if key := m.heldBy[id]; m.fields[key].lends() && !st.isNoted(typeOfField(key)+"?") {
		st.subj = subject{live: true, base: borrowed, lenders: []value{symbol(m.syms.global("an owner that is not known"))}, field: key, rule: refprog.Borrowing}
	}
	m.adopted = id
	m.replaceSymbol(st, id, subjectV)
	st.subj.known, _ = m.places(st, nil)
	for j := range c.args {
		if c.args[j].kind == unknown && c.args[j].id == id {
			c.args[j] = subjectV
		}
	}
}

// becomeSubject starts to follow the reference that the call returns.
func (m *machine) becomeSubject(st *state, c call, f *contract.Function) {
	s := subject{live: true}
	for _, r := range f.Results {
		switch r.Ownership {
		case contract.Owned, contract.OwnedUnlessReuse:
			s.base, s.fresh = owned, r.Fresh
			s.tokens = []tokenRef{{ctx: c.ctx, at: c.at, step: st.trail.n - 1}}
		case contract.Borrowed:
			if m.site.kind == siteResult {
				m.lentBy(&s, c, f, r.From)
				m.site.until = r.Until
			}
		}
	}
	if m.site.kind == siteWritten {
		m.lentBy(&s, c, f, f.Param(m.site.arg).From)
	}
	st.subj = s
}

// lentBy makes the subject one that argument from of the call lends.
func (m *machine) lentBy(s *subject, c call, f *contract.Function, from int) {
	m.site.lentBy = f.Like
	s.base = borrowed
	if from >= len(c.args) {
		return
	}
	s.lenders = []value{c.args[from]}
	if l := c.args[from]; l.kind == unknown && l.id == 0 || l.kind != unknown && l.kind != address && l.kind != iface {
		s.lenders = []value{symbol(m.syms.global("an owner that is not known"))}
	}
}

func (m *machine) noteSite(c call, kind siteKind, arg int, handle string) {
	h, ok := m.table.Handle(handle)
	if ok && h.OwnerOnly && !m.options.Strict || !ok && kind == siteOutside {
		return
	}
	k := siteKey{spot: c.spot(), kind: kind, arg: arg}
	s := m.found[k]
	if s == nil {
		s = &site{
			siteKey: k, handle: handle, outer: m.outer.at,
			cyclic: m.ctxs.list[c.ctx].cyclic || c.b.cyclic[c.at.block] || m.fn.cyclic[m.outer.at.block],
		}
		m.found[k] = s
		m.order = append(m.order, s)
	}
	if m.outer.pre == nil {
		return
	}
	key := m.key(m.outer.pre, m.fn, int(m.outer.at.block))
	if i := slices.Index(s.keys, key); i >= 0 {
		m.join(s.starts[i], m.outer.pre, m.fn, -3, true)
		return
	}
	s.keys = append(s.keys, key)
	s.starts = append(s.starts, m.outer.pre.clone())
}

// entrySites are the parameters that the library lends or offers to a callback.
func (m *machine) entrySites(entry *state) {
	kind, ok := m.table.CallbackKind(m.fn.Callback)
	if m.fn.Callback == "" || !ok {
		return
	}
	for i, p := range kind.Params {
		at, ok := m.fn.Handed(i, len(kind.Params))
		if p.Given != "lent" && p.Given != "offered" || !ok {
			continue
		}
		if h, ok := m.table.Handle(p.Handle); !ok || h.OwnerOnly {
			continue
		}
		if p.Given == "offered" {
			m.offerSite(entry, at, p.Handle)
			continue
		}
		st := entry.clone()
		library := symbol(m.syms.global("the library during a callback"))
		st.subj = subject{live: true, base: borrowed, lenders: []value{library}}
		m.assign(st, m.fn.Params[at], subjectV)
		s := &site{
			siteKey: siteKey{kind: siteEntry, arg: at, spot: spot{at: opRef{op: -1}}},
			handle:  p.Handle, starts: []*state{st},
		}
		m.order = append(m.order, s)
	}
}
