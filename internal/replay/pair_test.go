package replay

import (
	"strings"
	"testing"

	"github.com/sessionlint/sessionlint/internal/contract"
	"github.com/sessionlint/sessionlint/internal/refprog"
)

// parting is a function that frees its parameter behind one arm of a branch only.
// What stands in the places of % decides and returns.
const parting = `
func f(s:SSL_SESSION, ssl:SSL, n:int, p:ptr)
0:
  %decide
  if c 1 2
1:
  ret %one
2:
  api SSL_SESSION_free s
  ret %two`

// A caller can tell two ways apart by what it passes, by what it can look up, and
// by what it gets; not by luck.
func TestConfirmPair(t *testing.T) {
	for _, tc := range []struct {
		name, decide, one, two string
		less, more             string // steps in front of the branch
		answer                 refprog.TypeKind
		want                   Status
		reason                 string
	}{
		{name: "an error of unknown code", decide: "e:err = unknown io\n  c:bool = cmp e != nil", want: Confirmed},
		{name: "an error that can be read again", decide: "e:err = unknown peek !harmless\n  c:bool = cmp e != nil", want: Unconfirmed, reason: "a caller knows"},
		{name: "an answer of unknown code", decide: "r:int = unknown ask\n  c:bool = cmp r == 0", want: Unconfirmed, reason: "a caller knows"},
		{name: "a parameter", decide: "c:bool = cmp n > 3", want: Unconfirmed, reason: "a caller knows"},
		{name: "memory of the caller's", decide: "v:int = load p\n  c:bool = cmp v == 0", want: Unconfirmed, reason: "a caller knows"},
		{name: "luck of a contracted call", decide: "r:int = api SSL_set_session ssl s\n  c:bool = cmp r != 1", less: "out f 0.0 1; ", more: "out f 0.0 0; ", want: Confirmed},
		{name: "an answer of a contracted call", decide: "g:SSL_SESSION = api SSL_get0_session ssl\n  c:bool = cmp g == nil", less: "out f 0.0 1; ", more: "out f 0.0 0; ", want: Unconfirmed, reason: "may know"},
		{name: "other results", decide: "e:err = unknown io\n  c:bool = cmp e != nil", one: "1", two: "0", want: Unconfirmed, reason: "results"},
		{name: "equal results", decide: "e:err = unknown io\n  c:bool = cmp e != nil", one: "1", two: "1", want: Confirmed},
		{name: "one fails and the other does not", decide: "e:err = unknown io\n  c:bool = cmp e != nil", one: "e", two: "e", answer: refprog.Error, want: Unconfirmed, reason: "results"},
		{name: "another handle is returned", decide: "e:err = unknown io\n  a:SSL_SESSION = api SSL_SESSION_new\n  b:SSL_SESSION = api SSL_SESSION_new\n  c:bool = cmp e != nil", one: "a", two: "b", less: "out f 0.1 1; out f 0.2 1; ", more: "out f 0.1 1; out f 0.2 1; ", want: Unconfirmed, reason: "results"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			text := strings.NewReplacer("%decide", tc.decide, "%one", tc.one, "%two", tc.two).Replace(parting)
			p := assemble(t, text)
			p.Funcs[0].Answer = tc.answer
			witness := func(front, choice string) refprog.Witness {
				return refprog.Witness{Func: "f", Steps: steps(t, p, front+"edge f 0 "+choice)}
			}
			v := ConfirmPair(p, contract.Default(), Pair{Param: 0, Less: witness(tc.less, "1"), More: witness(tc.more, "0")})
			if v.Status != tc.want || !strings.Contains(v.Reason, tc.reason) {
				t.Fatalf("got %s (%s), want %s (%s)", v.Status, v.Reason, tc.want, tc.reason)
			}
			if tc.want == Confirmed && (v.Spent == nil || v.Spent.At.Block != 2) {
				t.Errorf("spent at %v, want the free", v.Spent)
			}
		})
	}
}

// retained is a function that adds a reference and gives it back on one way.
const retained = `
func f(s:SSL_SESSION, n:int)
0:
  r:int = api SSL_SESSION_up_ref s
  c:bool = cmp n > 3
  if c 1 2
1:
  ret %left
2:
  %back
  ret %gone`

// A reference that is given back on one way is lost on another that returns the
// same, or that fails where that one succeeds.
func TestBeside(t *testing.T) {
	for _, tc := range []struct {
		name, left, gone string
		back             string
		answer           refprog.TypeKind
		want             Status
		reason           string
	}{
		{name: "no result", back: "api SSL_SESSION_free s", want: Confirmed},
		{name: "it fails and keeps it", left: "0", gone: "1", answer: refprog.Bool, back: "api SSL_SESSION_free s", want: Confirmed},
		{name: "it succeeds and keeps it", left: "1", gone: "0", answer: refprog.Bool, back: "api SSL_SESSION_free s", want: Unconfirmed, reason: "results say"},
		{name: "C's way of failing", left: "-1", gone: "0", answer: refprog.Int, back: "api SSL_SESSION_free s", want: Confirmed},
		{name: "a status that says nothing", left: "2", gone: "1", answer: refprog.Int, back: "api SSL_SESSION_free s", want: Unconfirmed, reason: "results say"},
		{name: "never given back", back: "keepalive s", want: Unconfirmed, reason: "not given back"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			text := strings.NewReplacer("%left", tc.left, "%back", tc.back, "%gone", tc.gone).Replace(retained)
			p := assemble(t, text)
			p.Funcs[0].Answer = tc.answer
			beside := refprog.Witness{Func: "f", Steps: steps(t, p, "out f 0.0 1; edge f 0 1")}
			claim := refprog.Claim{
				Check: "missingfree", Site: opAt(t, p, "f 0.0"), SiteStep: 0, At: opAt(t, p, "f 1.ret"), Beside: &beside,
				Witness: refprog.Witness{Func: "f", Steps: steps(t, p, "out f 0.0 1; edge f 0 0")},
			}
			if v := Confirm(p, contract.Default(), claim); v.Status != tc.want || !strings.Contains(v.Reason, tc.reason) {
				t.Fatalf("got %s (%s), want %s (%s)", v.Status, v.Reason, tc.want, tc.reason)
			}
		})
	}
}
