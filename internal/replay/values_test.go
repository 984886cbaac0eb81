package replay

import "testing"

func TestValues(t *testing.T) { runCases(t, valuesCases) }

// In these programs the double free is only reached if the values are followed
// rightly.
var valuesCases = []verdictCase{
	{name: "two borrows of one owner are one object", program: `
func f(ssl:SSL)
0:
  a:SSL_SESSION = api SSL_get0_session ssl
  b:SSL_SESSION = api SSL_get1_session ssl
  c:bool = cmp a != b
  if c 1 2
1:
  ret
2:
  api SSL_SESSION_free b
  ret`, check: "missingfree", site: "f 0.1", siteStep: 2, at: "f 1.ret",
		steps: "out f 0.0 1; out f 0.1 1; edge f 0 0", want: Refuted},
	{name: "sessions of two owners may be one object", program: `
func f(x:SSL, y:SSL)
0:
  a:SSL_SESSION = api SSL_get1_session x
  b:SSL_SESSION = api SSL_get1_session y
  c:bool = cmp a == b
  if c 1 2
1:
  api SSL_SESSION_free a
  ret
2:
  ret`, check: "missingfree", site: "f 0.1", siteStep: 2, at: "f 1.ret",
		steps: "out f 0.0 1; out f 0.1 1; edge f 0 0", want: Confirmed},
	{name: "and stay different once they are", program: `
func f(x:SSL, y:SSL)
0:
  a:SSL_SESSION = api SSL_get1_session x
  b:SSL_SESSION = api SSL_get1_session y
  c:bool = cmp a == b
  if c 1 2
1:
  ret
2:
  d:bool = cmp b == a
  if d 1 3
3:
  ret`, check: "missingfree", site: "f 0.1", siteStep: 2, at: "f 1.ret",
		steps: "out f 0.0 1; out f 0.1 1; edge f 0 1; edge f 2 0", want: Refuted},
	{name: "two parameters that are equal", program: `
func f(ssl:SSL, p:ptr, q:ptr)
0:
  s:SSL_SESSION = api SSL_get1_session ssl
  c:bool = cmp p == q
  if c 1 2
1:
  d:bool = cmp q == nil
  if d 3 2
2:
  ret
3:
  e:bool = cmp p != nil
  if e 4 2
4:
  ret`, check: "missingfree", site: "f 0.0", siteStep: 1, at: "f 4.ret",
		steps: "out f 0.0 1; edge f 0 0; edge f 1 0; edge f 3 0", want: Refuted},
	{name: "two parameters that differ", program: `
func f(ssl:SSL, p:ptr, q:ptr)
0:
  s:SSL_SESSION = api SSL_get1_session ssl
  c:bool = cmp p == q
  if c 1 2
1:
  ret
2:
  d:bool = cmp q == p
  if d 1 3
3:
  ret`, check: "missingfree", site: "f 0.0", siteStep: 1, at: "f 1.ret",
		steps: "out f 0.0 1; edge f 0 1; edge f 2 0", want: Refuted},
	{name: "an allocation equals no parameter", program: `
func f(ssl:SSL, p:ptr)
0:
  s:SSL_SESSION = api SSL_get1_session ssl
  a:ptr = alloc
  c:bool = cmp a == p
  if c 1 2
1:
  ret
2:
  ret`, check: "missingfree", site: "f 0.0", siteStep: 1, at: "f 1.ret",
		steps: "out f 0.0 1; edge f 0 0", want: Refuted},
	{name: "nor another allocation", program: `
func f(ssl:SSL)
0:
  s:SSL_SESSION = api SSL_get1_session ssl
  a:ptr = alloc
  b:ptr = alloc
  c:bool = cmp a == b
  if c 1 2
1:
  ret
2:
  ret`, check: "missingfree", site: "f 0.0", siteStep: 1, at: "f 1.ret",
		steps: "out f 0.0 1; edge f 0 0", want: Refuted},
	{name: "a constant that was excluded", program: `
func f(ssl:SSL, m:other)
0:
  s:SSL_SESSION = api SSL_get1_session ssl
  c:bool = cmp m == "x"
  if c 1 2
1:
  ret
2:
  d:bool = cmp m == "x"
  if d 1 3
3:
  ret`, check: "missingfree", site: "f 0.0", siteStep: 1, at: "f 1.ret",
		steps: "out f 0.0 1; edge f 0 1; edge f 2 0", want: Refuted},
	{name: "a switch over constants", program: `
func f(ssl:SSL, m:other)
0:
  s:SSL_SESSION = api SSL_get1_session ssl
  c:bool = cmp m == "x"
  if c 1 2
1:
  d:bool = cmp m == "y"
  if d 2 3
2:
  ret
3:
  ret`, check: "missingfree", site: "f 0.0", siteStep: 1, at: "f 2.ret",
		steps: "out f 0.0 1; edge f 0 0; edge f 1 0", want: Refuted},
	{name: "negation", program: `
func f(ssl:SSL, ok:bool)
0:
  s:SSL_SESSION = api SSL_get1_session ssl
  n:bool = not ok
  if n 1 2
1:
  if ok 2 3
2:
  ret
3:
  ret`, check: "missingfree", site: "f 0.0", siteStep: 1, at: "f 2.ret",
		steps: "out f 0.0 1; edge f 0 0; edge f 1 0", want: Refuted},
	{name: "negation says what is assumed", program: `
func f(ssl:SSL, ok:bool)
0:
  s:SSL_SESSION = api SSL_get1_session ssl
  n:bool = not ok
  if n 1 2
1:
  ret
2:
  ret`, check: "missingfree", site: "f 0.0", siteStep: 1, at: "f 1.ret",
		steps: "out f 0.0 1; edge f 0 0", want: Confirmed,
		trace: "SSL_get1_session: held 1 | assuming !ok | returns here with held 1, expected 0"},
	{name: "conditions are named by fields, elements and methods", program: `
func f(ssl:SSL, c:ptr, m:list, i:iface)
0:
  s:SSL_SESSION = api SSL_get1_session ssl
  _p:ptr = fieldaddr done c
  _d:bool = load _p
  if _d 1 4
1:
  _e:ptr = mapload m "k"
  _x:bool = cmp _e == nil
  if _x 2 4
2:
  _b:bool = method Err i
  if _b 3 4
3:
  ret
4:
  ret`, check: "missingfree", site: "f 0.0", siteStep: 1, at: "f 3.ret",
		steps: "out f 0.0 1; edge f 0 0; edge f 1 0; skip f 2.0; edge f 2 0", want: Confirmed,
		trace: `SSL_get1_session: held 1 | assuming c.done | assuming m["k"] == nil | assuming Err(...) | returns here with held 1, expected 0`},
	{name: "array element of an aggregate", program: `
func f(s:SSL_SESSION, w:SSL_SESSION)
0:
  a:ptr = alloc
  p:ptr = fieldaddr list a
  e0:ptr = indexaddr p 0
  e1:ptr = indexaddr p 1
  store e0 s
  store e1 w
  v:agg = load a
  l:agg = field list v
  x:SSL_SESSION = index l 0
  api SSL_SESSION_free x
  api SSL_SESSION_free s
  ret`, check: "doublefree", site: "f 0.9", at: "f 0.10", want: Confirmed},
	{name: "element under an unknown index", program: `
func f(s:SSL_SESSION, i:int)
0:
  a:ptr = alloc
  e:ptr = indexaddr a i
  store e s
  x:SSL_SESSION = load e
  api SSL_SESSION_free x
  api SSL_SESSION_free s
  ret`, check: "doublefree", site: "f 0.4", at: "f 0.5", want: Confirmed},
	{name: "perhaps another element", program: `
func f(s:SSL_SESSION, i:int)
0:
  a:ptr = alloc
  e:ptr = indexaddr a i
  store e s
  g:ptr = indexaddr a 1
  x:SSL_SESSION = load g
  api SSL_SESSION_free x
  api SSL_SESSION_free s
  ret`, check: "doublefree", site: "f 0.5", at: "f 0.6", want: Unconfirmed},
	{name: "deleted from a map", program: `
func f(ssl:SSL)
0:
  s:SSL_SESSION = api SSL_get1_session ssl
  m:list = make map
  mapstore m 1 s
  mapdelete m 1
  r:tuple = mapload m 1 !ok
  ok:bool = extract r 1
  if ok 1 2
1:
  ret
2:
  ret`, check: "missingfree", site: "f 0.0", siteStep: 1, at: "f 1.ret",
		steps: "out f 0.0 1; edge f 0 0", want: Refuted},
	{name: "deleted from a map that was its only holder", program: `
func f(ssl:SSL)
0:
  s:SSL_SESSION = api SSL_get1_session ssl
  m:list = make map
  mapstore m 1 s
  mapdelete m 1
  ret m`, check: "missingfree", site: "f 0.0", siteStep: 1, at: "f 0.ret", steps: "out f 0.0 1", want: Confirmed},
	{name: "an interface of another type", program: `
func f(s:SSL_SESSION)
0:
  api SSL_SESSION_free s
  i:iface = iface T s
  r:tuple = assert U i !ok
  ok:bool = extract r 1
  if ok 1 2
1:
  api SSL_SESSION_free s
  ret
2:
  ret`, check: "doublefree", site: "f 0.0", at: "f 1.0", steps: "edge f 0 0", want: Refuted},
	{name: "an interface by an interface type", program: `
func f(s:SSL_SESSION)
0:
  i:iface = iface T s
  r:tuple = assert Closer i !ok !iface
  ok:bool = extract r 1
  if ok 1 2
1:
  j:iface = extract r 0
  x:SSL_SESSION = assert T j
  api SSL_SESSION_free x
  api SSL_SESSION_free s
  ret
2:
  ret`, check: "doublefree", site: "f 1.2", at: "f 1.3", steps: "edge f 0 0", want: Confirmed},
	{name: "zero values", program: `
func f(s:SSL_SESSION)
0:
  a:ptr = alloc
  n:int = load a
  c:bool = cmp n == 0
  if c 1 3
1:
  api SSL_SESSION_free s
  p:SSL_SESSION = load a
  d:bool = cmp p == nil
  if d 2 3
2:
  t:other = load a
  e:bool = cmp t == "x"
  if e 3 4
3:
  ret
4:
  api SSL_SESSION_free s
  ret`, check: "doublefree", site: "f 1.0", at: "f 4.0", steps: "edge f 0 0; edge f 1 0; edge f 2 1", want: Confirmed},
	{name: "a nil pointer is not followed", program: `
func f(s:SSL_SESSION, p:ptr)
0:
  c:bool = cmp p == nil
  if c 1 2
1:
  api SSL_SESSION_free s
  x:int = load p
  api SSL_SESSION_free s
  ret
2:
  ret`, check: "doublefree", site: "f 1.0", at: "f 1.2", steps: "edge f 0 0", want: Refuted, reason: "nil pointer"},
	{name: "a pointer that was followed is not nil", program: `
func f(ssl:SSL, p:ptr)
0:
  s:SSL_SESSION = api SSL_get1_session ssl
  x:int = load p
  c:bool = cmp p == nil
  if c 1 2
1:
  ret
2:
  ret`, check: "missingfree", site: "f 0.0", siteStep: 1, at: "f 1.ret",
		steps: "out f 0.0 1; edge f 0 0", want: Refuted},
	{name: "an iterator lends what it yields", program: `
func f$1(yield:func)
free ssl:SSL
0:
  s:SSL_SESSION = api SSL_get1_session ssl
  ok:bool = invoke yield s
  if ok 1 2
1:
  api SSL_SESSION_free s
  ret
2:
  ret`, check: "missingfree", site: "f$1 0.0", siteStep: 1, at: "f$1 2.ret",
		steps: "out f$1 0.0 1; skip f$1 0.1; edge f$1 0 1", want: Confirmed},
	{name: "another function parameter may keep it", program: `
func f(use:func, ssl:SSL)
0:
  s:SSL_SESSION = api SSL_get1_session ssl
  ok:bool = invoke use s
  ret`, check: "missingfree", site: "f 0.0", siteStep: 1, at: "f 0.ret",
		steps: "out f 0.0 1; skip f 0.1", want: Unconfirmed, reason: "handed"},
	{name: "dup is a session of its own", program: `
func f(ssl:SSL)
0:
  s:SSL_SESSION = api SSL_get0_session ssl
  d:SSL_SESSION = api SSL_SESSION_dup s
  api SSL_free ssl
  n:int = api SSL_SESSION_get_time d
  ret`, check: "missingfree", site: "f 0.1", siteStep: 2, at: "f 0.ret",
		steps: "out f 0.0 1; out f 0.1 1", want: Confirmed},
	{name: "removed from the cache that lent it back", program: `
func f(ctx:SSL_CTX)
0:
  s:SSL_SESSION = api SSL_SESSION_new
  a:int = api SSL_SESSION_set1_id s 1 1
  b:int = api SSL_CTX_add_session ctx s
  api SSL_SESSION_free s
  n:int = api SSL_SESSION_get_time s
  r:int = api SSL_CTX_remove_session ctx s
  m:int = api SSL_SESSION_get_time s
  ret`, check: "danglingborrow", site: "f 0.0", siteStep: 1, at: "f 0.6",
		steps: "out f 0.0 1; out f 0.1 1; out f 0.2 1; out f 0.5 1; event f 0.5", want: Confirmed},
	{name: "flushed out of the cache that lent it back", program: `
func f(ctx:SSL_CTX)
0:
  s:SSL_SESSION = api SSL_SESSION_new
  b:int = api SSL_CTX_add_session ctx s
  api SSL_SESSION_free s
  n:int = api SSL_SESSION_get_time s
  api SSL_CTX_flush_sessions ctx 0
  m:int = api SSL_SESSION_get_time s
  ret`, check: "danglingborrow", site: "f 0.0", siteStep: 1, at: "f 0.5",
		steps: "out f 0.0 1; out f 0.1 1; event f 0.4", want: Confirmed, delayed: "immediately"},
}

func TestArithmetic(t *testing.T) {
	for _, tc := range []struct {
		op   string
		a, b int64
		want int64
		ok   bool
	}{
		{"+", 7, 3, 10, true}, {"-", 7, 3, 4, true}, {"*", 7, 3, 21, true}, {"/", 7, 3, 2, true},
		{"%", 7, 3, 1, true}, {"&", 7, 3, 3, true}, {"|", 4, 3, 7, true}, {"^", 7, 3, 4, true},
		{"&^", 7, 3, 4, true}, {"<<", 7, 3, 56, true}, {">>", 7, 1, 3, true},
		{"/", 7, 0, 0, false}, {"%", 7, 0, 0, false}, {"<<", 1, -1, 0, false}, {"**", 1, 1, 0, false},
	} {
		if got, ok := arithmetic(tc.op, tc.a, tc.b); got != tc.want || ok != tc.ok {
			t.Errorf("%d %s %d = %d, %t; want %d, %t", tc.a, tc.op, tc.b, got, ok, tc.want, tc.ok)
		}
	}
}
