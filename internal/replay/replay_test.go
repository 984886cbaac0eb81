package replay

import (
	"cmp"
	"slices"
	"strings"
	"testing"

	"github.com/sessionlint/sessionlint/internal/contract"
	"github.com/sessionlint/sessionlint/internal/refprog"
)

// A verdictCase is a program, a claim in the assembler's words, and what has to
// become of it. The reporting function is the program's first.
type verdictCase struct {
	name     string
	program  string
	check    string
	site, at string
	siteStep int // -1 unless the test says otherwise: see run
	steps    string
	rule     refprog.Rule
	field    string // what the rule is about; "" is p.T.f
	want     Status
	reason   string // part of it
	trace    string // notes, joined by " | "; "" is not compared
	delayed  string
}

// allCases are the cases of all tables, for TestRobust.
func allCases() []verdictCase {
	return slices.Concat(leaksCases, freesCases, usesCases, branchesCases, loopsCases, defersCases, callsCases, valuesCases, untilCases, fieldsCases, ownersCases, loanCases)
}

func confirmCase(t *testing.T, tc verdictCase) Verdict {
	t.Helper()
	return confirmWith(t, contract.Default(), tc)
}

func confirmWith(t *testing.T, table *contract.Table, tc verdictCase) Verdict {
	t.Helper()
	p, claim := claimed(t, tc)
	return Confirm(p, table, claim)
}

func claimed(t testing.TB, tc verdictCase) (*refprog.Program, refprog.Claim) {
	t.Helper()
	p := assemble(t, tc.program)
	return p, refprog.Claim{
		Check: tc.check, Site: opAt(t, p, tc.site), SiteStep: tc.siteStep - 1, At: opAt(t, p, tc.at),
		Witness: refprog.Witness{Func: p.Funcs[0].Key, Steps: steps(t, p, tc.steps)},
		Rule:    tc.rule, Field: cmp.Or(tc.field, "p.T.f"),
	}
}

// BenchmarkConfirm judges every claim of the tables once.
func BenchmarkConfirm(b *testing.B) {
	type judged struct {
		program *refprog.Program
		claim   refprog.Claim
		want    Status
	}
	var all []judged
	for _, tc := range allCases() {
		p, claim := claimed(b, tc)
		all = append(all, judged{p, claim, tc.want})
	}
	b.ReportAllocs()
	for b.Loop() {
		for _, j := range all {
			if v := Confirm(j.program, contract.Default(), j.claim); v.Status != j.want {
				b.Fatalf("%s: %s, want %s", j.claim.Check, v.Status, j.want)
			}
		}
	}
}

func runCases(t *testing.T, cases []verdictCase) {
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) { check(t, tc, confirmCase(t, tc)) })
	}
}

func check(t *testing.T, tc verdictCase, v Verdict) {
	t.Helper()
	if v.Status != tc.want || !strings.Contains(v.Reason, tc.reason) || strings.HasPrefix(v.Reason, "panic") {
		t.Fatalf("got %s (%s), want %s (%s)", v.Status, v.Reason, tc.want, tc.reason)
	}
	var notes []string
	for _, e := range v.Trace {
		notes = append(notes, e.Note())
	}
	if got := strings.Join(notes, " | "); tc.trace != "" && got != tc.trace {
		t.Errorf("trace\n got %s\nwant %s", got, tc.trace)
	}
	if tc.delayed != "" && v.Delayed != tc.delayed {
		t.Errorf("delayed %q, want %q", v.Delayed, tc.delayed)
	}
	if (v.Status == Refuted) != (len(v.Conflict) > 0) {
		t.Errorf("%s with conflict %v", v.Status, v.Conflict)
	}
}

const earlyReturn = `
func f(ssl:SSL, n:int)
0:
  s:SSL_SESSION = api SSL_get1_session ssl
  c:bool = cmp s == nil
  if c 1 2
1:
  ret
2:
  d:bool = cmp n > 3
  if d 3 4
3:
  ret
4:
  api SSL_SESSION_free s
  ret
`

func TestLeaks(t *testing.T) { runCases(t, leaksCases) }

