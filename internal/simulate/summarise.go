package simulate

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/sessionlint/sessionlint/internal/refprog"
	"github.com/sessionlint/sessionlint/internal/summary"
)

// This file computes summaries for the calls that are not executed in place. A function
// is run from its entry with the reference at one place as the subject, or for the
// references that it acquires; each way out becomes a case (project.go). The components
// of mutual recursion are found as their summaries are asked for (Tarjan's low links):
// what is under way answers with what is known so far, at first that it does not return,
// until a round adds nothing. Only the head of a component goes round.

const (
	maxRounds       = 5       // of one component, then it is widened
	maxNested       = 24      // summaries that wait for each other
	maxSummarySteps = 600_000 // operations executed for all summaries of a package
)

// focus is what a summary is of.
type focus struct {
	fn     string
	on     summary.Path
	unread bool // nobody reads the status that the function passes on
}

// summaries are those of one package.
type summaries struct {
	done    map[focus]*summary.Summary
	pending []*pendingSummary
	members map[focus]ringMember
	steps   int
	reach   map[string]map[string]bool // what a function calls, also by others
}

// pendingSummary is one that is being computed.
type pendingSummary struct {
	focus
	known   *summary.Summary
	low     int  // the outermost pending one that it rests on
	asked   bool // somebody has used known
	changed bool // a round has changed a member of the component that it is the head of
}

// ringMember is a summary that rests on one that is not finished, the head of the
// component of mutual recursion. It is computed once in each round of the head.
type ringMember struct {
	sum   *summary.Summary
	low   int  // the head
	fresh bool // of this round
}

// summaryOf returns what a function does to a focus.
func (s *Simulator) summaryOf(f focus) *summary.Summary {
	all := &s.summaries
	if sum, ok := all.done[f]; ok {
		return sum
	}
	for i, p := range all.pending {
		if p.focus == f {
			all.rests(i)
			return p.known
		}
	}
	before, again := all.members[f]
	if again && before.fresh {
		all.rests(before.low)
		return before.sum
	}
	if len(all.pending) >= maxNested {
		return widened(f, "too many functions deep")
	}
	depth := len(all.pending)
	p := &pendingSummary{focus: f, low: depth, known: &summary.Summary{Func: f.fn, On: f.on}}
	if again {
		p.known = before.sum
	}
	all.pending = append(all.pending, p)
	defer func() { all.pending = all.pending[:depth] }()
	for round := 0; ; round++ {
		p.asked, p.changed = false, false
		next := s.summarise(f)
		p.changed = p.changed || !next.Same(p.known)
		if p.low < depth {
			up := all.pending[depth-1]
			up.low, up.changed = min(up.low, p.low), up.changed || p.changed
			all.members[f] = ringMember{sum: next, low: p.low, fresh: true}
			return next
		}
		p.known = next
		if !p.asked || !p.changed {
			break
		}
		if round == maxRounds {
			p.known = widened(f, "recursion without a fixed point")
			break
		}
		all.stale(depth)
	}
	maps.DeleteFunc(all.members, func(_ focus, m ringMember) bool { return m.low >= depth })
	all.done[f] = p.known
	return p.known
}

// rests notes that the innermost summary under way rests on a pending one.
func (all *summaries) rests(on int) {
	top := all.pending[len(all.pending)-1]
	top.low = min(top.low, on)
	all.pending[on].asked = true
}

// stale has the members of a component computed again, in the next round of its head.
func (all *summaries) stale(head int) {
	for f, m := range all.members {
		if m.low >= head {
			m.fresh = false
			all.members[f] = m
		}
	}
}

func widened(f focus, why string) *summary.Summary {
	sum := &summary.Summary{Func: f.fn, On: f.on}
	sum.Widen(why)
	return sum
}

// summarise runs a function once for its summary, at first with ways apart that differ
// in what they know of what is passed, then with those merged.
func (s *Simulator) summarise(f focus) *summary.Summary {
	for _, apart := range []bool{true, false} {
		if s.summaries.steps > maxSummarySteps {
			return widened(f, "too much work")
		}
		m := s.machine(f.fn, Options{})
		if m == nil {
			return widened(f, "no body")
		}
		m.into = newProjection(m, f)
		m.into.apart = apart
		switch f.on.Root {
		case summary.Acquired:
			m.acquisitions()
		case summary.Nothing:
			entry := &state{frames: []frame{{fn: m.fn}}}
			m.followSite(&site{siteKey: siteKey{kind: siteParam, arg: -1, spot: spot{at: opRef{op: -1}}}, outer: opRef{-1, -1}, starts: []*state{entry}})
		default:
			if !m.fromPath(f.on) {
				return widened(f, "no such place")
			}
		}
		s.summaries.steps += m.steps
		if m.gaveUp == "" {
			return m.into.finish()
		}
		if !apart {
			return widened(f, m.gaveUp)
		}
	}
	panic("unreachable")
}

