package replay

import (
	"testing"

	"github.com/sessionlint/sessionlint/internal/refprog"
)

func TestOwners(t *testing.T) { runCases(t, ownersCases) }

func TestLoanStored(t *testing.T) { runCases(t, loanCases) }

var loanCases = []verdictCase{
	{name: "in a field", program: `
func f(c:*p.T, ssl:SSL)
0:
  s:SSL_SESSION = api SSL_get0_session ssl
  a:ptr = fieldaddr f c
  store a s
  ret`, check: refprog.LoanStored, site: "f 0.0", siteStep: 1, at: "f 0.2", field: "p.T.f", steps: "out f 0.0 1", want: Confirmed},
	{name: "in a map", program: `
func f(c:*p.T, ssl:SSL, k:string)
0:
  s:SSL_SESSION = api SSL_get0_session ssl
  a:ptr = fieldaddr f c
  m:ptr = load a
  mapstore m k s
  ret`, check: refprog.LoanStored, site: "f 0.0", siteStep: 1, at: "f 0.3", field: "p.T.f[]", steps: "out f 0.0 1", want: Confirmed},
	{name: "of another field", program: `
func f(c:*p.T, ssl:SSL)
0:
  s:SSL_SESSION = api SSL_get0_session ssl
  a:ptr = fieldaddr g c
  store a s
  ret`, check: refprog.LoanStored, site: "f 0.0", siteStep: 1, at: "f 0.2", field: "p.T.f", steps: "out f 0.0 1", want: Unconfirmed},
	{name: "with a reference", program: `
func f(c:*p.T, ssl:SSL)
0:
  s:SSL_SESSION = api SSL_get0_session ssl
  r:int = api SSL_SESSION_up_ref s
  a:ptr = fieldaddr f c
  store a s
  ret`, check: refprog.LoanStored, site: "f 0.0", siteStep: 1, at: "f 0.3", field: "p.T.f", steps: "out f 0.0 1; out f 0.1 1", want: Unconfirmed},
	{name: "no loan", program: `
func f(c:*p.T, ssl:SSL)
0:
  s:SSL_SESSION = api SSL_get1_session ssl
  a:ptr = fieldaddr f c
  store a s
  ret`, check: refprog.LoanStored, site: "f 0.0", siteStep: 1, at: "f 0.2", field: "p.T.f", steps: "out f 0.0 1", want: Unconfirmed},
	{name: "after its end", program: `
func f(c:*p.T, ssl:SSL)
0:
  s:SSL_SESSION = api SSL_get0_session ssl
  api SSL_free ssl
  a:ptr = fieldaddr f c
  store a s
  ret`, check: refprog.LoanStored, site: "f 0.0", siteStep: 1, at: "f 0.3", field: "p.T.f", steps: "out f 0.0 1", want: Unconfirmed},
	{name: "where nothing gets", program: `
func f(c:*p.T, ssl:SSL, n:int)
0:
  s:SSL_SESSION = api SSL_get0_session ssl
  none:bool = cmp n < 1
  if none 1 2
1:
  some:bool = cmp 0 < n
  if some 3 2
2:
  ret
3:
  a:ptr = fieldaddr f c
  store a s
  ret`, check: refprog.LoanStored, site: "f 0.0", siteStep: 1, at: "f 3.1", field: "p.T.f", steps: "out f 0.0 1; edge f 0 0; edge f 1 0", want: Refuted},
}

