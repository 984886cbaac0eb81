package golangci

import (
	"go/token"
	"slices"
	"strings"
	"testing"

	"github.com/golangci/plugin-module-register/register"
	"golang.org/x/tools/go/analysis"

	"github.com/sessionlint/sessionlint/analyzer"
)

func TestRegistered(t *testing.T) {
	constructor, err := register.GetPlugin("sessionlint")
	if err != nil {
		t.Fatal(err)
	}
	p, err := constructor(nil)
	if err != nil {
		t.Fatal(err)
	}
	if p.GetLoadMode() != register.LoadModeTypesInfo {
		t.Errorf("load mode %q", p.GetLoadMode())
	}
	suite, err := p.BuildAnalyzers()
	if err != nil {
		t.Fatal(err)
	}
	if got := names(suite); !slices.Equal(got, analyzer.Names()) {
		t.Errorf("analyzers %q, want all: %q", got, analyzer.Names())
	}
	if err := analysis.Validate(suite); err != nil {
		t.Error(err)
	}
}

func names(suite []*analysis.Analyzer) []string {
	var names []string
	for _, a := range suite {
		names = append(names, a.Name)
	}
	return names
}

func TestSettings(t *testing.T) {
	tests := []struct {
		name string
		conf any
		want string // in the error; "" for none
	}{
		{"none", nil, ""},
		{"empty", map[string]any{}, ""},
		{"known", map[string]any{"strict": true, "checks": map[string]any{"missingfree": false}}, ""},
		{"one text", map[string]any{"yaml": "checks:\n  missingfree: false\ncallbacks:\n  example.com/p.OnNew: new_session\n"}, ""},
		{"text and more", map[string]any{"yaml": "", "strict": true}, "only key"},
		{"text is none", map[string]any{"yaml": []any{}}, "only key"},
		{"wrong text", map[string]any{"yaml": "strict: true\nchekcs: {}\n"}, where + ".yaml:2:1: "},
		{"names as keys", map[string]any{"callbacks": map[string]any{"example": "new_session"}}, "yaml: |"},
		{"contracts as keys", map[string]any{"define": map[string]any{}}, "yaml: |"},
		{"unknown key", map[string]any{"chekcs": map[string]any{}}, "chekcs"},
		{"unknown check", map[string]any{"checks": map[string]any{"mising": true}}, "mising"},
		{"wrong type", map[string]any{"strict": "very"}, "strict"},
		{"no mapping", []any{"strict"}, "settings"},
		{"contract file", map[string]any{"contracts": []any{"contracts.yaml"}}, "in yaml"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := New(tt.conf)
			switch {
			case tt.want == "" && err != nil:
				t.Error(err)
			case tt.want != "" && (err == nil || !strings.Contains(err.Error(), tt.want)):
				t.Errorf("error %v, want one about %q", err, tt.want)
			case err != nil && strings.Contains(err.Error(), where+":1"):
				t.Errorf("error with a line of no file: %v", err)
			}
		})
	}
}

func TestDisabled(t *testing.T) {
	p, err := New(map[string]any{"checks": map[string]any{"missingfree": false}})
	if err != nil {
		t.Fatal(err)
	}
	suite, err := p.BuildAnalyzers()
	if err != nil {
		t.Fatal(err)
	}
	if got := names(suite); slices.Contains(got, "missingfree") || len(got) != len(analyzer.Names())-1 {
		t.Errorf("analyzers %q without missingfree, of %q", got, analyzer.Names())
	}
}

func TestReshape(t *testing.T) {
	fset := token.NewFileSet()
	file := fset.AddFile("/some/where/p.go", -1, 100)
	file.SetLines([]int{0, 10, 20})
	original := analysis.Diagnostic{
		Pos:            file.Pos(0),
		Message:        "session s is not freed [missingfree]",
		Related:        []analysis.RelatedInformation{{Pos: file.Pos(1), Message: "held 1"}, {Pos: file.Pos(25), Message: "returns here"}},
		SuggestedFixes: []analysis.SuggestedFix{{Message: "free it"}},
	}
	for _, tt := range []struct {
		notes bool
		want  string
	}{
		{true, "session s is not freed\n\tp.go:1: held 1\n\tp.go:3: returns here"},
		{false, "session s is not freed"},
	} {
		a := &analysis.Analyzer{Name: "missingfree", Run: func(pass *analysis.Pass) (any, error) {
			pass.Report(original)
			return nil, nil
		}}
		reshape(a, tt.notes)
		var got []analysis.Diagnostic
		pass := &analysis.Pass{Fset: fset, Report: func(d analysis.Diagnostic) { got = append(got, d) }}
		if _, err := a.Run(pass); err != nil {
			t.Fatal(err)
		}
		if len(got) != 1 || got[0].Message != tt.want || got[0].Related != nil || got[0].SuggestedFixes != nil {
			t.Errorf("reported %+v, want the message %q and nothing else", got, tt.want)
		}
		if len(original.Related) != 2 {
			t.Error("the diagnostic of the analyzer itself was changed")
		}
	}
}
