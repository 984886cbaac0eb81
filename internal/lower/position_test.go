package lower

import (
	"os"
	"strings"
	"testing"

	"github.com/sessionlint/sessionlint/internal/refprog"
)

// TestPositions: an operation that is a C call stands where C.name is written in
// the original file; a deferred or spawned one at its keyword.
func TestPositions(t *testing.T) {
	checked := 0
	for _, name := range fixtures {
		in := input(t, load(t, name))
		lines := make(map[string][]string)
		for _, f := range lowered(t, in).Funcs {
			for _, b := range f.Blocks {
				for _, op := range b.Ops {
					c, ok := cName(op)
					if !ok || f.Synthetic {
						continue
					}
					pos := in.Fset.Position(op.Pos)
					if lines[pos.Filename] == nil {
						data, err := os.ReadFile(pos.Filename)
						if err != nil {
							t.Fatal(err)
						}
						lines[pos.Filename] = strings.Split(string(data), "\n")
					}
					text := lines[pos.Filename][pos.Line-1][pos.Column-1:]
					want := map[refprog.Mode]string{refprog.Now: "C.", refprog.Deferred: "defer C.", refprog.Spawned: "go C."}[op.Mode]
					if !strings.HasPrefix(text, want) || !strings.Contains(text, c+"(") {
						t.Errorf("%s: %s in %s stands at %q", pos, c, f.Key, text)
					}
					checked++
				}
			}
		}
	}
	if checked < 100 {
		t.Errorf("only %d operations checked", checked)
	}
}

// cName is the C function of an operation.
func cName(op refprog.Op) (string, bool) {
	if op.Kind == refprog.API && !strings.Contains(op.Name, ".") { // a method of Go has one
		if op.Name == "_CMalloc" { // what cgo calls C.malloc
			return "malloc", true
		}
		return op.Name, true
	}
	if op.Kind == refprog.Unknown {
		return strings.CutPrefix(op.Name, "C.")
	}
	return "", false
}
