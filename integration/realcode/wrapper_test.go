package realcode

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// A package over the bindings that never sees a C type: who owns what is known
// only from what was found in the bindings. The comments `// want CHECK` in
// testdata/wrapper are all that may be reported there.
func TestWrapper(t *testing.T) {
	dir := copyWithoutTests(t, download(t, bindings, bindingsVersion))
	if err := os.CopyFS(dir, os.DirFS(filepath.Join("testdata", "wrapper"))); err != nil {
		t.Fatal(err)
	}
	files := []string{"session_handle.go", "client/client.go"}
	var got, want []string
	for _, f := range filter(vet(t, tool, dir, ".", "./client").Findings, counted) {
		got = append(got, place(f.File, f.Line, f.Check))
	}
	for _, file := range files {
		text, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(file)))
		if err != nil {
			t.Fatal(err)
		}
		line := 0
		for text := range strings.Lines(string(text)) {
			line++
			if _, check, ok := strings.Cut(text, "// want "); ok {
				want = append(want, place(file, line, strings.TrimSpace(check)))
			}
		}
	}
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("found\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}
