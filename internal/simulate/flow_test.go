package simulate_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/sessionlint/sessionlint/internal/contract"
	"github.com/sessionlint/sessionlint/internal/refprog"
	"github.com/sessionlint/sessionlint/internal/simulate"
)

func replaceAll(s, old, with string) string { return strings.ReplaceAll(s, old, with) }

// A deferred call keeps the arguments it was given, or reads a variable when it
// runs; calls run last first.
func TestDefers(t *testing.T) {
	runPrograms(t, []programCase{
		{name: "variable read when it runs", program: `
func f(ssl:SSL)
0:
  v:ptr = alloc
  s:SSL_SESSION = api SSL_get1_session ssl
  store v s
  c:func = closure f$1 v
  defer invoke c
  store v nil
  rundefers
  ret
func f$1()
free v:ptr
0:
  x:SSL_SESSION = load v
  api SSL_SESSION_free x
  ret`, want: "missingfree f:0:1 at f:0:7"},
		{name: "last first", program: `
func f(ssl:SSL)
0:
  v:ptr = alloc
  s:SSL_SESSION = api SSL_get1_session ssl
  store v s
  c:func = closure f$1 v
  defer invoke c
  d:func = closure f$2 v
  defer invoke d
  rundefers
  ret
func f$1()
free v:ptr
0:
  x:SSL_SESSION = load v
  api SSL_SESSION_free x
  ret
func f$2()
free v:ptr
0:
  store v nil
  ret`, want: "missingfree f:0:1 at f:0:8"},
		{name: "freed before and deferred", program: `
func f(ssl:SSL)
0:
  s:SSL_SESSION = api SSL_get1_session ssl
  defer api SSL_SESSION_free s
  api SSL_SESSION_free s
  rundefers
  ret`, want: "doublefree f:0:0 at f:0:1"},
		{name: "run by a panic", program: `
func f(ssl:SSL)
0:
  s:SSL_SESSION = api SSL_get1_session ssl
  defer api SSL_SESSION_free s
  api SSL_SESSION_free s
  panic`, want: "doublefree f:0:0 at f:0:1"},
		{name: "pushed on one arm", program: `
func f(ssl:SSL, c:bool)
0:
  s:SSL_SESSION = api SSL_get1_session ssl
  if c 1 2
1:
  defer api SSL_SESSION_free s
  jump 2
2:
  rundefers
  ret`, want: "missingfree f:0:0 at f:2:1"},
		{name: "each turn of a loop", program: `
func f(ssl:SSL)
0:
  jump 1
1:
  choose 2 3
2:
  s:SSL_SESSION = api SSL_get1_session ssl
  defer api SSL_SESSION_free s
  jump 1
3:
  rundefers
  ret`},
		{name: "every turn's call reads one variable", program: `
func f(ssl:SSL)
0:
  v:ptr = alloc
  jump 1
1:
  choose 2 3
2:
  s:SSL_SESSION = api SSL_get1_session ssl
  store v s
  c:func = closure f$1 v
  defer invoke c
  jump 1
3:
  rundefers
  ret
func f$1()
free v:ptr
0:
  x:SSL_SESSION = load v
  api SSL_SESSION_free x
  ret`, want: "missingfree f:2:0 at f:3:1\ndoublefree f:2:0 at f$1:0:1"},
	})
}

// A loop keeps the latest turn apart from the earlier ones.
func TestLoops(t *testing.T) {
	runPrograms(t, []programCase{
		{name: "acquired and freed in each turn", program: `
func f(ssl:SSL)
0:
  jump 1
1:
  choose 2 3
2:
  s:SSL_SESSION = api SSL_get1_session ssl
  api SSL_SESSION_free s
  jump 1
3:
  ret`},
		{name: "the earlier turn's is overwritten", program: `
func f(ssl:SSL)
0:
  jump 1
1:
  s:SSL_SESSION = phi nil x
  choose 2 3
2:
  x:SSL_SESSION = api SSL_get1_session ssl
  jump 1
3:
  api SSL_SESSION_free s
  ret`, want: "missingfree f:2:0 at f:3:1"},
		{name: "acquired once, freed in each turn", program: `
func f(ssl:SSL)
0:
  s:SSL_SESSION = api SSL_get1_session ssl
  jump 1
1:
  choose 2 3
2:
  api SSL_SESSION_free s
  jump 1
3:
  ret`, want: "doublefree f:0:0 at f:2:0\nmissingfree f:0:0 at f:3:0"},
		{name: "a counted loop that frees runs at least once", program: `
func f(ssl:SSL)
0:
  s:SSL_SESSION = api SSL_get1_session ssl
  jump 1
1:
  i:int = phi 0 j
  counted i 0 1 1
  c:bool = cmp i < 1
  if c 2 3
2:
  api SSL_SESSION_free s
  j:int = arith i + 1
  jump 1
3:
  ret`},
	})
}

