package simulate

import (
	"cmp"
	"slices"

	"github.com/sessionlint/sessionlint/internal/refprog"
)

// violation records what the current operation does wrong.
func (m *machine) violation(st *state, check string, at spot) {
	m.claim(st, check, at, tokenRef{ctx: m.site.spot.ctx, at: m.site.spot.at, step: -1})
	st.subj.live = false
}

// claim records one violation with its witness.
func (m *machine) claim(st *state, check string, at spot, token tokenRef) {
	if m.foreign(st, token, at) || m.site.kind == siteTaken && check != "missingfree" && check != "doublefree" {
		return // whatever else is wrong is so without the field
	}
	if st.weak != "" && !m.options.Strict {
		m.weak++
		return
	}
	c := m.newClaim(st, check, at, token)
	if end := st.subj.ended; end != nil && check == "danglingborrow" {
		c.EndedBy, c.EndedIf = end.call, end.why
	}
	c.Rule, c.Field = st.subj.rule, st.subj.field
	if check == "missingfree" {
		c.inside, c.yielded = st.subj.inside, st.subj.yielded
	}
	m.claims = m.withClaim(m.claims, c)
}

// newClaim makes a claim of the way so far.
func (m *machine) newClaim(st *state, check string, at spot, token tokenRef) Claim {
	c := Claim{
		Claim: refprog.Claim{
			Check: check, Site: m.ref(spot{token.ctx, token.at}), SiteStep: token.step, At: m.ref(at),
			Witness: refprog.Witness{Func: m.fn.Key, Steps: st.trail.steps()},
		},
		SiteChain: m.chain(spot{token.ctx, token.at}),
		AtChain:   m.chain(at),
		Outside:   st.subj.base == outside,
		Entry:     m.site.kind == siteEntry,
		Weak:      st.weak,
		Param:     m.site.arg,
		Kept:      check == "danglingborrow" && !st.subj.lost,
	}
	if c.SiteStep < 0 && m.site.kind == siteResult {
		for i, s := range c.Witness.Steps {
			if s.Kind == refprog.OutcomeStep && s.At == c.Site && s.Choice == 1 {
				c.SiteStep = i
			}
		}
	}
	return c
}

// withClaim adds a claim to others, if it is new.
func (m *machine) withClaim(claims []Claim, c Claim) []Claim {
	same := 0
	for _, d := range claims {
		if d.Check == c.Check && d.Site == c.Site && slices.Equal(d.SiteChain, c.SiteChain) {
			if d.At == c.At && slices.Equal(d.AtChain, c.AtChain) && len(m.tracked) == 0 {
				return claims // once a witness was refuted, each other one may be the right one
			}
			same++
		}
	}
	if same == maxClaims {
		return claims
	}
	return append(claims, c)
}

// storesLoan notes that the subject, which is only lent, is put into a field, or among
// its elements.
func (m *machine) storesLoan(st *state, at spot, key string, v value) {
	s := &st.subj
	if v.kind != subjectRef || m.fields[key] == nil || !s.live || s.base != borrowed || len(s.tokens) > 0 || s.passed || s.field != "" || st.weak != "" {
		return
	}
	c := m.newClaim(st, refprog.LoanStored, at, tokenRef{ctx: m.site.spot.ctx, at: m.site.spot.at, step: -1})
	c.Field = key
	m.loans = m.withClaim(m.loans, c)
}

// mayNotOwn notes that a free gives back a reference that an up_ref whose status
// nobody has read may not have added.
func (m *machine) mayNotOwn(st *state, token tokenRef, at spot) {
	s := &st.subj
	b := m.body(m.ctxs.list[token.ctx].fn)
	if token.step < 0 || token.at.op < 0 || s.base == outside || s.offered || len(s.tokens) > 1 {
		return
	}
	if op := &b.Blocks[token.at.block].Ops[token.at.op]; op.Flag&(refprog.NoStatus|refprog.Blank) == 0 {
		return
	}
	c := refprog.Claim{Check: "doublefree", Site: m.ref(spot{token.ctx, token.at}), SiteStep: token.step, At: m.ref(at)}
	if s.base == borrowed && !s.gaveUp {
		c.Check = "borrowedfree"
	}
	if slices.ContainsFunc(m.unchecked, func(d refprog.Claim) bool { return d.Site == c.Site }) {
		return
	}
	c.Witness = refprog.Witness{Func: m.fn.Key, Steps: st.trail.steps()}
	c.Witness.Steps[token.step].Choice = 0
	m.unchecked = append(m.unchecked, c)
}

// foreign reports whether a violation lies, from the reference to its misuse, in
// one call of another package's function: it is that package's, unless a function
// of this package has run in between.
func (m *machine) foreign(st *state, token tokenRef, at spot) bool {
	site, use := m.chain(spot{token.ctx, token.at}), m.chain(at)
	if len(site) < 2 || len(use) < 2 || site[0] != use[0] {
		return false
	}
	for _, r := range append(site[1:], use[1:]...) {
		if b := m.body(r.Func); b == nil || b.Where == "" {
			return false
		}
	}
	for t := st.trail; t != nil; t = t.prev {
		if t.step.Kind != refprog.EnterStep {
			continue
		}
		if t.step.At == site[0] {
			break
		}
		if b := m.body(t.step.Name); b != nil && b.Where == "" {
			return false
		}
	}
	return true
}

// maxClaims bounds the ways one site may be wrong in the same sense.
const maxClaims = 8

