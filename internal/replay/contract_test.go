package replay

import (
	"strings"
	"testing"

	"github.com/sessionlint/sessionlint/internal/contract"
	"github.com/sessionlint/sessionlint/internal/refprog"
)

// A user's contracts: another counted handle, and a few functions around the
// sessions.
const userContracts = `
version: 1
handles:
  - {name: KEY, noun: key, c_types: [KEY], free: key_free, up_ref: key_ref}
functions:
  - {name: key_new, args: 0, result: {ownership: owned, handle: KEY, fresh: true}}
  - {name: key_ref, args: 1, params: {0: {effect: up_ref, handle: KEY, when: success}}, result: status, success: zero}
  - {name: key_add, args: 1, params: {0: {effect: up_ref, handle: KEY}}}
  - {name: key_free, args: 1, params: {0: {effect: free, handle: KEY}}, nil_safe: true}
  - {name: key_get, args: 1, params: {0: {effect: use, handle: SSL}}, result: {ownership: borrowed, handle: KEY, from: 0}}
  - {name: key_store, args: 2, params: {0: {effect: use, handle: SSL}, 1: {effect: take, handle: KEY, when: success}}, result: status, success: one}
  - {name: key_share, args: 2, params: {0: {effect: use, handle: SSL}, 1: {effect: own, handle: KEY, by: 0, when: success}}, result: status, success: one}
  - {name: key_drop, args: 1, params: {0: {effect: ends_borrows, handle: SSL}}}
  - {name: key_out, args: 1, params: {0: {effect: out_owned, handle: KEY, when: success}}, result: status, success: nonzero}
  - {name: key_use, args: 1, params: {0: {effect: use, handle: KEY}}}
  - {name: let_go, like: SSL_SESSION_free}
  - {name: adopt, args: 1, params: {0: {effect: take, handle: SSL_SESSION}}}
`

func userTable(t *testing.T) *contract.Table {
	t.Helper()
	table, err := contract.Default().With(contract.File{Name: "user.yaml", Data: []byte(userContracts)})
	if err != nil {
		t.Fatal(err)
	}
	return table
}

