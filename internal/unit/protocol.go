package unit

import (
	"crypto/sha256"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/tools/go/analysis"

	"github.com/sessionlint/sessionlint/internal/relevance"
	"github.com/sessionlint/sessionlint/internal/relevance/endings"
)

// A Tool is a vet tool: a suite of analyzers with what the driver has to know
// of it.
type Tool struct {
	Name string
	// Suite returns the analyzers under the given settings, the value of the
	// -settings flag ("" if it was not given). An error ends the run with exit
	// code 2 before anything is analysed.
	Suite func(settings string) (*Suite, error)
	// Relevance returns what decides whether a unit matters, under settings and
	// the flags of the command line. It is called for every package of a build:
	// it must be fast.
	Relevance func(settings string, flags []string) (relevance.Rules, endings.Ends)
	// Refuse returns what is wrong with a flag that go vet accepts, or nil. It is
	// asked before anything is decided about a unit whose findings are shown.
	Refuse func(flag string) error
	// Identity writes whatever besides the executable findings depend on, for
	// the cache key: the files that the environment names.
	Identity func(w io.Writer) error

	Stdout, Stderr io.Writer
}

// A Suite is the analyzers of a run.
type Suite struct {
	Analyzers []*analysis.Analyzer
	Disabled  []string // names of analyzers that run only if a flag asks for them
}

// Names of flags that the front end passes to units. They are listed by -flags
// like all others, because the go command accepts no unlisted flag.
const (
	SettingsFlag  = "settings"   // -settings=TEXT: the effective settings, whole
	RecordFlag    = "record"     // -record: write a report.Record instead of JSON
	EarlyExitFlag = "early-exit" // -early-exit=false: analyse every unit
)

// Speaks reports whether these command-line arguments come from the go command
// (or a build system like it) and not from a person.
func Speaks(args []string) bool {
	if len(args) == 0 {
		return false
	}
	if len(args) == 1 && (args[0] == "-flags" || args[0] == "-V=full" || args[0] == "--V=full") {
		return true
	}
	return strings.HasSuffix(args[len(args)-1], ".cfg")
}

// flags holds the parsed command line of a unit.
type flags struct {
	set       *flag.FlagSet
	json      bool
	context   int
	fix, diff bool
	record    bool
	earlyExit bool
	settings  string
	enable    map[string]*triState
}

// newFlags declares the flags of the protocol and of every analyzer.
func newFlags(name string, suite []*analysis.Analyzer) *flags {
	f := &flags{set: flag.NewFlagSet(name, flag.ContinueOnError), enable: make(map[string]*triState)}
	f.set.BoolVar(&f.json, "json", false, "print findings as JSON")
	f.set.IntVar(&f.context, "c", -1, "print this many lines of context around each finding")
	f.set.BoolVar(&f.fix, "fix", false, "apply the first fix of each finding")
	f.set.BoolVar(&f.diff, "diff", false, "with -fix, print a unified diff instead of changing files")
	f.set.BoolVar(&f.record, RecordFlag, false, "private: print records for the front end")
	f.set.BoolVar(&f.earlyExit, EarlyExitFlag, true, "private: leave units that cannot matter before parsing them")
	f.set.StringVar(&f.settings, SettingsFlag, "", "private: the effective settings")
	for _, a := range suite {
		state := new(triState)
		f.enable[a.Name] = state
		f.set.Var(state, a.Name, "enable the "+a.Name+" analysis")
		a.Flags.VisitAll(func(af *flag.Flag) {
			f.set.Var(af.Value, a.Name+"."+af.Name, af.Usage)
		})
	}
	return f
}

// Main answers one invocation by the go command and returns the exit code: 0,
// 1 for findings in text form or a unit that does not type-check, 2 for a failed
// analysis or wrong use.
func (t *Tool) Main(args []string) int {
	var err error
	code := 2
	switch {
	case len(args) == 1 && args[0] == "-flags":
		code, err = 0, t.printFlags()
	case len(args) == 1 && strings.HasSuffix(args[0], "-V=full"):
		code, err = 0, t.printVersion()
	default:
		code, err = t.runUnit(args)
	}
	if err != nil {
		fmt.Fprintf(t.Stderr, "%s: %v\n", t.Name, err)
		if code == 0 {
			code = 2
		}
	}
	return code
}

