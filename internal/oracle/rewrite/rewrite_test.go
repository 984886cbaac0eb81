package rewrite

import (
	"go/parser"
	"go/token"
	"slices"
	"strings"
	"testing"

	"github.com/sessionlint/sessionlint/internal/oracle/execute"
	"github.com/sessionlint/sessionlint/internal/oracle/generate"
)

const program = `package p

import "github.com/sessionlint/sessionlint/session"

func F(c *session.Conn, flag bool) int64 {
	s := c.Get1Session()
	if s == nil {
		return 0
	}
	defer s.Free()
	if flag {
		s.SetTimeout(1)
		s.Free()
	} else if c.Handshake() {
		s.SetTimeout(2)
	}
	return s.Time()
}
`

// Every rewrite changes the text, keeps the lines, and what is true.
func TestRewrites(t *testing.T) {
	want := map[string]string{
		"negate conditions":     "if !(!(s == nil)) {",
		"swap arms":             "if !(s == nil) { } else {",
		"compare conditions":    "if (flag) == true {",
		"block for statement":   "{ s.SetTimeout(1) }",
		"closure for statement": "func() { s.SetTimeout(1) }()",
		"alias variable":        "sOther := c.Get1Session(); s := sOther",
		"generic wrapper":       "s := rewriteSame(c.Get1Session())",
		"through a struct":      "s := rewriteIn(c.Get1Session()).v",
		"called in place":       "s := func() *session.Session { return c.Get1Session() }()",
		"deferred literal":      "defer func() { s.Free() }()",
		"method value":          "{ rewriteCall := s.SetTimeout; rewriteCall(1) }",
		"endless loop":          "for { s.SetTimeout(1); break }",
	}
	before := truth(t, program)
	if !slices.Contains(before, "doublefree") {
		t.Fatalf("%v without a doublefree", before)
	}
	for _, r := range All {
		text, places, err := Apply(r, file(t, program))
		if err != nil || places == 0 {
			t.Errorf("%s: %d places, %v", r.Name, places, err)
			continue
		}
		if !strings.Contains(string(text), want[r.Name]) {
			t.Errorf("%s: no %q in\n%s", r.Name, want[r.Name], text)
		}
		if after := truth(t, string(text)); !slices.Equal(before, after) {
			t.Errorf("%s: %v becomes %v in\n%s", r.Name, before, after, text)
		}
		if len(want) != len(All) {
			t.Errorf("%d rewrites, %d expected", len(All), len(want))
		}
	}
}

// What generated programs do is the same after every rewrite.
func TestGenerated(t *testing.T) {
	g := generate.New(11)
	for i := range 40 {
		p := g.Program(i)
		src, err := generate.Source("p", p.Text)
		if err != nil {
			t.Fatal(err)
		}
		before := truthOf(t, string(src), p.Name)
		for _, r := range All {
			text, _, err := Apply(r, file(t, string(src)))
			if err != nil {
				t.Fatal(err)
			}
			if after := truthOf(t, string(text), p.Name); !slices.Equal(before, after) {
				t.Errorf("%s of program %d: %v becomes %v\n%s", r.Name, i, before, after, text)
			}
		}
	}
}

func file(t *testing.T, src string) *File {
	t.Helper()
	fset := token.NewFileSet()
	f, err := parser.ParseFile(fset, "p.go", src, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	p, err := execute.Check(fset, f)
	if err != nil {
		t.Fatalf("%v\n%s", err, src)
	}
	return &File{Fset: fset, Syntax: f, Info: p.Info, Source: []byte(src)}
}

func truth(t *testing.T, src string) []string { return truthOf(t, src, "F") }

// truthOf returns the checks that a function breaks.
func truthOf(t *testing.T, src, name string) []string {
	t.Helper()
	p, err := execute.Load("p.go", []byte(src))
	if err != nil {
		t.Fatalf("%v\n%s", err, src)
	}
	truth, err := p.Explore(name, execute.Limits{Runs: 1500, Choices: 24})
	if err != nil {
		t.Fatalf("%v\n%s", err, src)
	}
	var out []string
	for _, v := range truth.Violations {
		if !slices.Contains(out, v.Check) {
			out = append(out, v.Check)
		}
	}
	slices.Sort(out)
	return out
}