func TestByContract(t *testing.T) {
	table := userTable(t)
	for _, tc := range []struct {
		verdictCase
		byContract bool
	}{
		{verdictCase{name: "leak of another handle", program: `
func f()
0:
  k:KEY = api key_new
  ret`, check: "missingfree", site: "f 0.0", siteStep: 1, at: "f 0.ret", steps: "out f 0.0 1", want: Confirmed}, true},
		{verdictCase{name: "double free of another handle", program: `
func f()
0:
  k:KEY = api key_new
  api key_free k
  api key_free k
  ret`, check: "doublefree", site: "f 0.0", siteStep: 1, at: "f 0.2", steps: "out f 0.0 1", want: Confirmed,
			delayed: "immediately"}, true},
		{verdictCase{name: "an up_ref without a status adds", program: `
func f()
0:
  k:KEY = api key_new
  api key_add k
  api key_free k
  ret`, check: "missingfree", site: "f 0.1", siteStep: 2, at: "f 0.ret", steps: "out f 0.0 1; out f 0.1 1", want: Confirmed}, true},
		{verdictCase{name: "an up_ref without a status does not fail", program: `
func f()
0:
  k:KEY = api key_new
  api key_add k
  api key_free k
  api key_free k
  ret`, check: "doublefree", site: "f 0.0", siteStep: 1, at: "f 0.3", steps: "out f 0.0 1; out f 0.1 0", want: Refuted}, true},
		{verdictCase{name: "status that is zero on success", program: `
func f(ssl:SSL)
0:
  k:KEY = api key_get ssl
  r:int = api key_ref k
  c:bool = cmp r == 0
  if c 1 2
1:
  ret
2:
  ret`, check: "missingfree", site: "f 0.1", siteStep: 2, at: "f 1.ret",
			steps: "out f 0.0 1; out f 0.1 1; edge f 0 0", want: Confirmed,
			trace: "key_get: held 0 | key_ref returned 0: held 1 | assuming r == 0 | returns here with held 1, expected 0"}, true},
		{verdictCase{name: "status that is not zero on failure", program: `
func f(ssl:SSL)
0:
  k:KEY = api key_get ssl
  r:int = api key_ref k
  c:bool = cmp r == 0
  if c 1 2
1:
  ret
2:
  ret`, check: "missingfree", site: "f 0.1", siteStep: 2, at: "f 2.ret",
			steps: "out f 0.0 1; out f 0.1 1; edge f 0 1", want: Refuted}, true},
		{verdictCase{name: "taken", program: `
func f(ssl:SSL)
0:
  k:KEY = api key_new
  r:int = api key_store ssl k
  ret`, check: "missingfree", site: "f 0.0", siteStep: 1, at: "f 0.ret",
			steps: "out f 0.0 1; out f 0.1 1", want: Unconfirmed}, true},
		{verdictCase{name: "taken only on success", program: `
func f(ssl:SSL)
0:
  k:KEY = api key_new
  r:int = api key_store ssl k
  ret`, check: "missingfree", site: "f 0.0", siteStep: 1, at: "f 0.ret",
			steps: "out f 0.0 1; out f 0.1 0", want: Confirmed}, true},
		{verdictCase{name: "freed after it was taken", program: `
func f(ssl:SSL)
0:
  k:KEY = api key_new
  r:int = api key_store ssl k
  api key_free k
  ret`, check: "doublefree", site: "f 0.0", siteStep: 1, at: "f 0.2",
			steps: "out f 0.0 1; out f 0.1 1", want: Confirmed}, true},
		{verdictCase{name: "a borrow that is taken", program: `
func f(ssl:SSL)
0:
  k:KEY = api key_get ssl
  r:int = api key_store ssl k
  ret`, check: "borrowedfree", site: "f 0.0", siteStep: 1, at: "f 0.1",
			steps: "out f 0.0 1; out f 0.1 1", want: Confirmed}, true},
		{verdictCase{name: "an owner of its own lends it back", program: `
func f(ssl:SSL)
0:
  k:KEY = api key_new
  r:int = api key_share ssl k
  api key_free k
  api key_use k
  ret`, check: "useafterfree", site: "f 0.0", siteStep: 1, at: "f 0.3",
			steps: "out f 0.0 1; out f 0.1 1", want: Unconfirmed}, true},
		{verdictCase{name: "until that owner dies", program: `
func f(ssl:SSL)
0:
  k:KEY = api key_new
  r:int = api key_share ssl k
  api key_free k
  api SSL_free ssl
  api key_use k
  ret`, check: "danglingborrow", site: "f 0.0", siteStep: 1, at: "f 0.4",
			steps: "out f 0.0 1; out f 0.1 1", want: Confirmed}, true},
		{verdictCase{name: "borrows end", program: `
func f(ssl:SSL)
0:
  k:KEY = api key_get ssl
  api key_drop ssl
  api key_use k
  ret`, check: "danglingborrow", site: "f 0.0", siteStep: 1, at: "f 0.2",
			steps: "out f 0.0 1", want: Confirmed}, true},
		{verdictCase{name: "written through a pointer", program: `
func f()
0:
  a:ptr = alloc
  r:int = api key_out a
  c:bool = cmp r != 0
  if c 1 2
1:
  k:KEY = load a
  ret
2:
  ret`, check: "missingfree", site: "f 0.1", siteStep: 1, at: "f 1.ret",
			steps: "out f 0.1 1; edge f 0 0", want: Confirmed}, true},
		{verdictCase{name: "written through a pointer of the caller", program: `
func f(a:ptr)
0:
  r:int = api key_out a
  ret`, check: "missingfree", site: "f 0.0", siteStep: 1, at: "f 0.ret",
			steps: "out f 0.0 1", want: Unconfirmed, reason: "held by"}, true},
		{verdictCase{name: "like a function of the runtime: its operation runs", program: `
func f(ssl:SSL)
0:
  s:SSL_SESSION = api SSL_get0_session ssl
  api let_go s
  ret`, check: "borrowedfree", site: "f 0.0", siteStep: 1, at: "f 0.1",
			steps: "out f 0.0 1", want: Confirmed}, false},
		{verdictCase{name: "a user's function about sessions", program: `
func f(ssl:SSL)
0:
  s:SSL_SESSION = api SSL_get1_session ssl
  api adopt s
  ret`, check: "missingfree", site: "f 0.0", siteStep: 1, at: "f 0.ret",
			steps: "out f 0.0 1", want: Unconfirmed}, true},
	} {
		t.Run(tc.name, func(t *testing.T) {
			v := confirmWith(t, table, tc.verdictCase)
			check(t, tc.verdictCase, v)
			if v.ByContract != tc.byContract {
				t.Errorf("by contract %t, want %t", v.ByContract, tc.byContract)
			}
		})
	}
}