// printFlags lists all flags as JSON. It takes the default settings: a broken
// settings file is reported by printVersion, whose error the go command shows.
func (t *Tool) printFlags() error {
	suite, err := t.Suite("{}")
	if err != nil {
		return err
	}
	type listed struct {
		Name  string
		Bool  bool
		Usage string
	}
	var all []listed
	newFlags(t.Name, suite.Analyzers).set.VisitAll(func(f *flag.Flag) {
		if f.Name == "fix" {
			return // the go command's own
		}
		b, ok := f.Value.(interface{ IsBoolFlag() bool })
		all = append(all, listed{f.Name, ok && b.IsBoolFlag(), f.Usage})
	})
	data, err := json.MarshalIndent(all, "", "\t")
	if err != nil {
		return err
	}
	_, err = t.Stdout.Write(append(data, '\n'))
	return err
}

// printVersion prints the line that the go command makes a part of its cache
// key: a hash of everything that findings depend on besides flags and sources.
// Settings that cannot be read end the run here.
func (t *Tool) printVersion() error {
	if _, err := t.Suite(""); err != nil {
		return err
	}
	exe, err := os.Executable()
	if err != nil {
		return err
	}
	f, err := os.Open(exe)
	if err != nil {
		return err
	}
	defer f.Close()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return err
	}
	if err := t.Identity(h); err != nil {
		return err
	}
	_, err = fmt.Fprintf(t.Stdout, "%s version devel buildID=%x\n", t.Name, h.Sum(nil))
	return err
}

// runUnit analyses the unit that the last argument describes.
func (t *Tool) runUnit(args []string) (int, error) {
	in, err := relevance.Read(args[len(args)-1])
	if err != nil {
		return 2, err
	}
	settings := flagValue(args, SettingsFlag, "")
	if err := t.refuse(in.Config, args[:len(args)-1]); err != nil {
		return 2, err
	}
	if flagValue(args, EarlyExitFlag, "true") != "false" {
		rules, ends := t.Relevance(settings, args[:len(args)-1])
		if yes, _ := endings.Matters(in, rules, ends); !yes {
			return 0, leave(in)
		}
	}
	deferCollection()
	suite, err := t.Suite(settings)
	if err != nil {
		return 2, err
	}
	f := newFlags(t.Name, suite.Analyzers)
	f.set.SetOutput(t.Stderr)
	f.set.Usage = func() {} // the flags are the go command's to explain
	if err := f.set.Parse(args[:len(args)-1]); err != nil {
		return 2, nil // the flag package has printed it
	}
	enabled := f.enabled(suite)
	tellEnabled(suite.Analyzers, enabled)
	known, err := factTypes(suite.Analyzers)
	if err != nil {
		return 2, err
	}
	return t.analyse(in, f, known, enabled)
}

// refuse returns what is wrong with the flags, if the unit is one that a person
// asked for.
func (t *Tool) refuse(cfg *relevance.Config, flags []string) error {
	if cfg.VetxOnly || t.Refuse == nil {
		return nil
	}
	for _, flag := range flags {
		if err := t.Refuse(flag); err != nil {
			return err
		}
	}
	return nil
}

// analyse runs the enabled analyzers over a unit that matters and delivers
// what they found.
func (t *Tool) analyse(in *relevance.Unit, f *flags, known map[string]reflect.Type, enabled []*analysis.Analyzer) (int, error) {
	cfg, variant := in.Config, in.Variant()
	shows := cfg.ShowsFindings(variant)
	if f.record {
		// The front end knows what was asked for and drops the rest, so the
		// cached output of any package may be replayed as that of a root.
		shows = !cfg.VetxOnly || cfg.IsShown(variant)
	}
	if !shows {
		enabled = withFacts(enabled)
	}
	u, err := load(cfg)
	if err != nil {
		if newer := (*newerError)(nil); errors.As(err, &newer) {
			return 2, err
		}
		if cfg.SucceedOnTypecheckFailure {
			return 0, leave(in)
		}
		return 1, err
	}
	facts, err := readFacts(in, u.pkg, known)
	if err != nil {
		return 2, err
	}
	r := &runner{cfg: cfg, unit: u, facts: facts}
	results := r.run(enabled)
	if err := r.writeFacts(variant); err != nil {
		return 2, err
	}
	return t.deliver(cfg, f, u, shows, results)
}

