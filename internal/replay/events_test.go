package replay

import (
	"fmt"
	"strings"
	"testing"
)

// TestEvents: what a call may do to a borrow it does if the witness says so, and
// only then, by the runtime's operation of that name.
func TestEvents(t *testing.T) {
	for _, tc := range []struct {
		name, before, call string
		want               Status
	}{
		{name: "SSL_read", call: "r:int = api SSL_read ssl b 10", want: Confirmed},
		{name: "SSL_read_ex", call: "r:int = api SSL_read_ex ssl b 10 b", want: Confirmed},
		{name: "SSL_peek", call: "r:int = api SSL_peek ssl b 10", want: Confirmed},
		{name: "SSL_peek_ex", call: "r:int = api SSL_peek_ex ssl b 10 b", want: Confirmed},
		{name: "SSL_write", call: "r:int = api SSL_write ssl b 10", want: Confirmed},
		{name: "SSL_write_ex", call: "r:int = api SSL_write_ex ssl b 10 b", want: Confirmed},
		{name: "SSL_do_handshake", call: "r:int = api SSL_do_handshake ssl", want: Confirmed},
		{name: "SSL_connect", call: "r:int = api SSL_connect ssl", want: Confirmed},
		{name: "SSL_accept", call: "r:int = api SSL_accept ssl", want: Confirmed},
		{name: "SSL_renegotiate", call: "r:int = api SSL_renegotiate ssl", want: Confirmed},
		{name: "SSL_clear", call: "r:int = api SSL_clear ssl", want: Confirmed},
		{name: "SSL_clear behind a shutdown", before: "q:int = api SSL_shutdown ssl", call: "r:int = api SSL_clear ssl", want: Unconfirmed},
	} {
		t.Run(tc.name, func(t *testing.T) {
			before, n := "", 1
			if tc.before != "" {
				before, n = tc.before+"\n  ", 2
			}
			program := fmt.Sprintf(`
func f(ssl:SSL, b:ptr)
0:
  s:SSL_SESSION = api SSL_get0_session ssl
  %s%s
  n:int = api SSL_SESSION_get_time s
  ret`, before, tc.call)
			c := verdictCase{program: program, check: "danglingborrow", site: "f 0.0", siteStep: 1,
				at: fmt.Sprintf("f 0.%d", n+1), steps: "out f 0.0 1", want: Unconfirmed}
			check(t, c, confirmCase(t, c))
			c.steps += fmt.Sprintf("; event f 0.%d", n)
			c.want = tc.want
			check(t, c, confirmCase(t, c))
		})
	}
}

// A session that only a cache keeps is gone when the cache drops it.
func TestCacheEvents(t *testing.T) {
	for _, tc := range []struct{ name, call string }{
		{"SSL_CTX_remove_session", "q:int = api SSL_CTX_remove_session ctx s"},
		{"SSL_CTX_flush_sessions", "api SSL_CTX_flush_sessions ctx 1"},
		{"SSL_CTX_flush_sessions_ex", "api SSL_CTX_flush_sessions_ex ctx 1"},
		{"SSL_CTX_add_session", "q:int = api SSL_CTX_add_session ctx other"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			c := verdictCase{program: `
func f(ctx:SSL_CTX, ssl:SSL, other:SSL_SESSION)
0:
  s:SSL_SESSION = api SSL_get1_session ssl
  r:int = api SSL_CTX_add_session ctx s
  api SSL_SESSION_free s
  ` + tc.call + `
  n:int = api SSL_SESSION_get_time s
  ret`, check: "danglingborrow", site: "f 0.0", siteStep: 1, at: "f 0.4", steps: "out f 0.0 1; out f 0.1 1", want: Unconfirmed}
			check(t, c, confirmCase(t, c))
			c.steps, c.want = c.steps+"; event f 0.3", Confirmed
			check(t, c, confirmCase(t, c))
		})
	}
}

// A connection that goes without SSL_shutdown takes its session out of the cache.
func TestUncacheEvents(t *testing.T) {
	for _, tc := range []struct {
		name, before, call string
		want               Status
	}{
		{"SSL_free", "", "api SSL_free ssl", Confirmed},
		{"SSL_free behind a shutdown", "d:int = api SSL_shutdown ssl", "api SSL_free ssl", Unconfirmed},
		{"SSL_set_session", "", "q:int = api SSL_set_session ssl nil", Confirmed},
		{"SSL_clear", "", "q:int = api SSL_clear ssl", Confirmed},
	} {
		t.Run(tc.name, func(t *testing.T) {
			n, before := 2, ""
			if tc.before != "" {
				n, before = 3, tc.before+"\n  "
			}
			c := verdictCase{program: `
func f(ctx:SSL_CTX, ssl:SSL)
0:
  s:SSL_SESSION = api SSL_get0_session ssl
  r:int = api SSL_CTX_add_session ctx s
  ` + before + tc.call + `
  n:int = api SSL_SESSION_get_time s
  ret`, check: "danglingborrow", site: "f 0.0", siteStep: 1, at: fmt.Sprintf("f 0.%d", n+1), steps: "out f 0.0 1; out f 0.1 1", want: Unconfirmed}
			check(t, c, confirmCase(t, c))
			if strings.HasPrefix(tc.call, "q") {
				c.steps += fmt.Sprintf("; out f 0.%d 1", n)
			}
			c.steps, c.want = c.steps+fmt.Sprintf("; event f 0.%d", n), tc.want
			check(t, c, confirmCase(t, c))
		})
	}
}