// TestRobust: a witness that fits nothing is refused in one line, never by a
// panic. Every step of the witnesses of the other tests is dropped, doubled and
// turned around.
func TestRobust(t *testing.T) {
	for _, tc := range allCases() {
		p := assemble(t, tc.program)
		good := steps(t, p, tc.steps)
		for i := range good {
			for _, bad := range mutations(good, i) {
				v := Confirm(p, contract.Default(), refprog.Claim{
					Check: tc.check, Site: opAt(t, p, tc.site), SiteStep: tc.siteStep - 1, At: opAt(t, p, tc.at),
					Witness: refprog.Witness{Func: p.Funcs[0].Key, Steps: bad},
				})
				if strings.HasPrefix(v.Reason, "panic") {
					t.Errorf("%s, step %d: %s", tc.name, i, v.Reason)
				}
				if v.Status != Confirmed && (v.Reason == "" || strings.Contains(v.Reason, "\n")) {
					t.Errorf("%s, step %d: %s for the reason %q", tc.name, i, v.Status, v.Reason)
				}
			}
		}
	}
}

func mutations(good []refprog.Step, i int) [][]refprog.Step {
	var out [][]refprog.Step
	edit := func(f func(s []refprog.Step) []refprog.Step) {
		out = append(out, f(append([]refprog.Step(nil), good...)))
	}
	edit(func(s []refprog.Step) []refprog.Step { return append(s[:i], s[i+1:]...) })
	edit(func(s []refprog.Step) []refprog.Step { return s[:i] })
	edit(func(s []refprog.Step) []refprog.Step { return append(s[:i+1], good[i:]...) })
	edit(func(s []refprog.Step) []refprog.Step { s[i].Choice = 1 - s[i].Choice; return s })
	edit(func(s []refprog.Step) []refprog.Step { s[i].Choice = 7; return s })
	edit(func(s []refprog.Step) []refprog.Step { s[i].Kind = (s[i].Kind + 1) % 4; return s })
	edit(func(s []refprog.Step) []refprog.Step { s[i].Name = "nobody"; s[i].At.Block = 99; return s })
	return out
}

func TestRefusesWhatIsNotThere(t *testing.T) {
	p := assemble(t, earlyReturn)
	for _, tc := range []struct {
		name   string
		claim  refprog.Claim
		reason string
	}{
		{"no function", refprog.Claim{Witness: refprog.Witness{Func: "g"}}, "no body of g"},
		{"no contract", refprog.Claim{Witness: refprog.Witness{Func: "f"}}, "no contract for SSL_get1_session"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if v := Confirm(p, new(contract.Table), tc.claim); v.Status != Unconfirmed || v.Reason != tc.reason {
				t.Errorf("got %s (%s), want unconfirmed (%s)", v.Status, v.Reason, tc.reason)
			}
		})
	}
}
