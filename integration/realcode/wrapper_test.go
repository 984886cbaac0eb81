package realcode

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/sessionlint/sessionlint/integration/internal/harness"
)

// A package over the bindings that never sees a C type: who owns what is known
// only from what was found in the bindings. integration/golangci runs the same under
// golangci-lint.
func TestWrapper(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "module")
	want, err := harness.Wrapper(dir)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, f := range filter(vet(t, tool, dir, ".", "./client").Findings, counted) {
		got = append(got, place(f.File, f.Line, f.Check))
	}
	slices.Sort(got)
	slices.Sort(want)
	if len(want) == 0 || !slices.Equal(got, want) {
		t.Errorf("found\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}
