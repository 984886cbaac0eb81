package replay

import "testing"

func TestDefers(t *testing.T) { runCases(t, defersCases) }

var defersCases = []verdictCase{
	{name: "explicit and deferred", program: `
func f(ssl:SSL)
0:
  s:SSL_SESSION = api SSL_get1_session ssl
  defer api SSL_SESSION_free s
  api SSL_SESSION_free s
  rundefers
  ret`, check: "doublefree", site: "f 0.0", siteStep: 1, at: "f 0.1",
		steps: "out f 0.0 1", want: Confirmed},
	{name: "snapshot of the argument", program: `
func f(ssl:SSL)
0:
  v:SSL_SESSION = api SSL_get1_session ssl
  defer api SSL_SESSION_free v
  w:SSL_SESSION = api SSL_get1_session ssl
  rundefers
  ret`, check: "missingfree", site: "f 0.2", siteStep: 2, at: "f 0.ret",
		steps: "out f 0.0 1; out f 0.2 1", want: Confirmed},
	{name: "closure reads the cell when it runs", program: `
func f(ssl:SSL)
0:
  c:ptr = alloc
  v:SSL_SESSION = api SSL_get1_session ssl
  store c v
  g:func = closure f$1 c
  defer invoke g
  w:SSL_SESSION = api SSL_get1_session ssl
  store c w
  rundefers
  ret
func f$1()
free c:ptr
0:
  s:SSL_SESSION = load c
  api SSL_SESSION_free s
  ret`, check: "missingfree", site: "f 0.1", siteStep: 1, at: "f 0.ret",
		steps: "out f 0.1 1; out f 0.5 1; enter f 0.4 f$1", want: Confirmed},
	{name: "closure in a loop frees the last n times", program: `
func f(ssl:SSL)
0:
  c:ptr = alloc
  jump 1
1:
  i:int = phi 0 j
  b:bool = cmp i < 2
  if b 2 3
2:
  v:SSL_SESSION = api SSL_get1_session ssl
  store c v
  g:func = closure f$1 c
  defer invoke g
  j:int = arith i + 1
  jump 1
3:
  rundefers
  ret
func f$1()
free c:ptr
0:
  s:SSL_SESSION = load c
  api SSL_SESSION_free s
  ret`, check: "doublefree", site: "f 2.0", siteStep: 4, at: "f$1 0.1",
		steps: "edge f 1 0; out f 2.0 1; edge f 1 0; out f 2.0 1; edge f 1 1; enter f 2.3 f$1; enter f 2.3 f$1", want: Confirmed},
	{name: "last in first out", program: `
func f(s:SSL_SESSION)
0:
  defer api SSL_SESSION_free s
  defer api SSL_SESSION_get_time s
  rundefers
  ret`, check: "useafterfree", site: "f 0.0", at: "f 0.1", want: Unconfirmed},
	{name: "first in last out", program: `
func f(s:SSL_SESSION)
0:
  defer api SSL_SESSION_get_time s
  defer api SSL_SESSION_free s
  rundefers
  ret`, check: "useafterfree", site: "f 0.1", at: "f 0.0", want: Confirmed},
	{name: "deferred calls run when it panics", program: `
func f(s:SSL_SESSION)
0:
  defer api SSL_SESSION_free s
  api SSL_SESSION_free s
  panic`, check: "doublefree", site: "f 0.1", at: "f 0.0", want: Confirmed},
	{name: "and those of its callers", program: `
func f(s:SSL_SESSION)
0:
  defer api SSL_SESSION_free s
  api SSL_SESSION_free s
  call g
  ret
func g()
0:
  panic`, check: "doublefree", site: "f 0.1", at: "f 0.0", steps: "enter f 0.2 g", want: Confirmed},
	{name: "no leak on a panicking path", program: `
func f(ssl:SSL)
0:
  s:SSL_SESSION = api SSL_get1_session ssl
  panic`, check: "missingfree", site: "f 0.0", siteStep: 1, at: "f 0.ret",
		steps: "out f 0.0 1", want: Unconfirmed},
	{name: "an iterator's body defers for its function", program: `
func f(ssl:SSL)
0:
  d:other = deferstack
  s:SSL_SESSION = api SSL_get1_session ssl
  g:func = closure f$1 d s
  invoke g
  api SSL_SESSION_free s
  rundefers
  ret
func f$1()
free d:other s:SSL_SESSION
0:
  defer api SSL_SESSION_free s !stack=d
  ret`, check: "doublefree", site: "f 0.1", siteStep: 1, at: "f$1 0.0",
		steps: "out f 0.1 1; enter f 0.3 f$1", want: Confirmed},
}

