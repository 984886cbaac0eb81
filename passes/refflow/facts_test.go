package refflow

import (
	"bytes"
	"encoding/gob"
	"encoding/json"
	"fmt"
	"go/build"
	"go/types"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/packages"

	"github.com/sessionlint/sessionlint/internal/refprog"
)

// A fact holds the functions that importers can call, is as small as it has to
// be, and speaks of no folder.
func TestFacts(t *testing.T) {
	root := fixtures(t)
	for _, tt := range []struct {
		pattern string
		funcs   []string // keys, or the beginnings of keys, that have to be in it
	}{
		{"./across/tls", []string{"fixtures/across/tls.Fetch"}},
		{"./missingfree/pure", []string{"fixtures/missingfree/pure."}},
		{"./missingfree/opaque", []string{"fixtures/missingfree/opaque."}},
		{"./suites/juliet", []string{"fixtures/suites/juliet."}},
	} {
		t.Run(tt.pattern, func(t *testing.T) {
			f := factOf(t, root, tt.pattern)
			if f == nil {
				t.Fatal("no fact")
			}
			data := encoded(t, f)
			if len(data) > maxFact {
				t.Errorf("%d bytes, want at most %d", len(data), maxFact)
			}
			i := f.decode()
			for _, want := range tt.funcs {
				if !hasPrefix(i.funcs, want) {
					t.Errorf("no function %s in %s", want, f)
				}
			}
			placeless(t, f, root)
		})
	}
}

func hasPrefix(funcs map[string]*refprog.Func, prefix string) bool {
	for key := range funcs {
		if strings.HasPrefix(key, prefix) {
			return true
		}
	}
	return false
}

// Equal sources give equal bytes, however often and wherever they are analysed.
func TestFactsDeterministic(t *testing.T) {
	root := fixtures(t)
	moved := filepath.Join(t.TempDir(), "elsewhere")
	if err := os.CopyFS(moved, os.DirFS(root)); err != nil {
		t.Fatal(err)
	}
	mod, err := os.ReadFile(filepath.Join(moved, "go.mod"))
	if err != nil {
		t.Fatal(err)
	}
	above, err := filepath.Abs(filepath.Join("..", ".."))
	if err != nil {
		t.Fatal(err)
	}
	mod = bytes.Replace(mod, []byte("=> ../.."), []byte("=> "+above), 1)
	if err := os.WriteFile(filepath.Join(moved, "go.mod"), mod, 0o666); err != nil {
		t.Fatal(err)
	}
	for _, pattern := range []string{"./across/tls", "./doublefree/pure", "./missingfree/complete"} {
		first := factOf(t, root, pattern)
		if first == nil {
			t.Fatalf("%s: no fact", pattern)
		}
		want := encoded(t, first)
		if again := encoded(t, factOf(t, root, pattern)); !bytes.Equal(again, want) {
			t.Errorf("%s: other bytes the second time", pattern)
		}
		if there := encoded(t, factOf(t, moved, pattern)); !bytes.Equal(there, want) {
			t.Errorf("%s: other bytes in another folder", pattern)
		}
	}
}

// A package that has nothing to do with handles has no fact.
func TestNoFact(t *testing.T) {
	for _, pattern := range []string{"./internal/checkdoc", "./internal/refprog", "./session"} {
		if f := factOf(t, filepath.Join("..", ".."), pattern); f != nil {
			t.Errorf("%s has the fact %s", pattern, f)
		}
	}
}

// A package has a fact if a type that its interface leads to holds a handle, even if
// it has no function at all; one that keeps its handles to itself has none.
func TestExposed(t *testing.T) {
	root, err := filepath.Abs(filepath.Join("..", ".."))
	if err != nil {
		t.Fatal(err)
	}
	const self = "github.com/sessionlint/sessionlint"
	const head = "package p\n\nimport \"" + self + "/session\"\n\n"
	for name, tt := range map[string]struct {
		text    string
		exposed bool
	}{
		"field":       {"type T struct{ in *inner }\n\ntype inner struct{ list []*session.Session }", true},
		"alias":       {"type T = *session.Session", true},
		"function":    {"type F func(*session.Session) error", true},
		"interface":   {"type I interface{ Session() *session.Session }", true},
		"map of maps": {"var V map[string]map[int]chan *session.Session", true},
		"embedded":    {"type T struct{ base }\n\ntype base struct{ *session.Conn }", true},
		"generic":     {"type T[V any] struct {\n\tv V\n\ts *session.Session\n}", true},
		"type only":   {"type t struct{ s *session.Session }\n\nvar _ t", false},
		"inside":      {"func age(c *session.Conn) int64 {\n\ts := c.Get1Session()\n\tdefer s.Free()\n\treturn s.Time()\n}\n\nvar _ = age", false},
		"local":       {"// N is a number.\ntype N int\n\nfunc age(s *session.Session) N { return N(s.Time()) }\n\nvar _ = age", false},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			for file, text := range map[string]string{
				"go.mod": "module p\n\ngo 1.26.0\n\nrequire " + self + " v0.0.0\n\nreplace " + self + " => " + root + "\n",
				"p.go":   head + tt.text + "\n",
			} {
				if err := os.WriteFile(filepath.Join(dir, file), []byte(text), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			if f := factOf(t, dir, "."); (f != nil) != tt.exposed {
				t.Errorf("fact %v, want one: %v", f, tt.exposed)
			}
		})
	}
}

