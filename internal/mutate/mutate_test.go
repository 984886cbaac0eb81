package mutate_test

import (
	"fmt"
	"go/parser"
	"go/token"
	"slices"
	"strings"
	"testing"

	"github.com/sessionlint/sessionlint/internal/mutate"
)

var vocabulary = mutate.Vocabulary{
	Acquire: []string{"get1"},
	Release: []mutate.Call{{Name: "free", Handle: 0}, {Name: "Free", Handle: mutate.Receiver}},
	UpRef:   []mutate.Call{{Name: "upref", Handle: 0}},
	Lend:    map[string]string{"get1": "get0"},
	Owner:   mutate.Call{Name: "hangup", Handle: 0},
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
	want := `delete-defer of s in deferred, line 8 -> missingfree:4
late-defer of s in deferred, line 8 -> missingfree:4
early-return of s in deferred, line 8 -> missingfree:4
double-release of s in deferred, line 8 -> doublefree:8
early-release of s in deferred, line 8 -> useafterfree:9
borrow of s in deferred, line 4 -> borrowedfree:8
negate-guard of s in deferred, line 5 -> missingfree:4
delete-release of s in (*Conn).explicit, line 24 -> missingfree:19
delete-release of s in (*Conn).explicit, line 27 -> missingfree:19
early-return of s in (*Conn).explicit, line 24 -> missingfree:19
early-return of s in (*Conn).explicit, line 27 -> missingfree:19
double-release of s in (*Conn).explicit, line 24 -> doublefree:24
double-release of s in (*Conn).explicit, line 27 -> doublefree:27
borrow of s in (*Conn).explicit, line 19 -> borrowedfree:24 borrowedfree:27
negate-guard of s in (*Conn).explicit, line 20 -> missingfree:19
delete-release of s in retained, line 34 -> missingfree:32 missingfree:33
delete-release of s in retained, line 37 -> missingfree:32 missingfree:33
delete-release of s in retained, line 38 -> missingfree:32 missingfree:33
double-release of s in retained, line 34 -> doublefree:34 doublefree:37 useafterfree:37 doublefree:38 useafterfree:38
double-release of s in retained, line 37 -> doublefree:37 doublefree:38 useafterfree:38
double-release of s in retained, line 38 -> doublefree:38
borrow of s in retained, line 32 -> borrowedfree:34 borrowedfree:37 borrowedfree:38
drop-upref of s in retained, line 33 -> doublefree:37 borrowedfree:37 useafterfree:37 danglingborrow:37 doublefree:38 borrowedfree:38 useafterfree:38 danglingborrow:38
unchecked-upref of s in retained, line 33 -> uncheckedupref:33
negate-guard of s in retained, line 33 -> missingfree:33
delete-in-arm of s in arms, line 52 -> missingfree:49
delete-in-arm of s in arms, line 55 -> missingfree:49
double-release of s in arms, line 52 -> doublefree:52
double-release of s in arms, line 55 -> doublefree:55
borrow of s in arms, line 49 -> borrowedfree:52 borrowedfree:55
delete-release of s in looped, line 65 -> missingfree:63
early-continue of s in looped, line 65 -> missingfree:63
double-release of s in looped, line 65 -> doublefree:65
borrow of s in looped, line 63 -> borrowedfree:65
overwrite of best in looped, line 68 -> missingfree:69 missingfree:63
delete-defer of s in two, line 76 -> missingfree:75
double-release of s in two, line 76 -> doublefree:76
early-release of s in two, line 76 -> useafterfree:79
borrow of s in two, line 75 -> borrowedfree:76
delete-defer of other in two, line 78 -> missingfree:77
double-release of other in two, line 78 -> doublefree:78
early-release of other in two, line 78 -> useafterfree:79
borrow of other in two, line 77 -> borrowedfree:78
wrong-variable of other in two, line 78 -> missingfree:77
release-owner of s in owner, line 84 -> danglingborrow:86 useafterfree:86
own of s in owner, line 85 -> missingfree:85
own of s in kept, line 90 -> missingfree:90 missingfree:91
store-lent of s in kept, line 91 -> danglingborrow:94 danglingborrow:95
unchecked-upref of s in kept, line 91 -> uncheckedupref:91
negate-guard of s in kept, line 91 -> missingfree:91
unchecked-upref of s in said, line 100 -> uncheckedupref:100
negate-guard of s in said, line 100 -> missingfree:100
keep-released of t.s in once, line 110 -> useafterfree:111 doublefree:111 useafterfree:112 doublefree:112 useafterfree:113 doublefree:113
overwrite of t.s in once, line 112 -> missingfree:113
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
	if len(groups) != 10 {
		t.Errorf("got %d rounds, want 10: as many as the function with most mutants has", len(groups))
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
		{"delete-defer", "deferred", "\t}\n\t\n\tn := use(s)"},
		{"delete-in-arm", "arms", "case 0:\n\t\t\n\t\treturn 1"},
		{"early-return", "deferred", "\t}\n\treturn errNone; defer free(s)\n"},
		{"early-continue", "looped", "{\n\t\t\tcontinue; free(s)\n"},
		{"overwrite", "looped", "\t\t}\n\t\t\n\t\tbest = s\n"},
		{"wrong-variable", "two", "defer free(s)\n\tuse(s, other)"},
		{"release-owner", "owner", "\tc := dial(x)\n\t\n\ts := get0(c); hangup(c)\n"},
		{"own", "owner", "s := get1(c)"},
		{"store-lent", "kept", "s := get0(c)\n\t\n\n\n\tt.s = s"},
		{"drop-upref", "retained", "s := get1(x)\n\t\n\n\n\n\tfree(s)"},
		{"negate-guard", "kept", "if upref(s) == 1 {"},
		{"negate-guard", "said", "if upref(s) {"},
		{"unchecked-upref", "said", "s := get1(c)\n\tupref(s)\n\n\n\treturn s"},
		{"keep-released", "once", "\t}\n\t\n\tuse(t.s)"},
		{"double-release", "deferred", "\tdefer free(s); defer free(s)\n"},
		{"borrow", "deferred", "s := get0(c)"},
		{"early-release", "deferred", "\t}\n\tfree(s)\n\tn := use(s)"},
		{"late-defer", "deferred", "\t\treturn errEmpty\n\t}; defer free(s)\n\tuse(s)"},
		{"negate-guard", "deferred", "if s != nil {\n\t\treturn errNone"},
		{"negate-guard", "(*Conn).explicit", "if err == nil {"},
		{"unchecked-upref", "retained", "\tupref(s)\n\n\n\n\tfree(s)\n"},
	}
	for _, tt := range tests {
		var texts []string
		for _, m := range mutants(t) {
			if m.Operator != tt.operator || m.Func != tt.fn {
				continue
			}
			text, err := mutate.Apply([]byte(subject), m)
			if err != nil {
				t.Fatal(err)
			}
			texts = append(texts, string(text))
		}
		if !slices.ContainsFunc(texts, func(text string) bool { return strings.Contains(text, tt.want) }) {
			t.Errorf("%s in %s: no %q in\n%s", tt.operator, tt.fn, tt.want, strings.Join(texts, "\n"))
		}
	}
}

// Every operator has something to do in the subject.
func TestOperators(t *testing.T) {
	all := mutants(t)
	for _, op := range mutate.Operators(vocabulary) {
		if !slices.ContainsFunc(all, func(m mutate.Mutant) bool { return m.Operator == op.Name }) {
			t.Errorf("no mutant by %s", op.Name)
		}
		if op.Doc == "" {
			t.Errorf("%s: no word about it", op.Name)
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