// What is shared with its successor, or belongs to the lender and not to what the
// lender may replace, lives on.
var untilCases = []verdictCase{
	{name: "the certificate of a session that is replaced", program: `
func f(ssl:SSL, b:ptr)
0:
  x:ptr = api SSL_get0_peer_certificate ssl
  r:int = api SSL_read ssl b 1
  api X509_digest x
  ret`, check: "danglingborrow", site: "f 0.0", siteStep: 1, at: "f 0.2",
		steps: "out f 0.0 1; event f 0.1", want: Unconfirmed},
	{name: "the chain of a session that is replaced", program: `
func f(ssl:SSL, b:ptr)
0:
  x:ptr = api SSL_get_peer_cert_chain ssl
  r:int = api SSL_read ssl b 1
  unknown look x
  ret`, check: "danglingborrow", site: "f 0.0", siteStep: 1, at: "f 0.2",
		steps: "out f 0.0 1; event f 0.1", want: Confirmed},
	{name: "the chain that the connection keeps itself", program: `
func f(ssl:SSL)
0:
  x:ptr = api SSL_get0_verified_chain ssl
  r:int = api SSL_set_session ssl nil
  unknown look x
  ret`, check: "danglingborrow", site: "f 0.0", siteStep: 1, at: "f 0.2",
		steps: "out f 0.0 1; out f 0.1 1", want: Unconfirmed},
	{name: "the same when the connection is freed", program: `
func f(ssl:SSL)
0:
  x:ptr = api SSL_get0_verified_chain ssl
  api SSL_free ssl
  unknown look x
  ret`, check: "danglingborrow", site: "f 0.0", siteStep: 1, at: "f 0.2",
		steps: "out f 0.0 1", want: Confirmed},
	{name: "the id of a session that is overwritten", program: `
func f(s:SSL_SESSION, pp:ptr, n:ptr)
0:
  p:ptr = alloc
  store p s
  x:ptr = api SSL_SESSION_get_id s n
  d:SSL_SESSION = api d2i_SSL_SESSION p pp 10
  c:other = load x
  ret`, check: "danglingborrow", site: "f 0.2", siteStep: 1, at: "f 0.4",
		steps: "out f 0.2 1; out f 0.3 1", want: Unconfirmed},
	{name: "the name in a session that is overwritten", program: `
func f(s:SSL_SESSION, pp:ptr)
0:
  p:ptr = alloc
  store p s
  x:ptr = api SSL_SESSION_get0_hostname s
  d:SSL_SESSION = api d2i_SSL_SESSION p pp 10
  c:other = load x
  ret`, check: "danglingborrow", site: "f 0.2", siteStep: 1, at: "f 0.4",
		steps: "out f 0.2 1; out f 0.3 1", want: Confirmed},
	{name: "the ticket of a dead session, written through an argument", program: `
func f(ssl:SSL)
0:
  s:SSL_SESSION = api SSL_get1_session ssl
  p:ptr = alloc
  n:ptr = alloc
  api SSL_SESSION_get0_ticket s p n
  api SSL_SESSION_free s
  x:ptr = load p
  unknown look x
  ret`, check: "danglingborrow", site: "f 0.3", siteStep: 2, at: "f 0.6",
		steps: "out f 0.0 1; out f 0.3 1", want: Confirmed},
}

// Without the event a connection that goes leaves its session to the cache.
func TestNoEvent(t *testing.T) {
	c := verdictCase{program: `
func f(ctx:SSL_CTX)
0:
  ssl:SSL = api SSL_new ctx
  s:SSL_SESSION = api SSL_get0_session ssl
  i:int = api SSL_SESSION_set1_id s 1 1
  r:int = api SSL_CTX_add_session ctx s
  api SSL_free ssl
  n:int = api SSL_SESSION_get_time s
  ret`, check: "danglingborrow", site: "f 0.1", siteStep: 2, at: "f 0.5", steps: "out f 0.0 1; out f 0.1 1; out f 0.3 1", want: Unconfirmed}
	check(t, c, confirmCase(t, c))
	c.steps, c.want = c.steps+"; event f 0.4", Confirmed
	check(t, c, confirmCase(t, c))
}

func TestUntil(t *testing.T) { runCases(t, untilCases) }
