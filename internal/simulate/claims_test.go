package simulate_test

import "testing"

// Where a reference came from decides what may be done with it.
func TestBases(t *testing.T) {
	runPrograms(t, []programCase{
		{name: "owned, leaked on one arm", program: `
func f(ssl:SSL, c:bool)
0:
  s:SSL_SESSION = api SSL_get1_session ssl
  if c 1 2
1:
  ret
2:
  api SSL_SESSION_free s
  ret`, want: "missingfree f:0:0 at f:1:0"},
		{name: "owned, freed twice", program: `
func f(ssl:SSL)
0:
  s:SSL_SESSION = api SSL_get1_session ssl
  api SSL_SESSION_free s
  api SSL_SESSION_free s
  ret`, want: "doublefree f:0:0 at f:0:2"},
		{name: "owned, used after the free", program: `
func f(ssl:SSL)
0:
  s:SSL_SESSION = api SSL_get1_session ssl
  api SSL_SESSION_free s
  t:int = api SSL_SESSION_get_timeout s
  ret`, want: "useafterfree f:0:0 at f:0:2"},
		{name: "owned, result dropped", program: `
func f(ssl:SSL)
0:
  api SSL_get1_session ssl
  ret`, want: "missingfree f:0:0 at f:0:1"},
		{name: "owned, nil needs no free", program: `
func f(ssl:SSL)
0:
  s:SSL_SESSION = api SSL_get1_session ssl
  c:bool = cmp s == nil
  if c 1 2
1:
  ret
2:
  api SSL_SESSION_free s
  ret`},
		{name: "owned, handed over by return", program: `
func f(ssl:SSL)
0:
  s:SSL_SESSION = api SSL_get1_session ssl
  ret s`},
		{name: "borrowed, freed", program: `
func f(ssl:SSL)
0:
  s:SSL_SESSION = api SSL_get_session ssl
  api SSL_SESSION_free s
  ret`, want: "borrowedfree f:0:0 at f:0:1"},
		{name: "borrowed, freed once more than retained", program: `
func f(ssl:SSL)
0:
  s:SSL_SESSION = api SSL_get_session ssl
  u:int = api SSL_SESSION_up_ref s !nostatus
  api SSL_SESSION_free s
  api SSL_SESSION_free s
  ret`, want: "doublefree f:0:0 at f:0:3"},
		{name: "borrowed, used after its owner died", program: `
func f()
0:
  x:SSL_CTX = api SSL_CTX_new nil
  ssl:SSL = api SSL_new x
  s:SSL_SESSION = api SSL_get_session ssl
  api SSL_free ssl
  t:int = api SSL_SESSION_get_timeout s
  api SSL_CTX_free x
  ret`, want: "danglingborrow f:0:2 at f:0:4"},
		{name: "borrowed, kept alive by an up_ref", program: `
func f(ssl:SSL)
0:
  s:SSL_SESSION = api SSL_get_session ssl
  u:int = api SSL_SESSION_up_ref s !nostatus
  api SSL_free ssl
  t:int = api SSL_SESSION_get_timeout s
  api SSL_SESSION_free s
  ret`},
		{name: "borrowed, kept in a package variable", program: `
func f(ssl:SSL)
0:
  s:SSL_SESSION = api SSL_get_session ssl
  store @p.last s
  ret`, want: "danglingborrow f:0:0 at f:0:1"},
		{name: "outside, the first free consumes", program: `
func f(s:SSL_SESSION)
0:
  api SSL_SESSION_free s
  ret`},
		{name: "outside, freed twice", program: `
func f(s:SSL_SESSION)
0:
  api SSL_SESSION_free s
  api SSL_SESSION_free s
  ret`, want: "doublefree f:0:0 at f:0:1"},
		{name: "outside, used after the free", program: `
func f(s:SSL_SESSION)
0:
  api SSL_SESSION_free s
  t:int = api SSL_SESSION_get_timeout s
  ret`, want: "useafterfree f:0:0 at f:0:1"},
		{name: "outside, retained: the caller's business", program: `
func f(s:SSL_SESSION)
0:
  u:int = api SSL_SESSION_up_ref s
  ret u`},
		{name: "lent to a callback, freed", program: `
func f(x:SSL_CTX, s:SSL_SESSION) callback=remove_session
0:
  api SSL_SESSION_free s
  ret`, want: "borrowedfree f:0:-1 at f:0:0"},
		{name: "an owner that keeps its own reference lends", program: `
func f(ssl:SSL)
0:
  s:SSL_SESSION = api SSL_SESSION_new
  ok:int = api SSL_set_session ssl s
  c:bool = cmp ok == 1
  if c 1 2
1:
  api SSL_SESSION_free s
  t:int = api SSL_SESSION_get_timeout s
  ret
2:
  api SSL_SESSION_free s
  ret`},
		{name: "freeing again what an owner keeps", program: `
func f(ssl:SSL)
0:
  s:SSL_SESSION = api SSL_SESSION_new
  ok:int = api SSL_set_session ssl s
  api SSL_SESSION_free s
  api SSL_SESSION_free s
  ret`, want: "doublefree f:0:0 at f:0:3"},
	})
}

