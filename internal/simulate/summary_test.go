package simulate_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/sessionlint/sessionlint/internal/contract"
	"github.com/sessionlint/sessionlint/internal/simulate"
)

// summarised are the lines of the summaries of a program's first function.
func summarised(t *testing.T, program string, all bool) []string {
	t.Helper()
	p := assembled(t, program)
	sim := simulate.New(p, contract.Default())
	if all {
		sim.SummariseAll()
	}
	var out []string
	for _, s := range sim.Summary(p.Funcs[0].Key) {
		out = append(out, s.Lines()...)
	}
	return out
}

// What functions do to what they are given, and to what they acquire.
func TestSummary(t *testing.T) {
	for _, tc := range []struct{ name, program, want string }{
		{"frees", `
func f(s:SSL_SESSION)
0:
  api SSL_SESSION_free s
  ret`, "s: -1"},
		{"frees on one way", `
func f(s:SSL_SESSION, ok:bool)
0:
  if ok 1 2
1:
  api SSL_SESSION_free s
  ret 1
2:
  ret 0`, `
s: -1; returns 1 when ok
s: no change; returns nil when !ok`},
		{"adds", `
func f(s:SSL_SESSION)
0:
  x:int = api SSL_SESSION_up_ref s
  ret s`, `
s: +1; returns it
s: no change; returns it`},
		{"frees where a pointer points", `
func f(p:ptr)
0:
  s:SSL_SESSION = load p
  api SSL_SESSION_free s
  store p nil
  ret`, "*p: -1; *p = nil"},
		{"frees a field on a condition", `
func f(c:*T, really:bool)
0:
  p:ptr = fieldaddr s c
  if really 1 2
1:
  s:SSL_SESSION = load p
  api SSL_SESSION_free s
  ret
2:
  ret`, `
c.s: -1 when really
c.s: no change when !really`},
		{"forgets where it was", `
func f(p:ptr)
0:
  s:SSL_SESSION = load p
  api SSL_SESSION_free s
  store p nil
  unknown other
  ret`, "*p: -1; *p = unknown"},
		{"frees a field", `
func f(c:*T)
0:
  p:ptr = fieldaddr s c
  s:SSL_SESSION = load p
  api SSL_SESSION_free s
  ret`, "c.s: -1"},
		{"acquires", `
func f(ssl:SSL)
0:
  s:SSL_SESSION = api SSL_get1_session ssl
  c:bool = cmp s == nil
  if c 1 2
1:
  ret nil
2:
  ret s`, "acquired: SSL_SESSION owned; returns it"},
		{"lends", `
func f(ssl:SSL)
0:
  s:SSL_SESSION = api SSL_get_session ssl
  ret s`, "acquired: SSL_SESSION borrowed from ssl; returns it"},
		{"returns a function that frees", `
func f(ssl:SSL)
0:
  s:SSL_SESSION = api SSL_get1_session ssl
  v:ptr = alloc
  store v s
  c:func = closure f$1 v
  ret s c
func f$1()
free v:ptr
0:
  x:SSL_SESSION = load v
  api SSL_SESSION_free x
  ret`, "acquired: SSL_SESSION owned; returns it, f$1[new 0]; new 0 is it"},
		{"frees in another function", `
func f(s:SSL_SESSION, ok:bool)
0:
  call g s ok
  ret
func g(x:SSL_SESSION, really:bool)
0:
  if really 1 2
1:
  api SSL_SESSION_free x
  jump 2
2:
  ret`, `
s: -1 when ok
s: no change when !ok`},
		{"conditions on numbers, and what is returned", `
func f(s:SSL_SESSION, n:int)
0:
  c:bool = cmp n < 3
  if c 1 2
1:
  api SSL_SESSION_free s
  d:bool = cmp n == 0
  ret d
2:
  ret 0`, `
s: -1; returns 1 when n == 0
s: -1; returns nil when n <= 2 && n != 0
s: no change; returns nil when n >= 3`},
		{"two ways that are one case", `
func f(s:SSL_SESSION, a:bool, b:bool)
0:
  if a 1 2
1:
  api SSL_SESSION_free s
  ret
2:
  if b 3 4
3:
  api SSL_SESSION_free s
  ret
4:
  ret`, `
s: -1 when ...
s: no change when !a && !b`},
		{"kills what lends", `
func f(ssl:SSL, s:SSL_SESSION)
0:
  api SSL_SESSION_free s
  api SSL_free ssl
  ret`, `
ssl: -1; s -1
s: -1; ssl -1`},
		{"kept where nobody sees", `
func f(s:SSL_SESSION)
0:
  n:int = api SSL_SESSION_up_ref s
  unknown keep s
  ret`, "s: unknown: passed to keep"},
		{"recursion that frees in the end", `
func f(s:SSL_SESSION, n:int)
0:
  c:bool = cmp n <= 0
  if c 1 2
1:
  api SSL_SESSION_free s
  ret
2:
  m:int = arith n - 1
  call f s m
  ret`, "s: -1 when ..."},
		{"a ring that frees on one way", `
func f(s:SSL_SESSION, n:int)
0:
  c:bool = cmp n <= 0
  if c 1 2
1:
  api SSL_SESSION_free s
  ret 1
2:
  m:int = arith n - 1
  r:bool = call g s m
  ret r
func g(s:SSL_SESSION, n:int)
0:
  c:bool = cmp n <= 0
  if c 1 2
1:
  ret 0
2:
  m:int = arith n - 1
  r:bool = call f s m
  ret r`, `
s: -1; returns 1 when ...
s: no change; returns nil when ...`},
		{"a ring without an end", `
func f(s:SSL_SESSION)
0:
  call g s
  api SSL_SESSION_free s
  ret
func g(s:SSL_SESSION)
0:
  call f s
  ret`, ""},
		{"recursion that counts without end", `
func f(s:SSL_SESSION, more:bool)
0:
  n:int = api SSL_SESSION_up_ref s
  choose 1 2
1:
  call f s more
  jump 2
2:
  ret`, `
s: +1
s: +2 when ...
s: +3 when ...
s: no change
s: unknown: more references than are counted
s: unknown: passed to f`},
		{"returns more than is told apart", `
func f(s:SSL_SESSION)
0:
  api SSL_SESSION_free s
  choose 1 2 3 4 5 6 7 8 9
1:
  ret 1
2:
  ret 2
3:
  ret 3
4:
  ret 4
5:
  ret 5
6:
  ret 6
7:
  ret 7
8:
  ret 8
9:
  ret 9`, "s: unknown: more than 8 cases"},
		{"acquires after recursion", `
func f(ssl:SSL, n:int)
0:
  c:bool = cmp n <= 0
  if c 1 2
1:
  s:SSL_SESSION = api SSL_get1_session ssl
  ret s
2:
  m:int = arith n - 1
  r:SSL_SESSION = call f ssl m
  ret r`, "acquired: SSL_SESSION owned; returns it when ..."},
	} {
		t.Run(tc.name, func(t *testing.T) {
			want := strings.TrimSpace(tc.want)
			for _, all := range []bool{false, true} {
				if got := strings.Join(summarised(t, tc.program, all), "\n"); got != want {
					t.Errorf("got\n%s\nwant\n%s", got, want)
				}
			}
		})
	}
}

