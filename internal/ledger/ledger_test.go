package ledger

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
)

// script drives a ledger by one word an operation, each at line n of "x.go".
type script struct {
	l       Ledger
	line    int
	objects map[string]*Object
	handles map[string]*Handle
	holds   map[string]*Hold
}

func newScript() *script {
	return &script{objects: map[string]*Object{}, handles: map[string]*Handle{}, holds: map[string]*Hold{}}
}

// run executes lines such as "a = own o", "b = lend h", "h = hold o", "free a".
func (s *script) run(t *testing.T, program string) {
	t.Helper()
	for _, line := range strings.Split(strings.TrimSpace(program), ";") {
		f := strings.Fields(line)
		s.line++
		name := ""
		if len(f) > 2 && f[1] == "=" {
			name, f = f[0], f[2:]
		}
		s.l.Begin(f[0], Place{File: "x.go", Line: s.line})
		s.step(t, name, f[0], f[1])
	}
}

func (s *script) step(t *testing.T, name, op, arg string) {
	t.Helper()
	switch op {
	case "own", "outside", "hold":
		o := s.objects[arg]
		if o == nil || o.Dead() {
			o = s.l.NewObject("thing", nil, nil)
			s.objects[arg] = o
		}
		switch op {
		case "own":
			s.handles[name] = s.l.Acquire(o, Owned)
		case "outside":
			s.handles[name] = s.l.Acquire(o, Outside)
		case "hold":
			s.holds[name] = s.l.Hold("owner", o)
		}
	case "lend":
		h := s.holds[arg]
		s.handles[name] = s.l.Borrow(h.Object, h)
	case "part":
		s.handles[name] = s.l.BorrowFrom(s.l.NewObject("part", nil, nil), s.handles[arg], nil)
	case "use":
		s.handles[arg].Use()
	case "upref":
		s.handles[arg].UpRef()
	case "nope":
		s.handles[arg].UpRefFailed()
	case "free":
		s.handles[arg].Free()
	case "give":
		s.holds[name] = s.handles[arg].HandOver("keeper", DanglingBorrow)
	case "escape":
		s.handles[arg].Escape()
	case "drop":
		s.holds[arg].Drop()
	default:
		t.Fatalf("no operation %q", op)
	}
}

func (s *script) result() string {
	var out []string
	for _, v := range append(s.l.Violations(), s.l.Leaks()...) {
		text := fmt.Sprintf("%s:%d", v.Kind, v.At.Line)
		if v.Other.Seq != 0 {
			text += fmt.Sprintf("<%d", v.Other.At.Line)
		}
		switch v.Fault {
		case Immediate:
			text += "!"
		case Delayed:
			text += fmt.Sprintf("@%d", v.FaultBy.At.Line)
		}
		out = append(out, text)
	}
	return strings.Join(out, " ")
}

// A violation is written kind:line, <line of the other half, ! for a fault at
// once, @line for a later one.
func TestRules(t *testing.T) {
	for _, test := range []struct{ name, program, want string }{
		{"balanced", "a = own o; upref a; free a; free a", ""},
		{"first in, first out", "a = own o; upref a; free a", "missingfree:2"},
		{"double free", "a = own o; free a; free a", "doublefree:3<2!"},
		{"double free of a shared object", "h = hold o; a = own o; free a; free a; drop h", "doublefree:4<3@5"},
		{"the tag counts, not the object", "a = own o; b = own o; free a; free a; use b", "doublefree:4<3@5 missingfree:2"},
		{"use after free", "h = hold o; a = own o; free a; use a", "useafterfree:4<3"},
		{"borrowed free", "h = hold o; b = lend h; free b; drop h", "borrowedfree:3@4"},
		{"double free of a borrow that was acquired", "h = hold o; b = lend h; upref b; free b; free b", "doublefree:5<4"},
		{"dangling", "h = hold o; b = lend h; drop h; use b", "danglingborrow:4<3!"},
		{"dangling, the object alive", "h = hold o; g = hold o; b = lend h; drop h; use b", "danglingborrow:5<4"},
		{"own token outlives the lender", "h = hold o; b = lend h; upref b; drop h; use b; free b; use b", "useafterfree:7<6!"},
		{"outside is no leak", "a = outside o; upref a", ""},
		{"outside is consumed once", "a = outside o; free a; free a", "doublefree:3<2!"},
		{"part of a valid handle", "a = own o; p = part a; use p; free a", ""},
		{"part of a dead handle", "a = own o; p = part a; free a; use p", "danglingborrow:4<3"},
		{"part of a borrow", "h = hold o; b = lend h; p = part b; drop h; use p", "danglingborrow:5<4"},
		{"given away, still usable", "a = own o; k = give a; use a", ""},
		{"given away, then freed", "a = own o; k = give a; free a; drop k", "doublefree:3<2@4"},
		{"given away, until the keeper drops it", "a = own o; k = give a; drop k; use a", "danglingborrow:4<3!"},
		{"a borrow given away", "h = hold o; b = lend h; k = give b", "danglingborrow:3<2"},
		{"a dead one given away", "a = own o; free a; k = give a", "useafterfree:3<2!"},
		{"escaped", "a = own o; upref a; escape a; free a; free a; free a", ""},
		{"failed up_ref adds nothing", "h = hold o; b = lend h; nope b; free b", "borrowedfree:4"},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := newScript()
			s.run(t, test.program)
			if got := s.result(); got != test.want {
				t.Errorf("got  %q\nwant %q", got, test.want)
			}
		})
	}
}

