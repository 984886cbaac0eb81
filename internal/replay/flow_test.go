package replay

import (
	"testing"

	"github.com/sessionlint/sessionlint/internal/refprog"
)

func TestBranches(t *testing.T) { runCases(t, branchesCases) }

const twice = `
func f(ssl:SSL, ok:bool)
0:
  s:SSL_SESSION = api SSL_get1_session ssl
  if ok 1 2
1:
  api SSL_SESSION_free s
  jump 2
2:
  if ok 3 4
3:
  ret
4:
  api SSL_SESSION_free s
  ret`
const ranges = `
func f(ssl:SSL, n:int)
0:
  s:SSL_SESSION = api SSL_get1_session ssl
  a:bool = cmp n > 10
  if a 1 4
1:
  b:bool = cmp n <= 10
  if b 2 3
2:
  ret
3:
  api SSL_SESSION_free s
  ret
4:
  api SSL_SESSION_free s
  ret`
const status = `
func f(ssl:SSL)
0:
  s:SSL_SESSION = api SSL_get0_session ssl
  r:int = api SSL_SESSION_up_ref s
  c:bool = cmp r != 1
  if c 1 2
1:
  ret
2:
  ret`

var branchesCases = []verdictCase{
	{name: "same flag twice", program: twice, check: "missingfree", site: "f 0.0", siteStep: 1, at: "f 3.ret",
		steps: "out f 0.0 1; edge f 0 1; edge f 2 0", want: Refuted},
	{name: "same flag the same way", program: twice, check: "missingfree", site: "f 0.0", siteStep: 1, at: "f 3.ret",
		steps: "out f 0.0 1; edge f 0 0; edge f 2 0", want: Unconfirmed},
	{name: "integer intervals", program: ranges, check: "missingfree", site: "f 0.0", siteStep: 1, at: "f 2.ret",
		steps: "out f 0.0 1; edge f 0 0; edge f 1 0", want: Refuted},
	{name: "status of up_ref", program: status, check: "missingfree", site: "f 0.1", siteStep: 2, at: "f 1.ret",
		steps: "out f 0.0 1; out f 0.1 1; edge f 0 0", want: Refuted},
	{name: "status of up_ref, success", program: status, check: "missingfree", site: "f 0.1", siteStep: 2, at: "f 2.ret",
		steps: "out f 0.0 1; out f 0.1 1; edge f 0 1", want: Confirmed},
	{name: "an outcome the witness leaves open is guessed to fit", program: `
func f(ssl:SSL, ctx:SSL_CTX)
0:
  s:SSL_SESSION = api SSL_get1_session ssl
  x:SSL = api SSL_new ctx
  c:bool = cmp x == nil
  if c 1 2
1:
  ret
2:
  api SSL_SESSION_free s
  ret`, check: "missingfree", site: "f 0.0", siteStep: 1, at: "f 1.ret",
		steps: "out f 0.0 1; edge f 0 0", want: Confirmed,
		trace: "SSL_get1_session: held 1 | assuming x == nil | returns here with held 1, expected 0"},
	{name: "the condition of an unnamed value is its callee's", program: `
func f(ssl:SSL)
0:
  s:SSL_SESSION = api SSL_get1_session ssl
  _e:err = unknown os.Open !harmless
  c:bool = cmp _e != nil
  if c 1 2
1:
  ret
2:
  api SSL_SESSION_free s
  ret`, check: "missingfree", site: "f 0.0", siteStep: 1, at: "f 1.ret",
		steps: "out f 0.0 1; edge f 0 0", want: Confirmed,
		trace: "SSL_get1_session: held 1 | assuming Open(...) != nil | returns here with held 1, expected 0"},
	{name: "a pure function answers the same", program: `
func f(ssl:SSL)
0:
  s:SSL_SESSION = api SSL_get0_session ssl
  s2:SSL_SESSION = api SSL_get0_session ssl
  r:int = api SSL_SESSION_up_ref s
  ret`, check: "missingfree", site: "f 0.2", siteStep: 3, at: "f 0.ret",
		steps: "out f 0.0 1; out f 0.1 0; out f 0.2 1", want: Refuted, reason: "the other way before"},
	{name: "witness about another branch", program: twice, check: "missingfree", site: "f 0.0", siteStep: 1, at: "f 3.ret",
		steps: "out f 0.0 1; edge f 2 1", want: Unconfirmed, reason: "not about the branch"},
	{name: "witness ends early", program: twice, check: "missingfree", site: "f 0.0", siteStep: 1, at: "f 3.ret",
		steps: "out f 0.0 1; edge f 0 1", want: Unconfirmed, reason: "ends at a branch"},
	{name: "choose", program: `
func f(ssl:SSL)
0:
  s:SSL_SESSION = api SSL_get1_session ssl
  choose 1 2
1:
  api SSL_SESSION_free s
  ret
2:
  ret`, check: "missingfree", site: "f 0.0", siteStep: 1, at: "f 2.ret",
		steps: "out f 0.0 1; edge f 0 1", want: Confirmed},
	{name: "phi", program: `
func f(a:SSL, b:SSL, n:bool)
0:
  if n 1 2
1:
  s:SSL_SESSION = api SSL_get1_session a
  jump 3
2:
  w:SSL_SESSION = api SSL_get0_session b
  jump 3
3:
  x:SSL_SESSION = phi s w
  api SSL_SESSION_free x
  ret`, check: "borrowedfree", site: "f 2.0", siteStep: 2, at: "f 3.0",
		steps: "edge f 0 1; out f 2.0 1", want: Confirmed},
	{name: "phi, the other edge", program: `
func f(a:SSL, b:SSL, n:bool)
0:
  if n 1 2
1:
  s:SSL_SESSION = api SSL_get1_session a
  jump 3
2:
  w:SSL_SESSION = api SSL_get0_session b
  jump 3
3:
  x:SSL_SESSION = phi s w
  api SSL_SESSION_free x
  ret`, check: "borrowedfree", site: "f 1.0", siteStep: 2, at: "f 3.0",
		steps: "edge f 0 0; out f 1.0 1", want: Unconfirmed},
	{name: "exit", program: `
func f(ssl:SSL)
0:
  s:SSL_SESSION = api SSL_get1_session ssl
  exit`, check: "missingfree", site: "f 0.0", siteStep: 1, at: "f 0.ret",
		steps: "out f 0.0 1", want: Unconfirmed, reason: "does not return"},
}

