package main

import (
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strings"

	"github.com/sessionlint/sessionlint/analyzer"
	"github.com/sessionlint/sessionlint/internal/contract"
	"github.com/sessionlint/sessionlint/internal/report"
	"github.com/sessionlint/sessionlint/internal/settings"
)

// version is the version of the module that this binary was built from.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok || info.Main.Version == "" {
		return "(devel)"
	}
	return info.Main.Version
}

// showVersion prints the version, and the newest Go whose packages can be read.
func showVersion(w io.Writer, args []string) error {
	if len(args) > 0 {
		return fmt.Errorf("version takes no arguments")
	}
	_, err := fmt.Fprintf(w, "sessionlint %s, built with %s: reads packages compiled by that Go and older\n", version(), runtime.Version())
	return err
}

// explain prints the documentation of a check, or the list of checks.
func explain(w io.Writer, args []string) error {
	suite := analyzer.All()
	if len(args) == 0 {
		for _, a := range suite {
			if _, err := fmt.Fprintf(w, "%-18s %s\n", a.Name, checkUsage(a)); err != nil {
				return err
			}
		}
		return nil
	}
	for _, name := range args {
		found := false
		for _, a := range suite {
			if a.Name == name {
				found = true
				fmt.Fprintf(w, "%s\n", strings.TrimSpace(a.Doc))
				if a.URL != "" {
					fmt.Fprintf(w, "\n%s\n", a.URL)
				}
			}
		}
		if !found {
			return fmt.Errorf("no check %q; there are %s", name, strings.Join(analyzer.Names(), ", "))
		}
	}
	return nil
}

// settingsOptions reads the flags of a subcommand that depends on settings.
func settingsOptions(name string, args []string) (o *options, file string, rest []string, err error) {
	o = new(options)
	fs := flag.NewFlagSet("sessionlint "+name, flag.ContinueOnError)
	fs.StringVar(&o.dir, "C", "", "run in this `folder`")
	fs.StringVar(&o.config, "config", "", "settings `file`")
	o.settingsFlags(fs)
	if err := fs.Parse(args); err != nil {
		return nil, "", nil, errReported
	}
	dir, err := filepath.Abs(o.dir)
	if err != nil {
		return nil, "", nil, err
	}
	return o, o.settingsFile(dir), fs.Args(), nil
}

// showConfig prints the effective settings and where they come from.
func showConfig(w io.Writer, args []string) error {
	o, file, rest, err := settingsOptions("config", args)
	if err != nil {
		return err
	}
	if len(rest) > 0 {
		return fmt.Errorf("config takes no arguments besides flags")
	}
	s, err := o.load(file)
	if err != nil {
		return err
	}
	origin := "no settings file: everything is at its default"
	switch {
	case file != "" && o.config == "" && os.Getenv(settings.EnvVar) != "":
		origin = "from " + report.Shorten(o.base(), file) + ", named by " + settings.EnvVar
	case file != "":
		origin = "from " + report.Shorten(o.base(), file)
	}
	fmt.Fprintf(w, "# %s\n%s", origin, s.YAML(analyzer.Names()))
	return nil
}

// showContracts lists the contracts in force and says which libraries' are
// executed by what, or prints those with a name.
func showContracts(w io.Writer, args []string) error {
	o, file, names, err := settingsOptions("contracts", args)
	if err != nil {
		return err
	}
	s, err := o.load(file)
	if err != nil {
		return err
	}
	table, err := s.Table()
	if err != nil {
		return err
	}
	if len(names) == 0 {
		for _, f := range table.Functions() {
			fmt.Fprintf(w, "%s\n", f.Name)
		}
		for _, p := range contract.Profiles() {
			fmt.Fprintf(w, "# %s\n", p.Statement(contract.Default()))
		}
		return nil
	}
	for _, name := range names {
		f, ok := table.C(name)
		if !ok {
			f, ok = table.Go(name)
		}
		if !ok {
			return fmt.Errorf("no contract for %q: what it does to references is unknown", name)
		}
		if f.Name != name {
			fmt.Fprintf(w, "# found for %s\n", name)
		}
		if _, err := fmt.Fprintln(w, strings.TrimSuffix(f.Format(), "\n")); err != nil {
			return err
		}
	}
	return nil
}