// Functions that all call each other, and one beside them.
func ringOfAll(k int) string {
	var b strings.Builder
	for i := range k {
		fmt.Fprintf(&b, "func f%d(s:SSL_SESSION, n:int)\n0:\n  c:bool = cmp n <= 0\n  if c 1 2\n", i)
		b.WriteString("1:\n  api SSL_SESSION_free s\n  ret\n2:\n  m:int = arith n - 1\n  choose")
		for j := range k {
			fmt.Fprintf(&b, " %d", 3+j)
		}
		for j := range k {
			fmt.Fprintf(&b, "\n%d:\n  call f%d s m\n  ret", 3+j, j)
		}
		b.WriteString("\n")
	}
	return b.String() + "func plain(s:SSL_SESSION)\n0:\n  api SSL_SESSION_free s\n  ret"
}

// A component of mutual recursion is one fixed point, not one for each way into it.
func TestRingOfAll(t *testing.T) {
	for k := 1; k <= 6; k++ {
		sim := simulate.New(assembled(t, ringOfAll(k)), contract.Default())
		for _, fn := range []string{"f0", "plain"} {
			var lines []string
			for _, s := range sim.Summary(fn) {
				lines = append(lines, s.Lines()...)
			}
			want := "s: -1"
			if fn == "f0" {
				want = "s: -1 when ..."
			}
			if len(lines) == 0 || lines[0] != want {
				t.Errorf("%d functions: %s is %q, want %q", k, fn, lines, want)
			}
		}
		for _, res := range everything(assembled(t, ringOfAll(k))) {
			if len(res.Claims) > 0 || res.GaveUp != "" || res.Steps > 200*k*k {
				t.Errorf("%d functions: %d claims, gave up %q, %d steps", k, len(res.Claims), res.GaveUp, res.Steps)
			}
		}
	}
}

// What is claimed by summaries alone.
func TestBySummaries(t *testing.T) {
	push := `
func push(n:ptr, s:SSL_SESSION)
0:
  o:ptr = alloc
  a:ptr = fieldaddr next o
  store a n
  b:ptr = fieldaddr s o
  store b s
  ret o`
	var nine strings.Builder
	nine.WriteString("\nfunc g(ssl:SSL)\n0:\n  choose 1 2 3 4 5 6 7 8 9\n")
	for n := 1; n <= 9; n++ {
		fmt.Fprintf(&nine, "%d:\n  s%d:SSL_SESSION = api SSL_get1_session ssl\n  ret s%d\n", n, n, n)
	}
	for _, tc := range []struct {
		name, program string
		claims        int
		skipped       bool
	}{
		{"a list that a loop makes, freed", `
func f(ssl:SSL)
0:
  jump 1
1:
  l:ptr = phi nil m
  choose 2 3
2:
  s:SSL_SESSION = api SSL_get1_session ssl
  m:ptr = call push l s
  jump 1
3:
  jump 4
4:
  w:ptr = phi l nx
  c:bool = cmp w == nil
  if c 6 5
5:
  a:ptr = fieldaddr s w
  x:SSL_SESSION = load a
  api SSL_SESSION_free x
  b:ptr = fieldaddr next w
  nx:ptr = load b
  jump 4
6:
  ret` + push, 0, false},
		{"more ways than are remembered", `
func f(ssl:SSL)
0:
  s:SSL_SESSION = call g ssl
  ret` + nine.String(), 8, true},
	} {
		p := assembled(t, tc.program)
		sim := simulate.New(p, contract.Default())
		sim.SummariseAll()
		res := sim.Function(p.Funcs[0].Key, simulate.Options{})
		if len(res.Claims) != tc.claims || (len(res.Skipped) > 0) != tc.skipped {
			t.Errorf("%s: %d claims, skipped %v", tc.name, len(res.Claims), res.Skipped)
		}
	}
}
