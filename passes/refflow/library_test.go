package refflow

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// written is the fact of a package with the text of package p over package session.
func written(t *testing.T, text string) *packageFact {
	t.Helper()
	root, err := filepath.Abs(filepath.Join("..", ".."))
	if err != nil {
		t.Fatal(err)
	}
	const self = "github.com/sessionlint/sessionlint"
	dir := t.TempDir()
	for file, text := range map[string]string{
		"go.mod": "module p\n\ngo 1.26.0\n\nrequire " + self + " v0.0.0\n\nreplace " + self + " => " + root + "\n",
		"p.go":   text,
	} {
		if err := os.WriteFile(filepath.Join(dir, file), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	f := factOf(t, dir, ".")
	if f == nil {
		t.Fatal("no fact")
	}
	return f
}

// Of a package that does not fit, what changes who holds a session is kept with what
// it calls, however much of the rest is smaller; of the rest, the names of what only
// looks are. A function that returns what it is given does not only look.
func TestLibraryFull(t *testing.T) {
	var b strings.Builder
	b.WriteString(`package p

import (
	"errors"
	"os"

	"github.com/sessionlint/sessionlint/session"
)

type T struct {
	sess *session.Session
	n    int
}

func Open(c *session.Conn) (*T, error) {
	t := fill(c)
	if t.sess == nil {
		return nil, errors.New("a text that nobody else needs")
	}
	return t, nil
}

func fill(c *session.Conn) *T { return &T{sess: c.Get1Session()} }

func (t *T) Close() { t.sess.Free() }

func (t *T) Session() *session.Session { return t.sess }

func (t *T) Itself() *T { return t }

`)
	random := rand.New(rand.NewPCG(1, 2)) // what is alike takes no room
	for i := range 200 {
		fmt.Fprintf(&b, "func Get%d(t *T) int {\n\tif t.n > %d {\n\t\treturn %d\n\t}\n\treturn %d\n}\n\n", i, random.Uint64()>>1, random.Uint64()>>1, random.Uint64()>>1)
		fmt.Fprintf(&b, "func Set%d(t *T) *T {\n\tos.Setenv(\"NAME%[3]d\", \"VALUE%[1]d\")\n\tt.n = %d\n\tif t.n > %d {\n\t\tos.Remove(\"FILE%[1]d\")\n\t}\n\treturn t\n}\n\n", i, i*i, random.Uint64()>>1)
	}
	f := written(t, b.String())
	if n := len(encoded(t, f)); n > maxFact || n < maxFact*9/10 {
		t.Errorf("%d bytes of %d", n, maxFact)
	}
	i := f.decode()
	for _, key := range []string{"p.Open", "p.fill", "(*p.T).Close", "(*p.T).Session"} {
		if i.funcs[key] == nil {
			t.Errorf("no function %s", key)
		}
	}
	if len(i.funcs) >= 400 {
		t.Errorf("%d functions: there is room for all", len(i.funcs))
	}
	if n := len(i.readers); n < 50 || n > maxReaders {
		t.Errorf("%d functions only look", n)
	}
	for _, key := range i.readers {
		if !strings.HasPrefix(key, "p.Get") || i.funcs[key] != nil {
			t.Errorf("%s only looks", key)
		}
	}
	if !slices.IsSorted(i.readers) {
		t.Error("not sorted")
	}
	for _, g := range i.funcs {
		for _, b := range g.Blocks {
			for _, op := range b.Ops {
				for _, a := range op.Args {
					if strings.Contains(a.Name, "nobody else needs") {
						t.Errorf("%s has the text of an error", g.Key)
					}
				}
			}
		}
	}
}

// To importers a function of which only the name is left is harmless, one of which
// nothing is left may do anything.
func TestReaders(t *testing.T) {
	u := &universe{read: map[string]*imported{"p": {readers: []string{"(*p.T).Len", "p.Get"}}}}
	for name, want := range map[string]bool{"p.Get": true, "(*p.T).Len": true, "p.Put": false, "q.Get": false} {
		u.read["q"] = &imported{}
		if got := u.onlyReads(name); got != want {
			t.Errorf("%s: %t", name, got)
		}
	}
}
