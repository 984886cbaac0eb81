package contract

import (
	"slices"
	"strings"
	"testing"
)

func TestFormat(t *testing.T) {
	tab := Default()
	function := func(name string) string { f, _ := tab.Lookup(name); return f.Format() }
	handle, _ := tab.Handle("SSL_SESSION")
	callback, _ := tab.CallbackKind("psk_find_session")
	event := tab.Events()[1]
	behaviour := func(name string) string { b, _ := tab.Behaviour(name); return b.Format() }
	for _, tt := range []struct{ got, want string }{
		{function("SSL_set_session"), `SSL_set_session
    int SSL_set_session(SSL *to, SSL_SESSION *session)
    parameter 0: SSL: ends_borrows, for caches too if the connection is live and SSL_shutdown was not called
    parameter 1: SSL_SESSION: own, kept by parameter 0 on success
    result: status: 1 is success, 0 is failure
    note: the connection takes a reference of its own and gives up its previous session; NULL only clears; the session already set is net zero
    in: openssl 1.0.2+, libressl yes, boringssl yes, awslc yes, wolfssl yes
    in wolfssl: 5.5.4 copies the contents and takes no reference; NULL fails and clears nothing; parameter 0: use; parameter 1: use
    in boringssl: aborts once the handshake has begun
    in awslc: aborts once the handshake has begun
    in libressl: also fails if no method fits the session's version
    checked: by running it (ssl/ssl_sess.c)
    executed against: openssl, boringssl, wolfssl
`},
		{function("SSL_SESSION_get0_alpn_selected"), `SSL_SESSION_get0_alpn_selected
    void SSL_SESSION_get0_alpn_selected(const SSL_SESSION *s, const unsigned char **alpn, size_t *len)
    parameter 0: SSL_SESSION: use
    parameter 1: out_borrowed from parameter 0
    parameter 2: out_value
    note: SSL_SESSION_set1_alpn_selected ends it too
    in: openssl 1.1.1+, libressl no, boringssl no, awslc no, wolfssl no
    checked: by running it (ssl/ssl_sess.c)
    executed against: openssl
`},
		{function("(*" + sessionPath + ".Session).Free"), `(*github.com/sessionlint/sessionlint/session.Session).Free
    func()
    like: SSL_SESSION_free
    parameter 0: SSL_SESSION: free
    also: nil is a no-op
    checked: by reading its source
`},
		{handle.Format(), `SSL_SESSION
    called: session
    C types: SSL_SESSION, struct_ssl_session_st
    Go types: github.com/sessionlint/sessionlint/session.Session
    free: SSL_SESSION_free
    up_ref: SSL_SESSION_up_ref
    lent by: SSL, SSL_CTX
`},
		{callback.Format(), `callback psk_find_session
    int (*)(SSL *ssl, const unsigned char *identity, size_t identity_len, SSL_SESSION **sess)
    parameter 0: ssl, SSL: lent
    parameter 1: identity
    parameter 2: identity_len
    parameter 3: sess, SSL_SESSION: out on success
    gets: the session pointer is to be written
    owes: with result 1 what is written must carry a reference, which the library takes; with 0 it is not taken; no key is 1 with nil
    note: runs once for each identity offered
    checked: by running it
`},
		{event.Format(), `event: clearing a live connection without SSL_shutdown
    ends: its session
    owner: SSL
    possibly in: SSL_clear
    note: a pending external PSK session goes in any case
    checked: by running it
`},
		{behaviour("runtime.AddCleanup"), `runtime.AddCleanup
    arguments: are only read
    calls: parameter 1 collected, once, with parameter 0, passing parameter 2
`},
		{behaviour("(*sync.Map).LoadOrStore"), `(*sync.Map).LoadOrStore
    keeps: parameter 1 if the last result is false
    keeps: parameter 2 if the last result is false
`},
	} {
		if tt.got != tt.want {
			t.Errorf("got\n%s\nwant\n%s", tt.got, tt.want)
		}
	}
}

// TestSketch: what is proposed for an unknown function is a contract.
func TestSketch(t *testing.T) {
	line := Sketch("conn_keep", []string{"SSL", "", "SSL_SESSION"}, "")
	if want := "- {name: conn_keep, args: 3, params: {0: {effect: use, handle: SSL}, 2: {effect: use, handle: SSL_SESSION}}}"; line != want {
		t.Errorf("got  %s\nwant %s", line, want)
	}
	tab, err := Default().With(File{Name: "f.yaml", Data: []byte("functions:\n  " + line)})
	if err != nil {
		t.Fatal(err)
	}
	if f, ok := tab.CShim("conn_keep", 3); !ok || f.Param(2).Handle != "SSL_SESSION" {
		t.Errorf("conn_keep: %+v", f)
	}
}

// TestSketchOfResult: a result is taken for a reference of the caller's.
func TestSketchOfResult(t *testing.T) {
	line := Sketch("conn_find", []string{""}, "SSL_SESSION")
	if want := "- {name: conn_find, args: 1, result: {ownership: owned, handle: SSL_SESSION}}"; line != want {
		t.Errorf("got  %s\nwant %s", line, want)
	}
	tab, err := Default().With(File{Name: "f.yaml", Data: []byte("functions:\n  " + line)})
	if err != nil {
		t.Fatal(err)
	}
	if f, ok := tab.CShim("conn_find", 1); !ok || f.Results[0].Ownership != Owned || f.Results[0].Handle != "SSL_SESSION" {
		t.Errorf("conn_find: %+v", f)
	}
}

// TestBuiltInEntriesAgree: what no decoder rule can demand of users' tables, but
// ours keep.
func TestBuiltInEntriesAgree(t *testing.T) {
	tab := Default()
	for _, f := range tab.Functions() {
		counted := func(h string) bool { _, ok := tab.Handle(h); return ok }
		for i, p := range f.Params {
			switch {
			case p.Effect == UpRef && (p.When != "success" || f.Success == ""):
				t.Errorf("%s: up_ref of parameter %d has no status", f.Name, i)
			case p.Effect == Free && !f.NilSafe:
				t.Errorf("%s frees, but what of nil?", f.Name)
			case p.Effect == Reuse && !counted(p.Handle):
				t.Errorf("%s: parameter %d is reused, but of which handle?", f.Name, i)
			case p.Effect == MayEnd && p.Why == "":
				t.Errorf("%s: parameter %d may end borrows, but why?", f.Name, i)
			}
		}
		for _, res := range f.Results {
			switch {
			case (res.Ownership == Owned || res.Ownership == Borrowed) && counted(res.Handle) && res.NilWhen == "" && !res.NonNil && !strings.Contains(f.Name, ".Ledger)"):
				t.Errorf("%s: when is the result nil?", f.Name)
			case res.Ownership == OwnedUnlessReuse && !res.Fresh:
				t.Errorf("%s: a new object is fresh", f.Name)
			}
		}
		if f.Pure && slices.ContainsFunc(f.Params, func(p Param) bool { return p.Effect != Use }) {
			t.Errorf("%s is pure, but changes an argument", f.Name)
		}
		if f.Pure && len(f.Results) > 0 && f.Results[0].Ownership == Owned {
			t.Errorf("%s is pure, but acquires", f.Name)
		}
		if canonical, ok := tab.Lookup(f.Like); !ok || canonical.Like != canonical.Name {
			t.Errorf("%s is like %q, which is no operation of its own", f.Name, f.Like)
		}
	}
}
