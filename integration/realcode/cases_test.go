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

// leastRecall is the part of the labelled functions that must be found.
const leastRecall = 0.97

var (
	// The first line of this form sums up the functions over all checks.
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
	overall, flagged := overallRE.FindSubmatch(out), flaggedRE.FindSubmatch(out)
	if overall == nil || flagged == nil {
		t.Fatal("score printed no summary")
	}
	if string(flagged[1]) != "0" {
		t.Errorf("%s of %s good functions have a finding, want none", flagged[1], flagged[2])
	}
	recall, err := strconv.ParseFloat(string(overall[1]), 64)
	if err != nil {
		t.Fatal(err)
	}
	if recall < leastRecall {
		t.Errorf("recall %.3f by function, want at least %.3f", recall, leastRecall)
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