// After a loop its counter may be anything, as far as a merged state knows; kept
// apart, because a refuted witness said so, it is what the loop left.
func TestTracked(t *testing.T) {
	p := assembled(t, `
func f(ssl:SSL)
0:
  s:SSL_SESSION = api SSL_get1_session ssl
  jump 1
1:
  i:int = phi 0 j
  counted i 0 1 10
  c:bool = cmp i < 10
  if c 2 3
2:
  j:int = arith i + 1
  jump 1
3:
  d:bool = cmp i == 10
  if d 4 5
4:
  api SSL_SESSION_free s
  ret
5:
  ret`)
	sim := simulate.New(p, contract.Default())
	if got := said(sim.Function("f", simulate.Options{})); !slices.Equal(got, []string{"missingfree f:0:0 at f:5:0"}) {
		t.Errorf("merged: %q", got)
	}
	i := p.Func("f").Blocks[1].Phis[0].Dst
	if got := said(sim.Function("f", simulate.Options{Track: map[string][]refprog.Reg{"f": {i}}})); len(got) > 0 {
		t.Errorf("kept apart: %q", got)
	}
}

// Aggregates, cells and containers hold references.
func TestPlaces(t *testing.T) {
	runPrograms(t, []programCase{
		{name: "a struct that is returned", program: `
func f(ssl:SSL)
0:
  v:ptr = alloc
  s:SSL_SESSION = api SSL_get1_session ssl
  a:ptr = fieldaddr s0 v
  store a s
  x:agg = load v
  ret x`},
		{name: "a struct that is dropped", program: `
func f(ssl:SSL)
0:
  v:ptr = alloc
  s:SSL_SESSION = api SSL_get1_session ssl
  a:ptr = fieldaddr s0 v
  store a s
  ret`, want: "missingfree f:0:1 at f:0:4"},
		{name: "another field of a copy", program: `
func f(ssl:SSL)
0:
  v:ptr = alloc
  s:SSL_SESSION = api SSL_get1_session ssl
  a:ptr = fieldaddr one v
  store a s
  x:agg = load v
  y:SSL_SESSION = field two x
  api SSL_SESSION_free y
  ret`, want: "missingfree f:0:1 at f:0:7"},
		{name: "the same field of a copy", program: `
func f(ssl:SSL)
0:
  v:ptr = alloc
  s:SSL_SESSION = api SSL_get1_session ssl
  a:ptr = fieldaddr one v
  store a s
  x:agg = load v
  y:SSL_SESSION = field one x
  api SSL_SESSION_free y
  ret`},
		{name: "memory of a parameter", program: `
func f(ssl:SSL, out:ptr)
0:
  s:SSL_SESSION = api SSL_get1_session ssl
  store out s
  ret`},
		{name: "memory of a parameter, stored twice", program: `
func f(ssl:SSL, out:ptr)
0:
  s:SSL_SESSION = api SSL_get1_session ssl
  store out s
  store out nil
  ret`, want: "missingfree f:0:0 at f:0:3"},
		{name: "a local map that is dropped", program: `
func f(ssl:SSL)
0:
  m:list = make map
  s:SSL_SESSION = api SSL_get1_session ssl
  mapstore m "k" s
  ret`, want: "missingfree f:0:1 at f:0:3"},
		{name: "a local map that is read", program: `
func f(ssl:SSL)
0:
  m:list = make map
  s:SSL_SESSION = api SSL_get1_session ssl
  mapstore m "k" s
  x:SSL_SESSION = mapload m "k"
  api SSL_SESSION_free x
  ret`},
		{name: "a local map that is read, and forgotten", program: `
func f(ssl:SSL)
0:
  m:list = make map
  s:SSL_SESSION = api SSL_get1_session ssl
  mapstore m "k" s
  x:SSL_SESSION = mapload m "k"
  t:int = api SSL_SESSION_get_time x
  ret`, want: "missingfree f:0:1 at f:0:5"},
		{name: "a local map of unknown keys that is read", program: `
func f(ssl:SSL, i:int, j:int)
0:
  m:list = make map
  s:SSL_SESSION = api SSL_get1_session ssl
  mapstore m i s
  x:SSL_SESSION = mapload m j
  api SSL_SESSION_free x
  ret`, want: "f:0:1 lost: read back from a container"},
		{name: "a map from outside", program: `
func f(ssl:SSL, m:list)
0:
  s:SSL_SESSION = api SSL_get1_session ssl
  mapstore m "k" s
  ret`},
		{name: "a map from outside, and one more", program: `
func f(ssl:SSL, m:list)
0:
  s:SSL_SESSION = api SSL_get1_session ssl
  u:int = api SSL_SESSION_up_ref s !nostatus
  mapstore m "k" s
  ret`, want: "missingfree f:0:1 at f:0:3"},
		{name: "a slice that is returned", program: `
func f(ssl:SSL)
0:
  v:ptr = alloc
  s:SSL_SESSION = api SSL_get1_session ssl
  a:ptr = indexaddr v 0
  store a s
  l:list = slice v
  ret l`},
		{name: "a channel", program: `
func f(ssl:SSL, c:list)
0:
  s:SSL_SESSION = api SSL_get1_session ssl
  send c s
  ret`},
	})
}

