package simulate

import (
	"fmt"
	"slices"
	"strings"

	"github.com/sessionlint/sessionlint/internal/refprog"
)

// This file finds the ways a function may change the count of a reference that
// came from outside. Two ways that the caller cannot tell apart are wrong whatever
// the caller does (Mao et al., RID, ASPLOS 2016, call them an inconsistent path
// pair).

// A Pair is two ways through a function that change the count of one parameter
// differently. Whether they can be told apart is decided by replay, which runs
// both.
type Pair struct {
	Param int
	// Less gives up more references than it adds, More does not.
	Less, More Case
}

// A Case is one way through a function.
type Case struct {
	At      refprog.OpRef // the return
	Net     int           // what became of the count: -1 for a parameter that is freed
	Witness refprog.Witness

	answer tri        // whether the last result is true, not nil, no error
	same   string     // the results, equal in cases that return the same
	left   []tokenRef // references that were added and are left
	gave   bool       // a reference that was added was given back
}

const (
	maxCases = 24 // ways of one parameter that are looked at
	maxPairs = 32 // pairs of one parameter that are claimed
)

// touches notes, in the base run, that a call changes the count of a parameter of
// the reporting function.
func (m *machine) touches(id int32, handle string) {
	o := m.syms.origin(id)
	h, ok := m.table.Handle(handle)
	if o.kind != symRegister || o.ctx != 0 || !ok || h.OwnerOnly {
		return
	}
	i := slices.Index(m.fn.Params, refprog.Reg(o.a))
	if i >= 0 && !slices.Contains(m.touched, i) {
		m.touched = append(m.touched, i)
	}
}

// pairs follows each parameter whose count changes from the entry and pairs the
// ways out that change it differently.
func (m *machine) pairs() []Pair {
	var out []Pair
	slices.Sort(m.touched)
	for _, i := range m.touched {
		entry := &state{frames: []frame{{fn: m.fn}}, subj: subject{live: true, base: outside}}
		m.assign(entry, m.fn.Params[i], subjectV)
		m.followSite(&site{
			siteKey: siteKey{kind: siteParam, arg: i, spot: spot{at: opRef{op: -1}}},
			starts:  []*state{entry},
		})
		if m.gaveUp != "" {
			continue
		}
		n := len(out)
		for _, less := range m.cases {
			for _, more := range m.cases {
				if less.Net < min(0, more.Net) && len(out)-n < maxPairs {
					out = append(out, Pair{Param: i, Less: less, More: more})
				}
			}
		}
	}
	return out
}

// noteCase notes what became of the count at a return, if nobody but the caller
// can have a hand in it.
func (m *machine) noteCase(st *state, blk int, results []value) {
	s := &st.subj
	if s.escaped != "" || s.racing || s.yielded || s.finalized || st.weak != "" || len(m.cases) >= maxCases {
		return
	}
	n, fuzzy := m.places(st, results)
	if n += s.handed - s.known; n > 0 || fuzzy || len(s.inside) > 0 || len(s.kept) > 0 {
		return
	}
	net := s.held()
	if s.consumed {
		net--
	}
	c := Case{
		At: m.ref(spot{at: opRef{int32(blk), int32(len(m.fn.Blocks[blk].Ops))}}), Net: net,
		Witness: refprog.Witness{Func: m.fn.Key, Steps: st.trail.steps()},
		left:    s.tokens, gave: s.gaveUp && !s.consumed && len(s.tokens) == 0,
	}
	c.answer, c.same = m.answer(st, results)
	m.cases = append(m.cases, c)
}

// answer reads what results say to a caller. Those of a callback do not say whether
// it has succeeded, but what it does with what it was called with.
func (m *machine) answer(st *state, results []value) (success tri, same string) {
	for _, v := range results {
		f := m.factOf(st, v)
		n, ok := f.exactly()
		switch {
		case ok:
			same += fmt.Sprintf("%d;", n)
		case f.nilness == notNil && m.fn.Answer == refprog.Error:
			same += "not nil;"
		default:
			same += "?;"
		}
	}
	if len(results) == 0 || m.fn.Callback != "" {
		return maybe, same
	}
	success = m.truth(st, results[len(results)-1])
	switch m.fn.Answer {
	case refprog.Error:
		success = success.not()
	case refprog.Bool, refprog.Pointer:
	case refprog.Int: // C's way: what is negative is an error
		success = m.compare(st, ">=", results[len(results)-1], zeroValue)
	default:
		success = maybe
	}
	return success, same
}

// temporary claims references that the function has added to one from outside and
// left there on one way, while it gives them back on another: a function whose
// callers are to have the reference does neither, or says by its results which.
func (m *machine) temporary() {
	for _, left := range m.cases {
		for _, back := range m.cases {
			if len(left.left) == 0 {
				continue
			}
			beside := back.Witness
			lost := left.lostBeside(back)
			for _, t := range left.left {
				if !lost && !(m.fn.Answer == refprog.Error && left.wrongWayRound(back, m.ref(spot{t.ctx, t.at}))) {
					continue
				}
				c := Claim{
					Claim: refprog.Claim{
						Check: "missingfree", Site: m.ref(spot{t.ctx, t.at}), SiteStep: t.step, At: left.At,
						Witness: left.Witness, Beside: &beside,
					},
					SiteChain: m.chain(spot{t.ctx, t.at}), AtChain: []refprog.OpRef{left.At}, Outside: true,
				}
				if len(m.claims) < maxClaims {
					m.claims = append(m.claims, c)
				}
			}
		}
	}
}

// wrongWayRound reports whether the function succeeds on another way, on which the
// up_ref at the given place has failed, and fails on this one, on which it has not.
func (left *Case) wrongWayRound(back Case, upref refprog.OpRef) bool {
	return left.answer == no && back.answer == yes && back.Net == 0 && slices.ContainsFunc(back.Witness.Steps, func(s refprog.Step) bool {
		return s.Kind == refprog.OutcomeStep && s.At == upref && s.Choice == 0
	})
}

// lostBeside reports whether a reference that is left on one way is lost, since
// another way gives it back, and returns the same or is the one that succeeds; or
// since another way fails as well and has none.
func (left *Case) lostBeside(back Case) bool {
	if left.answer == no && back.answer == yes {
		return back.gave
	}
	alike := left.same == back.same && !strings.Contains(left.same, "?")
	return alike && (back.gave || left.answer == no && back.Net == 0)
}
