package simulate_test

import (
	"fmt"
	"testing"

	"github.com/sessionlint/sessionlint/internal/contract"
	"github.com/sessionlint/sessionlint/internal/refprog"
	"github.com/sessionlint/sessionlint/internal/simulate"
)

// lent is a program that borrows s from ssl, does something, and uses s.
func lent(does string) string {
	return "func f(ssl:SSL, other:SSL, ctx:SSL_CTX, x:SSL_SESSION, b:ptr)\n0:\n  s:SSL_SESSION = api SSL_get_session ssl\n  " +
		does + "\n  t:int = api SSL_SESSION_get_timeout s\n  ret"
}

// What may end a loan does so in strict mode only, and says on what condition.
func TestPossibleEnds(t *testing.T) {
	for _, tc := range []struct{ does, by, why string }{
		{"r:int = api SSL_read ssl b 1", "SSL_read", "a TLS 1.3 ticket arrives and replaces the session"},
		{"r:int = api SSL_peek ssl b 1", "SSL_peek", "a TLS 1.3 ticket arrives and replaces the session"},
		{"r:int = api SSL_write ssl b 1", "SSL_write", "a pending handshake ends in another session"},
		{"r:int = api SSL_do_handshake ssl", "SSL_do_handshake", "the handshake ends in another session"},
		{"r:int = api SSL_renegotiate ssl", "SSL_renegotiate", "the handshake ends in another session"},
		{"r:int = api SSL_clear ssl", "SSL_clear", "the connection is live and SSL_shutdown was not called"},
		{"r:int = api SSL_copy_session_id ssl other", "SSL_copy_session_id", "the connections have different sessions"},
		{"r:int = api SSL_read other b 1", "", ""},
		{"r:int = api SSL_set_session ssl x", "", ""},
		{"api SSL_CTX_flush_sessions ctx 0", "", ""},
	} {
		t.Run(tc.does, func(t *testing.T) {
			p := assembled(t, lent(tc.does))
			sim := simulate.New(p, contract.Default())
			for _, strict := range []bool{false, true} {
				got := ""
				for _, c := range sim.Function(p.Funcs[0].Key, simulate.Options{Strict: strict}).Claims {
					if c.Check != "danglingborrow" {
						continue
					}
					events := 0
					for _, s := range c.Witness.Steps {
						if s.Kind == refprog.EventStep {
							events++
						}
					}
					got += fmt.Sprintf("%s if %s, %d event; ", c.EndedBy, c.EndedIf, events)
				}
				want := ""
				if strict && tc.by != "" {
					want = fmt.Sprintf("%s if %s, 1 event; ", tc.by, tc.why)
				}
				if got != want {
					t.Errorf("strict %t: got %q, want %q", strict, got, want)
				}
			}
		})
	}
}

// Whoever else lends the session keeps it alive, and what it lends in turn.
func TestLenders(t *testing.T) {
	runPrograms(t, []programCase{
		{name: "a part of a session that a cache keeps", program: `
func f(ctx:SSL_CTX, ssl:SSL)
0:
  s:SSL_SESSION = api SSL_get1_session ssl !nonnil
  u:int = api SSL_CTX_add_session ctx s !nostatus
  h:ptr = api SSL_SESSION_get0_hostname s
  api SSL_SESSION_free s
  c:other = load h
  ret`},
		{name: "a part of a session that nothing keeps", program: `
func f(ssl:SSL)
0:
  s:SSL_SESSION = api SSL_get1_session ssl !nonnil
  h:ptr = api SSL_SESSION_get0_hostname s
  api SSL_SESSION_free s
  c:other = load h
  ret`, want: "danglingborrow f:0:1 at f:0:3"},
		{name: "a context that a connection keeps", program: `
func f(d:SSL_SESSION)
0:
  ctx:SSL_CTX = api SSL_CTX_new nil !nonnil
  ssl:SSL = api SSL_new ctx !nonnil
  s:SSL_SESSION = api SSL_SESSION_dup d !nonnil
  u:int = api SSL_CTX_add_session ctx s !nostatus
  api SSL_SESSION_free s
  api SSL_CTX_free ctx
  t:int = api SSL_SESSION_get_timeout s
  api SSL_free ssl
  v:int = api SSL_SESSION_get_timeout s
  ret`, want: "danglingborrow f:0:2 at f:0:8"},
		{name: "a name that is replaced", program: `
func f(s:SSL_SESSION)
0:
  h:ptr = api SSL_SESSION_get0_hostname s
  u:int = api SSL_SESSION_set1_hostname s "x"
  c:other = load h
  ret`, want: "danglingborrow f:0:0 at f:0:2"},
		{name: "another part than the one that is replaced", program: `
func f(s:SSL_SESSION)
0:
  h:ptr = api SSL_SESSION_get0_peer s
  u:int = api SSL_SESSION_set1_hostname s "x"
  c:other = load h
  ret`},
	})
}

// Frees of references that an up_ref may not have added, by what they are then.
func TestUnchecked(t *testing.T) {
	for _, tc := range []struct{ name, program, want string }{
		{"of a loan", `
func f(ssl:SSL)
0:
  s:SSL_SESSION = api SSL_get_session ssl
  u:int = api SSL_SESSION_up_ref s !nostatus
  api SSL_SESSION_free s
  ret`, "borrowedfree f:0:1 at f:0:2;"},
		{"behind its own reference", `
func f(ssl:SSL)
0:
  s:SSL_SESSION = api SSL_get1_session ssl
  u:int = api SSL_SESSION_up_ref s !nostatus
  api SSL_SESSION_free s
  api SSL_SESSION_free s
  ret`, "doublefree f:0:1 at f:0:3;"},
		{"checked", `
func f(ssl:SSL)
0:
  s:SSL_SESSION = api SSL_get_session ssl
  u:int = api SSL_SESSION_up_ref s
  if u 1 2
1:
  api SSL_SESSION_free s
  jump 2
2:
  ret`, ""},
		{"never freed", `
func f(ssl:SSL)
0:
  s:SSL_SESSION = api SSL_get_session ssl
  u:int = api SSL_SESSION_up_ref s !nostatus
  ret s`, ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			p := assembled(t, tc.program)
			got := ""
			for _, c := range simulate.New(p, contract.Default()).Function(p.Funcs[0].Key, simulate.Options{}).Unchecked {
				got += fmt.Sprintf("%s %s at %s;", c.Check, c.Site, c.At)
				if c.SiteStep < 0 || c.Witness.Steps[c.SiteStep].Choice != 0 {
					t.Errorf("the up_ref does not fail in the witness")
				}
			}
			if got != tc.want {
				t.Errorf("got %q, want %q", got, tc.want)
			}
		})
	}
}