// A fact that cannot be read is one without programs.
func TestDamagedFact(t *testing.T) {
	sound := factOf(t, fixtures(t), "./across/tls")
	for name, programs := range map[string][]byte{
		"not an encoding": []byte("no"),
		"cut":             sound.Programs[:len(sound.Programs)/2],
		"damaged":         append([]byte{sound.Programs[0] ^ 1}, sound.Programs[1:]...),
	} {
		f := &packageFact{Programs: programs, Handles: []string{"T=SSL_SESSION"}}
		if i := f.decode(); len(i.funcs) > 0 || len(i.methods) > 0 || len(i.readers) > 0 || len(i.handles) != 1 {
			t.Errorf("%s: %d functions, readers %v, handles %v", name, len(i.funcs), i.readers, i.handles)
		}
	}
}

// The published binding fits.
func TestBindingFact(t *testing.T) {
	f := factOf(t, download(t, "github.com/libp2p/go-openssl@v0.1.0"), ".")
	if f == nil {
		t.Fatal("no fact")
	}
	data := encoded(t, f)
	i := f.decode()
	t.Logf("%d bytes, %d functions", len(data), len(i.funcs))
	if len(data) > maxFact {
		t.Errorf("%d bytes, want at most %d", len(data), maxFact)
	}
	for _, key := range []string{
		"(*%s.Conn).GetSession", "(*%s.Conn).Close", "%s.Client", "%s.NewCtx", "%s.Dial", "%s.DialSession", "%s.newConn", "%s.newConn$1",
	} {
		if key = fmt.Sprintf(key, "github.com/libp2p/go-openssl"); i.funcs[key] == nil {
			t.Errorf("no function %s in %s", key, f)
		}
	}
	if !slices.Contains(i.readers, "(*github.com/libp2p/go-openssl.Conn).SessionReused") {
		t.Errorf("only these look: %q", i.readers)
	}
}

// placeless checks that nothing in a fact names a folder of this machine.
func placeless(t *testing.T, f *packageFact, root string) {
	t.Helper()
	funcs := f.decode().funcs
	place := regexp.MustCompile(`^([^/\\]+\.go:[0-9]+:[0-9]+)?$`)
	for key, fn := range funcs {
		if !place.MatchString(fn.Where) {
			t.Errorf("%s is at %q", key, fn.Where)
		}
		for _, b := range fn.Blocks {
			for _, op := range b.Ops {
				if !place.MatchString(op.Where) {
					t.Errorf("%s: operation at %q", key, op.Where)
				}
			}
		}
	}
	open := refprog.Encode(refprog.Library{Funcs: sorted(funcs)}, nil)
	for _, dir := range []string{root, build.Default.GOROOT, os.TempDir(), filepath.Dir(root)} {
		if dir != "" && bytes.Contains(open, []byte(dir+string(filepath.Separator))) {
			t.Errorf("%s is named in it", dir)
		}
	}
}

func sorted(funcs map[string]*refprog.Func) []*refprog.Func {
	var out []*refprog.Func
	for _, f := range funcs {
		out = append(out, f)
	}
	return out
}

func fixtures(t *testing.T) string {
	t.Helper()
	dir, err := filepath.Abs(filepath.Join("..", "..", "testdata", "src"))
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

// factOf analyses one package that imports no package with a fact, and returns
// the fact it exports, or nil.
func factOf(t *testing.T, dir, pattern string) (fact *packageFact) {
	t.Helper()
	pkgs, err := packages.Load(&packages.Config{Mode: packages.LoadSyntax, Dir: dir}, pattern)
	if err != nil {
		t.Fatal(err)
	}
	if len(pkgs) != 1 || len(pkgs[0].Errors) > 0 {
		t.Fatalf("%s: %d packages, %v", pattern, len(pkgs), pkgs[0].Errors)
	}
	p := pkgs[0]
	pass := &analysis.Pass{
		Analyzer: New(Settings{}), Fset: p.Fset, Files: p.Syntax, Pkg: p.Types, TypesInfo: p.TypesInfo, TypesSizes: p.TypesSizes,
		ReadFile:        os.ReadFile,
		AllPackageFacts: func() []analysis.PackageFact { return nil },
		Report: func(d analysis.Diagnostic) {
			if strings.Contains(d.Message, "not analysed") {
				t.Errorf("%s: %s", p.Fset.Position(d.Pos), d.Message)
			}
		},
		ExportPackageFact: func(f analysis.Fact) {
			if of, ok := f.(*packageFact); ok { // the other one is about functions that never return
				fact = of
			}
		},
		ImportPackageFact: func(*types.Package, analysis.Fact) bool { return false },
	}
	if _, err := pass.Analyzer.Run(pass); err != nil {
		t.Fatal(err)
	}
	return fact
}

// encoded is the fact as a driver writes it.
func encoded(t *testing.T, f *packageFact) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := gob.NewEncoder(&b).Encode(f); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// download fetches a module through the go command and returns its folder.
func download(t *testing.T, module string) string {
	t.Helper()
	cmd := exec.Command("go", "mod", "download", "-json", module)
	cmd.Env = append(os.Environ(), "GOWORK=off")
	cmd.Dir = t.TempDir()
	out, err := cmd.Output()
	var info struct{ Dir, Error string }
	if jsonErr := json.Unmarshal(out, &info); jsonErr != nil || info.Error != "" || err != nil {
		t.Fatalf("go mod download %s: %v %s", module, err, info.Error)
	}
	return info.Dir
}
