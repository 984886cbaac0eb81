package refflow_test

import (
	"fmt"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/checker"
	"golang.org/x/tools/go/packages"

	"github.com/sessionlint/sessionlint/analyzer"
	"github.com/sessionlint/sessionlint/internal/contract"
	"github.com/sessionlint/sessionlint/passes/refflow"
)

// Every check but the one about directives can be ignored.
func TestCheckNames(t *testing.T) {
	for _, name := range analyzer.Names() {
		if can := slices.Contains(refflow.CheckNames, name); can == (name == "directive") {
			t.Errorf("%s: can be ignored: %v", name, can)
		}
	}
}

// What a fact says of a function is what the directive said.
func TestContractCodec(t *testing.T) {
	full := &contract.Function{
		Name: "(*example.com/tls.Conn).Swap", Like: "(*example.com/tls.Conn).Swap", Go: true, ByUser: true, Args: 4,
		Handle: "SSL_SESSION", Success: contract.True,
		Params: []contract.Param{
			{Effect: contract.StorePointer}, {Effect: contract.Take, Handle: "SSL_SESSION"},
			{Effect: contract.Use, Handle: "SSL"}, {Effect: contract.Use},
		},
		Results: []contract.Result{
			{Ownership: contract.Owned, Handle: "SSL_SESSION"},
			{Ownership: contract.Borrowed, Handle: "SSL_SESSION", From: 2},
			{Ownership: contract.Status}, {Ownership: contract.ErrorResult}, {Ownership: contract.Value},
		},
	}
	empty := &contract.Function{Name: "p.F", Like: "p.F", Go: true, ByUser: true}
	for _, f := range []*contract.Function{full, empty} {
		text := refflow.EncodeContract(f)
		if got := refflow.DecodeContract(text); !reflect.DeepEqual(got, f) {
			t.Errorf("%s\ngot  %+v\nwant %+v", text, got, f)
		}
	}
	for _, text := range []string{"", "p.F", "p.F - - -", " - -", "p.F what: -", "p.F use -", "p.F - owned", "p.F - borrowed0:", "p.F use: borrowed-1:", "p.F use: borrowedx:"} {
		if f := refflow.DecodeContract(text); f != nil {
			t.Errorf("%q is read as %+v", text, f)
		}
	}
}

func FuzzDecodeContract(f *testing.F) {
	f.Add("p.F take:SSL_SESSION,use: borrowed0:SSL_SESSION,error:")
	f.Fuzz(func(t *testing.T, text string) {
		c := refflow.DecodeContract(text)
		if c == nil {
			return
		}
		if again := refflow.DecodeContract(refflow.EncodeContract(c)); !reflect.DeepEqual(again, c) {
			t.Errorf("%q: read as %+v, then as %+v", text, c, again)
		}
	})
}

// An ignore for a check that does not run is not called unused, whoever turned
// the check off.
func TestUnused(t *testing.T) {
	pkgs, err := packages.Load(&packages.Config{Mode: packages.LoadAllSyntax, Dir: filepath.FromSlash("../../testdata/src")}, "./directive/lines")
	if err != nil || packages.PrintErrors(pkgs) > 0 {
		t.Fatal("the fixture does not load: ", err)
	}
	line := func(check string) string { return fmt.Sprintf("there is no %s finding to ignore [directive]", check) }
	for _, test := range []struct {
		name     string
		settings refflow.Settings
		enabled  string
		missing  string
	}{
		{name: "all run"},
		{name: "settings", settings: refflow.Settings{Checks: map[string]bool{"doublefree": false}}, missing: "doublefree"},
		{name: "driver", enabled: "refflow,directive,doublefree", missing: "missingfree"},
	} {
		t.Run(test.name, func(t *testing.T) {
			suite := analyzer.New(test.settings)
			for _, a := range suite {
				if f := a.Flags.Lookup("enabled"); f != nil && test.enabled != "" {
					f.Value.Set(test.enabled) // any text is a list
				}
			}
			got := messages(t, suite, pkgs)
			for _, check := range []string{"doublefree", "missingfree"} {
				if slices.Contains(got, line(check)) == (check == test.missing) {
					t.Errorf("an ignore of %s is called unused: %v", check, check != test.missing)
				}
			}
			if !slices.ContainsFunc(got, func(s string) bool { return strings.Contains(s, "gives no reason") }) {
				t.Error("an ignore without a reason is not reported")
			}
		})
	}
}

// messages runs a suite and returns the findings of check directive.
func messages(t *testing.T, suite []*analysis.Analyzer, pkgs []*packages.Package) []string {
	graph, err := checker.Analyze(suite, pkgs, nil)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, act := range graph.Roots {
		if act.Err != nil {
			t.Fatal(act.Err)
		}
		for _, d := range act.Diagnostics {
			if d.Category == "directive" {
				out = append(out, d.Message)
			}
		}
	}
	return out
}
