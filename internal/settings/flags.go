package settings

import (
	"errors"
	"flag"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// Flags declares a flag for every setting, each a text, so that they fit into
// any driver's configuration. Names begin with prefix. A flag overrides what s
// says, or adds to it where the setting is a list. checks are the names that
// "off" knows, read reads a contract file.
//
// A flag that is given is its setting's origin.
func (s *Settings) Flags(fs *flag.FlagSet, prefix string, checks []string, read func(name string) ([]byte, error)) {
	declare := func(name, key, usage string, set func(value string) error) {
		fs.Func(prefix+name, usage, func(value string) error {
			if err := set(value); err != nil {
				return err
			}
			s.came(key, "-"+prefix+name)
			return nil
		})
	}
	boolean := func(name, key, usage string, to *bool) {
		fs.Var(&boolFlag{to, func() { s.came(key, "-"+prefix+name) }}, prefix+name, usage)
	}
	boolean("strict", "strict", "also report what needs assumptions about unknown calls", &s.Strict)
	boolean("stats", "stats", "report how many references were followed, and why the others were not", &s.Stats)
	boolean("summaries", "summaries", "report what each function does to the references that it is given or acquires", &s.Summaries)
	boolean("exclude-tests", "exclude.tests", "report nothing in _test.go files", &s.Exclude.Tests)
	boolean("exclude-generated", "exclude.generated", "report nothing in generated files", &s.Exclude.Generated)
	declare("notes", "notes", "`where` the path of a finding goes: related, message or off", func(value string) error {
		return oneOf(value, &s.Notes, NotesRelated, NotesMessage, NotesOff)
	})
	declare("library", "library", "`profile` of the C library: "+strings.Join(libraries, ", "), func(value string) error {
		return oneOf(value, &s.Library, libraries...)
	})
	declare("off", "checks", "`checks` that report nothing, separated by commas", func(value string) error {
		return s.turnOff(value, checks, "-"+prefix+"off")
	})
	declare("contracts", "contracts", "contract `file` (YAML) to read besides the built-in tables", func(name string) error {
		data, err := read(name)
		if err != nil {
			return err
		}
		return s.addContract(Contract{Name: name, Text: string(data)})
	})
	declare("define", "define", "contracts, as the `text` of a contract file", func(text string) error {
		return s.addContract(Contract{Name: "-" + prefix + "define", Text: text})
	})
	declare("callbacks", "callbacks", "Go functions that C calls, as `name=kind` separated by commas", s.addCallbacks)
	declare("noreturn", "noreturn", "full `names` of Go functions that never return, separated by commas", func(value string) error {
		s.NoReturn = slices.Sorted(slices.Values(slices.Concat(s.NoReturn, words(value))))
		s.NoReturn = slices.Compact(s.NoReturn)
		_, err := s.Table()
		return err
	})
}

// A boolFlag is a switch that tells when it was set.
type boolFlag struct {
	to  *bool
	set func()
}

func (f *boolFlag) IsBoolFlag() bool { return true }

func (f *boolFlag) String() string { return strconv.FormatBool(f.to != nil && *f.to) }

func (f *boolFlag) Set(text string) error {
	b, err := strconv.ParseBool(text)
	if err != nil {
		return errors.New("want true or false")
	}
	*f.to = b
	f.set()
	return nil
}

// words splits a list at its commas.
func words(list string) []string {
	var out []string
	for word := range strings.SplitSeq(list, ",") {
		if word = strings.TrimSpace(word); word != "" {
			out = append(out, word)
		}
	}
	return out
}

func oneOf(value string, to *string, known ...string) error {
	if !slices.Contains(known, value) {
		return fmt.Errorf("want one of %s", strings.Join(known, ", "))
	}
	*to = value
	return nil
}

func (s *Settings) turnOff(list string, known []string, origin string) error {
	s.Checks = maps.Clone(s.Checks) // it may be another suite's
	for _, name := range words(list) {
		if !slices.Contains(known, name) {
			return fmt.Errorf("no check %q (known: %s)", name, strings.Join(known, ", "))
		}
		if s.Checks == nil {
			s.Checks = make(map[string]bool)
		}
		s.Checks[name] = false
		s.came("checks."+name, origin)
	}
	return nil
}

func (s *Settings) addContract(c Contract) error {
	s.Contracts = append(slices.Clip(s.Contracts), c)
	_, err := s.Table()
	return err
}

func (s *Settings) addCallbacks(list string) error {
	table, err := s.Table()
	if err != nil {
		return err
	}
	s.Callbacks = slices.Clone(s.Callbacks)
	for _, word := range words(list) {
		name, kind, ok := strings.Cut(word, "=")
		if !ok || name == "" {
			return fmt.Errorf("want name=kind, not %q", word)
		}
		if _, ok := table.CallbackKind(kind); !ok {
			return fmt.Errorf("unknown kind of callback %q", kind)
		}
		s.Callbacks = append(s.Callbacks, Callback{Func: name, Kind: kind})
	}
	s.sortCallbacks()
	return nil
}

func (s *Settings) sortCallbacks() {
	slices.SortStableFunc(s.Callbacks, func(a, b Callback) int { return strings.Compare(a.Func, b.Func) })
}

// came notes where a setting came from.
func (s *Settings) came(key, from string) {
	s.origin = maps.Clone(s.origin)
	if s.origin == nil {
		s.origin = make(map[string]string)
	}
	s.origin[key] = from
}
