package simulate

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/sessionlint/sessionlint/internal/refprog"
)

// Options of a simulation.
type Options struct {
	Strict bool // also claim what needs weak assumptions
	// Track lists registers, by function key, whose values keep states apart: a
	// refuted witness has named them.
	Track map[string][]refprog.Reg
	// Only, if set, is the one site to follow.
	Only *SiteID
}

// SiteID identifies a site of one function for a second look. It is stable
// between simulations of the same function with the same Universe.
type SiteID struct {
	Chain string
	Kind  siteKind
	Arg   int
}

// A Claim is a violation that simulate believes in, to be confirmed by replay.
type Claim struct {
	refprog.Claim
	// SiteChain and AtChain lead from the reporting function to the operations
	// Site and At: calls first, the operation itself last.
	SiteChain, AtChain []refprog.OpRef
	Outside            bool   // the reference came from outside the function
	Entry              bool   // it was lent to a callback: parameter Param
	Param              int    // see Entry
	Weak               string // why only strict mode believes it
	Kept               bool   // danglingborrow: At puts it where it outlives its owner
	EndedBy, EndedIf   string // danglingborrow: the call that ends the loan, if it is not sure to, and on what condition
	Duty               string // callbackref: what is wrong, one of the Duty constants
	ID                 SiteID
	inside             []int32 // missingfree: the local containers that hold the subject
	yielded            bool    // missingfree: an iterator has passed it to the body of a loop
}

// A Site is what became of one site.
type Site struct {
	At     refprog.OpRef
	Chain  []refprog.OpRef
	Handle string
	Lost   string // why it could not be decided on some path, or ""
	Weak   int    // claims that only strict mode would make
}

// A Result is all that is claimed of one function.
type Result struct {
	Claims []Claim
	Sites  []Site
	// Loans are the places where a loan is put into a field of the package, to be
	// confirmed as claims are.
	Loans []Claim
	// Pairs are ways through the function that change the count of a parameter
	// differently.
	Pairs []Pair
	// Unchecked are what the frees of references do whose up_ref may have failed
	// unnoticed: the claimed site is that up_ref, which fails in the witness.
	Unchecked []refprog.Claim
	// GaveUp is the limit that the base run hit, so that sites may be missing, or
	// that all sites together hit, so that the last ones are lost.
	GaveUp string
	// Entered lists the functions whose bodies were executed in place, Spawned those
	// that were so only as goroutines; both sorted.
	Entered, Spawned []string
	// Applied lists the functions whose summaries took the place of their bodies; sorted.
	Applied []string
	// Summarised lists the calls that were not executed in place because they are too
	// deep, too large or recursive, and whose callee's summary was applied; Skipped those
	// of which nothing was known. Both are sorted.
	Summarised, Skipped []refprog.OpRef
	// Steps is the number of operations executed.
	Steps int
}

// Function simulates the function with the given key.
func (s *Simulator) Function(key string, o Options) Result {
	m := s.machine(key, o)
	if m == nil {
		return Result{}
	}
	var res Result
	m.base()
	res.GaveUp = m.gaveUp
	res.Steps = m.steps
	res.Entered, res.Spawned = m.entered()
	res.Applied = m.applied()
	for _, s := range m.order {
		if s.kind == siteTaken && !slices.Contains(m.taken, s.siteKey) {
			continue
		}
		id := m.id(s)
		if o.Only != nil && *o.Only != id {
			continue
		}
		if res.Steps > maxFunctionSteps {
			res.GaveUp = fmt.Sprintf("more than %d operations in all", maxFunctionSteps)
			if s.kind != siteField {
				res.Sites = append(res.Sites, Site{At: m.ref(s.spot), Chain: m.chain(s.spot), Handle: s.handle, Lost: res.GaveUp})
			}
			continue
		}
		m.followSite(s)
		for _, c := range m.claims {
			c.ID = id
			res.Claims = append(res.Claims, c)
		}
		for _, c := range m.loans {
			c.ID = id
			res.Loans = append(res.Loans, c)
		}
		lost := m.lost
		if m.gaveUp != "" {
			lost = m.gaveUp
		}
		if s.kind == siteField {
			continue
		}
		res.Sites = append(res.Sites, Site{At: m.ref(s.spot), Chain: m.chain(s.spot), Handle: s.handle, Lost: lost, Weak: m.weak})
		res.Steps += m.steps
	}
	if o.Only == nil && res.GaveUp == "" && m.fn.Callback == "" {
		res.Pairs = m.pairs()
	}
	res.Unchecked = m.unchecked
	res.Summarised, res.Skipped = m.beyondLimits()
	return res
}

