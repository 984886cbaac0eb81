package oracle

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/sessionlint/sessionlint/integration/internal/harness"
	"github.com/sessionlint/sessionlint/internal/oracle"
)

var (
	programs = flag.Int("oracle.n", 500, "programs")
	fresh    = flag.Int("oracle.fresh", 0, "programs of a seed that is the time, besides")
	seed     = flag.Uint64("oracle.seed", 1, "seed of the programs")
	reduce   = flag.Int("oracle.reduce", 2, "disagreements of each class that are reduced")
)

// The analyzer agrees with execution, but for the declared limitations.
func TestOracle(t *testing.T) {
	t.Run("seed", func(t *testing.T) { oracleOf(t, *programs, *seed) })
	if *fresh > 0 {
		t.Run("fresh seed", func(t *testing.T) { oracleOf(t, *fresh, uint64(time.Now().Unix())) })
	}
}

func oracleOf(t *testing.T, programs int, seed uint64) {
	fmt.Printf("make oracle N=%d SEED=%d\n", programs, seed)
	tool, err := newVet(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	limits, err := limitations()
	if err != nil {
		t.Fatal(err)
	}
	report, err := oracle.Run(oracle.Options{
		N: programs, Seed: seed, Analyzer: tool, Limits: limits,
		Progress: func(r *oracle.Report) {
			if r.Programs%10000 == 0 && r.Programs < programs {
				r.Write(os.Stdout)
			}
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	report.Write(os.Stdout)
	if few := report.Uncovered(20); programs >= 100000 && len(few) > 0 {
		t.Errorf("%d pairs of traps in fewer than 20 programs: %v", len(few), few[:min(len(few), 20)])
	}
	if n := report.Count(oracle.FalsePositive); n > 0 {
		t.Errorf("%d findings without a violation", n)
	}
	for _, r := range []struct {
		where            string
		found, of, least int
	}{
		{"outside of the limitations", report.Found, report.Facts - report.Limited(), 99},
		{"in all", report.Found, report.Facts, 93},
	} {
		// Few programs say little: what counts is what they exclude.
		if _, high := oracle.Wilson(r.found, r.of); high < float64(r.least)/100 {
			t.Errorf("%d of %d found %s, fewer than %d %%", r.found, r.of, r.where, r.least)
		}
	}
	for _, sort := range []oracle.Sort{oracle.FalsePositive, oracle.OtherCheck, oracle.Undecided, oracle.FalseNegative, oracle.OtherLine} {
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
