package golangci

import (
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/golangci/plugin-module-register/register"
	"go.yaml.in/yaml/v3"
	"golang.org/x/tools/go/analysis"

	"github.com/sessionlint/sessionlint/analyzer"
	"github.com/sessionlint/sessionlint/internal/settings"
)

func init() { register.Plugin("sessionlint", New) }

// where is how errors name the place of the settings.
const where = "linters.settings.custom.sessionlint.settings"

// New returns the plugin under the settings that golangci-lint read from its
// own configuration. Anything unknown or misspelt in them is an error that
// names it.
func New(conf any) (register.LinterPlugin, error) {
	text, file, err := source(conf)
	if err != nil {
		return nil, err
	}
	s, err := settings.Decode(text, file, analyzer.Names(), func(string) ([]byte, error) {
		return nil, errors.New("golangci-lint's cache does not see other files: write the contracts under define, in yaml")
	})
	switch {
	case err == nil:
		return &plugin{s}, nil
	case file == where:
		return nil, quote(err, text)
	}
	return nil, err // the lines are those of the text that the user wrote
}

// source returns the text of the settings and how errors name it. Either the
// user wrote it whole, under the key yaml, or it is made again of the values.
// golangci-lint lowers the case of keys and splits them at dots, so settings
// whose keys are names can be had only in the first form.
func source(conf any) (text []byte, file string, err error) {
	if conf == nil {
		return nil, where, nil
	}
	keys, _ := conf.(map[string]any)
	if whole, ok := keys["yaml"]; ok {
		text, ok := whole.(string)
		if !ok || len(keys) > 1 {
			return nil, "", fmt.Errorf("%s: yaml is the text of all settings, and the only key", where)
		}
		return []byte(text), where + ".yaml", nil
	}
	for _, key := range []string{"callbacks", "define"} {
		if keys[key] != nil {
			return nil, "", fmt.Errorf("%s: %s: golangci-lint changes names that are keys: write all settings as one text, yaml: |", where, key)
		}
	}
	if text, err = yaml.Marshal(conf); err != nil {
		return nil, "", fmt.Errorf("%s: %w", where, err)
	}
	return text, where, nil
}

type plugin struct{ settings *settings.Settings }

// GetLoadMode asks for types: the analyzers build SSA form.
func (p *plugin) GetLoadMode() string { return register.LoadModeTypesInfo }

// BuildAnalyzers returns the checks that the settings leave on, and the engine.
func (p *plugin) BuildAnalyzers() ([]*analysis.Analyzer, error) {
	suite, err := analyzer.FromSettings(p.settings, analyzer.Options{})
	if err != nil {
		return nil, err
	}
	off := map[string]bool{}
	for _, name := range p.settings.Disabled() {
		off[name] = true
	}
	var on []*analysis.Analyzer
	for _, a := range suite {
		if !off[a.Name] {
			reshape(a, p.settings.Notes != settings.NotesOff)
			on = append(on, a)
		}
	}
	return on, nil
}

// reshape makes the analyzer report in golangci-lint's form. It changes the
// analyzer itself: a copy would be a second analyzer with the same facts.
func reshape(a *analysis.Analyzer, notes bool) {
	run := a.Run
	a.Run = func(pass *analysis.Pass) (any, error) {
		report := pass.Report
		pass.Report = func(d analysis.Diagnostic) {
			d.Message = strings.TrimSuffix(d.Message, " ["+a.Name+"]")
			if notes {
				for _, note := range d.Related {
					place := pass.Fset.Position(note.Pos)
					d.Message += fmt.Sprintf("\n\t%s:%d: %s", filepath.Base(place.Filename), place.Line, note.Message)
				}
			}
			d.Related, d.SuggestedFixes = nil, nil
			report(d)
		}
		return run(pass)
	}
}

// quote puts the text of the line, as YAML, in place of its number in the
// faults: golangci-lint hands over values, so the lines are those of no file.
func quote(err error, text []byte) error {
	lines := strings.Split(string(text), "\n")
	each := []error{err}
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		each = joined.Unwrap()
	}
	var faults []error
	for _, fault := range each {
		var placed *settings.Error
		if errors.As(fault, &placed) && 0 < placed.Line && placed.Line <= len(lines) {
			fault = fmt.Errorf("%s: %q: %s", where, strings.TrimSpace(lines[placed.Line-1]), placed.Msg)
		}
		faults = append(faults, fault)
	}
	return errors.Join(faults...)
}