// References of one object are matched first in, first out.
func TestMatching(t *testing.T) {
	runPrograms(t, []programCase{
		{name: "the up_ref is what is left over", program: `
func f(ssl:SSL)
0:
  s:SSL_SESSION = api SSL_get1_session ssl
  u:int = api SSL_SESSION_up_ref s !nostatus
  api SSL_SESSION_free s
  ret`, want: "missingfree f:0:1 at f:0:3"},
		{name: "two are left over", program: `
func f(ssl:SSL)
0:
  s:SSL_SESSION = api SSL_get1_session ssl
  u:int = api SSL_SESSION_up_ref s !nostatus
  ret`, want: "missingfree f:0:0 at f:0:2\nmissingfree f:0:1 at f:0:2"},
		{name: "one is handed over, the later one is left", program: `
func f(ssl:SSL)
0:
  s:SSL_SESSION = api SSL_get1_session ssl
  u:int = api SSL_SESSION_up_ref s !nostatus
  ret s`, want: "missingfree f:0:1 at f:0:2"},
		{name: "a balanced helper gives back its own", program: `
func f(ssl:SSL)
0:
  s:SSL_SESSION = api SSL_get1_session ssl
  call g s
  ret
func g(s:SSL_SESSION)
0:
  u:int = api SSL_SESSION_up_ref s !nostatus
  api SSL_SESSION_free s
  ret`, want: "missingfree f:0:0 at f:0:2"},
	})
}

// What the code has asked decides which arms are possible.
func TestGuards(t *testing.T) {
	runPrograms(t, []programCase{
		{name: "the same flag twice", program: `
func f(ssl:SSL, c:bool)
0:
  if c 1 2
1:
  s:SSL_SESSION = api SSL_get1_session ssl
  jump 2
2:
  x:SSL_SESSION = phi nil s
  if c 3 4
3:
  api SSL_SESSION_free x
  ret
4:
  ret`},
		{name: "another flag", program: `
func f(ssl:SSL, c:bool, d:bool)
0:
  s:SSL_SESSION = api SSL_get1_session ssl
  if c 1 2
1:
  ret
2:
  if d 3 4
3:
  api SSL_SESSION_free s
  ret
4:
  ret`, want: "missingfree f:0:0 at f:1:0\nmissingfree f:0:0 at f:4:0"},
		{name: "up_ref that failed", program: `
func f(ssl:SSL)
0:
  s:SSL_SESSION = api SSL_get_session ssl
  u:int = api SSL_SESSION_up_ref s
  c:bool = cmp u == 1
  if c 1 2
1:
  api SSL_SESSION_free s
  ret
2:
  ret`},
		{name: "up_ref, status tested the wrong way round", program: `
func f(ssl:SSL)
0:
  s:SSL_SESSION = api SSL_get_session ssl
  u:int = api SSL_SESSION_up_ref s
  c:bool = cmp u != 1
  if c 1 2
1:
  api SSL_SESSION_free s
  ret
2:
  ret`, want: "borrowedfree f:0:0 at f:1:0\nmissingfree f:0:1 at f:2:0"},
		{name: "ranges of an integer", program: `
func f(ssl:SSL, n:int)
0:
  s:SSL_SESSION = api SSL_get1_session ssl
  c:bool = cmp n > 5
  if c 1 2
1:
  d:bool = cmp n < 3
  if d 3 4
2:
  api SSL_SESSION_free s
  ret
3:
  ret
4:
  api SSL_SESSION_free s
  ret`},
		{name: "a fresh object is none that was there before", program: `
func f(g:SSL_SESSION)
0:
  s:SSL_SESSION = api SSL_SESSION_new
  c:bool = cmp s != g
  if c 1 2
1:
  api SSL_SESSION_free s
  ret
2:
  ret`},
		{name: "a shared object may be one that was there before", program: `
func f(ssl:SSL, g:SSL_SESSION)
0:
  s:SSL_SESSION = api SSL_get1_session ssl
  c:bool = cmp s != g
  if c 1 2
1:
  api SSL_SESSION_free s
  ret
2:
  ret`, want: "missingfree f:0:0 at f:2:0"},
		{name: "no leak on a path that exits or panics", program: `
func f(ssl:SSL, c:bool)
0:
  s:SSL_SESSION = api SSL_get1_session ssl
  if c 1 2
1:
  exit
2:
  panic`},
	})
}

// A pure function gives the same answer again; an unknown one may not.
func TestQuestions(t *testing.T) {
	const twice = `
func f(ssl:SSL, x:ptr)
0:
  s:SSL_SESSION = api SSL_get1_session ssl
  a:bool = %s
  if a 1 2
1:
  jump 2
2:
  b:bool = %s
  if a 3 4
3:
  api SSL_SESSION_free s
  ret
4:
  if b 5 3
5:
  ret`
	ask := func(q string) string {
		return replaceAll(twice, "%s", q)
	}
	runPrograms(t, []programCase{
		{name: "pure", program: ask("api SSL_session_reused ssl")},
		{name: "unknown", program: ask("unknown p.Ready x !harmless"), want: "f:0:0 weak 1"},
		{name: "unknown, strict", program: ask("unknown p.Ready x !harmless"), strict: true, want: "missingfree f:0:0 at f:5:0"},
		{name: "memory with nothing between", program: ask("load x")},
	})
}
