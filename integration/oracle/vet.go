package oracle

import (
	"fmt"
	"os"
	"path"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/sessionlint/sessionlint/integration/internal/harness"
	"github.com/sessionlint/sessionlint/internal/oracle"
)

// vet is sessionlint under go vet, on packages over the runtime.
type vet struct {
	tool harness.Tool
	dir  string // where modules are written
	runs int
}

// newVet builds the tool; it works below dir.
func newVet(dir string) (*vet, error) {
	at, err := harness.Build("cmd/sessionlint", dir, "")
	if err != nil {
		return nil, err
	}
	return &vet{tool: harness.Tool{Path: at}, dir: dir}, nil
}

// Analyze implements oracle.Analyzer: each source is a package of one module.
func (v *vet) Analyze(sources [][]byte) ([][]oracle.Finding, error) {
	v.runs++
	dir := filepath.Join(v.dir, "module"+strconv.Itoa(v.runs))
	if err := writeModule(dir, sources); err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	run, err := v.tool.Vet(dir)
	if err != nil {
		return nil, err
	}
	if len(run.Errors) > 0 {
		return nil, fmt.Errorf("go vet: %s", strings.Join(run.Errors, "\n"))
	}
	out := make([][]oracle.Finding, len(sources))
	for _, f := range run.Findings {
		i, err := strconv.Atoi(strings.TrimPrefix(path.Dir(f.File), "p"))
		if err != nil || i >= len(out) {
			return nil, fmt.Errorf("a finding outside of the packages: %s", f)
		}
		out[i] = append(out[i], oracle.Finding{Check: f.Check, Line: f.Line, Message: f.Message})
	}
	return out, nil
}

// writeModule writes a module with one package a source.
func writeModule(dir string, sources [][]byte) error {
	root, err := harness.Root()
	if err != nil {
		return err
	}
	const self = "github.com/sessionlint/sessionlint"
	mod := fmt.Sprintf("module generated\n\ngo 1.26.0\n\nrequire %s v0.0.0\n\nreplace %s => %s\n", self, self, root)
	if err := harness.Write(dir, "go.mod", mod); err != nil {
		return err
	}
	for i, src := range sources {
		if err := harness.Write(dir, fmt.Sprintf("p%d/p.go", i), string(src)); err != nil {
			return err
		}
	}
	return nil
}