var ownersCases = []verdictCase{
	{name: "freed while the field has it", program: `
func f(c:*p.T, ssl:SSL)
0:
  s:SSL_SESSION = api SSL_get1_session ssl
  a:ptr = fieldaddr f c
  store a s
  api SSL_SESSION_free s
  ret`, check: "doublefree", site: "f 0.0", siteStep: 1, at: "f 0.3", rule: refprog.Owning, steps: "out f 0.0 1", want: Confirmed},
	{name: "each has its own", program: `
func f(c:*p.T, ssl:SSL)
0:
  s:SSL_SESSION = api SSL_get1_session ssl
  r:int = api SSL_SESSION_up_ref s
  a:ptr = fieldaddr f c
  store a s
  api SSL_SESSION_free s
  ret`, check: "doublefree", site: "f 0.0", siteStep: 1, at: "f 0.4", rule: refprog.Owning, steps: "out f 0.0 1; out f 0.1 1", want: Unconfirmed, reason: "at a return"},
	{name: "taken back", program: `
func f(c:*p.T, ssl:SSL)
0:
  s:SSL_SESSION = api SSL_get1_session ssl
  a:ptr = fieldaddr f c
  store a s
  api SSL_SESSION_free s
  store a nil
  ret`, check: "doublefree", site: "f 0.0", siteStep: 1, at: "f 0.3", rule: refprog.Owning, steps: "out f 0.0 1", want: Unconfirmed, reason: "at a return"},
	{name: "freed for the field", program: `
func f(c:*p.T, ssl:SSL)
0:
  s:SSL_SESSION = api SSL_get1_session ssl
  a:ptr = fieldaddr f c
  store a s
  x:SSL_SESSION = load a
  api SSL_SESSION_free x
  ret`, check: "doublefree", site: "f 0.0", siteStep: 1, at: "f 0.4", rule: refprog.Owning, steps: "out f 0.0 1", want: Unconfirmed, reason: "at a return"},
	{name: "another field", program: `
func f(c:*p.T, ssl:SSL)
0:
  s:SSL_SESSION = api SSL_get1_session ssl
  a:ptr = fieldaddr g c
  store a s
  api SSL_SESSION_free s
  ret`, check: "doublefree", site: "f 0.0", siteStep: 1, at: "f 0.3", rule: refprog.Owning, steps: "out f 0.0 1", want: Unconfirmed, reason: "at a return"},
	{name: "an object that nobody gets", program: `
func f(ssl:SSL)
0:
  s:SSL_SESSION = api SSL_get1_session ssl
  c:*p.T = alloc
  a:ptr = fieldaddr f c
  store a s
  api SSL_SESSION_free s
  ret`, check: "doublefree", site: "f 0.0", siteStep: 1, at: "f 0.4", rule: refprog.Owning, steps: "out f 0.0 1", want: Unconfirmed, reason: "at a return"},
	{name: "two objects, one reference", program: `
func f(c:*p.T, d:*p.T, ssl:SSL)
0:
  s:SSL_SESSION = api SSL_get1_session ssl
  a:ptr = fieldaddr f c
  store a s
  b:ptr = fieldaddr f d
  store b s
  ret`, check: "doublefree", site: "f 0.0", siteStep: 1, at: "f 0.4", rule: refprog.Owning, steps: "out f 0.0 1", want: Confirmed},
	{name: "freed while a map has it", program: `
func f(c:*p.T, ssl:SSL, k:string)
0:
  s:SSL_SESSION = api SSL_get1_session ssl
  a:ptr = fieldaddr f c
  m:ptr = load a
  mapstore m k s
  api SSL_SESSION_free s
  ret`, check: "doublefree", site: "f 0.0", siteStep: 1, at: "f 0.4", rule: refprog.Owning, field: "p.T.f[]", steps: "out f 0.0 1", want: Confirmed},
	{name: "deleted from the map", program: `
func f(c:*p.T, ssl:SSL, k:string)
0:
  s:SSL_SESSION = api SSL_get1_session ssl
  a:ptr = fieldaddr f c
  m:ptr = load a
  mapstore m k s
  mapdelete m k
  api SSL_SESSION_free s
  ret`, check: "doublefree", site: "f 0.0", siteStep: 1, at: "f 0.5", rule: refprog.Owning, field: "p.T.f[]", steps: "out f 0.0 1", want: Unconfirmed, reason: "at a return"},
	{name: "the map dropped", program: `
func f(c:*p.T, ssl:SSL, k:string)
0:
  s:SSL_SESSION = api SSL_get1_session ssl
  a:ptr = fieldaddr f c
  m:ptr = load a
  mapstore m k s
  store a nil
  api SSL_SESSION_free s
  ret`, check: "doublefree", site: "f 0.0", siteStep: 1, at: "f 0.5", rule: refprog.Owning, field: "p.T.f[]", steps: "out f 0.0 1", want: Unconfirmed, reason: "at a return"},
	{name: "taken out and lost", program: `
func f(c:*p.T)
0:
  a:ptr = fieldaddr f c
  s:SSL_SESSION = load a
  store a nil
  ret`, check: "missingfree", site: "f 0.1", at: "f 0.ret", rule: refprog.Owning, want: Confirmed},
	{name: "taken out and freed", program: `
func f(c:*p.T)
0:
  a:ptr = fieldaddr f c
  s:SSL_SESSION = load a
  store a nil
  api SSL_SESSION_free s
  ret`, check: "missingfree", site: "f 0.1", at: "f 0.ret", rule: refprog.Owning, want: Unconfirmed},
	{name: "taken out and returned", program: `
func f(c:*p.T)
0:
  a:ptr = fieldaddr f c
  s:SSL_SESSION = load a
  store a nil
  ret s`, check: "missingfree", site: "f 0.1", at: "f 0.ret", rule: refprog.Owning, want: Unconfirmed, reason: "held by a result"},
	{name: "only read", program: `
func f(c:*p.T)
0:
  a:ptr = fieldaddr f c
  s:SSL_SESSION = load a
  ret`, check: "missingfree", site: "f 0.1", at: "f 0.ret", rule: refprog.Owning, want: Unconfirmed, reason: "memory of others"},
	{name: "read from another field", program: `
func f(c:*p.T)
0:
  a:ptr = fieldaddr g c
  s:SSL_SESSION = load a
  store a nil
  ret`, check: "missingfree", site: "f 0.1", at: "f 0.ret", rule: refprog.Owning, want: Unconfirmed, reason: "no reference"},
	{name: "taken out of a map and lost", program: `
func f(c:*p.T, k:string)
0:
  a:ptr = fieldaddr f c
  m:ptr = load a
  s:SSL_SESSION = mapload m k
  mapdelete m k
  ret`, check: "missingfree", site: "f 0.2", at: "f 0.ret", rule: refprog.Owning, field: "p.T.f[]", want: Confirmed},
	{name: "still in the map", program: `
func f(c:*p.T, k:string, other:string)
0:
  a:ptr = fieldaddr f c
  m:ptr = load a
  s:SSL_SESSION = mapload m k
  mapdelete m other
  ret`, check: "missingfree", site: "f 0.2", at: "f 0.ret", rule: refprog.Owning, field: "p.T.f[]", want: Unconfirmed},
}
