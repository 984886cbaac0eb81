package refflow_test

import (
	"path/filepath"
	"testing"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/analysistest"

	"github.com/sessionlint/sessionlint/passes/borrowedfree"
	"github.com/sessionlint/sessionlint/passes/doublefree"
	"github.com/sessionlint/sessionlint/passes/missingfree"
	"github.com/sessionlint/sessionlint/passes/missingkeepalive"
)

// What each fix makes of a file, and which findings get none. These are files of
// plain Go, in a driver that is not ours.
func TestFixes(t *testing.T) {
	dir, err := filepath.Abs(filepath.FromSlash("testdata/fix"))
	if err != nil {
		t.Fatal(err)
	}
	for folder, check := range map[string]*analysis.Analyzer{
		"leak": missingfree.Analyzer, "extra": doublefree.Analyzer, "lent": borrowedfree.Analyzer, "alive": missingkeepalive.Analyzer,
	} {
		t.Run(check.Name, func(t *testing.T) {
			results := analysistest.RunWithSuggestedFixes(t, dir, check, "./"+folder)
			fixes := 0
			for _, r := range results {
				for _, d := range r.Diagnostics {
					fixes += len(d.SuggestedFixes)
				}
			}
			if fixes == 0 {
				t.Error("no fix")
			}
		})
	}
}
