package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"go/build"
	"go/parser"
	"go/token"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// A listed package is one that the patterns name.
type listed struct {
	ImportPath     string
	Dir            string
	Standard       bool
	Module         *struct{ Main bool }
	IgnoredGoFiles []string
}

// goCommand prepares a go command in the folder that the options name.
func (o *options) goCommand(args ...string) *exec.Cmd {
	cmd := exec.Command("go", args...)
	cmd.Dir = o.dir
	cmd.Stderr = os.Stderr
	return cmd
}

// list finds the packages that the patterns name. Packages with errors are
// among them: go vet says what is wrong with them.
func (o *options) list() ([]listed, error) {
	args := []string{"list", "-e", "-json=ImportPath,Dir,Standard,Module,IgnoredGoFiles"}
	args = append(append(args, o.build...), "--")
	cmd := o.goCommand(append(args, o.patterns...)...)
	out, err := cmd.Output()
	if err != nil {
		return nil, commandError("go list", err)
	}
	var pkgs []listed
	for dec := json.NewDecoder(bytes.NewReader(out)); ; {
		var p listed
		switch err := dec.Decode(&p); {
		case errors.Is(err, io.EOF):
			return pkgs, nil
		case err != nil:
			return nil, fmt.Errorf("go list: %v", err)
		}
		pkgs = append(pkgs, p)
	}
}

// commandError is the error of a go command, which has printed the details.
func commandError(what string, err error) error {
	if exit := (*exec.ExitError)(nil); errors.As(err, &exit) {
		return errReported
	}
	return fmt.Errorf("%s: %v", what, err)
}

// lostCgo counts the packages that are analysed without their cgo files,
// because cgo is off: files that would take part if it were on.
func (o *options) lostCgo(pkgs []listed) (int, error) {
	var suspects []listed
	for _, p := range pkgs {
		if len(p.IgnoredGoFiles) > 0 {
			suspects = append(suspects, p)
		}
	}
	if len(suspects) == 0 {
		return 0, nil
	}
	out, err := o.goCommand("env", "-json", "CGO_ENABLED", "GOOS", "GOARCH").Output()
	if err != nil {
		return 0, commandError("go env", err)
	}
	var env struct{ CGO_ENABLED, GOOS, GOARCH string }
	if err := json.Unmarshal(out, &env); err != nil {
		return 0, fmt.Errorf("go env: %v", err)
	}
	if env.CGO_ENABLED != "0" {
		return 0, nil
	}
	ctx := build.Default
	ctx.GOOS, ctx.GOARCH, ctx.CgoEnabled = env.GOOS, env.GOARCH, true
	ctx.BuildTags = o.tags()
	lost := 0
	for _, p := range suspects {
		if hasCgoFile(&ctx, p) {
			lost++
		}
	}
	return lost, nil
}

// hasCgoFile reports whether one of the files that were left out is a cgo file
// that fits the build otherwise.
func hasCgoFile(ctx *build.Context, p listed) bool {
	for _, name := range p.IgnoredGoFiles {
		fits, err := ctx.MatchFile(p.Dir, name)
		if err != nil || !fits {
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), filepath.Join(p.Dir, name), nil, parser.ImportsOnly)
		if err != nil {
			continue
		}
		for _, spec := range f.Imports {
			if spec.Path.Value == `"C"` {
				return true
			}
		}
	}
	return false
}

// tags returns the build tags of the command line.
func (o *options) tags() []string {
	var tags []string
	for _, arg := range o.build {
		if list, ok := strings.CutPrefix(arg, "-tags="); ok {
			tags = strings.FieldsFunc(list, func(r rune) bool { return r == ',' || r == ' ' })
		}
	}
	return tags
}