const countedLoop = `
func f(ssl:SSL)
0:
  s:SSL_SESSION = api SSL_get1_session ssl
  jump 1
1:
  i:int = phi 0 j
  c:bool = cmp i < 10
  if c 2 3
2:
  n:int = api SSL_SESSION_get_time s
  j:int = arith i + 1
  jump 1
3:
  ret`

func TestLoops(t *testing.T) { runCases(t, loopsCases) }

var loopsCases = []verdictCase{
	{name: "the last iteration is repeated until the loop ends", program: countedLoop,
		check: "missingfree", site: "f 0.0", siteStep: 1, at: "f 3.ret",
		steps: "out f 0.0 1; edge f 1 0; edge f 1 1", want: Confirmed},
	{name: "a loop that runs has no zero-trip path", program: countedLoop,
		check: "missingfree", site: "f 0.0", siteStep: 1, at: "f 3.ret",
		steps: "out f 0.0 1; edge f 1 1", want: Refuted},
	{name: "overwritten in a loop", program: `
func f(ssl:SSL)
0:
  jump 1
1:
  i:int = phi 0 j
  s:SSL_SESSION = phi nil w
  c:bool = cmp i < 3
  if c 2 3
2:
  w:SSL_SESSION = api SSL_get1_session ssl
  j:int = arith i + 1
  jump 1
3:
  api SSL_SESSION_free s
  ret`, check: "missingfree", site: "f 2.0", siteStep: 2, at: "f 3.ret",
		steps: "edge f 1 0; out f 2.0 1; edge f 1 0; out f 2.0 1; edge f 1 1", want: Confirmed},
	{name: "freed in every iteration", program: `
func f(ssl:SSL)
0:
  jump 1
1:
  i:int = phi 0 j
  c:bool = cmp i < 3
  if c 2 3
2:
  w:SSL_SESSION = api SSL_get1_session ssl
  api SSL_SESSION_free w
  j:int = arith i + 1
  jump 1
3:
  ret`, check: "missingfree", site: "f 2.0", siteStep: 2, at: "f 3.ret",
		steps: "edge f 1 0; out f 2.0 1; edge f 1 1", want: Unconfirmed},
	{name: "parameter freed in a loop", program: `
func f(s:SSL_SESSION)
0:
  jump 1
1:
  i:int = phi 0 j
  c:bool = cmp i < 3
  if c 2 3
2:
  api SSL_SESSION_free s
  j:int = arith i + 1
  jump 1
3:
  ret`, check: "doublefree", site: "f 2.0", at: "f 2.0",
		steps: "edge f 1 0; edge f 1 0", want: Confirmed},
	{name: "a long counted loop is taken in one step", program: `
func f(ssl:SSL)
0:
  s:SSL_SESSION = api SSL_get1_session ssl
  jump 1
1:
  i:int = phi 0 j
  k:int = phi 0 m
  counted i 0 1 1000000
  c:bool = cmp i < 1000000
  if c 2 3
2:
  m:int = arith k + 2
  j:int = arith i + 1
  jump 1
3:
  ret`, check: "missingfree", site: "f 0.0", siteStep: 1, at: "f 3.ret",
		steps: "out f 0.0 1; edge f 1 0; edge f 1 1", want: Confirmed},
	{name: "a long counted loop with calls is not", program: `
func f(ssl:SSL)
0:
  s:SSL_SESSION = api SSL_get1_session ssl
  jump 1
1:
  i:int = phi 0 j
  counted i 0 1 1000000
  c:bool = cmp i < 1000000
  if c 2 3
2:
  n:int = api SSL_SESSION_get_time s
  j:int = arith i + 1
  jump 1
3:
  ret`, check: "missingfree", site: "f 0.0", siteStep: 1, at: "f 3.ret",
		steps: "out f 0.0 1; edge f 1 0; edge f 1 1", want: Unconfirmed, reason: "more than"},
	{name: "a loop that does not end", program: `
func f(ssl:SSL)
0:
  s:SSL_SESSION = api SSL_get1_session ssl
  jump 1
1:
  i:int = phi 0 i
  c:bool = cmp i < 10
  if c 1 2
2:
  ret`, check: "missingfree", site: "f 0.0", siteStep: 1, at: "f 2.ret",
		steps: "out f 0.0 1; edge f 1 0; edge f 1 1", want: Refuted, reason: "the other way"},
	{name: "a call in a later iteration goes the other way without a step", program: `
func f(ssl:SSL, n:int)
0:
  jump 1
1:
  i:int = phi 0 j
  last:SSL_SESSION = phi nil s
  c:bool = cmp i < n
  if c 2 5
2:
  s:SSL_SESSION = api SSL_get1_session ssl
  d:bool = cmp s == nil
  if d 3 4
3:
  ret
4:
  j:int = arith i + 1
  jump 1
5:
  ret`, check: "missingfree", site: "f 2.0", siteStep: 2, at: "f 3.ret",
		steps: "edge f 1 0; out f 2.0 1; edge f 2 1; edge f 1 0; edge f 2 0", want: Confirmed},
	{name: "unknown bound", program: `
func f(ssl:SSL, n:int)
0:
  s:SSL_SESSION = api SSL_get1_session ssl
  jump 1
1:
  i:int = phi 0 j
  c:bool = cmp i < n
  if c 2 3
2:
  api SSL_SESSION_free s
  j:int = arith i + 1
  jump 1
3:
  ret`, check: "missingfree", site: "f 0.0", siteStep: 1, at: "f 3.ret",
		steps: "out f 0.0 1; edge f 1 1", want: Confirmed},
	{name: "unknown bound that was tested", program: `
func f(ssl:SSL, n:int)
0:
  s:SSL_SESSION = api SSL_get1_session ssl
  b:bool = cmp n > 0
  if b 1 3
1:
  i:int = phi 0 j
  c:bool = cmp i < n
  if c 2 3
2:
  api SSL_SESSION_free s
  j:int = arith i + 1
  jump 1
3:
  ret`, check: "missingfree", site: "f 0.0", siteStep: 1, at: "f 3.ret",
		steps: "out f 0.0 1; edge f 0 0; edge f 1 1", want: Refuted},
}

