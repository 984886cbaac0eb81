package replay

import (
	"testing"

	"github.com/sessionlint/sessionlint/internal/refprog"
)

func TestFields(t *testing.T) { runCases(t, fieldsCases) }

var fieldsCases = []verdictCase{
	{name: "stored over", program: `
func f(c:*p.T)
0:
  a:ptr = fieldaddr f c
  store a nil
  ret`, check: "missingfree", site: "f 0.1", at: "f 0.1", rule: refprog.Owning, want: Confirmed},
	{name: "another field is read before", program: `
func f(c:*p.T)
0:
  b:ptr = fieldaddr g c
  x:int = load b
  a:ptr = fieldaddr f c
  store a nil
  ret`, check: "missingfree", site: "f 0.3", at: "f 0.3", rule: refprog.Owning, want: Confirmed},
	{name: "read before", program: `
func f(c:*p.T)
0:
  a:ptr = fieldaddr f c
  s:SSL_SESSION = load a
  api SSL_SESSION_free s
  store a nil
  ret`, check: "missingfree", site: "f 0.3", at: "f 0.3", rule: refprog.Owning, want: Unconfirmed, reason: "read or written before"},
	{name: "the whole object is read before", program: `
func f(c:*p.T)
0:
  v:agg = load c
  a:ptr = fieldaddr f c
  store a nil
  ret`, check: "missingfree", site: "f 0.2", at: "f 0.2", rule: refprog.Owning, want: Unconfirmed, reason: "read or written before"},
	{name: "written before", program: `
func f(c:*p.T, ssl:SSL)
0:
  a:ptr = fieldaddr f c
  store a nil
  s:SSL_SESSION = api SSL_get1_session ssl
  store a s
  ret`, check: "missingfree", site: "f 0.3", at: "f 0.3", rule: refprog.Owning, steps: "out f 0.2 1", want: Unconfirmed, reason: "read or written before"},
	{name: "an unknown call before", program: `
func f(c:*p.T)
0:
  unknown g
  a:ptr = fieldaddr f c
  store a nil
  ret`, check: "missingfree", site: "f 0.2", at: "f 0.2", rule: refprog.Owning, want: Unconfirmed, reason: "not followed"},
	{name: "an object made here", program: `
func f()
0:
  c:*p.T = alloc
  a:ptr = fieldaddr f c
  store a nil
  ret`, check: "missingfree", site: "f 0.2", at: "f 0.2", rule: refprog.Owning, want: Unconfirmed, reason: "made here"},
	{name: "a field of another type", program: `
func f(c:*p.U)
0:
  a:ptr = fieldaddr f c
  store a nil
  ret`, check: "missingfree", site: "f 0.1", at: "f 0.1", rule: refprog.Owning, want: Unconfirmed, reason: "not to the field"},
	{name: "a loan freed", program: `
func f(c:*p.T)
0:
  a:ptr = fieldaddr f c
  s:SSL_SESSION = load a
  api SSL_SESSION_free s
  ret`, check: "borrowedfree", site: "f 0.2", at: "f 0.2", rule: refprog.Borrowing, want: Confirmed},
	{name: "a loan made a reference", program: `
func f(c:*p.T)
0:
  a:ptr = fieldaddr f c
  s:SSL_SESSION = load a
  r:int = api SSL_SESSION_up_ref s
  api SSL_SESSION_free s
  ret`, check: "borrowedfree", site: "f 0.3", at: "f 0.3", rule: refprog.Borrowing, steps: "out f 0.2 1", want: Unconfirmed},
	{name: "no loan in another field", program: `
func f(c:*p.T)
0:
  a:ptr = fieldaddr g c
  s:SSL_SESSION = load a
  api SSL_SESSION_free s
  ret`, check: "borrowedfree", site: "f 0.2", at: "f 0.2", rule: refprog.Borrowing, want: Unconfirmed},
	{name: "kept where nobody frees", program: `
func f(c:*p.T, ssl:SSL)
0:
  s:SSL_SESSION = api SSL_get1_session ssl
  a:ptr = fieldaddr f c
  store a s
  ret`, check: "missingfree", site: "f 0.0", siteStep: 1, at: "f 0.ret", rule: refprog.Unfreed, steps: "out f 0.0 1", want: Confirmed},
	{name: "kept in a new object", program: `
func f(ssl:SSL)
0:
  c:*p.T = alloc
  s:SSL_SESSION = api SSL_get1_session ssl
  a:ptr = fieldaddr f c
  store a s
  ret c`, check: "missingfree", site: "f 0.1", siteStep: 1, at: "f 0.ret", rule: refprog.Unfreed, steps: "out f 0.1 1", want: Confirmed},
	{name: "kept in another field as well", program: `
func f(c:*p.T, ssl:SSL)
0:
  s:SSL_SESSION = api SSL_get1_session ssl
  a:ptr = fieldaddr f c
  store a s
  b:ptr = fieldaddr g c
  store b s
  ret`, check: "missingfree", site: "f 0.0", siteStep: 1, at: "f 0.ret", rule: refprog.Unfreed, steps: "out f 0.0 1", want: Unconfirmed, reason: "held by"},
	{name: "returned as well", program: `
func f(c:*p.T, ssl:SSL)
0:
  s:SSL_SESSION = api SSL_get1_session ssl
  a:ptr = fieldaddr f c
  store a s
  ret s`, check: "missingfree", site: "f 0.0", siteStep: 1, at: "f 0.ret", rule: refprog.Unfreed, steps: "out f 0.0 1", want: Unconfirmed, reason: "held by"},
}
