package summary

import (
	"fmt"
	"strings"
	"testing"

	"github.com/sessionlint/sessionlint/internal/refprog"
)

var (
	sess = Path{Name: "s"}
	flag = Path{Index: 1, Name: "ok"}
)

func isTrue(p Path) Literal  { return Literal{Path: p, Op: "not zero", Kind: refprog.Bool} }
func isFalse(p Path) Literal { return Literal{Path: p, Op: "zero", Kind: refprog.Bool} }

// counted is a case that changes the count of sess, on one way.
func counted(net int, at int, guard ...Literal) Case {
	c := Case{Ways: []Way{{Guard: guard, Taken: &Place{Chain: []refprog.OpRef{{Func: "f", Op: at}}}}}}
	if net != 0 {
		c.Effects = []Effect{{sess, net}}
	}
	return c
}

// Cases with equal effects are one before they are counted; a literal that only some
// of its ways have is remembered as lost.
func TestJoin(t *testing.T) {
	s := &Summary{On: sess}
	s.Add(counted(-1, 1, isTrue(flag)))
	s.Add(counted(0, 0, isFalse(flag)))
	s.Add(counted(-1, 2, isFalse(flag)))
	if got, want := s.String(), "s: -1 when ...\ns: no change when !ok"; got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if n := len(s.Cases[0].Ways); n != 2 {
		t.Errorf("%d ways that free, want 2", n)
	}
}

// A way that is possible wherever an earlier one is says nothing new, unless it comes
// to it at another place.
func TestJoinCovered(t *testing.T) {
	for _, tc := range []struct {
		first, second Case
		ways          int
	}{
		{counted(-1, 1), counted(-1, 1, isTrue(flag)), 1},
		{counted(-1, 1, isTrue(flag)), counted(-1, 1, isTrue(flag)), 1},
		{counted(-1, 1, isTrue(flag)), counted(-1, 1), 2},
		{counted(-1, 1), counted(-1, 2, isTrue(flag)), 2},
	} {
		s := &Summary{On: sess}
		s.Add(tc.first)
		s.Add(tc.second)
		if n := len(s.Cases[0].Ways); n != tc.ways {
			t.Errorf("%v and %v: %d ways, want %d", tc.first.Ways, tc.second.Ways, n, tc.ways)
		}
	}
}

// Ways beyond the limit are forgotten, and that they are is not.
func TestMaxWays(t *testing.T) {
	s := &Summary{On: sess}
	for n := range int64(MaxWays + 1) {
		s.Add(counted(-1, 1, Literal{Path: flag, Op: "==", N: n}))
	}
	if n := len(s.Cases[0].Ways); n != MaxWays || !s.Cases[0].Lost {
		t.Errorf("%d ways, lost %v", n, s.Cases[0].Lost)
	}
	if _, lost := s.Cases[0].Guard(); !lost {
		t.Error("the guard says that it is complete")
	}
}

// One case more than there may be, and nothing is known.
func TestWiden(t *testing.T) {
	s := &Summary{On: sess}
	for n := range MaxCases {
		c := counted(-1, 1)
		c.Results = []Value{{Kind: Number, N: int64(n)}}
		if s.Add(c) {
			t.Fatalf("widened at case %d", n)
		}
	}
	if len(s.Cases) != MaxCases {
		t.Fatalf("%d cases", len(s.Cases))
	}
	if s.Add(counted(-1, 9)) != true || len(s.Cases) != 0 || s.String() != "s: unknown: more than 8 cases" {
		t.Errorf("not widened: %s", s)
	}
	if !s.Add(counted(-1, 1)) || len(s.Cases) != 0 {
		t.Error("a case was added to a summary that is widened")
	}
}

// Summaries are the same if they say the same, however they came to it.
func TestSame(t *testing.T) {
	a, b := &Summary{On: sess}, &Summary{On: sess}
	a.Add(counted(-1, 1, isTrue(flag)))
	a.Add(counted(0, 0))
	b.Add(counted(0, 0))
	b.Add(counted(-1, 2))
	if !a.Same(b) {
		t.Errorf("not the same:\n%s\n\n%s", a, b)
	}
	b.Add(counted(1, 1))
	if a.Same(b) {
		t.Error("the same although one adds")
	}
	b.Widen("because")
	if a.Same(b) || a.Same(&Summary{On: sess, Cases: a.Cases, Kept: []int{1}}) {
		t.Error("the same although one is widened, or keeps what it gets")
	}
}