func TestFailedUpRef(t *testing.T) {
	s := newScript()
	s.run(t, "h = hold o; b = lend h; nope b; free b")
	if v := s.l.Violations()[0]; v.FailedUpRef.At.Line != 3 || v.Origin.At.Line != 2 {
		t.Errorf("got %+v", v)
	}
}

func TestTakenBack(t *testing.T) {
	s := newScript()
	s.run(t, "a = own o; k = give a; b = own o")
	s.l.Begin("take", Place{Line: 4})
	s.handles["b"].TakeBack(s.holds["k"])
	s.run(t, "free b; free b")
	if got := s.result(); got != "" || !s.objects["o"].Dead() {
		t.Errorf("got %q", got)
	}
}

func TestGivenBack(t *testing.T) {
	for _, test := range []struct{ program, want string }{
		{"use a", ""},
		{"upref a; free a", ""},
		{"free a", "borrowedfree:3<4"},
		{"k = give a", "danglingborrow:3<4"},
	} {
		s := newScript()
		s.run(t, "h = hold o; g = hold o")
		s.l.Begin("enter", Place{Line: 2})
		s.handles["a"] = s.l.Acquire(s.objects["o"], Borrowed)
		s.run(t, test.program)
		s.l.Begin("leave", Place{Line: 4})
		if ok := s.handles["a"].GiveBack(); ok != (test.want == "") {
			t.Errorf("%s: GiveBack %v", test.program, ok)
		}
		if got := s.result(); got != test.want {
			t.Errorf("%s: got %q, want %q", test.program, got, test.want)
		}
	}
}

func TestContentEnds(t *testing.T) {
	var l Ledger
	l.Begin("own", Place{Line: 1})
	a := l.Acquire(l.NewObject("thing", nil, nil), Owned)
	var c Content
	p := l.BorrowFrom(l.NewObject("part", nil, nil), a, &c)
	l.Begin("set", Place{Line: 2})
	l.End(&c)
	l.Begin("use", Place{Line: 3})
	p.Use()
	vs := l.Violations()
	if len(vs) != 1 || vs[0].Kind != DanglingBorrow || vs[0].Other.At.Line != 2 {
		t.Errorf("got %v", vs)
	}
}

func TestDestroyRunsOnce(t *testing.T) {
	var l Ledger
	n := 0
	o := l.NewObject("thing", nil, func() { n++ })
	l.Begin("own", Place{})
	h := l.Acquire(o, Owned)
	l.Begin("free", Place{})
	h.Free()
	h.Free()
	if n != 1 || o.Death().Op != "free" || o.Count() != 0 {
		t.Errorf("destroyed %d times, %v", n, o.Death())
	}
}

// Random operations, right and wrong: as long as nothing is violated a count is
// the number of tokens and live holds; dead objects stay dead; the same seed
// gives the same account.
func TestInvariants(t *testing.T) {
	for seed := range uint64(500) {
		first, second := account(t, seed), account(t, seed)
		if first != second {
			t.Fatalf("seed %d: two runs differ:\n%s\n%s", seed, first, second)
		}
	}
}

func account(t *testing.T, seed uint64) string {
	r := rand.New(rand.NewPCG(seed, 7))
	s := newScript()
	var handles, holds []string
	for i := range 40 {
		name := fmt.Sprint("n", i)
		line := ""
		pick := func(from []string) string { return from[r.IntN(len(from))] }
		switch n := r.IntN(10); {
		case n == 0 || len(handles) == 0:
			line = name + " = own o"
			handles = append(handles, name)
		case n == 1 || len(holds) == 0:
			line = name + " = hold o"
			holds = append(holds, name)
		case n == 2:
			line = name + " = lend " + pick(holds)
			handles = append(handles, name)
		case n == 3:
			line = name + " = part " + pick(handles)
			handles = append(handles, name)
		case n == 4:
			line = "upref " + pick(handles)
		case n == 5:
			line = "use " + pick(handles)
		case n == 6:
			line = "drop " + pick(holds)
		case n == 7:
			line = name + " = give " + pick(handles)
			holds = append(holds, name)
		default:
			line = "free " + pick(handles)
		}
		s.run(t, line)
		s.invariants(t, seed)
	}
	return s.result()
}

func (s *script) invariants(t *testing.T, seed uint64) {
	t.Helper()
	o := s.objects["o"]
	if o.Dead() != (o.Count() == 0) {
		t.Fatalf("seed %d: dead %v, count %d", seed, o.Dead(), o.Count())
	}
	if len(s.l.Violations()) > 0 {
		return
	}
	want := 0
	for _, h := range s.handles {
		if h.Object() == o {
			want += h.Held()
		}
	}
	for _, h := range s.holds {
		if h.Object == o && h.Live() {
			want++
		}
	}
	if o.Count() != want {
		t.Fatalf("seed %d: count %d, holders %d", seed, o.Count(), want)
	}
}
