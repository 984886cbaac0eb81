package realcode

import (
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/sessionlint/sessionlint/integration/internal/harness"
	"github.com/sessionlint/sessionlint/internal/mutate"
)

// runtime is how code over package session spells the counting of sessions.
var runtime = mutate.Vocabulary{
	Acquire: []string{"Get1Session", "D2I", "Dup"},
	Release: []mutate.Call{{Name: "Free", Handle: mutate.Receiver}},
	UpRef:   []mutate.Call{{Name: "UpRef", Handle: mutate.Receiver}},
	Lend:    map[string]string{"Get1Session": "Get0Session"},
	Owner:   mutate.Call{Name: "Free", Handle: mutate.Receiver},
}

// examples are the modules that a newcomer lints first: files that count right,
// whose functions are also broken one by one, and a file of mistakes.
var examples = []struct {
	folder   string
	mistakes []string // "check line" of every finding, all in mistakes.go
}{
	{"cgo", []string{
		"mistakes.go:8 missingfree",     // SaveInto
		"mistakes.go:29 borrowedfree",   // Age
		"mistakes.go:40 doublefree",     // Share
		"mistakes.go:56 useafterfree",   // Lifetime
		"mistakes.go:65 uncheckedupref", // Keep
	}},
	{"purego", []string{
		"mistakes.go:11 missingfree",  // EncodeResumable
		"mistakes.go:30 borrowedfree", // Expires
		"mistakes.go:40 doublefree",   // Hand
		"mistakes.go:52 missingfree",  // Newest
	}},
}

func TestExamples(t *testing.T) {
	root, err := harness.Root()
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range examples {
		t.Run(e.folder, func(t *testing.T) {
			dir := filepath.Join(root, "examples", e.folder)
			var got []string
			run := vet(t, tool, dir)
			for _, f := range run.Findings {
				got = append(got, place(f.File, f.Line, f.Check))
			}
			if !slices.Equal(got, e.mistakes) {
				t.Errorf("found\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(e.mistakes, "\n"))
			}
			if again := vet(t, twin, dir); again.Bytes() != run.Bytes() {
				t.Errorf("two runs differ:\n%s\n%s", run.Bytes(), again.Bytes())
			}
		})
	}
}

func place(file string, line int, check string) string {
	return file + ":" + strconv.Itoa(line) + " " + check
}
