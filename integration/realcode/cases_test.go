package realcode

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"testing"

	"github.com/sessionlint/sessionlint/integration/internal/harness"
)

// The parts of the labelled functions, and of the labelled lines, that must be found,
// and the part of all sites of which something must be said.
const (
	leastRecall     = 0.97
	leastLineRecall = 0.93
	leastDecided    = 0.9
)

var (
	// The first line of this form sums up the functions over all checks, the second one
	// the lines.
	overallRE = regexp.MustCompile(`(?m)^  overall +TP.* recall +([0-9.]+)$`)
	// The only line of this form counts the good functions that were flagged.
	flaggedRE = regexp.MustCompile(`(?m)^  overall +(\d+) of (\d+)$`)
)

// The acceptance cases are a module of labelled functions with a scorer of its
// own. It is no part of the repository: it lies beside it, or where
// SESSIONLINT_CASES says. The fixtures of the repository are what always runs;
// where the cases are missing this test says so and judges nothing.
func TestAcceptanceCases(t *testing.T) {
	dir := casesDir(t)
	if dir == "" {
		t.Log("acceptance cases: NOT RUN, there are none beside the repository (SESSIONLINT_CASES names another place)")
		return
	}
	score := exec.Command("go", "run", "./cmd/score", "-vettool="+tool.Path)
	score.Dir = dir
	score.Env = append(os.Environ(), "GOWORK=off")
	out, err := score.CombinedOutput()
	if err != nil {
		t.Fatalf("score: %v\n%s", err, out)
	}
	t.Logf("acceptance cases: ran\n%s", out)
	overall, flagged := overallRE.FindAllSubmatch(out, 2), flaggedRE.FindSubmatch(out)
	if len(overall) != 2 || flagged == nil {
		t.Fatal("score printed no summary")
	}
	if string(flagged[1]) != "0" {
		t.Errorf("%s of %s good functions have a finding, want none", flagged[1], flagged[2])
	}
	for i, want := range []float64{leastRecall, leastLineRecall} {
		recall, err := strconv.ParseFloat(string(overall[i][1]), 64)
		if err != nil {
			t.Fatal(err)
		}
		if recall < want {
			t.Errorf("recall %.3f by %s, want at least %.3f", recall, [2]string{"function", "line"}[i], want)
		}
	}
	decided(t, dir, "./...")
}

// decided holds the number of references of which something is said against what it
// must be.
func decided(t *testing.T, dir string, patterns ...string) {
	t.Helper()
	with := tool
	with.Flags = []string{"-refflow.stats"}
	s := vet(t, with, dir, patterns...).Stats()
	t.Logf("%d of %d sites decided", s.Decided, s.Sites)
	if s.Sites == 0 || float64(s.Decided) < leastDecided*float64(s.Sites) || s.Unconfirmed > 0 {
		t.Errorf("%d of %d sites decided, %d claims unconfirmed", s.Decided, s.Sites, s.Unconfirmed)
	}
}

// casesDir returns the folder of the cases, or "". A folder that was asked for
// by name and is not there is an error.
func casesDir(t *testing.T) string {
	t.Helper()
	dir, asked := os.LookupEnv("SESSIONLINT_CASES")
	if !asked {
		root, err := harness.Root()
		if err != nil {
			t.Fatal(err)
		}
		dir = filepath.Join(root, "..", "shared", "cases")
	}
	if _, err := os.Stat(filepath.Join(dir, "go.mod")); err != nil {
		if asked {
			t.Fatalf("SESSIONLINT_CASES: %v", err)
		}
		return ""
	}
	return dir
}