func (r *runner) writeFacts(variant bool) error {
	if r.cfg.VetxOutput == "" {
		return nil
	}
	data, err := r.facts.encode(variant)
	if err != nil {
		return err
	}
	return os.WriteFile(r.cfg.VetxOutput, data, 0o666)
}

// leave ends a unit that does not matter. Under -fix the archive must be a valid
// zip file: an empty file is an error to the go command, and a missing one is
// never cached.
func leave(in *relevance.Unit) error {
	if err := in.Leave(); err != nil || in.FixArchive == "" {
		return err
	}
	return writeArchive(in.FixArchive, in.ID, nil)
}

// deliver prints the results in the form that was asked for.
func (t *Tool) deliver(cfg *relevance.Config, f *flags, u *loaded, shows bool, results []result) (int, error) {
	if cfg.Stdout == "" {
		return t.print(t.Stdout, cfg, f, u, shows, results)
	}
	out, err := os.Create(cfg.Stdout)
	if err != nil {
		return 2, err
	}
	code, err := t.print(out, cfg, f, u, shows, results)
	return code, errors.Join(err, out.Close())
}

func (t *Tool) print(out io.Writer, cfg *relevance.Config, f *flags, u *loaded, shows bool, results []result) (code int, err error) {
	switch {
	case !shows:
		if cfg.FixArchive != "" {
			err = writeArchive(cfg.FixArchive, cfg.ID, nil)
		}
	case f.record:
		return 0, recordOf(cfg, u, results).Write(out)
	case f.fix:
		err = t.fix(out, cfg, f.diff, u, results)
	case f.json:
		return 0, printJSON(out, u, cfg.ID, results)
	default:
		printText(t.Stderr, u.fset, f.context, results)
		if slices.ContainsFunc(results, func(r result) bool { return len(r.diagnostics) > 0 }) {
			code = 1
		}
	}
	for _, r := range results {
		if r.failed() {
			fmt.Fprintf(t.Stderr, "%s: %s: %s\n", t.Name, cfg.ImportPath, oneLine(r.err))
			code = 2
		}
	}
	return code, err
}

func (t *Tool) fix(out io.Writer, cfg *relevance.Config, diff bool, u *loaded, results []result) error {
	files, skipped, err := repair(u.fset, results)
	if err != nil {
		return err
	}
	if skipped > 0 {
		fmt.Fprintf(t.Stderr, "%s: %d fixes left out because they touch the same place as others: run again\n", t.Name, skipped)
	}
	return finishFixes(out, cfg, diff, files)
}

// enabled returns the analyzers to run. As in go vet: if any -NAME flag is
// true, only those; else all but the ones turned off by a flag or by settings.
func (f *flags) enabled(suite *Suite) []*analysis.Analyzer {
	var only, rest []*analysis.Analyzer
	for _, a := range suite.Analyzers {
		switch state := *f.enable[a.Name]; {
		case state == setTrue:
			only = append(only, a)
		case state == unset && !slices.Contains(suite.Disabled, a.Name):
			rest = append(rest, a)
		}
	}
	if len(only) > 0 {
		return only
	}
	return rest
}

// tellEnabled tells the analyzers that want to know, by having a flag named
// "enabled", which analyzers run: a directive that suppresses a check which does
// not run is not unused.
func tellEnabled(suite, enabled []*analysis.Analyzer) {
	names := make([]string, len(enabled))
	for i, a := range enabled {
		names[i] = a.Name
	}
	for _, a := range suite {
		if f := a.Flags.Lookup("enabled"); f != nil {
			f.Value.Set(strings.Join(names, ",")) // any text is a list
		}
	}
}

// flagValue finds the last -name=value among args before flags can be parsed:
// the flags depend on the suite, and the suite on this value.
func flagValue(args []string, name, byDefault string) string {
	value := byDefault
	for _, arg := range args {
		flag, v, ok := strings.Cut(arg, "=")
		if ok && (flag == "-"+name || flag == "--"+name) {
			value = v
		}
	}
	return value
}

// A triState is a boolean flag that knows whether it was given.
type triState int

const (
	unset triState = iota
	setTrue
	setFalse
)

func (s *triState) IsBoolFlag() bool { return true }

func (s *triState) String() string { return strconv.FormatBool(s == nil || *s != setFalse) }

func (s *triState) Set(text string) error {
	b, err := strconv.ParseBool(text)
	if err != nil {
		return errors.New("want true or false")
	}
	*s = setFalse
	if b {
		*s = setTrue
	}
	return nil
}
