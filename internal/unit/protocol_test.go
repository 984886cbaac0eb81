package unit_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
)

func sorted(lines []string) []string {
	slices.Sort(lines)
	return lines
}

func checkLines(t *testing.T, got []string, want ...string) {
	t.Helper()
	if !slices.Equal(got, sorted(want)) {
		t.Errorf("got findings\n\t%s\nwant\n\t%s", strings.Join(got, "\n\t"), strings.Join(want, "\n\t"))
	}
}

const (
	toyFinding   = "toy/toy.go:12:17: toy freed in Free [toyfree]"
	userFinding  = "user/user.go:6:2: toy freed in Use [toyfree]"
	userImport   = "user/user.go:3:8: import of example.com/toys/toy, which frees toys in Free [toyowner]"
	topFinding   = "top/top.go:10:2: toy freed in Top [toyfree]"
	topImportToy = "top/top.go:6:2: import of example.com/toys/toy, which frees toys in Free [toyowner]"
)

func TestFindings(t *testing.T) {
	t.Parallel()
	m := sharedToys(t)
	stdout, stderr, code := m.vet("./...")
	if code != 1 || stdout != "" {
		t.Errorf("exit code %d, stdout %q; want 1 and nothing", code, stdout)
	}
	checkLines(t, findingLines(stderr), toyFinding, userFinding, userImport, topFinding, topImportToy)
	if !strings.Contains(stderr, "toy/toy.go:11:1: \tin this function\n") {
		t.Errorf("no note in\n%s", stderr)
	}
	again, _, _ := m.vet("./...")
	if again != stdout {
		t.Errorf("second run printed %q", again)
	}
}

func TestExitCodes(t *testing.T) {
	t.Parallel()
	m := sharedToys(t)
	for _, test := range []struct {
		args []string
		code int
	}{
		{[]string{"./plain"}, 0},
		{[]string{"./user"}, 1},
		{[]string{"-json", "./user"}, 0},
		{[]string{"-toyfree=false", "-toyowner=false", "./user"}, 0},
		{[]string{"-toycrash", "./user"}, 0},
		{[]string{"-nosuchflag", "./user"}, 2},
		{[]string{"-toyfree=maybe", "./user"}, 2},
	} {
		if _, stderr, code := m.vet(test.args...); code != test.code {
			t.Errorf("vet %s: exit code %d, want %d\n%s", strings.Join(test.args, " "), code, test.code, stderr)
		}
	}
}

func TestJSON(t *testing.T) {
	t.Parallel()
	m := sharedToys(t)
	stdout, _, _ := m.vet("-json", "./top")
	type diagnostic struct {
		Category, Posn, End, Message string
		SuggestedFixes               []struct {
			Message string
			Edits   []struct {
				Filename   string
				Start, End int
				New        string
			}
		} `json:"suggested_fixes"`
		Related []struct{ Posn, Message string }
	}
	all := make(map[string]map[string][]diagnostic)
	dec := json.NewDecoder(strings.NewReader(stdout))
	for dec.More() {
		var tree map[string]map[string][]diagnostic
		if err := dec.Decode(&tree); err != nil {
			t.Fatalf("%v in\n%s", err, stdout)
		}
		for id, unit := range tree {
			all[id] = unit
		}
	}
	got := all["example.com/toys/top"]["toyfree"]
	if len(got) != 1 {
		t.Fatalf("got %d findings of toyfree in top, want 1:\n%s", len(got), stdout)
	}
	d := got[0]
	if d.Category != "toyfree" || d.Posn != m.dir+"/top/top.go:10:2" || d.End != m.dir+"/top/top.go:10:13" {
		t.Errorf("got %+v", d)
	}
	if len(d.Related) != 1 || d.Related[0].Posn != m.dir+"/top/top.go:9:1" {
		t.Errorf("got notes %+v", d.Related)
	}
	edit := d.SuggestedFixes[0].Edits[0]
	if src := m.read("top/top.go"); src[edit.Start:edit.End] != "Use" || edit.New != "Keep" {
		t.Errorf("fix replaces %q by %q", src[edit.Start:edit.End], edit.New)
	}
}

func TestContext(t *testing.T) {
	t.Parallel()
	m := sharedToys(t)
	_, stderr, _ := m.vet("-c=1", "-toyfree", "./user")
	if want := "5\tfunc Use(t toy.Toy) {\n6\t\ttoy.Free(t)\n7\t}\n"; !strings.Contains(stderr, want) {
		t.Errorf("no context in\n%s", stderr)
	}
}

func TestAnalyzerFlags(t *testing.T) {
	t.Parallel()
	m := sharedToys(t)
	checkLines(t, m.findings("-toyfree", "-toyfree.loud", "./user"),
		strings.ReplaceAll(toyFinding, "toy freed in Free", "TOY FREED IN FREE"),
		strings.ReplaceAll(userFinding, "toy freed in Use", "TOY FREED IN USE"))
	checkLines(t, m.findings(`-settings={"Disabled":["toyfree"]}`, "./user"), userImport)
	checkLines(t, m.findings(`-settings={"Disabled":["toyfree"]}`, "-toyfree", "./user"), toyFinding, userFinding)
}

// The go command caches the result of a dependency and replays it for a root.
func TestNotFalselyClean(t *testing.T) {
	t.Parallel()
	m := sharedToys(t)
	m.findings("./user")
	checkLines(t, m.findings("./toy"), toyFinding)
}

// A package with tests, one without that is recompiled for them, and an
// external test package: every finding appears once.
func TestVariants(t *testing.T) {
	t.Parallel()
	m := newModule(t, toys)
	m.write("toy/toy_test.go", "package toy\n\nimport \"testing\"\n\nfunc TestToy(t *testing.T) {\n\tFree(Toy{})\n}\n")
	m.write("toy/x_test.go", "package toy_test\n\nimport (\n\t\"testing\"\n\n\t\"example.com/toys/toy\"\n\t\"example.com/toys/user\"\n)\n\nfunc TestUser(t *testing.T) {\n\tuser.Use(toy.Toy{})\n}\n")
	checkLines(t, m.findings("-toyfree", "./..."),
		toyFinding, userFinding, topFinding,
		"toy/toy_test.go:6:2: toy freed in TestToy [toyfree]",
		"toy/x_test.go:11:2: toy freed in TestUser [toyfree]")
}

func TestPanic(t *testing.T) {
	t.Parallel()
	m := newModule(t, toys)
	m.write("user/boom.go", "package user\n\nfunc Boom() {}\n")
	_, stderr, code := m.vet("./...")
	if code != 1 {
		t.Errorf("exit code %d, want 1", code)
	}
	checkLines(t, findingLines(stderr), toyFinding, userFinding, userImport, topFinding, topImportToy,
		"user/boom.go:1:1: analyzer toycrash panicked: boom; boom")
}

func TestTypeError(t *testing.T) {
	t.Parallel()
	m := newModule(t, toys)
	m.write("wrong/wrong.go", "package wrong\n\nimport \"example.com/toys/toy\"\n\nvar X int = toy.Free\n")
	_, stderr, code := m.vet("./...")
	if code != 1 || !strings.Contains(stderr, "wrong/wrong.go:5:13: cannot use toy.Free") {
		t.Errorf("exit code %d, output\n%s", code, stderr)
	}
	for _, want := range []string{toyFinding, userFinding, topFinding} {
		if !strings.Contains(stderr, want) {
			t.Errorf("%s is lost in\n%s", want, stderr)
		}
	}
}