func TestCalls(t *testing.T) { runCases(t, callsCases) }

const helper = `
func f(ssl:SSL)
0:
  s:SSL_SESSION = api SSL_get1_session ssl
  call g s
  api SSL_SESSION_free s
  ret
func g(x:SSL_SESSION)
0:
  api SSL_SESSION_free x
  ret
func h(x:SSL_SESSION)
0:
  ret`

var callsCases = []verdictCase{
	{name: "the callee frees", program: helper, check: "doublefree", site: "f 0.0", siteStep: 1, at: "f 0.2",
		steps: "out f 0.0 1; enter f 0.1 g", want: Confirmed},
	{name: "skipped: no effect is known", program: helper, check: "doublefree", site: "f 0.0", siteStep: 1, at: "f 0.2",
		steps: "out f 0.0 1; skip f 0.1", want: Unconfirmed},
	{name: "another function is entered", program: helper, check: "doublefree", site: "f 0.0", siteStep: 1, at: "f 0.2",
		steps: "out f 0.0 1; enter f 0.1 h", want: Unconfirmed, reason: "the witness enters h, called is g"},
	{name: "no step for the call", program: helper, check: "doublefree", site: "f 0.0", siteStep: 1, at: "f 0.2",
		steps: "out f 0.0 1; out f 0.0 1", want: Unconfirmed, reason: "does not say"},
	{name: "results of a callee", program: `
func f(ssl:SSL)
0:
  r:tuple = call get ssl
  s:SSL_SESSION = extract r 0
  e:err = extract r 1
  c:bool = cmp e != nil
  if c 1 2
1:
  ret
2:
  ret
func get(ssl:SSL)
0:
  s:SSL_SESSION = api SSL_get1_session ssl
  c:bool = cmp s == nil
  if c 1 2
1:
  e:err = opaque !nonnil
  ret nil e
2:
  ret s nil`, check: "missingfree", site: "get 0.0", siteStep: 2, at: "f 2.ret",
		steps: "enter f 0.0 get; out get 0.0 1; edge get 0 1; edge f 0 1", want: Confirmed},
	{name: "its error and its session go together", program: `
func f(ssl:SSL)
0:
  r:tuple = call get ssl
  s:SSL_SESSION = extract r 0
  e:err = extract r 1
  c:bool = cmp e != nil
  if c 1 2
1:
  ret
2:
  ret
func get(ssl:SSL)
0:
  s:SSL_SESSION = api SSL_get1_session ssl
  c:bool = cmp s == nil
  if c 1 2
1:
  e:err = opaque !nonnil
  ret nil e
2:
  ret s nil`, check: "missingfree", site: "get 0.0", siteStep: 2, at: "f 1.ret",
		steps: "enter f 0.0 get; out get 0.0 1; edge get 0 1; edge f 0 0", want: Refuted},
	{name: "method of a known type", program: `
impl T Close T.Close
func f(s:SSL_SESSION)
0:
  a:ptr = alloc
  p:ptr = fieldaddr s a
  store p s
  i:iface = iface T a
  method Close i
  method Close i
  ret
func T.Close(t:ptr)
0:
  p:ptr = fieldaddr s t
  s:SSL_SESSION = load p
  api SSL_SESSION_free s
  ret`, check: "doublefree", site: "T.Close 0.2", at: "T.Close 0.2",
		steps: "enter f 0.4 T.Close; enter f 0.5 T.Close", want: Confirmed},
	{name: "method of an unknown value", program: `
impl T Close T.Close
func f(i:iface)
0:
  method Close i
  ret
func T.Close(t:ptr)
0:
  ret`, check: "doublefree", site: "f 0.0", at: "f 0.0",
		steps: "enter f 0.0 T.Close", want: Unconfirmed, reason: "nobody knows"},
	{name: "function with captures comes back from a call", program: `
func f(ssl:SSL)
0:
  r:tuple = call get ssl
  s:SSL_SESSION = extract r 0
  release:func = extract r 1
  invoke release
  api SSL_SESSION_free s
  ret
func get(ssl:SSL)
0:
  s:SSL_SESSION = api SSL_get1_session ssl
  g:func = closure get$1 s
  ret s g
func get$1()
free s:SSL_SESSION
0:
  api SSL_SESSION_free s
  ret`, check: "doublefree", site: "get 0.0", siteStep: 2, at: "f 0.4",
		steps: "enter f 0.0 get; out get 0.0 1; enter f 0.3 get$1", want: Confirmed},
	{name: "a closure that is returned keeps what it captured", program: `
func f(ssl:SSL)
0:
  s:SSL_SESSION = api SSL_get1_session ssl
  g:func = closure f$1 s
  ret g
func f$1()
free s:SSL_SESSION
0:
  api SSL_SESSION_free s
  ret`, check: "missingfree", site: "f 0.0", siteStep: 1, at: "f 0.ret",
		steps: "out f 0.0 1", want: Unconfirmed, reason: "held by"},
	{name: "a goroutine keeps what it is given", program: `
func f(ssl:SSL)
0:
  s:SSL_SESSION = api SSL_get1_session ssl
  go unknown work s
  ret`, check: "missingfree", site: "f 0.0", siteStep: 1, at: "f 0.ret",
		steps: "out f 0.0 1", want: Unconfirmed, reason: "handed"},
	{name: "a goroutine frees", program: `
func f(ssl:SSL)
0:
  s:SSL_SESSION = api SSL_get1_session ssl
  go api SSL_SESSION_free s
  api SSL_SESSION_free s
  ret`, check: "doublefree", site: "f 0.0", siteStep: 1, at: "f 0.2",
		steps: "out f 0.0 1", want: Confirmed},
	{name: "a cell that an unknown call can reach", program: `
func f(ssl:SSL)
0:
  c:ptr = alloc
  s:SSL_SESSION = api SSL_get1_session ssl
  store c s
  g:func = closure f$1 c
  unknown run g
  ret
func f$1()
free c:ptr
0:
  ret`, check: "missingfree", site: "f 0.1", siteStep: 1, at: "f 0.ret",
		steps: "out f 0.1 1", want: Unconfirmed, reason: "handed"},
	{name: "channel inside the function", program: `
func f(ssl:SSL)
0:
  s:SSL_SESSION = api SSL_get1_session ssl
  c:list = make chan
  send c s
  r:SSL_SESSION = recv c
  api SSL_SESSION_free r
  api SSL_SESSION_free s
  ret`, check: "doublefree", site: "f 0.0", siteStep: 1, at: "f 0.5",
		steps: "out f 0.0 1", want: Confirmed},
	{name: "sent to a channel from outside", program: `
func f(ssl:SSL, c:list)
0:
  s:SSL_SESSION = api SSL_get1_session ssl
  send c s
  ret`, check: "missingfree", site: "f 0.0", siteStep: 1, at: "f 0.ret",
		steps: "out f 0.0 1", want: Unconfirmed, reason: "handed"},
	{name: "local map, found again", program: `
func f(ssl:SSL)
0:
  m:list = make map
  s:SSL_SESSION = api SSL_get1_session ssl
  mapstore m "a" s
  r:tuple = mapload m "a" !ok
  x:SSL_SESSION = extract r 0
  ok:bool = extract r 1
  if ok 1 2
1:
  api SSL_SESSION_free x
  api SSL_SESSION_free s
  ret
2:
  ret`, check: "doublefree", site: "f 0.1", siteStep: 1, at: "f 1.1",
		steps: "out f 0.1 1; edge f 0 0", want: Confirmed},
	{name: "local map, not missing", program: `
func f(ssl:SSL)
0:
  m:list = make map
  s:SSL_SESSION = api SSL_get1_session ssl
  mapstore m "a" s
  r:tuple = mapload m "a" !ok
  ok:bool = extract r 1
  if ok 1 2
1:
  ret
2:
  ret`, check: "missingfree", site: "f 0.1", siteStep: 1, at: "f 2.ret",
		steps: "out f 0.1 1; edge f 0 1", want: Refuted},
	{name: "ranging over a local map", program: `
func f(ssl:SSL)
0:
  m:list = make map
  s:SSL_SESSION = api SSL_get1_session ssl
  mapstore m "a" s
  jump 1
1:
  r:tuple = next m
  ok:bool = extract r 0
  if ok 2 3
2:
  x:SSL_SESSION = extract r 2
  api SSL_SESSION_free x
  jump 1
3:
  api SSL_SESSION_free s
  ret`, check: "doublefree", site: "f 0.1", siteStep: 1, at: "f 3.0",
		steps: "out f 0.1 1; edge f 1 0; edge f 1 1", want: Confirmed},
	{name: "type assertion of what was put in", program: `
func f(s:SSL_SESSION)
0:
  i:iface = iface T s
  r:tuple = assert T i !ok
  x:SSL_SESSION = extract r 0
  ok:bool = extract r 1
  if ok 1 2
1:
  api SSL_SESSION_free x
  api SSL_SESSION_free s
  ret
2:
  ret`, check: "doublefree", site: "f 1.0", at: "f 1.1", steps: "edge f 0 0", want: Confirmed},
	{name: "global freed twice", program: `
func f()
0:
  a:SSL_SESSION = load @p.s
  api SSL_SESSION_free a
  b:SSL_SESSION = load @p.s
  api SSL_SESSION_free b
  ret`, check: "doublefree", site: "f 0.1", at: "f 0.3", want: Confirmed},
	{name: "a slice with an element has no zero-trip loop", program: `
func f(ssl:SSL)
0:
  s:SSL_SESSION = api SSL_get1_session ssl
  a:ptr = alloc
  e:ptr = indexaddr a 0
  store e s
  more:list = slice a
  l:list = append nil more
  n:int = builtin len l
  c:bool = cmp 0 < n
  if c 1 2
1:
  p:ptr = indexaddr l 0
  x:SSL_SESSION = load p
  api SSL_SESSION_free x
  ret
2:
  ret`, check: "missingfree", site: "f 0.0", siteStep: 1, at: "f 2.ret",
		steps: "out f 0.0 1; edge f 0 1", want: Refuted},
	{name: "two lengths of one slice", program: `
func f(ssl:SSL, l:list)
0:
  s:SSL_SESSION = api SSL_get1_session ssl
  n:int = builtin len l
  c:bool = cmp n == 0
  if c 1 2
1:
  m:int = builtin len l
  d:bool = cmp m > 0
  if d 3 2
2:
  api SSL_SESSION_free s
  ret
3:
  ret`, check: "missingfree", site: "f 0.0", siteStep: 1, at: "f 3.ret",
		steps: "out f 0.0 1; edge f 0 0; edge f 1 0", want: Refuted},
	{name: "two lengths of a map", program: `
func f(ssl:SSL, l:list)
0:
  s:SSL_SESSION = api SSL_get1_session ssl
  mapstore l "a" 1
  n:int = builtin len l
  c:bool = cmp n == 0
  if c 1 2
1:
  mapstore l "b" 1
  m:int = builtin len l
  d:bool = cmp m > 0
  if d 3 2
2:
  api SSL_SESSION_free s
  ret
3:
  ret`, check: "missingfree", site: "f 0.0", siteStep: 1, at: "f 3.ret",
		steps: "out f 0.0 1; edge f 0 0; edge f 1 0", want: Confirmed},
	{name: "nobody panics, so there is nothing to recover", program: `
func f(s:SSL_SESSION)
0:
  g:func = closure f$1 s
  defer invoke g
  api SSL_SESSION_free s
  rundefers
  ret
func f$1()
free s:SSL_SESSION
0:
  p:iface = builtin recover
  c:bool = cmp p != nil
  if c 1 2
1:
  api SSL_SESSION_free s
  ret
2:
  ret`, check: "doublefree", site: "f 0.2", at: "f$1 1.0", steps: "enter f 0.1 f$1; edge f$1 0 0", want: Refuted},
	{name: "somebody panics", program: `
func f(s:SSL_SESSION)
0:
  g:func = closure f$1 s
  defer invoke g
  api SSL_SESSION_free s
  panic
func f$1()
free s:SSL_SESSION
0:
  p:iface = builtin recover
  c:bool = cmp p != nil
  if c 1 2
1:
  api SSL_SESSION_free s
  ret
2:
  ret`, check: "doublefree", site: "f 0.2", at: "f$1 1.0", steps: "enter f 0.1 f$1; edge f$1 0 0", want: Confirmed},
	{name: "recursion is bounded", program: `
func f()
0:
  call f
  ret`, check: "doublefree", site: "f 0.0", at: "f 0.0",
		steps: "enter f 0.0 f; enter f 0.0 f", want: Unconfirmed, reason: "ends"},
}
