package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/sessionlint/sessionlint/analyzer"
	"github.com/sessionlint/sessionlint/internal/report"
	"github.com/sessionlint/sessionlint/internal/settings"
	"github.com/sessionlint/sessionlint/internal/unit"
)

// A group is packages that are linted under the same settings.
type group struct {
	settings *settings.Settings
	pkgs     []listed
}

// lint is the command without a subcommand.
func lint(args []string) (int, error) {
	o, err := parseOptions(args)
	if err != nil {
		return exitFailure, err
	}
	pkgs, err := o.list()
	if err != nil {
		return exitFailure, err
	}
	groups, err := o.group(pkgs)
	if err != nil {
		return exitFailure, err
	}
	if failed, err := o.tellLostCgo(pkgs); failed || err != nil {
		return exitFailure, err
	}
	if o.fix {
		return o.applyFixes(groups)
	}
	all := report.NewSet(o.base())
	failed := false
	for _, g := range groups {
		records, ok, err := o.vet(g, len(groups) == 1)
		if err != nil {
			return exitFailure, err
		}
		failed = failed || !ok
		all.Add(records, dirs(g.pkgs))
	}
	if err := o.print(all); err != nil {
		return exitFailure, err
	}
	for _, line := range all.Failures() {
		fmt.Fprintf(os.Stderr, "sessionlint: %s\n", line)
		failed = true
	}
	switch {
	case failed:
		return exitFailure, nil
	case len(all.Findings()) > 0:
		return exitFindings, nil
	}
	return exitClean, nil
}

// base is the folder that file names are shown relative to: the user's, so that
// a name on the screen can be opened, with or without -C.
func (o *options) base() string {
	dir, err := os.Getwd()
	if err != nil {
		return ""
	}
	return dir
}

func (o *options) print(all *report.Set) error {
	switch o.format {
	case "json":
		return all.JSON(os.Stdout)
	case "sarif":
		return all.SARIF(os.Stdout, version(), rules())
	default:
		return all.Text(os.Stdout, o.context)
	}
}

// rules describes the checks for SARIF.
func rules() []report.Rule {
	var list []report.Rule
	for _, a := range analyzer.All() {
		list = append(list, report.Rule{ID: a.Name, Summary: checkUsage(a), Doc: a.Doc, URL: a.URL})
	}
	return list
}

// dirs maps the packages that were asked for to their folders.
func dirs(pkgs []listed) map[string]string {
	m := make(map[string]string)
	for _, p := range pkgs {
		m[p.ImportPath] = p.Dir
		m[p.ImportPath+"_test"] = p.Dir // the external tests
	}
	return m
}

// tellLostCgo says how many packages are analysed without their cgo files, and
// reports whether that is an error.
func (o *options) tellLostCgo(pkgs []listed) (failed bool, err error) {
	lost, err := o.lostCgo(pkgs)
	if err != nil || lost == 0 {
		return false, err
	}
	noun := "packages are analysed without their cgo files"
	if lost == 1 {
		noun = "package is analysed without its cgo files"
	}
	fmt.Fprintf(os.Stderr, "sessionlint: %d %s, because cgo is off (CGO_ENABLED=0, or a cross build)\n", lost, noun)
	return o.requireCgo, nil
}

// group finds the settings of each package: those of the file that -config or
// the environment names, else of the nearest file up to the package's module
// root. A package of another module gets those of the folder we run in.
func (o *options) group(pkgs []listed) ([]group, error) {
	here, err := filepath.Abs(o.dir)
	if err != nil {
		return nil, err
	}
	var groups []group
	at := make(map[string]int) // settings file -> index in groups
	for _, p := range pkgs {
		dir := p.Dir
		if dir == "" || p.Standard || p.Module != nil && !p.Module.Main {
			dir = here
		}
		file := o.settingsFile(dir)
		i, ok := at[file]
		if !ok {
			s, err := o.load(file)
			if err != nil {
				return nil, err
			}
			i = len(groups)
			at[file] = i
			groups = append(groups, group{settings: s})
		}
		groups[i].pkgs = append(groups[i].pkgs, p)
	}
	if len(groups) == 0 { // go vet says what is wrong with the patterns
		s, err := o.load(o.settingsFile(here))
		if err != nil {
			return nil, err
		}
		groups = append(groups, group{settings: s})
	}
	return groups, nil
}

// settingsFile returns the name of the settings file for a folder, or "".
func (o *options) settingsFile(dir string) string {
	if o.config != "" {
		if filepath.IsAbs(o.config) {
			return o.config
		}
		return filepath.Join(o.dir, o.config)
	}
	if name := os.Getenv(settings.EnvVar); name != "" {
		return name
	}
	return settings.Find(dir, moduleRoot(dir))
}