// fromPath runs the function with what is at a path as the subject.
func (m *machine) fromPath(on summary.Path) bool {
	entry := &state{frames: []frame{{fn: m.fn}}, subj: subject{live: true, base: outside}}
	if !m.plant(entry, on) {
		return false
	}
	entry.subj.known, _ = m.places(entry, nil)
	m.followSite(&site{siteKey: siteKey{kind: siteParam, arg: on.Index, spot: spot{at: opRef{op: -1}}}, starts: []*state{entry}})
	return true
}

// plant puts the subject at a path of an entry state.
func (m *machine) plant(st *state, on summary.Path) bool {
	root, ok := m.rootValue(on)
	if !ok {
		return false
	}
	legs := strings.Split(on.Steps, "*")
	if slices.ContainsFunc(legs[1:], func(leg string) bool { return strings.HasPrefix(leg, "[") }) {
		return false // which elements a loop has is not known
	}
	if len(legs) == 1 {
		if on.Root == summary.Global {
			return false
		}
		m.assign(st, m.rootRegister(on), m.set(root, on.Steps, subjectV))
		return true
	}
	at := root
	if legs[0] != "" {
		at = m.element(st, root, legs[0])
	}
	for i, leg := range legs[1:] {
		if at.kind != unknown || at.id == 0 {
			return false
		}
		if m.syms.origin(at.id).kind != symGlobal {
			st.setFact(at.id, fact{nilness: notNil})
		}
		a, ok := asAddress(behind(at, leg))
		if !ok {
			return false
		}
		if i == len(legs)-2 {
			m.remember(st, a, subjectV)
			break
		}
		at = m.load(st, a)
	}
	return true
}

// rootRegister is the register that a path starts from.
func (m *machine) rootRegister(p summary.Path) refprog.Reg {
	list := m.fn.Params
	if p.Root == summary.Captured {
		list = m.fn.Free
	}
	if p.Index >= len(list) {
		return refprog.NoReg
	}
	return list[p.Index]
}

func (m *machine) rootValue(p summary.Path) (value, bool) {
	if p.Root == summary.Global {
		return symbol(m.syms.global(p.Name)), true
	}
	r := m.rootRegister(p)
	if r == refprog.NoReg {
		return anonymous, false
	}
	return symbol(m.syms.register(0, int32(r))), true
}

// acquisitions runs the function for each reference that it acquires.
func (m *machine) acquisitions() {
	m.base()
	steps := m.steps
	for _, s := range m.order {
		if steps > maxFunctionSteps {
			m.giveUp(fmt.Sprintf("more than %d operations", maxFunctionSteps))
		}
		if m.gaveUp != "" {
			break
		}
		if s.kind != siteResult {
			continue
		}
		m.followSite(s)
		steps += m.steps
	}
	m.steps = steps
	_, skipped := m.beyondLimits()
	m.into.sum.Partial = len(skipped) > 0
}

// Summary returns the summaries of a function: of the places whose count it changes, in
// the order of its parameters, and of what it acquires. They are computed when they are
// asked for.
func (s *Simulator) Summary(key string) []*summary.Summary {
	m := s.machine(key, Options{})
	if m == nil {
		return nil
	}
	m.into = newProjection(m, focus{fn: key})
	m.base()
	paths := m.into.counted
	slices.SortFunc(paths, summary.Compare)
	var out []*summary.Summary
	if m.gaveUp != "" { // there may be more places
		out = append(out, widened(focus{fn: key, on: summary.Path{Root: summary.Nothing}}, m.gaveUp))
	}
	for _, on := range append(slices.Compact(paths), summary.Path{Root: summary.Acquired}) {
		sum := s.summaryOf(focus{fn: key, on: on})
		if len(sum.Cases) > 0 || sum.Partial || sum.Widened != "" {
			out = append(out, sum)
		}
	}
	return out
}

// recursive reports whether a function can call itself, as far as calls are static.
func (s *Simulator) recursive(key string) bool { return s.reached(key)[key] }

// reached are the functions that one calls, also by others, as far as calls are static.
func (s *Simulator) reached(key string) map[string]bool {
	if r, ok := s.summaries.reach[key]; ok {
		return r
	}
	seen := map[string]bool{}
	var visit func(k string)
	visit = func(k string) {
		for _, c := range s.callees(k) {
			if !seen[c] {
				seen[c] = true
				visit(c)
			}
		}
	}
	visit(key)
	s.summaries.reach[key] = seen
	return seen
}

// entryKey tells states apart that know different things of what was passed.
func (m *machine) entryKey(st *state, b *strings.Builder) {
	if m.into == nil || !m.into.apart {
		return
	}
	for _, e := range st.facts {
		if _, ok := m.pathOf(e.sym); !ok {
			continue
		}
		n, exact := e.f.exactly()
		fmt.Fprintf(b, "|%d:%d %t%d", e.sym, e.f.nilness, exact, apart(n))
	}
}