// ref names an operation.
func (m *machine) ref(s spot) refprog.OpRef {
	return refprog.OpRef{Func: m.ctxs.list[s.ctx].fn, Block: int(s.at.block), Op: int(s.at.op)}
}

// chain lists the operations that lead to a place, the reporting function's first.
func (m *machine) chain(s spot) []refprog.OpRef {
	out := []refprog.OpRef{m.ref(s)}
	for id := s.ctx; id > 0; {
		c := m.ctxs.list[id]
		out = append(out, m.ref(spot{c.parent, c.call}))
		id = c.parent
	}
	slices.Reverse(out)
	return out
}

// atReturn checks the subject when the reporting function returns: every
// reference that it still holds must be in a place that outlives it.
func (m *machine) atReturn(st *state, blk int, results []value) {
	s := &st.subj
	if m.into != nil {
		m.into.exit(st, blk, results)
		return
	}
	if m.site == nil {
		m.bareOut(st, blk, results)
	}
	if !s.live {
		return
	}
	at := spot{at: opRef{int32(blk), int32(len(m.fn.Blocks[blk].Ops))}}
	if !m.failed(st, results) && !m.use(st, at, results...) {
		return
	}
	if s.base == outside && !s.given {
		m.noteCase(st, blk, results)
		if m.site.kind == siteParam {
			return
		}
	}
	m.atKept(st, results)
	if s.escaped != "" {
		m.lose(s.escaped)
		return
	}
	if !s.racing && m.answered(st, at, results) || s.base == outside && !s.given {
		return
	}
	if s.racing {
		return // handed to a goroutine that frees it
	}
	if m.owedTo(st, results) {
		return
	}
	if s.finalized {
		m.lose("left to a finalizer")
		return
	}
	seen, fuzzy := m.places(st, results)
	n := seen + s.handed
	for _, k := range s.kept {
		if k.root == 0 { // put there first, retained afterwards
			n++
		}
	}
	if s.entry != nil {
		n++
	}
	if s.base == outside {
		n = max(0, n-s.known) // who held it before has a reference of his own
	}
	if fuzzy || n >= len(s.tokens) {
		m.keptUnfreed(st, at, results, n-seen)
		return
	}
	// What was counted further inside is in the place: it is what knows it.
	tokens := slices.Clone(s.tokens)
	slices.SortStableFunc(tokens, func(a, b tokenRef) int {
		return cmp.Compare(m.ctxs.list[b.ctx].depth, m.ctxs.list[a.ctx].depth)
	})
	for _, token := range tokens[n:] {
		m.claim(st, "missingfree", at, token)
	}
}

// failed reports whether the results say that the function has failed: what is
// returned beside an error nobody looks at.
func (m *machine) failed(st *state, results []value) bool {
	if len(results) < 2 {
		return false
	}
	switch last := m.truth(st, results[len(results)-1]); m.fn.Answer {
	case refprog.Error:
		return last == yes
	case refprog.Bool:
		return last == no
	}
	return false
}

// atLoop checks the subject where an endless loop starts again: a reference that
// no register or cell names any more is lost.
func (m *machine) atLoop(b *body, blk int, st *state) {
	s := &st.subj
	if !s.live || s.escaped != "" || s.racing || s.base == outside || len(s.tokens) == 0 || s.handed > 0 || len(s.inside) > 0 {
		return
	}
	to := b.Blocks[blk].Term.Succs[0]
	if b.order[to] > b.order[blk] {
		return
	}
	named := false
	running := st.clone()
	running.frames[0].defers = nil // they never run
	running.each(func(v value) { named = named || v.kind != comparison && v.hasSubject() })
	if named {
		return
	}
	at := spot{at: opRef{int32(blk), int32(len(b.Blocks[blk].Ops))}}
	for _, token := range s.tokens {
		m.claim(st, "missingfree", at, token)
	}
}

// places counts the places that outlive the function and hold the subject. It is
// fuzzy if one of them is of a kind whose count is not known.
func (m *machine) places(st *state, results []value) (n int, fuzzy bool) {
	visible := m.visible(st, results)
	count := func(v value) {
		k, f := occurrences(v)
		n += k
		fuzzy = fuzzy || f
	}
	for _, v := range visible {
		count(v)
	}
	for _, id := range m.reachCells(st, visible...) {
		if i, ok := find(st.cells, id); ok {
			count(st.cells[i].v)
		}
	}
	return n, fuzzy
}

// visible lists what outlives the function.
func (m *machine) visible(st *state, results []value) []value {
	out := append(slices.Clone(results), anonymous)
	for _, h := range st.heap {
		out = append(out, h.v)
	}
	for _, c := range st.shared {
		out = append(out, value{kind: address, id: c})
	}
	return out
}

// occurrences counts the subject in a value. Captured by a function or collected
// in a container, it may be released any number of times.
func occurrences(v value) (n int, fuzzy bool) {
	switch {
	case v.kind == subjectRef:
		return 1, false
	case v.kind == function:
		return 0, v.hasSubject()
	case v.kind == aggregate && (len(v.names) == 0 || slices.Contains(v.names, anyElement)):
		return 0, v.hasSubject()
	case v.kind == comparison || v.kind == negation || v.kind == interior:
		return 0, false
	}
	for _, s := range v.sub {
		k, f := occurrences(s)
		n += k
		fuzzy = fuzzy || f
	}
	return n, fuzzy
}

// lose notes why a site is not decided on some path.
func (m *machine) lose(why string) {
	if m.lost == "" {
		m.lost = why
	}
}
