package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/tools/go/analysis"

	"github.com/sessionlint/sessionlint/analyzer"
	"github.com/sessionlint/sessionlint/internal/settings"
	"github.com/sessionlint/sessionlint/internal/unit"
)

// options is the command line of the front end.
type options struct {
	dir        string   // -C: the folder in which the go command runs; files named by flags are relative to it
	build      []string // flags for every go command
	suite      []string // flags for the units
	patterns   []string // packages
	format     string   // of the findings
	context    int      // lines of context in text, or -1
	fix, diff  bool
	requireCgo bool
	config     string // settings file, instead of the one that would be found

	// What the command line sets counts more than the settings file.
	overrides []override
}

// An override is a flag that says what a settings file could say.
type override struct{ name, value string }

// buildFlags are the go command's flags that decide what a package consists of.
var buildFlags = []struct {
	name, usage string
	isBool      bool
}{
	{"tags", "comma-separated build `tags`", false},
	{"mod", "module download `mode`: readonly, vendor, or mod", false},
	{"modfile", "alternative go.mod `file`", false},
	{"overlay", "JSON `file` that replaces source files", false},
	{"p", "how many packages at `once`", false},
	{"a", "analyse everything again", true},
	{"race", "as built with -race", true},
	{"msan", "as built with -msan", true},
	{"asan", "as built with -asan", true},
}

// parseOptions reads the command line. It has said what is wrong if it fails.
func parseOptions(args []string) (*options, error) {
	o := &options{context: -1}
	fs := o.flagSet()
	if err := fs.Parse(args); err != nil {
		return nil, errReported
	}
	o.patterns = fs.Args()
	if len(o.patterns) == 0 {
		o.patterns = []string{"."}
	}
	switch {
	case o.format != "text" && o.format != "json" && o.format != "sarif":
		return nil, fmt.Errorf("-format %s: want text, json or sarif", o.format)
	case o.diff && !o.fix:
		return nil, fmt.Errorf("-diff needs -fix")
	}
	_, err := o.load("") // are the overrides right?
	return o, err
}

func (o *options) flagSet() *flag.FlagSet {
	fs := flag.NewFlagSet("sessionlint", flag.ContinueOnError)
	fs.SetOutput(os.Stderr)
	fs.Usage = func() {
		fmt.Fprint(os.Stderr, "usage: sessionlint [flags] [packages]\nRun 'sessionlint help' for the flags.\n")
	}
	fs.StringVar(&o.dir, "C", "", "run in this `folder`")
	fs.StringVar(&o.format, "format", "text", "print findings as `text`, json or sarif")
	fs.IntVar(&o.context, "c", -1, "print `N` lines of source around each finding")
	fs.BoolVar(&o.fix, "fix", false, "apply the fixes that findings carry")
	fs.BoolVar(&o.diff, "diff", false, "with -fix: print the fixes as a diff and change nothing")
	fs.BoolVar(&o.requireCgo, "require-cgo", false, "fail if packages are analysed without their cgo files")
	fs.StringVar(&o.config, "config", "", "settings `file`, instead of the nearest "+settings.FileName)
	o.settingsFlags(fs)
	for _, b := range buildFlags {
		forward(fs, &o.build, b.name, b.usage, b.isBool)
	}
	forward(fs, &o.suite, unit.EarlyExitFlag, "", true)
	for _, a := range analyzer.All() {
		forward(fs, &o.suite, a.Name, checkUsage(a), true)
		a.Flags.VisitAll(func(f *flag.Flag) {
			if name := a.Name + "." + f.Name; fs.Lookup(name) == nil {
				forward(fs, &o.suite, name, f.Usage, isBool(f))
			}
		})
	}
	return fs
}

// shortFlags are settings with a flag of their own name.
var shortFlags = []string{"strict", "stats", "summaries", "notes"}

// settingsFlags declares the flags that override settings, as the engine calls
// them and, some of them, shorter. They go into the settings that units get, and
// so into the cache's key, with the text of files that they name.
func (o *options) settingsFlags(fs *flag.FlagSet) {
	all := flag.NewFlagSet("", flag.ContinueOnError)
	new(settings.Settings).Flags(all, "", nil, nil)
	all.VisitAll(func(f *flag.Flag) {
		names := []string{"refflow." + f.Name}
		if slices.Contains(shortFlags, f.Name) {
			names = append(names, f.Name)
		}
		for _, name := range names {
			add := func(value string) error {
				o.overrides = append(o.overrides, override{name, value})
				return nil
			}
			if isBool(f) {
				fs.BoolFunc(name, f.Usage, add)
			} else {
				fs.Func(name, f.Usage, add)
			}
		}
	})
}

// override applies the flags of the command line to settings.
func (o *options) override(s *settings.Settings) error {
	read := func(name string) ([]byte, error) {
		if !filepath.IsAbs(name) {
			name = filepath.Join(o.dir, name)
		}
		return os.ReadFile(name)
	}
	fs := flag.NewFlagSet("", flag.ContinueOnError)
	s.Flags(fs, "", analyzer.Names(), read)
	s.Flags(fs, "refflow.", analyzer.Names(), read)
	for _, f := range o.overrides {
		if err := fs.Set(f.name, f.value); err != nil {
			return fmt.Errorf("-%s: %v", f.name, err)
		}
	}
	return nil
}

func isBool(f *flag.Flag) bool {
	b, ok := f.Value.(interface{ IsBoolFlag() bool })
	return ok && b.IsBoolFlag()
}

// forward declares a flag that is handed on as it is.
func forward(fs *flag.FlagSet, to *[]string, name, usage string, isBool bool) {
	add := func(value string) error {
		*to = append(*to, "-"+name+"="+value)
		return nil
	}
	if isBool {
		fs.BoolFunc(name, usage, add)
	} else {
		fs.Func(name, usage, add)
	}
}

// checkUsage is the summary of an analyzer's documentation.
func checkUsage(a *analysis.Analyzer) string {
	line, _, _ := strings.Cut(a.Doc, "\n")
	_, summary, ok := strings.Cut(line, ": ")
	if !ok {
		summary = line
	}
	return summary
}

// usage is the help text.
func usage() string {
	var b strings.Builder
	b.WriteString(`Sessionlint finds wrong reference counts of OpenSSL sessions in Go code.

	sessionlint [flags] [packages]    lint packages (default ".")
	sessionlint explain [CHECK]       what a check reports, and what not
	sessionlint contracts [NAME]      what a C or Go function does to references
	sessionlint config                the settings in force, and where they come from
	sessionlint version

It is also a tool for go vet, which then runs it in place of vet's own checks:

	go vet ./... && go vet -vettool="$(command -v sessionlint)" ./...

Exit status: 0 nothing found, 1 something found, 2 wrong use or a failed analysis.

Flags:
`)
	fs := new(options).flagSet()
	fs.VisitAll(func(f *flag.Flag) {
		if f.Usage == "" {
			return // private
		}
		name, text := flag.UnquoteUsage(f)
		if isBool(f) {
			name = ""
		}
		fmt.Fprintf(&b, "  %-24s %s\n", strings.TrimSpace("-"+f.Name+" "+name), text)
	})
	return b.String()
}
