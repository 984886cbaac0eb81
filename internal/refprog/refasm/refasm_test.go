package refasm

import (
	"strings"
	"testing"

	"github.com/sessionlint/sessionlint/internal/refprog"
)

const loop = `
func f(ssl:SSL, n:int)
0:
  s:SSL_SESSION = api SSL_get1_session ssl   # acquires
  jump 1
1:
  i:int = phi 0 j
  counted i 0 1 10
  c:bool = cmp i < 10
  if c 2 3
2:
  j:int = arith i + 1
  u:bool = api SSL_SESSION_up_ref s !nostatus
  jump 1
3:
  defer call f$1 s
  rundefers
  ret s nil
func f$1(s:SSL_SESSION)
0:
  api SSL_SESSION_free s
  ret
`

func TestProgram(t *testing.T) {
	p, err := Program(loop)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range p.Funcs {
		if err := refprog.Verify(f); err != nil {
			t.Error(err)
		}
	}
	f, inner := p.Func("f"), p.Func("f$1")
	if f.Results != 2 || f.Size != 6 || inner.Parent != "f" {
		t.Errorf("results %d, size %d, parent %q", f.Results, f.Size, inner.Parent)
	}
	s := f.Blocks[0].Ops[0]
	if s.Kind != refprog.API || s.Name != "SSL_get1_session" || f.Regs[s.Dst].Type.Handle != "SSL_SESSION" {
		t.Errorf("first operation %+v", s)
	}
	if j := f.Blocks[2].Ops[0]; f.Regs[j.Dst].Type.Kind != refprog.Int {
		t.Errorf("a register that was named before its text is %v", f.Regs[j.Dst].Type)
	}
	if c := f.Blocks[1].Counted; c == nil || c.Trips != 10 {
		t.Errorf("counted loop %v", c)
	}
	if op := f.Blocks[3].Ops[0]; op.Mode != refprog.Deferred || op.Kind != refprog.Call {
		t.Errorf("deferred call %+v", op)
	}
	if op := f.Blocks[2].Ops[1]; op.Flag != refprog.NoStatus {
		t.Errorf("flags %v", op.Flag)
	}
}

func TestProgramErrors(t *testing.T) {
	for text, want := range map[string]string{
		"func f()\n0:\n  frob x":    "line 3: no operation frob",
		"func f()\n1:":              "line 2: block 1: out of order",
		"func f()\n0:\n  jump west": "line 3: west is no block",
		"func f()\n0:\n  jump 4":    "function f: no block 4",
		"  ret":                     "line 1: outside of a block",
		"func f":                    "line 1: parameters",
		"func f()\n  ret":           "line 2: outside of a block",
		"func f()\n0:\n  x = phi":   "line 3: phi is not complete",
		"func f()\n0:\n  x = cmp y": "line 3: cmp is not complete",
		"func f()\n0:\n  api":       "line 3: api is not complete",
		"free x":                    "line 1: outside of a function",
		"impl x":                    "line 1: impl is not complete",
	} {
		p, err := Program(text)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, %v, want an error with %q", text, p, err, want)
		}
	}
}

func TestRef(t *testing.T) {
	p, err := Program(loop)
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]string{
		"f 0.0": "f:0:0", "f 2.1": "f:2:1", "f 3.ret": "f:3:2", "f entry": "f:0:-1",
		"f$1 0": "f$1:0:1",
	} {
		if r, err := Ref(p, text); err != nil || r.String() != want {
			t.Errorf("%s: %v, %v, want %s", text, r, err, want)
		}
	}
	for _, text := range []string{"g 0.0", "f 9.0", "f 0.7", "f x", "f 0.x", "f"} {
		if r, err := Ref(p, text); err == nil {
			t.Errorf("%s: %v, want an error", text, r)
		}
	}
}

func FuzzProgram(f *testing.F) {
	f.Add(loop)
	f.Add("func f(a)\n0:\n x:agg = fieldaddr a b\n choose 0 1\n1:\n exit")
	f.Fuzz(func(t *testing.T, text string) {
		p, err := Program(text)
		if (p == nil) == (err == nil) {
			t.Fatalf("program %v, error %v", p, err)
		}
		if p == nil {
			return
		}
		for _, fn := range p.Funcs {
			_ = refprog.Verify(fn) // need not be well formed, must not panic
		}
	})
}