// Paths are written as in Go.
func TestPathString(t *testing.T) {
	for want, p := range map[string]Path{
		"s":           sess,
		"*s":          {Name: "s", Steps: "*"},
		"c.sess":      {Name: "c", Steps: "*.sess"},
		"v.sess":      {Name: "v", Steps: ".sess"},
		"c.conn.sess": {Name: "c", Steps: "*.conn*.sess"},
		"*c.out":      {Name: "c", Steps: "*.out*"},
		"list[2]":     {Name: "list", Steps: "*[2]"},
		"list[*]":     {Name: "list", Steps: "*[*]"},
		"list[*].s":   {Name: "list", Steps: "*[*].s"},
		"x":           {Root: Captured, Name: "x", Steps: "*"},
		"x.s":         {Root: Captured, Name: "x", Steps: "*.s"},
		"&x":          {Root: Captured, Name: "x"},
		"p.Cache":     {Root: Global, Name: "example.com/p.Cache", Steps: "*"},
		"parameter 1": {Index: 1},
		"captured 0":  {Root: Captured, Steps: "*"},
		"acquired":    {Root: Acquired},
	} {
		if got := p.String(); got != want {
			t.Errorf("%+v is %q, want %q", p, got, want)
		}
	}
}

// Values are written as a person would say them.
func TestValueString(t *testing.T) {
	for want, v := range map[string]Value{
		"unknown":           {},
		"not nil":           {NotNil: true},
		"nil":               {Kind: Nil},
		"7":                 {Kind: Number, N: 7},
		`"text"`:            {Kind: Text, Name: `"text"`},
		"it":                {Kind: Subject},
		"s":                 {Kind: Entry, Path: sess},
		"&c.sess":           {Kind: Address, Path: Path{Name: "c", Steps: "*.sess"}},
		"new 1":             {Kind: Object, N: 1},
		"p.F$1[it, nil]":    {Kind: Function, Name: "example.com/p.F$1", Parts: []Value{{Kind: Subject}, {Kind: Nil}}},
		"*p.T(new 0)":       {Kind: Interface, Name: "*example.com/p.T", Parts: []Value{{Kind: Object}}},
		"{s: it}":           {Kind: Aggregate, Names: []string{".n", ".s"}, Parts: []Value{{}, {}, {Kind: Subject}}},
		"fresh owned":       {Owned: true, Fresh: true},
		"owned":             {Owned: true},
		"borrowed":          {Lent: true},
		"nil, it seems":     {Taken: LikelyNil},
		"not nil, it seems": {Taken: LikelySome},
		"one value":         {Taken: Settled},
		"an error":          {NotNil: true, Taken: Made},
	} {
		if got := v.String(); got != want {
			t.Errorf("%+v is %q, want %q", v, got, want)
		}
	}
}

// Literals are written as in Go.
func TestLiteralString(t *testing.T) {
	for want, l := range map[string]Literal{
		"ok":       isTrue(flag),
		"!ok":      isFalse(flag),
		"s == nil": {Path: sess, Op: "zero", Kind: refprog.Pointer},
		"s != nil": {Path: sess, Op: "not zero", Kind: refprog.Error},
		"ok == 0":  {Path: flag, Op: "zero", Kind: refprog.Int},
		"ok != 0":  {Path: flag, Op: "not zero", Kind: refprog.Int},
		"ok <= 3":  {Path: flag, Op: "<=", N: 3, Kind: refprog.Int},
	} {
		if got := l.String(); got != want {
			t.Errorf("%+v is %q, want %q", l, got, want)
		}
	}
}

// The order in which cases come is no matter.
func TestOrder(t *testing.T) {
	cases := []Case{counted(-1, 1, isTrue(flag)), counted(1, 2), counted(0, 0, isFalse(flag)), {Opaque: "lost", Ways: []Way{{}}}}
	var first string
	for i := range cases {
		s := &Summary{On: sess}
		for j := range cases {
			s.Add(cases[(i+j)%len(cases)])
		}
		if i == 0 {
			first = s.String()
		}
		if got := s.String(); got != first {
			t.Errorf("from case %d on:\n%s\nfrom the first:\n%s", i, got, first)
		}
	}
	if want := 4; strings.Count(first, "\n") != want-1 {
		t.Errorf("want %d lines: %s", want, fmt.Sprint(first))
	}
}

// Cases that do different things are two, though people read the same of them.
func TestAddApart(t *testing.T) {
	global := func(path string) Value { return Value{Kind: Entry, Path: Path{Root: Global, Name: path}} }
	for what, values := range map[string][2]Value{
		"the subject and a parameter": {{Kind: Subject}, {Kind: Entry, Path: Path{Root: Param, Name: "it"}}},
		"two packages":                {global("a.org/p.G"), global("b.org/p.G")},
		"known to be there, owned":    {{Kind: Unknown, Owned: true}, {Kind: Unknown, Owned: true, NotNil: true}},
	} {
		s := &Summary{On: Path{Root: Param}}
		for range 2 {
			for _, v := range values {
				s.Add(Case{Results: []Value{v}, Ways: []Way{{}}})
			}
		}
		if len(s.Cases) != 2 {
			t.Errorf("%s: %d cases", what, len(s.Cases))
		}
	}
}