// moduleRoot returns the nearest folder with a go.mod from dir upward, or dir.
func moduleRoot(dir string) string {
	for d := dir; ; {
		if _, err := os.Stat(filepath.Join(d, "go.mod")); err == nil {
			return d
		}
		parent := filepath.Dir(d)
		if parent == d {
			return dir
		}
		d = parent
	}
}

// load reads a settings file ("" is none) and applies the command line to it.
func (o *options) load(file string) (*settings.Settings, error) {
	s := new(settings.Settings)
	if file != "" {
		var err error
		if s, err = settings.Load(file, report.Shorten(o.base(), file), analyzer.Names()); err != nil {
			return nil, err
		}
	}
	return s, o.override(s)
}

// vetArgs returns the go vet command line for a group.
func (o *options) vetArgs(g group, whole bool, flags ...string) ([]string, error) {
	exe, err := os.Executable()
	if err != nil {
		return nil, err
	}
	args := []string{"vet", "-vettool=" + exe, "-trimpath=false"}
	args = append(args, flags...)
	args = append(args, o.build...)
	args = append(args, "-"+unit.SettingsFlag+"="+g.settings.Text())
	args = append(append(args, o.suite...), "--")
	if whole {
		return append(args, o.patterns...), nil
	}
	for _, p := range g.pkgs {
		args = append(args, p.ImportPath)
	}
	return args, nil
}

// vet lints a group. ok is false if the go command could not analyse
// everything; it has said why. whole is whether the group is all that the
// patterns name.
func (o *options) vet(g group, whole bool) (records []report.Record, ok bool, err error) {
	args, err := o.vetArgs(g, whole, "-json", "-"+unit.RecordFlag)
	if err != nil {
		return nil, false, err
	}
	cmd := o.goCommand(args...)
	var out bytes.Buffer
	told := &onceWriter{to: os.Stderr, once: vetTool.IsTooOld}
	cmd.Stdout, cmd.Stderr = &out, told
	failed := cmd.Run()
	told.flush()
	if failed != nil && commandError("go vet", failed) != errReported {
		return nil, false, failed
	}
	records, err = report.Read(&out)
	return records, failed == nil, err
}

// applyFixes lets the go command apply the fixes of each group, or print them.
func (o *options) applyFixes(groups []group) (int, error) {
	code := exitClean
	for _, g := range groups {
		flags := []string{"-fix"}
		if o.diff {
			flags = append(flags, "-diff")
		}
		args, err := o.vetArgs(g, len(groups) == 1, flags...)
		if err != nil {
			return exitFailure, err
		}
		cmd := o.goCommand(args...)
		var out bytes.Buffer
		cmd.Stdout = &out
		failed := cmd.Run()
		if failed != nil && commandError("go vet", failed) != errReported {
			return exitFailure, failed
		}
		shown := o.ownDiffs(out.String(), g.pkgs)
		fmt.Print(shown)
		switch {
		case shown != "":
			code = max(code, exitFindings)
		case failed != nil && out.Len() == 0:
			code = exitFailure
		}
	}
	return code, nil
}

// ownDiffs keeps, of the diffs that go vet prints, those of files in folders
// that were asked for, with shortened names: the units of other packages of the
// main module print theirs too.
func (o *options) ownDiffs(text string, pkgs []listed) string {
	asked := make([]string, 0, len(pkgs))
	for _, p := range pkgs {
		asked = append(asked, p.Dir)
	}
	var b strings.Builder
	keep := false
	lines := strings.SplitAfter(text, "\n")
	for i := 0; i < len(lines); i++ {
		name, ok := diffHeader(lines[i:])
		if !ok {
			if keep {
				b.WriteString(lines[i])
			}
			continue
		}
		keep = slices.Contains(asked, filepath.Dir(name))
		if keep {
			short := report.Shorten(o.base(), name)
			fmt.Fprintf(&b, "--- %s (old)\n+++ %s (new)\n", short, short)
		}
		i++
	}
	return b.String()
}

// diffHeader returns the name in the two lines that begin the diff of a file.
func diffHeader(lines []string) (name string, ok bool) {
	if len(lines) < 2 {
		return "", false
	}
	name, ok = strings.CutPrefix(lines[0], "--- ")
	if !ok || !strings.HasPrefix(lines[1], "+++ ") {
		return "", false
	}
	return strings.CutSuffix(name, " (old)\n")
}
