package oracle

import (
	"flag"
	"fmt"
	"os"
	"testing"

	"github.com/sessionlint/sessionlint/internal/oracle"
)

var (
	programs = flag.Int("oracle.n", 500, "programs")
	seed     = flag.Uint64("oracle.seed", 1, "seed of the programs")
	reduce   = flag.Int("oracle.reduce", 2, "disagreements of each class that are reduced")
)

// The analyzer agrees with execution.
func TestOracle(t *testing.T) {
	tool, err := newVet(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	report, err := oracle.Run(oracle.Options{
		N: *programs, Seed: *seed, Analyzer: tool,
		Progress: func(done int) { fmt.Fprintf(os.Stderr, "%d programs\n", done) },
	})
	if err != nil {
		t.Fatal(err)
	}
	report.Write(os.Stdout)
	for class, list := range report.ByClass() {
		for _, d := range list[:min(len(list), *reduce)] {
			c, err := oracle.Reduce(d, tool)
			if err != nil {
				t.Error(err)
				continue
			}
			fmt.Printf("\n-- %s, %s, reduced from %s (%v): %s\n%s", class, d.Check, d.Case.Name, d.Case.Change, d.Message, oracle.Fixture(c))
		}
	}
	if n := report.Count(oracle.FalsePositive); n > 0 {
		t.Errorf("%d false positives", n)
	}
}
