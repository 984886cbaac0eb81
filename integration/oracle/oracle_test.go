package oracle

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sessionlint/sessionlint/integration/internal/harness"
	"github.com/sessionlint/sessionlint/internal/oracle"
)

var (
	programs = flag.Int("oracle.n", 500, "programs")
	seed     = flag.Uint64("oracle.seed", 1, "seed of the programs")
	reduce   = flag.Int("oracle.reduce", 2, "disagreements of each class that are reduced")
)

// The analyzer agrees with execution, but for the declared limitations.
func TestOracle(t *testing.T) {
	tool, err := newVet(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	limits, err := limitations()
	if err != nil {
		t.Fatal(err)
	}
	report, err := oracle.Run(oracle.Options{
		N: *programs, Seed: *seed, Analyzer: tool, Limits: limits,
		Progress: func(done int) { fmt.Fprintf(os.Stderr, "%d programs\n", done) },
	})
	if err != nil {
		t.Fatal(err)
	}
	report.Write(os.Stdout)
	if few := report.Uncovered(20); *programs >= 100000 && len(few) > 0 {
		t.Errorf("%d pairs of traps in fewer than 20 programs: %v", len(few), few[:min(len(few), 20)])
	}
	for _, sort := range []oracle.Sort{oracle.FalsePositive, oracle.FalseNegative, oracle.OtherLine} {
		if n := report.Count(sort); n > 0 && sort != oracle.OtherLine {
			t.Errorf("%d undeclared: %s", n, sort)
		}
		for class, list := range report.ByClass() {
			if list[0].Sort == sort {
				reduceSome(t, tool, class, list)
			}
		}
	}
}

// limitations reads what is declared.
func limitations() ([]oracle.Limitation, error) {
	root, err := harness.Root()
	if err != nil {
		return nil, err
	}
	text, err := os.ReadFile(filepath.Join(root, "testdata", "src", "limitations", "oracle.txt"))
	if err != nil {
		return nil, err
	}
	return oracle.ParseLimitations(string(text))
}

// reduceSome prints the first disagreements of a class as fixtures.
func reduceSome(t *testing.T, tool *vet, class string, list []oracle.Disagreement) {
	for _, d := range list[:min(len(list), *reduce)] {
		c, err := oracle.Reduce(d, tool)
		if err != nil {
			t.Error(err)
			continue
		}
		fmt.Printf("\n-- %s, reduced from %s (%s): %s\n%s", class, d.Case.Name, strings.Join(d.Case.Change, ", "), d.Message, oracle.Fixture(c))
	}
}