// Calls: what is known of the callee, and what is not.
func TestCalls(t *testing.T) {
	runPrograms(t, []programCase{
		{name: "a helper that frees", program: `
func f(ssl:SSL)
0:
  s:SSL_SESSION = api SSL_get1_session ssl
  call g s
  ret
func g(s:SSL_SESSION)
0:
  api SSL_SESSION_free s
  ret`},
		{name: "a helper that acquires", program: `
func f(ssl:SSL)
0:
  s:SSL_SESSION = call g ssl
  ret
func g(ssl:SSL)
0:
  s:SSL_SESSION = api SSL_get1_session ssl
  ret s`, want: "missingfree g:0:0 at f:0:1"},
		{name: "a method found by its type", program: `
impl *p.T Close g
func f(ssl:SSL)
0:
  v:ptr = alloc
  s:SSL_SESSION = api SSL_get1_session ssl
  store v s
  i:iface = iface *p.T v
  method Close i
  ret
func g(v:ptr)
0:
  s:SSL_SESSION = load v
  api SSL_SESSION_free s
  ret`},
		{name: "an unknown function may free", program: `
func f(ssl:SSL)
0:
  s:SSL_SESSION = api SSL_get1_session ssl
  unknown p.Use s
  ret`, want: "f:0:0 lost: passed to p.Use"},
		{name: "a harmless one does not", program: `
func f(ssl:SSL)
0:
  s:SSL_SESSION = api SSL_get1_session ssl
  unknown fmt.Println s !harmless
  ret`, want: "missingfree f:0:0 at f:0:2"},
		{name: "an escape", program: `
func f(ssl:SSL)
0:
  s:SSL_SESSION = api SSL_get1_session ssl
  escape uintptr s
  ret`, want: "f:0:0 lost: uintptr"},
		{name: "recursion is followed a few levels", program: `
func f(s:SSL_SESSION, ssl:SSL)
0:
  x:SSL_SESSION = api SSL_get1_session ssl
  call f x ssl
  ret`, want: "missingfree f:0:0 at f:0:2"},
		{name: "d2i with nil is new", program: `
func f(in:ptr)
0:
  s:SSL_SESSION = api d2i_SSL_SESSION nil in 10
  ret`, want: "missingfree f:0:0 at f:0:1"},
	})
}

// Limits end the work on a site and are named.
func TestLimits(t *testing.T) {
	var retain strings.Builder
	retain.WriteString("func f(ssl:SSL)\n0:\n  s:SSL_SESSION = api SSL_get1_session ssl\n")
	for range 5 {
		retain.WriteString("  api SSL_SESSION_up_ref s !nostatus\n")
	}
	retain.WriteString("  ret\n")
	runPrograms(t, []programCase{
		{name: "references of one object", program: retain.String(), want: "f:0:0 lost: more references than are counted"},
	})
}