// beyondLimits lists the calls that were not executed in place. One that was skipped
// even once counts as skipped.
func (m *machine) beyondLimits() (summarised, skipped []refprog.OpRef) {
	for r := range m.beyond {
		if m.beyond[r] {
			summarised = append(summarised, r)
		} else {
			skipped = append(skipped, r)
		}
	}
	byText := func(a, b refprog.OpRef) int { return cmp.Compare(a.String(), b.String()) }
	slices.SortFunc(summarised, byText)
	slices.SortFunc(skipped, byText)
	return summarised, skipped
}

// machine prepares the simulation of a function; nil if it has no body.
func (s *Simulator) machine(key string, o Options) *machine {
	m := &machine{
		Simulator: s, options: o, tracked: o.Track,
		syms: newSymbols(), ctxs: newContexts(key),
		beyond: map[refprog.OpRef]bool{}, told: map[int32]bool{},
		found: map[siteKey]*site{}, readCells: map[int32]bool{}, made: map[string]spot{}, caches: map[int32]bool{}, vague: map[int32]bool{},
		typed: map[placeKey]string{}, heldBy: map[int32]string{}, flags: map[int32]string{},
		putIn: map[int32][]*fieldUse{}, passed: map[int32]bool{}, ranged: map[int32]bool{}, rangedAt: map[placeKey]bool{}, held: map[*body]map[refprog.Reg]string{}, readAt: map[int32]siteKey{}, readBy: map[int32]value{},
	}
	m.fn = m.body(key)
	if m.fn == nil {
		return nil
	}
	m.endless = !slices.ContainsFunc(m.fn.Blocks, func(b *refprog.Block) bool { return b.Term.Kind == refprog.Return })
	return m
}

// base runs the function without a subject, to find the sites.
func (m *machine) base() {
	m.limit = maxBaseSteps
	entry := &state{frames: []frame{{fn: m.fn}}}
	m.enterCallback(entry)
	m.entrySites(entry)
	m.run(m.fn, []*state{entry}, 0, 0)
}

// followSite runs the function with one site as the subject.
func (m *machine) followSite(s *site) {
	m.site, m.claims, m.lost, m.weak, m.gaveUp, m.steps, m.limit = s, s.ready, "", 0, "", 0, maxSteps
	m.cases, m.loans, m.tookBack = nil, nil, false
	var starts []*state
	for _, st := range s.starts {
		starts = append(starts, st.clone())
	}
	if s.kind == siteOut || s.kind == siteField {
		return // the base run has decided
	}
	if s.kind == siteEntry || s.kind == siteParam {
		m.run(m.fn, starts, 0, 0)
	} else {
		m.run(m.fn, starts, int(s.outer.block), int(s.outer.op))
	}
	m.temporary()
	if m.gaveUp != "" {
		m.claims, m.loans = nil, nil // a state that was dropped might have changed what was believed
	}
	m.claims = slices.DeleteFunc(m.claims, func(c Claim) bool {
		released := slices.ContainsFunc(c.inside, func(cell int32) bool { return m.readCells[cell] })
		if released {
			m.lose("collected in a container whose elements are read")
		}
		given := c.yielded && !m.tookBack
		if given {
			m.lose("given to the body of a loop by an iterator that frees none")
		}
		return released || given
	})
}

// entered lists the functions that the base run executed as callees, and those
// that it executed as goroutines only.
func (m *machine) entered() (called, spawned []string) {
	for _, c := range m.ctxs.list[1:] {
		if c.summed {
			continue
		}
		if c.goes {
			spawned = append(spawned, c.fn)
		} else {
			called = append(called, c.fn)
		}
	}
	slices.Sort(called)
	called = slices.Compact(called)
	spawned = slices.DeleteFunc(spawned, func(key string) bool {
		_, ok := slices.BinarySearch(called, key)
		return ok
	})
	slices.Sort(spawned)
	return called, slices.Compact(spawned)
}

// applied lists the functions that a summary has told of in the base run.
func (m *machine) applied() []string {
	var out []string
	for _, c := range m.ctxs.list {
		if c.known {
			out = append(out, c.fn)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func (m *machine) id(s *site) SiteID {
	chain := ""
	for _, r := range m.chain(s.spot) {
		chain += r.String() + "/"
	}
	return SiteID{Chain: chain, Kind: s.kind, Arg: s.arg}
}
