package harness

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
)

// A Finding is one diagnostic as `go vet -json` prints it.
type Finding struct {
	Package string // import path as go vet names it, "p [p.test]" for a test variant
	Check   string // analyzer
	File    string // relative to the module, with slashes; as printed if outside of it
	Line    int
	Column  int
	Message string
	Fix     string // message of the fix that it carries, or ""
	Notes   string // the path, one note a line: "file:line: text", files without folders
}

// String is the finding as people read it: place, message, check.
func (f Finding) String() string {
	return fmt.Sprintf("%s:%d:%d: %s (%s)", f.File, f.Line, f.Column, f.Message, f.Check)
}

// A Run is what one `go vet -vettool` printed.
type Run struct {
	Findings []Finding // by file, line, column, check; one a place and message
	Errors   []string  // everything that is neither a finding nor a "# package" line
	JSON     []byte    // standard output as it came
	Wall     time.Duration
}

// A Tool is a vet tool and how to call it.
type Tool struct {
	Path  string
	Flags []string // further flags of go vet, before the patterns
	Env   []string // further environment, "NAME=value"
}

// Vet runs the tool over the patterns (default ./...) in the module at dir. Its
// error is about running at all; what the tool had to say is in the Run.
func (t Tool) Vet(dir string, patterns ...string) (*Run, error) {
	if len(patterns) == 0 {
		patterns = []string{"./..."}
	}
	args := append([]string{"vet", "-vettool=" + t.Path, "-json"}, t.Flags...)
	cmd := exec.Command("go", append(args, patterns...)...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GOWORK=off")
	cmd.Env = append(cmd.Env, t.Env...)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	from := time.Now()
	runErr := cmd.Run()
	run := &Run{JSON: stdout.Bytes(), Wall: time.Since(from)}
	if err := run.parse(stdout.Bytes(), dir); err != nil {
		run.Errors = append(run.Errors, err.Error())
	}
	for line := range strings.Lines(stderr.String()) {
		line = strings.TrimSpace(line)
		if line != "" && !strings.HasPrefix(line, "# ") && !strings.HasPrefix(line, "go: downloading ") {
			run.Errors = append(run.Errors, line)
		}
	}
	var exit *exec.ExitError
	switch {
	case runErr == nil:
	case errors.As(runErr, &exit):
		run.Errors = append(run.Errors, "go vet: "+runErr.Error())
	default:
		return nil, runErr
	}
	return run, nil
}

// ParseJSON reads the findings in what `go vet -json`, or a tool under -json,
// printed for the module at dir. A tool's own error is an error here.
func ParseJSON(raw []byte, dir string) ([]Finding, error) {
	var run Run
	if err := run.parse(raw, dir); err != nil {
		return nil, err
	}
	if len(run.Errors) > 0 {
		return nil, errors.New(strings.Join(run.Errors, "\n"))
	}
	return run.Findings, nil
}

// parse reads {package: {analyzer: [diagnostic...] | {"error": text}}} objects.
func (r *Run) parse(raw []byte, dir string) error {
	root, err := filepath.EvalSymlinks(dir)
	if err != nil {
		root = dir // already gone: as it is written then
	}
	var text bytes.Buffer
	for line := range strings.Lines(string(raw)) {
		if !strings.HasPrefix(line, "# ") {
			text.WriteString(line)
		}
	}
	dec := json.NewDecoder(&text)
	for {
		var tree map[string]map[string]json.RawMessage
		if err := dec.Decode(&tree); err == io.EOF {
			break
		} else if err != nil {
			return fmt.Errorf("output of go vet -json: %w", err)
		}
		for pkg, byCheck := range tree {
			for check, message := range byCheck {
				var diagnostics []struct {
					Posn, Message string
					Related       []struct{ Posn, Message string }
					Fixes         []struct{ Message string } `json:"suggested_fixes"`
				}
				if err := json.Unmarshal(message, &diagnostics); err != nil {
					r.Errors = append(r.Errors, fmt.Sprintf("%s: %s: %s", pkg, check, message))
					continue
				}
				for _, d := range diagnostics {
					f := Finding{Package: pkg, Check: check, Message: d.Message}
					f.File, f.Line, f.Column = position(d.Posn, root)
					if len(d.Fixes) > 0 {
						f.Fix = d.Fixes[0].Message
					}
					for _, note := range d.Related {
						file, line, _ := position(note.Posn, root)
						f.Notes += fmt.Sprintf("%s:%d: %s\n", path.Base(file), line, note.Message)
					}
					r.Findings = append(r.Findings, f)
				}
			}
		}
	}
	// The maps above have no order of their own.
	slices.Sort(r.Errors)
	slices.SortFunc(r.Findings, func(a, b Finding) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column),
			cmp.Compare(a.Check, b.Check), cmp.Compare(a.Message, b.Message), cmp.Compare(a.Package, b.Package))
	})
	r.Findings = slices.CompactFunc(r.Findings, func(a, b Finding) bool {
		a.Package, b.Package = "", ""
		return a == b
	})
	return nil
}

// position splits "file:line:column" and makes the file relative to root.
func position(posn, root string) (file string, line, column int) {
	parts := strings.Split(posn, ":")
	if n := len(parts); n >= 3 {
		line, _ = strconv.Atoi(parts[n-2])
		column, _ = strconv.Atoi(parts[n-1])
		parts = parts[:n-2]
	}
	file = strings.Join(parts, ":")
	if rel, err := filepath.Rel(root, file); err == nil && !strings.HasPrefix(rel, "..") {
		file = rel
	}
	return filepath.ToSlash(file), line, column
}

// Bytes is standard output as it came, package by package, in an order that does
// not depend on which package the go command had finished first.
func (r *Run) Bytes() string {
	var packages []string
	var rest json.RawMessage
	for dec := json.NewDecoder(bytes.NewReader(r.JSON)); dec.Decode(&rest) == nil; rest = nil {
		packages = append(packages, string(rest))
	}
	slices.Sort(packages)
	return strings.Join(packages, "\n")
}

// Answers reports whether a finding of the check stands on the line of the file.
func (r *Run) Answers(check, file string, line int) bool {
	return slices.ContainsFunc(r.Findings, func(f Finding) bool {
		return f.Check == check && f.File == file && f.Line == line
	})
}
