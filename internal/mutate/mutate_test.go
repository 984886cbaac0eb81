package mutate_test

import (
	"fmt"
	"go/parser"
	"go/token"
	"strings"
	"testing"

	"github.com/sessionlint/sessionlint/internal/mutate"
)

var vocabulary = mutate.Vocabulary{
	Acquire: []string{"get1"},
	Release: []mutate.Call{{Name: "free", Handle: 0}, {Name: "Free", Handle: mutate.Receiver}},
	UpRef:   []mutate.Call{{Name: "upref", Handle: 0}},
	Lend:    map[string]string{"get1": "get0"},
}

func mutants(t *testing.T) []mutate.Mutant {
	t.Helper()
	all, err := mutate.Mutants("p.go", []byte(subject), vocabulary, mutate.Operators(vocabulary))
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func TestMutants(t *testing.T) {
	want := `delete-release of s in deferred, line 8 -> missingfree:4
double-release of s in deferred, line 8 -> doublefree:8
borrow of s in deferred, line 4 -> borrowedfree:8
early-release of s in deferred, line 8 -> useafterfree:9
late-defer of s in deferred, line 8 -> missingfree:4
negate-guard of s in deferred, line 5 -> missingfree:4
delete-release of s in (*Conn).explicit, line 24 -> missingfree:19
delete-release of s in (*Conn).explicit, line 27 -> missingfree:19
double-release of s in (*Conn).explicit, line 24 -> doublefree:24
double-release of s in (*Conn).explicit, line 27 -> doublefree:27
borrow of s in (*Conn).explicit, line 19 -> borrowedfree:24 borrowedfree:27
negate-guard of s in (*Conn).explicit, line 20 -> missingfree:19
delete-release of s in retained, line 34 -> missingfree:32
delete-release of s in retained, line 37 -> missingfree:32
delete-release of s in retained, line 38 -> missingfree:32
double-release of s in retained, line 34 -> doublefree:34
double-release of s in retained, line 37 -> doublefree:37
double-release of s in retained, line 38 -> doublefree:38
borrow of s in retained, line 32 -> borrowedfree:34 borrowedfree:37 borrowedfree:38
unchecked-upref of s in retained, line 33 -> uncheckedupref:33
`
	var got strings.Builder
	for _, m := range mutants(t) {
		fmt.Fprintf(&got, "%v ->", m)
		for _, w := range m.Wants {
			fmt.Fprintf(&got, " %s:%d", w.Check, w.Line)
		}
		got.WriteString("\n")
	}
	if got.String() != want {
		t.Errorf("got\n%swant\n%s", got.String(), want)
	}
}

// Every mutant alone, and every round at once, is Go and has the lines of the subject.
func TestApply(t *testing.T) {
	all := mutants(t)
	groups := mutate.Rounds(all)
	if len(groups) != 8 {
		t.Errorf("got %d rounds, want 8: as many as the function with most mutants has", len(groups))
	}
	dealt := 0
	for _, g := range groups {
		dealt += len(g)
	}
	if dealt != len(all) {
		t.Errorf("rounds hold %d mutants of %d", dealt, len(all))
	}
	for _, m := range all {
		groups = append(groups, []mutate.Mutant{m})
	}
	for _, g := range groups {
		text, err := mutate.Apply([]byte(subject), g...)
		if err != nil {
			t.Errorf("%v: %v", g, err)
			continue
		}
		if string(text) == subject {
			t.Errorf("%v: changed nothing", g)
		}
		if _, err := parser.ParseFile(token.NewFileSet(), "p.go", text, parser.AllErrors); err != nil {
			t.Errorf("%v: %v\n%s", g, err, text)
		}
	}
}

func TestApplyText(t *testing.T) {
	tests := []struct{ operator, fn, want string }{
		{"delete-release", "deferred", "\t}\n\t\n\tn := use(s)"},
		{"double-release", "deferred", "\tdefer free(s); defer free(s)\n"},
		{"borrow", "deferred", "s := get0(c)"},
		{"early-release", "deferred", "\t}\n\tfree(s)\n\tn := use(s)"},
		{"late-defer", "deferred", "\t\treturn errEmpty\n\t}; defer free(s)\n\tuse(s)"},
		{"negate-guard", "deferred", "if s != nil {\n\t\treturn errNone"},
		{"negate-guard", "(*Conn).explicit", "if err == nil {"},
		{"unchecked-upref", "retained", "\tupref(s)\n\n\n\n\tfree(s)\n"},
	}
	for _, tt := range tests {
		found := false
		for _, m := range mutants(t) {
			if m.Operator != tt.operator || m.Func != tt.fn {
				continue
			}
			found = true
			text, err := mutate.Apply([]byte(subject), m)
			if err != nil {
				t.Fatal(err)
			}
			if !strings.Contains(string(text), tt.want) {
				t.Errorf("%v: no %q in\n%s", m, tt.want, text)
			}
		}
		if !found {
			t.Errorf("no %s in %s", tt.operator, tt.fn)
		}
	}
}

func TestApplyRefuses(t *testing.T) {
	all := mutants(t)
	if _, err := mutate.Apply([]byte(subject), all[0], all[1]); err == nil {
		t.Error("two mutants of one function were applied together")
	}
}

func TestSyntaxError(t *testing.T) {
	if _, err := mutate.Mutants("p.go", []byte("package"), vocabulary, nil); err == nil {
		t.Error("no error for a file that is no Go")
	}
}