var leaksCases = []verdictCase{
	{name: "early return", program: earlyReturn, check: "missingfree", site: "f 0.0", siteStep: 1, at: "f 3.ret",
		steps: "out f 0.0 1; edge f 0 1; edge f 2 0", want: Confirmed,
		trace: "SSL_get1_session: held 1 | assuming s != nil | assuming n > 3 | returns here with held 1, expected 0"},
	{name: "freed", program: earlyReturn, check: "missingfree", site: "f 0.0", siteStep: 1, at: "f 4.ret",
		steps: "out f 0.0 1; edge f 0 1; edge f 2 1", want: Unconfirmed, reason: "no reference of the claimed site"},
	{name: "nil arm after success", program: earlyReturn, check: "missingfree", site: "f 0.0", siteStep: 1, at: "f 1.ret",
		steps: "out f 0.0 1; edge f 0 0", want: Refuted},
	{name: "failed acquire", program: earlyReturn, check: "missingfree", site: "f 0.0", siteStep: 1, at: "f 1.ret",
		steps: "out f 0.0 0; edge f 0 0", want: Unconfirmed, reason: "no reference"},
	{name: "other return", program: earlyReturn, check: "missingfree", site: "f 0.0", siteStep: 1, at: "f 4.ret",
		steps: "out f 0.0 1; edge f 0 1; edge f 2 0", want: Unconfirmed, reason: "another place"},
	{name: "returned", program: `
func f(ssl:SSL)
0:
  s:SSL_SESSION = api SSL_get1_session ssl
  ret s`, check: "missingfree", site: "f 0.0", siteStep: 1, at: "f 0.ret",
		steps: "out f 0.0 1", want: Unconfirmed, reason: "held by"},
	{name: "discarded", program: `
func f(ssl:SSL)
0:
  api SSL_get1_session ssl
  ret`, check: "missingfree", site: "f 0.0", siteStep: 1, at: "f 0.ret",
		steps: "out f 0.0 1", want: Confirmed},
	{name: "stored in a parameter's field", program: `
func f(ssl:SSL, c:ptr)
0:
  s:SSL_SESSION = api SSL_get1_session ssl
  p:ptr = fieldaddr sess c
  store p s
  ret`, check: "missingfree", site: "f 0.0", siteStep: 1, at: "f 0.ret",
		steps: "out f 0.0 1", want: Unconfirmed, reason: "held by"},
	{name: "stored in a local struct that is dropped", program: `
func f(ssl:SSL)
0:
  c:ptr = alloc
  s:SSL_SESSION = api SSL_get1_session ssl
  p:ptr = fieldaddr sess c
  store p s
  ret`, check: "missingfree", site: "f 0.1", siteStep: 1, at: "f 0.ret",
		steps: "out f 0.1 1", want: Confirmed},
	{name: "aggregate copy hands over", program: `
func f(ssl:SSL)
0:
  c:ptr = alloc
  s:SSL_SESSION = api SSL_get1_session ssl
  p:ptr = fieldaddr sess c
  store p s
  w:agg = load c
  ret w`, check: "missingfree", site: "f 0.1", siteStep: 1, at: "f 0.ret",
		steps: "out f 0.1 1", want: Unconfirmed, reason: "held by"},
	{name: "one of two fields overwritten", program: `
func f(ssl:SSL)
0:
  c:ptr = alloc
  s:SSL_SESSION = api SSL_get1_session ssl
  p:ptr = fieldaddr sess c
  store p s
  store p nil
  w:agg = load c
  ret w`, check: "missingfree", site: "f 0.1", siteStep: 1, at: "f 0.ret",
		steps: "out f 0.1 1", want: Confirmed},
	{name: "local slice dropped", program: `
func f(ssl:SSL)
0:
  s:SSL_SESSION = api SSL_get1_session ssl
  l:list = make slice
  one:ptr = alloc
  e:ptr = indexaddr one 0
  store e s
  more:list = slice one
  l2:list = append l more
  ret`, check: "missingfree", site: "f 0.0", siteStep: 1, at: "f 0.ret",
		steps: "out f 0.0 1", want: Confirmed},
	{name: "appended to a parameter's slice", program: `
func f(ssl:SSL, c:ptr)
0:
  s:SSL_SESSION = api SSL_get1_session ssl
  p:ptr = fieldaddr list c
  l:list = load p
  one:ptr = alloc
  e:ptr = indexaddr one 0
  store e s
  more:list = slice one
  l2:list = append l more
  store p l2
  ret`, check: "missingfree", site: "f 0.0", siteStep: 1, at: "f 0.ret",
		steps: "out f 0.0 1", want: Unconfirmed, reason: "held by"},
	{name: "unknown call may keep", program: `
func f(ssl:SSL)
0:
  s:SSL_SESSION = api SSL_get1_session ssl
  unknown keep s
  ret`, check: "missingfree", site: "f 0.0", siteStep: 1, at: "f 0.ret",
		steps: "out f 0.0 1", want: Unconfirmed, reason: "handed"},
	{name: "harmless call does not", program: `
func f(ssl:SSL)
0:
  s:SSL_SESSION = api SSL_get1_session ssl
  unknown print s !harmless
  ret`, check: "missingfree", site: "f 0.0", siteStep: 1, at: "f 0.ret",
		steps: "out f 0.0 1", want: Confirmed},
	{name: "left-over up_ref of a borrow", program: `
func f(ssl:SSL)
0:
  s:SSL_SESSION = api SSL_get0_session ssl
  r:int = api SSL_SESSION_up_ref s
  ret`, check: "missingfree", site: "f 0.1", siteStep: 2, at: "f 0.ret",
		steps: "out f 0.0 1; out f 0.1 1", want: Confirmed,
		trace: "SSL_get0_session: held 0 | SSL_SESSION_up_ref returned 1: held 1 | returns here with held 1, expected 0"},
	{name: "first in first out: the up_ref is left", program: `
func f(ssl:SSL)
0:
  s:SSL_SESSION = api SSL_get1_session ssl
  r:int = api SSL_SESSION_up_ref s
  api SSL_SESSION_free s
  ret`, check: "missingfree", site: "f 0.1", siteStep: 2, at: "f 0.ret",
		steps: "out f 0.0 1; out f 0.1 1", want: Confirmed},
	{name: "first in first out: not the get", program: `
func f(ssl:SSL)
0:
  s:SSL_SESSION = api SSL_get1_session ssl
  r:int = api SSL_SESSION_up_ref s
  api SSL_SESSION_free s
  ret`, check: "missingfree", site: "f 0.0", siteStep: 1, at: "f 0.ret",
		steps: "out f 0.0 1; out f 0.1 1", want: Unconfirmed},
	{name: "up_ref of a parameter is no leak here", program: `
func f(s:SSL_SESSION)
0:
  r:int = api SSL_SESSION_up_ref s
  ret`, check: "missingfree", site: "f 0.0", siteStep: 1, at: "f 0.ret",
		steps: "out f 0.0 1", want: Unconfirmed},
	{name: "failed up_ref", program: `
func f(ssl:SSL)
0:
  s:SSL_SESSION = api SSL_get0_session ssl
  r:int = api SSL_SESSION_up_ref s
  ret`, check: "missingfree", site: "f 0.1", siteStep: 2, at: "f 0.ret",
		steps: "out f 0.0 1; out f 0.1 0", want: Unconfirmed},
	{name: "set_session takes its own reference", program: `
func f(ssl:SSL)
0:
  s:SSL_SESSION = api SSL_SESSION_new
  r:int = api SSL_set_session ssl s
  ret`, check: "missingfree", site: "f 0.0", siteStep: 1, at: "f 0.ret",
		steps: "out f 0.0 1; out f 0.1 1", want: Confirmed},
	{name: "d2i through a pointer to nil: one reference under two names", program: `
func f(pp:ptr)
0:
  a:ptr = alloc
  s:SSL_SESSION = api d2i_SSL_SESSION a pp 10
  s2:SSL_SESSION = load a
  api SSL_SESSION_free s2
  ret`, check: "missingfree", site: "f 0.1", siteStep: 1, at: "f 0.ret",
		steps: "out f 0.1 1", want: Unconfirmed},
	{name: "d2i over a session gives no reference", program: `
func f(pp:ptr)
0:
  a:ptr = alloc
  n:SSL_SESSION = api SSL_SESSION_new
  store a n
  s:SSL_SESSION = api d2i_SSL_SESSION a pp 10
  api SSL_SESSION_free s
  ret`, check: "missingfree", site: "f 0.3", siteStep: 2, at: "f 0.ret",
		steps: "out f 0.1 1; out f 0.3 1", want: Unconfirmed},
	{name: "d2i with no variable", program: `
func f(pp:ptr)
0:
  s:SSL_SESSION = api d2i_SSL_SESSION nil pp 10
  ret`, check: "missingfree", site: "f 0.0", siteStep: 1, at: "f 0.ret",
		steps: "out f 0.0 1", want: Confirmed},
	{name: "assumed equal to what a map holds: an alias is no hand-over", program: `
func f(ssl:SSL, m:list, k:int)
0:
  s:SSL_SESSION = api SSL_get1_session ssl
  old:SSL_SESSION = mapload m k
  c:bool = cmp old == s
  if c 1 2
1:
  ret
2:
  api SSL_SESSION_free s
  ret`, check: "missingfree", site: "f 0.0", siteStep: 1, at: "f 1.ret",
		steps: "out f 0.0 1; edge f 0 0", want: Confirmed},
	{name: "a fresh session equals nothing that was there before", program: `
func f(old:SSL_SESSION)
0:
  s:SSL_SESSION = api SSL_SESSION_new
  c:bool = cmp s != old
  if c 1 2
1:
  api SSL_SESSION_free s
  ret
2:
  ret`, check: "missingfree", site: "f 0.0", siteStep: 1, at: "f 2.ret",
		steps: "out f 0.0 1; edge f 0 1", want: Refuted},
}

