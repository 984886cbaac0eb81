package directive_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"slices"
	"strings"
	"testing"

	"github.com/sessionlint/sessionlint/internal/directive"
)

func TestParse(t *testing.T) {
	for _, test := range []struct{ comment, want string }{
		{"//sessionlint:returns owned", "//sessionlint:returns owned"},
		{"//sessionlint:returns  borrowed from\tc ", "//sessionlint:returns borrowed from c"},
		{"//sessionlint:consumes s // goes into the cache", "//sessionlint:consumes s"},
		{"//sessionlint:borrows s\r", "//sessionlint:borrows s"},
		{"//sessionlint:owned", "//sessionlint:owned"},
		{"//sessionlint:borrowed", "//sessionlint:borrowed"},
		{"//sessionlint:assume consumed", "//sessionlint:assume consumed"},
		{"//sessionlint:ignore missingfree see https://example.com/1", "//sessionlint:ignore missingfree see https://example.com/1"},
		{"//sessionlint:ignore a,b  two at once", "//sessionlint:ignore a,b two at once"},

		{"//sessionlint:", `unknown directive ""`},
		{"//sessionlint:consume s", `unknown directive "consume": did you mean consumes?`},
		{"//sessionlint:ingore missingfree x", `unknown directive "ingore": did you mean ignore?`},
		{"//sessionlint:something", `unknown directive "something"`},
		{"//sessionlint:returns", "returns is written //sessionlint:returns owned, or returns borrowed from NAME"},
		{"//sessionlint:returns borrowed", "returns is written //sessionlint:returns owned, or returns borrowed from NAME"},
		{"//sessionlint:returns borrowed by c", "returns is written //sessionlint:returns owned, or returns borrowed from NAME"},
		{"//sessionlint:consumes", "consumes is written //sessionlint:consumes NAME"},
		{"//sessionlint:consumes _", "consumes is written //sessionlint:consumes NAME"},
		{"//sessionlint:borrows s t", "borrows is written //sessionlint:borrows NAME"},
		{"//sessionlint:owned s", "owned is written //sessionlint:owned"},
		{"//sessionlint:assume", "assume is written //sessionlint:assume consumed"},
		{"//sessionlint:ignore", "ignore names no check: write //sessionlint:ignore CHECK REASON"},
		{"//sessionlint:ignore a,,b why", "ignore names no check: write //sessionlint:ignore CHECK REASON"},
		{"//sessionlint:ignore missingfree", "ignore missingfree gives no reason: say behind the check why the finding is wrong or accepted"},
		{"// sessionlint:owned", "a directive is written //sessionlint:VERB, without a space"},

		{"// sessionlint:whatever this is, it is prose", ""},
		{"// see //sessionlint:owned", ""},
		{"//nolint:sessionlint", ""},
		{"/*sessionlint:owned*/", ""},
	} {
		d, is, err := directive.Parse(test.comment)
		got := ""
		switch {
		case is && err != nil:
			got = err.Error()
		case is:
			got = d.String()
		}
		if got != test.want {
			t.Errorf("%q: got %q, want %q", test.comment, got, test.want)
		}
	}
}

// What is read and written again is the same directive.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{"returns owned", "returns borrowed from c", "consumes s", "ignore a,b why so", "assume consumed", "owned // x"} {
		f.Add(directive.Prefix + seed)
	}
	f.Fuzz(func(t *testing.T, comment string) {
		d, is, err := directive.Parse(comment)
		if err != nil || !is {
			if is && strings.Contains(err.Error(), "\n") {
				t.Errorf("%q: the error has two lines: %v", comment, err)
			}
			return
		}
		again, is, err := directive.Parse(d.String())
		if !is || err != nil || again.String() != d.String() {
			t.Errorf("%q: read as %q, then as %q (%v)", comment, d, again, err)
		}
	})
}

const source = `package p

//sessionlint:returns borrowed from c
//sessionlint:consumes a
//sessionlint:borrows d
func (c *T) M(a, b *S, _ int, d any) *S {
	use(a) //sessionlint:ignore x trailing
	use(b)
	//sessionlint:ignore x above
	//sessionlint:assume consumed
	// and a word between
	use(d)
	return nil
}

//sessionlint:ignore y at the function
func F() {}

type T struct {
	//sessionlint:owned
	s, t *S
	u *S //sessionlint:borrowed
	*S   //sessionlint:borrowed
}

type I interface {
	//sessionlint:consumes s
	Take(n int, s *S)
}
`

