package golangci

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/sessionlint/sessionlint/integration/internal/harness"
)

// What is known of the published bindings reaches a package that stands on them by
// golangci-lint's way of carrying facts as well as by go vet's.
func TestWrapper(t *testing.T) {
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	dir = filepath.Join(dir, "module")
	wants, err := harness.Wrapper(dir)
	if err != nil {
		t.Fatal(err)
	}
	want := byVet(t, dir)
	got := byGolangci(t, dir, settings(t))
	same(t, "golangci-lint", got, want)

	// The findings about the collector are of the bindings alone.
	var counted []string
	for _, line := range got {
		place, message, _ := strings.Cut(line, ": ")
		file, at, _ := strings.Cut(place, ":")
		at, _, _ = strings.Cut(at, ":")
		if check := message[strings.LastIndexByte(message, '[')+1 : len(message)-1]; check != "missingkeepalive" {
			counted = append(counted, file+":"+at+" "+check)
		}
	}
	slices.Sort(counted)
	slices.Sort(wants)
	if len(wants) < 2 || !slices.Equal(counted, wants) {
		t.Errorf("golangci-lint has\n%s\nwant\n%s", strings.Join(counted, "\n"), strings.Join(wants, "\n"))
	}
	t.Logf("%d findings, the same under both drivers, %d of them about counts", len(want), len(counted))
}