func TestFrees(t *testing.T) { runCases(t, freesCases) }

var freesCases = []verdictCase{
	{name: "double free", program: `
func f(ssl:SSL)
0:
  s:SSL_SESSION = api SSL_get1_session ssl
  api SSL_SESSION_free s
  api SSL_SESSION_free s
  ret`, check: "doublefree", site: "f 0.0", siteStep: 1, at: "f 0.2",
		steps: "out f 0.0 1", want: Confirmed, delayed: "when another holder gives it back",
		trace: "SSL_get1_session: held 1 | SSL_SESSION_free: held 0"},
	{name: "claimed at the first free", program: `
func f(ssl:SSL)
0:
  s:SSL_SESSION = api SSL_get1_session ssl
  api SSL_SESSION_free s
  api SSL_SESSION_free s
  ret`, check: "doublefree", site: "f 0.0", siteStep: 1, at: "f 0.1",
		steps: "out f 0.0 1", want: Unconfirmed, reason: "first violation is doublefree at f:0.2"},
	{name: "fresh session freed twice touches dead memory", program: `
func f()
0:
  s:SSL_SESSION = api SSL_SESSION_new
  api SSL_SESSION_free s
  api SSL_SESSION_free s
  ret`, check: "doublefree", site: "f 0.0", siteStep: 1, at: "f 0.2",
		steps: "out f 0.0 1", want: Confirmed, delayed: "immediately"},
	{name: "the cache finds it later", program: `
func f(ctx:SSL_CTX)
0:
  s:SSL_SESSION = api SSL_SESSION_new
  a:int = api SSL_CTX_add_session ctx s
  api SSL_SESSION_free s
  api SSL_SESSION_free s
  ret`, check: "doublefree", site: "f 0.0", siteStep: 1, at: "f 0.3",
		steps: "out f 0.0 1; out f 0.1 1", want: Confirmed, delayed: "at a cache flush"},
	{name: "parameter freed twice", program: `
func f(s:SSL_SESSION)
0:
  api SSL_SESSION_free s
  api SSL_SESSION_free s
  ret`, check: "doublefree", site: "f 0.0", at: "f 0.1", want: Confirmed},
	{name: "parameter freed once", program: `
func f(s:SSL_SESSION)
0:
  api SSL_SESSION_free s
  ret`, check: "doublefree", site: "f 0.0", at: "f 0.0", want: Unconfirmed},
	{name: "parameter is nil on this path", program: `
func f(s:SSL_SESSION)
0:
  c:bool = cmp s == nil
  if c 1 2
1:
  api SSL_SESSION_free s
  api SSL_SESSION_free s
  ret
2:
  ret`, check: "doublefree", site: "f 1.0", at: "f 1.1", steps: "edge f 0 0", want: Unconfirmed},
	{name: "field freed twice", program: `
func f(c:ptr)
0:
  p:ptr = fieldaddr s c
  a:SSL_SESSION = load p
  api SSL_SESSION_free a
  q:ptr = fieldaddr s c
  b:SSL_SESSION = load q
  api SSL_SESSION_free b
  ret`, check: "doublefree", site: "f 0.2", at: "f 0.5", want: Confirmed},
	{name: "field set to nil between", program: `
func f(c:ptr)
0:
  p:ptr = fieldaddr s c
  a:SSL_SESSION = load p
  api SSL_SESSION_free a
  store p nil
  q:ptr = fieldaddr s c
  b:SSL_SESSION = load q
  api SSL_SESSION_free b
  ret`, check: "doublefree", site: "f 0.2", at: "f 0.6", want: Unconfirmed},
	{name: "unknown call between two loads", program: `
func f(c:ptr)
0:
  p:ptr = fieldaddr s c
  a:SSL_SESSION = load p
  api SSL_SESSION_free a
  unknown reset c
  b:SSL_SESSION = load p
  api SSL_SESSION_free b
  ret`, check: "doublefree", site: "f 0.2", at: "f 0.5", want: Unconfirmed},
	{name: "borrow freed", program: `
func f(ssl:SSL)
0:
  s:SSL_SESSION = api SSL_get_session ssl
  api SSL_SESSION_free s
  ret`, check: "borrowedfree", site: "f 0.0", siteStep: 1, at: "f 0.1",
		steps: "out f 0.0 1", want: Confirmed, delayed: "when another holder gives it back"},
	{name: "borrow with an up_ref freed once", program: `
func f(ssl:SSL)
0:
  s:SSL_SESSION = api SSL_get_session ssl
  r:int = api SSL_SESSION_up_ref s
  api SSL_SESSION_free s
  ret`, check: "borrowedfree", site: "f 0.0", siteStep: 1, at: "f 0.2",
		steps: "out f 0.0 1; out f 0.1 1", want: Unconfirmed},
	{name: "borrow with an up_ref freed twice", program: `
func f(ssl:SSL)
0:
  s:SSL_SESSION = api SSL_get_session ssl
  r:int = api SSL_SESSION_up_ref s
  api SSL_SESSION_free s
  api SSL_SESSION_free s
  ret`, check: "doublefree", site: "f 0.0", siteStep: 1, at: "f 0.3",
		steps: "out f 0.0 1; out f 0.1 1", want: Confirmed},
	{name: "callback parameter freed", program: `
func cb(ssl:SSL, s:SSL_SESSION) callback=remove_session
0:
  api SSL_SESSION_free s
  ret`, check: "borrowedfree", site: "cb entry", at: "cb 0.0", want: Confirmed},
	{name: "offered session freed and refused", program: `
func cb(ssl:SSL, s:SSL_SESSION) callback=new_session
0:
  api SSL_SESSION_free s
  ret 0`, check: "borrowedfree", site: "cb entry", at: "cb 0.0", want: Confirmed},
	{name: "offered session freed and kept", program: `
func cb(ssl:SSL, s:SSL_SESSION) callback=new_session
0:
  api SSL_SESSION_free s
  ret 1`, check: "borrowedfree", site: "cb entry", at: "cb 0.0", want: Unconfirmed},
	{name: "free through an alias that was assumed", program: `
func f(ssl:SSL, other:SSL_SESSION)
0:
  s:SSL_SESSION = api SSL_get1_session ssl
  c:bool = cmp s == other
  if c 1 2
1:
  api SSL_SESSION_free other
  api SSL_SESSION_free s
  api SSL_SESSION_free s
  ret
2:
  ret`, check: "doublefree", site: "f 0.0", siteStep: 1, at: "f 1.2",
		steps: "out f 0.0 1; edge f 0 0", want: Confirmed},
}