func TestRead(t *testing.T) {
	got := read(t, source)
	want := []string{
		"6: M returns borrowed from 0, consumes 1, borrows 4",
		"28: Take consumes 2",
		"field s t owned", "field u borrowed", "field  borrowed",
		"assume at 12",
		"ignore [x] at 7", "ignore [x] at 12", "ignore [y] at 17",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func TestProblems(t *testing.T) {
	for _, test := range []struct{ source, want string }{
		{"//sessionlint:consumes session\nfunc F(sesion *S) {}", "F has no parameter session: did you mean sesion?"},
		{"//sessionlint:consumes s\nfunc F(*S) {}", "F has no parameter s"},
		{"//sessionlint:consumes s\n//sessionlint:borrows s\nfunc F(s *S) {}", "there is a directive for s already"},
		{"//sessionlint:returns owned\nfunc F() {}", "F returns nothing"},
		{"//sessionlint:returns owned\n//sessionlint:returns borrowed from c\nfunc F(c *S) *S { return nil }", "there is a directive for the results already"},
		{"//sessionlint:returns borrowed from d\nfunc F(c *S) *S { return nil }", "F has no parameter d: did you mean c?"},
		{"//sessionlint:owned\nfunc F() {}", "owned belongs to a struct field, and there is none here"},
		{"//sessionlint:owned\ntype T struct{ s *S }", "owned belongs to a struct field, and there is none here"},
		{"type T struct {\n\t//sessionlint:owned\n\ts *S //sessionlint:borrowed\n}", "there is a directive for this field already"},
		{"//sessionlint:returns owned\n\nfunc F() *S { return nil }", "returns belongs to the comment of a function declaration, and there is none here"},
		{"//sessionlint:ignore yy because\nvar _ = 1", "ignore names the unknown check yy: did you mean y?"},
		{"//sessionlint:ignore y\nvar _ = 1", "ignore y gives no reason: say behind the check why the finding is wrong or accepted"},
		{"// sessionlint:borrows s\nfunc F(s *S) {}", "a directive is written //sessionlint:VERB, without a space"},
	} {
		got := read(t, "package p\n\n"+test.source+"\n")
		if i := slices.IndexFunc(got, func(s string) bool { return strings.HasPrefix(s, "problem ") }); i < 0 || got[i] != "problem "+test.want || len(got) > i+1 {
			t.Errorf("%s\ngot  %q\nwant %q", test.source, got, "problem "+test.want)
		}
	}
}

// read prints what the directives of a source say.
func read(t *testing.T, source string) (out []string) {
	t.Helper()
	fset := token.NewFileSet()
	f, err := parser.ParseFile(fset, "p.go", source, parser.ParseComments)
	if err != nil {
		t.Fatal(err)
	}
	set := directive.Read(fset, []*ast.File{f}, []string{"x", "y"})
	for _, fn := range set.Functions {
		var words []string
		if r := fn.Returns; r != nil && r.Owned {
			words = append(words, "returns owned")
		} else if r != nil {
			words = append(words, fmt.Sprintf("returns borrowed from %d", r.Lender))
		}
		for _, p := range fn.Params {
			verb := directive.Borrows
			if p.Consumed {
				verb = directive.Consumes
			}
			words = append(words, fmt.Sprintf("%s %d", verb, p.Index))
		}
		out = append(out, fmt.Sprintf("%d: %s %s", fset.Position(fn.Name.Pos()).Line, fn.Name.Name, strings.Join(words, ", ")))
	}
	for _, field := range set.Fields {
		var names []string
		for _, n := range field.Names {
			names = append(names, n.Name)
		}
		word := directive.Borrowed
		if field.Owned {
			word = directive.Owned
		}
		out = append(out, fmt.Sprintf("field %s %s", strings.Join(names, " "), word))
	}
	for _, l := range set.Assumes {
		out = append(out, fmt.Sprintf("assume at %d", l.Line))
	}
	for _, s := range set.Ignores {
		out = append(out, fmt.Sprintf("ignore %s at %d", s.Checks, s.Line.Line))
	}
	for _, p := range set.Problems {
		out = append(out, "problem "+p.Text)
	}
	return out
}