// TestConflictOfGuesses: the witness says nothing of the second call, but its
// two branches on it do not go together, whichever way it went.
func TestConflictOfGuesses(t *testing.T) {
	v := confirmCase(t, verdictCase{program: `
func f(a:SSL, b:SSL)
0:
  s:SSL_SESSION = api SSL_get1_session a
  w:SSL_SESSION = api SSL_get1_session b
  c:bool = cmp w == nil
  if c 1 2
1:
  jump 2
2:
  e:ptr = phi w nil
  d:bool = cmp e == nil
  if d 3 4
3:
  ret
4:
  ret`, check: "missingfree", site: "f 0.0", siteStep: 1, at: "f 4.ret",
		steps: "out f 0.0 1; edge f 0 0; edge f 2 1"})
	if v.Status != Refuted {
		t.Fatalf("%s: %s", v.Status, v.Reason)
	}
	branches := map[int]bool{}
	for _, l := range v.Conflict {
		if l.Reg == refprog.NoReg {
			branches[l.Block] = true
		}
	}
	if !branches[0] || !branches[2] {
		t.Errorf("conflict %v, want the branches of blocks 0 and 2", v.Conflict)
	}
}

func TestConflict(t *testing.T) {
	v := confirmCase(t, verdictCase{program: countedLoop, check: "missingfree", site: "f 0.0", siteStep: 1, at: "f 3.ret",
		steps: "out f 0.0 1; edge f 1 1"})
	p := assemble(t, countedLoop)
	f := p.Func("f")
	reg := func(name string) refprog.Reg {
		for i, info := range f.Regs {
			if info.Name == name {
				return refprog.Reg(i)
			}
		}
		t.Fatalf("no register %s", name)
		return refprog.NoReg
	}
	want := []Literal{
		{Func: "f", Block: 1, Op: 1, Reg: refprog.NoReg},
		{Func: "f", Block: 1, Op: 0, Reg: reg("c")},
		{Func: "f", Block: 1, Op: -1, Reg: reg("i")},
	}
	if len(v.Conflict) != len(want) {
		t.Fatalf("conflict %v, want %v", v.Conflict, want)
	}
	for i := range want {
		if v.Conflict[i] != want[i] {
			t.Errorf("conflict[%d] = %v, want %v", i, v.Conflict[i], want[i])
		}
	}
}
