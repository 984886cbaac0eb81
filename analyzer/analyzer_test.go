package analyzer_test

import (
	"os"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/go/analysis"

	"github.com/sessionlint/sessionlint/analyzer"
	"github.com/sessionlint/sessionlint/internal/settings"
)

func TestValid(t *testing.T) {
	if err := analysis.Validate(analyzer.All()); err != nil {
		t.Error(err)
	}
}

// Every folder under passes is an analyzer of the suite, under its own name.
func TestComplete(t *testing.T) {
	entries, err := os.ReadDir("../passes")
	if err != nil {
		t.Fatal(err)
	}
	var folders []string
	for _, e := range entries {
		if e.IsDir() && e.Name() != "internal" {
			folders = append(folders, e.Name())
		}
	}
	names := slices.Sorted(slices.Values(analyzer.Names()))
	if !slices.Equal(names, folders) {
		t.Errorf("the suite holds %s, passes holds %s", strings.Join(names, " "), strings.Join(folders, " "))
	}
}

// All flags are the engine's, and there is one engine: a second one would have
// settings of its own.
func TestOneEngine(t *testing.T) {
	engines := make(map[*analysis.Analyzer]bool)
	for _, a := range analyzer.All() {
		if a.Doc == "" || a.URL == "" {
			t.Errorf("%s has no documentation", a.Name)
		}
		if len(a.FactTypes) > 0 {
			engines[a] = true
		}
		for _, req := range a.Requires {
			engines[req] = true
		}
	}
	if len(engines) != 1 {
		t.Errorf("%d engines, want 1", len(engines))
	}
}

// Suites do not share settings.
func TestSuitesAreSeparate(t *testing.T) {
	strict, err := analyzer.FromSettings(&settings.Settings{Strict: true}, analyzer.Options{})
	if err != nil {
		t.Fatal(err)
	}
	get := func(suite []*analysis.Analyzer) string {
		i := slices.IndexFunc(suite, func(a *analysis.Analyzer) bool { return a.Name == "refflow" })
		return suite[i].Flags.Lookup("strict").Value.String()
	}
	if a, b := get(strict), get(analyzer.All()); a != "true" || b != "false" {
		t.Errorf("strict is %s in a strict suite and %s in the default one", a, b)
	}
}

func TestBadContracts(t *testing.T) {
	s := &settings.Settings{Contracts: []settings.Contract{{Name: "c.yaml", Text: "version: 1\nfunctoins: []\n"}}}
	_, err := analyzer.FromSettings(s, analyzer.Options{})
	if err == nil || !strings.HasPrefix(err.Error(), "c.yaml:2:1: ") {
		t.Errorf("got error %v, want one at c.yaml:2:1", err)
	}
}
