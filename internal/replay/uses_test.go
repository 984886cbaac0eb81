package replay

import "testing"

func TestUses(t *testing.T) { runCases(t, usesCases) }

var usesCases = []verdictCase{
	{name: "use after the last free", program: `
func f(ssl:SSL)
0:
  s:SSL_SESSION = api SSL_get1_session ssl
  api SSL_SESSION_free s
  n:int = api SSL_SESSION_get_time s
  ret`, check: "useafterfree", site: "f 0.0", siteStep: 1, at: "f 0.2",
		steps: "out f 0.0 1", want: Confirmed, delayed: "not while somebody else holds it"},
	{name: "use before", program: `
func f(ssl:SSL)
0:
  s:SSL_SESSION = api SSL_get1_session ssl
  n:int = api SSL_SESSION_get_time s
  api SSL_SESSION_free s
  ret`, check: "useafterfree", site: "f 0.0", siteStep: 1, at: "f 0.1",
		steps: "out f 0.0 1", want: Unconfirmed},
	{name: "set_session lends it back", program: `
func f(ssl:SSL)
0:
  s:SSL_SESSION = api SSL_SESSION_new
  r:int = api SSL_set_session ssl s
  api SSL_SESSION_free s
  n:int = api SSL_SESSION_get_time s
  ret`, check: "useafterfree", site: "f 0.0", siteStep: 1, at: "f 0.3",
		steps: "out f 0.0 1; out f 0.1 1", want: Unconfirmed},
	{name: "set_session that failed does not", program: `
func f(ssl:SSL)
0:
  s:SSL_SESSION = api SSL_SESSION_new
  r:int = api SSL_set_session ssl s
  api SSL_SESSION_free s
  n:int = api SSL_SESSION_get_time s
  ret`, check: "useafterfree", site: "f 0.0", siteStep: 1, at: "f 0.3",
		steps: "out f 0.0 1; out f 0.1 0", want: Confirmed, delayed: "immediately"},
	{name: "passed to an unknown call", program: `
func f(s:SSL_SESSION)
0:
  api SSL_SESSION_free s
  unknown print s !harmless
  ret`, check: "useafterfree", site: "f 0.0", at: "f 0.1", want: Confirmed},
	{name: "passed in a variadic slice of interfaces", program: `
func f(s:SSL_SESSION)
0:
  api SSL_SESSION_free s
  i:iface = iface ptr s
  a:ptr = alloc
  e:ptr = indexaddr a 0
  store e i
  l:list = slice a
  unknown print l !harmless
  ret`, check: "useafterfree", site: "f 0.0", at: "f 0.6", want: Confirmed},
	{name: "owner freed, borrow used", program: `
func f(ssl:SSL)
0:
  s:SSL_SESSION = api SSL_get0_session ssl
  api SSL_free ssl
  n:int = api SSL_SESSION_get_time s
  ret`, check: "danglingborrow", site: "f 0.0", siteStep: 1, at: "f 0.2",
		steps: "out f 0.0 1", want: Confirmed, delayed: "immediately",
		trace: "SSL_get0_session: held 0 | SSL_free ends the borrow"},
	{name: "another session set, borrow used", program: `
func f(ssl:SSL)
0:
  s:SSL_SESSION = api SSL_get0_session ssl
  x:SSL_SESSION = api SSL_SESSION_new
  r:int = api SSL_set_session ssl x
  n:int = api SSL_SESSION_get_time s
  ret`, check: "danglingborrow", site: "f 0.0", siteStep: 1, at: "f 0.3",
		steps: "out f 0.0 1; out f 0.1 1; out f 0.2 1", want: Confirmed},
	{name: "the same session set again ends nothing", program: `
func f(ssl:SSL)
0:
  s:SSL_SESSION = api SSL_get0_session ssl
  r:int = api SSL_set_session ssl s
  n:int = api SSL_SESSION_get_time s
  ret`, check: "danglingborrow", site: "f 0.0", siteStep: 1, at: "f 0.2",
		steps: "out f 0.0 1; out f 0.1 1", want: Unconfirmed},
	{name: "ended twice", program: `
func f(ssl:SSL)
0:
  s:SSL_SESSION = api SSL_get0_session ssl
  x:SSL_SESSION = api SSL_SESSION_new
  r:int = api SSL_set_session ssl x
  api SSL_free ssl
  n:int = api SSL_SESSION_get_time s
  ret`, check: "danglingborrow", site: "f 0.0", siteStep: 1, at: "f 0.4",
		steps: "out f 0.0 1; out f 0.1 1; out f 0.2 1", want: Confirmed},
	{name: "returned behind the deferred free of its owner", program: `
func f(ctx:SSL_CTX)
0:
  ssl:SSL = api SSL_new ctx
  defer api SSL_free ssl
  s:SSL_SESSION = api SSL_get0_session ssl
  rundefers
  ret s`, check: "danglingborrow", site: "f 0.2", siteStep: 2, at: "f 0.ret",
		steps: "out f 0.0 1; out f 0.2 1", want: Confirmed},
	{name: "borrow stored in a parameter's field", program: `
func f(ssl:SSL, c:ptr)
0:
  s:SSL_SESSION = api SSL_get0_session ssl
  p:ptr = fieldaddr sess c
  store p s
  ret`, check: "danglingborrow", site: "f 0.0", siteStep: 1, at: "f 0.2",
		steps: "out f 0.0 1", want: Confirmed},
	{name: "borrow stored with an up_ref", program: `
func f(ssl:SSL, c:ptr)
0:
  s:SSL_SESSION = api SSL_get0_session ssl
  p:ptr = fieldaddr sess c
  store p s
  r:int = api SSL_SESSION_up_ref s
  ret`, check: "danglingborrow", site: "f 0.0", siteStep: 1, at: "f 0.2",
		steps: "out f 0.0 1; out f 0.3 1", want: Unconfirmed},
	{name: "borrow stored in a local", program: `
func f(ssl:SSL)
0:
  s:SSL_SESSION = api SSL_get0_session ssl
  c:ptr = alloc
  store c s
  ret`, check: "danglingborrow", site: "f 0.0", siteStep: 1, at: "f 0.2",
		steps: "out f 0.0 1", want: Unconfirmed},
	{name: "name inside a session, read after its last free", program: `
func f(ssl:SSL)
0:
  s:SSL_SESSION = api SSL_get1_session ssl
  h:ptr = api SSL_SESSION_get0_hostname s
  api SSL_SESSION_free s
  t:other = api GoString h
  ret`, check: "danglingborrow", site: "f 0.1", siteStep: 2, at: "f 0.3",
		steps: "out f 0.0 1; out f 0.1 1", want: Confirmed},
	{name: "name read in time", program: `
func f(ssl:SSL)
0:
  s:SSL_SESSION = api SSL_get1_session ssl
  h:ptr = api SSL_SESSION_get0_hostname s
  t:other = api GoString h
  api SSL_SESSION_free s
  ret`, check: "danglingborrow", site: "f 0.1", siteStep: 2, at: "f 0.2",
		steps: "out f 0.0 1; out f 0.1 1", want: Unconfirmed},
	{name: "name replaced", program: `
func f(s:SSL_SESSION)
0:
  h:ptr = api SSL_SESSION_get0_hostname s
  r:int = api SSL_SESSION_set1_hostname s "x"
  c:other = load h
  ret`, check: "danglingborrow", site: "f 0.0", siteStep: 1, at: "f 0.2",
		steps: "out f 0.0 1; out f 0.1 1", want: Confirmed},
	{name: "returned behind its own deferred free", program: `
func f(ssl:SSL)
0:
  s:SSL_SESSION = api SSL_get1_session ssl
  defer api SSL_SESSION_free s
  rundefers
  ret s`, check: "useafterfree", site: "f 0.0", siteStep: 1, at: "f 0.ret",
		steps: "out f 0.0 1", want: Confirmed},
	{name: "a goroutine that outlives the owner", program: `
func f(ssl:SSL)
0:
  s:SSL_SESSION = api SSL_get0_session ssl
  go unknown work s
  api SSL_free ssl
  ret`, check: "danglingborrow", site: "f 0.0", siteStep: 1, at: "f 0.1",
		steps: "out f 0.0 1", want: Confirmed},
	{name: "a goroutine while the owner lives", program: `
func f(ssl:SSL)
0:
  s:SSL_SESSION = api SSL_get0_session ssl
  go unknown work s
  ret`, check: "danglingborrow", site: "f 0.0", siteStep: 1, at: "f 0.1",
		steps: "out f 0.0 1", want: Unconfirmed},
	{name: "offered session kept and refused", program: `
func cb(ssl:SSL, s:SSL_SESSION) callback=new_session
0:
  store @p.kept s
  ret 0`, check: "danglingborrow", site: "cb entry", at: "cb 0.0", want: Confirmed},
	{name: "offered session kept", program: `
func cb(ssl:SSL, s:SSL_SESSION) callback=new_session
0:
  store @p.kept s
  ret 1`, check: "danglingborrow", site: "cb entry", at: "cb 0.0", want: Unconfirmed},
	{name: "offered session kept with an up_ref and refused", program: `
func cb(ssl:SSL, s:SSL_SESSION) callback=new_session
0:
  r:int = api SSL_SESSION_up_ref s
  store @p.kept s
  ret 0`, check: "danglingborrow", site: "cb entry", at: "cb 0.1", steps: "out cb 0.0 1", want: Unconfirmed},
	{name: "used after it turned out to be nil", program: `
func f(ssl:SSL, p:SSL_SESSION)
0:
  s:SSL_SESSION = api SSL_get1_session ssl
  api SSL_SESSION_free p
  c:bool = cmp p == nil
  if c 1 2
1:
  ret
2:
  api SSL_SESSION_free s
  ret`, check: "missingfree", site: "f 0.0", siteStep: 1, at: "f 1.ret",
		steps: "out f 0.0 1; edge f 0 0", want: Confirmed},
	{name: "borrow captured by a closure that is returned", program: `
func f(ssl:SSL)
0:
  s:SSL_SESSION = api SSL_get0_session ssl
  g:func = closure f$1 s
  ret g
func f$1()
free s:SSL_SESSION
0:
  ret`, check: "danglingborrow", site: "f 0.0", siteStep: 1, at: "f 0.1", steps: "out f 0.0 1", want: Confirmed},
	{name: "borrow captured by a closure that stays", program: `
func f(ssl:SSL)
0:
  s:SSL_SESSION = api SSL_get0_session ssl
  g:func = closure f$1 s
  ret
func f$1()
free s:SSL_SESSION
0:
  ret`, check: "danglingborrow", site: "f 0.0", siteStep: 1, at: "f 0.1", steps: "out f 0.0 1", want: Unconfirmed},
	{name: "borrow appended to a global slice", program: `
func f(ssl:SSL)
0:
  l:list = load @p.all
  s:SSL_SESSION = api SSL_get0_session ssl
  a:ptr = alloc
  e:ptr = indexaddr a 0
  store e s
  m:list = slice a
  n:list = append l m
  store @p.all n
  ret`, check: "danglingborrow", site: "f 0.1", siteStep: 1, at: "f 0.6", steps: "out f 0.1 1", want: Confirmed},
	{name: "a goroutine that is followed and outlives the owner", program: `
func f(ssl:SSL)
0:
  s:SSL_SESSION = api SSL_get0_session ssl
  g:func = closure f$1 s
  go invoke g
  api SSL_free ssl
  ret
func f$1()
free s:SSL_SESSION
0:
  n:int = api SSL_SESSION_get_time s
  ret`, check: "danglingborrow", site: "f 0.0", siteStep: 1, at: "f 0.2",
		steps: "out f 0.0 1; enter f 0.2 f$1", want: Confirmed},
}
