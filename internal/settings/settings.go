package settings

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/sessionlint/sessionlint/internal/contract"
)

// FileName is the name of the settings file.
const FileName = ".sessionlint.yaml"

// EnvVar names the environment variable with the absolute name of a settings
// file: the only file that the bare vet tool reads.
const EnvVar = "SESSIONLINT_CONFIG"

// Settings is everything that findings depend on besides the sources and the
// executable. The zero value is the default.
type Settings struct {
	Checks    map[string]bool `json:"checks,omitempty"`    // analyzer name -> on; absent is on
	Library   string          `json:"library,omitempty"`   // profile of the C library; "" is openssl-3
	Strict    bool            `json:"strict,omitempty"`    // report what is probable, too
	Stats     bool            `json:"stats,omitempty"`     // report what was decided and what was lost
	Summaries bool            `json:"summaries,omitempty"` // report what functions do to references
	Notes     string          `json:"notes,omitempty"`     // where the path goes: "" or related, message, off
	Exclude   Exclude         `json:"exclude,omitzero"`    // files without findings
	Contracts []Contract      `json:"contracts,omitempty"` // contract files in order, later ones override
	Callbacks []Callback      `json:"callbacks,omitempty"` // Go functions that C calls, by name
	NoReturn  []string        `json:"noreturn,omitempty"`  // full names of Go functions that never return

	// origin is where settings came from, by key ("exclude.tests"): "file:line" or
	// a flag. What is not in it is at its default.
	origin map[string]string

	// FixCgo is set by the driver, never by the user: findings in cgo files may
	// carry fixes in the file that the author wrote (package cgosource). Most
	// drivers drop such fixes or fail on them.
	FixCgo bool `json:"-"`
}

// Exclude says in which files nothing is reported.
type Exclude struct {
	Tests     bool `json:"tests,omitempty"`     // _test.go files
	Generated bool `json:"generated,omitempty"` // files that say they are generated; for cgo the written file decides
}

// A Contract is a contract file with its text.
type Contract struct {
	Name string `json:"name"` // as messages name it
	Text string `json:"text"`
}

// A Callback marks a Go function as a callback of a kind that contracts know.
type Callback struct {
	Func string `json:"func"` // full name
	Kind string `json:"kind"` // "new_session"
}

// Notes settings.
const (
	NotesRelated = "related"
	NotesMessage = "message"
	NotesOff     = "off"
)

// libraries are the profiles that Library can name.
var libraries = []string{contract.DefaultLibrary}

// Text returns the canonical form: equal settings give equal text.
func (s *Settings) Text() string {
	data, err := json.Marshal(s)
	if err != nil {
		panic(err) // strings and booleans
	}
	return string(data)
}

// Parse reads the canonical form. Nothing unknown is accepted.
func Parse(text string) (*Settings, error) {
	s := new(Settings)
	dec := json.NewDecoder(bytes.NewReader([]byte(text)))
	dec.DisallowUnknownFields()
	if err := dec.Decode(s); err != nil {
		return nil, fmt.Errorf("settings: %v", err)
	}
	return s, nil
}

// Disabled returns the checks that are turned off, sorted.
func (s *Settings) Disabled() []string {
	var off []string
	for _, name := range slices.Sorted(maps.Keys(s.Checks)) {
		if !s.Checks[name] {
			off = append(off, name)
		}
	}
	return off
}

// ContractFiles returns the contract files as package contract takes them. The
// functions that never return are one file of their own.
func (s *Settings) ContractFiles() []contract.File {
	var files []contract.File
	for _, c := range s.Contracts {
		files = append(files, contract.File{Name: c.Name, Data: []byte(c.Text)})
	}
	if len(s.NoReturn) > 0 {
		var text bytes.Buffer
		text.WriteString("version: 1\nbehaviours:\n")
		for _, name := range s.NoReturn {
			fmt.Fprintf(&text, "  - {name: %q, no_return: true}\n", name)
		}
		files = append(files, contract.File{Name: "noreturn", Data: text.Bytes()})
	}
	return files
}

// Table returns the contracts in force.
func (s *Settings) Table() (*contract.Table, error) {
	files := s.ContractFiles()
	if len(files) == 0 {
		return contract.Default(), nil
	}
	return contract.Default().With(files...)
}

// YAML returns the settings in the words of a settings file, every key with its
// value and, in a comment, where that came from. Contracts are named, not
// repeated. checks are the names of all checks.
func (s *Settings) YAML(checks []string) string {
	p := &printer{origin: s.origin}
	p.line("version: 1")
	p.line("checks:")
	off := s.Disabled()
	for _, name := range checks {
		p.line(fmt.Sprintf("  %s: %v", name, !slices.Contains(off, name)), "checks."+name)
	}
	p.line("library: "+cmp.Or(s.Library, contract.DefaultLibrary), "library")
	p.line(fmt.Sprintf("strict: %v", s.Strict), "strict")
	p.line(fmt.Sprintf("stats: %v", s.Stats), "stats")
	p.line(fmt.Sprintf("summaries: %v", s.Summaries), "summaries")
	p.line("notes: "+cmp.Or(s.Notes, NotesRelated), "notes")
	p.line("exclude:")
	p.line(fmt.Sprintf("  tests: %v", s.Exclude.Tests), "exclude.tests")
	p.line(fmt.Sprintf("  generated: %v", s.Exclude.Generated), "exclude.generated")
	var names []string
	for _, c := range s.Contracts {
		names = append(names, fmt.Sprintf("- %q", c.Name))
	}
	// One list, of files and of texts.
	p.list("contracts", "[]", names, "contracts", "define")
	names = nil
	for _, c := range s.Callbacks {
		names = append(names, fmt.Sprintf("%q: %s", c.Func, c.Kind))
	}
	p.list("callbacks", "{}", names, "callbacks")
	names = nil
	for _, name := range s.NoReturn {
		names = append(names, fmt.Sprintf("- %q", name))
	}
	p.list("noreturn", "[]", names, "noreturn")
	return p.String()
}

// A printer writes settings with their origins.
type printer struct {
	strings.Builder
	origin map[string]string
}

// line writes a line and where the settings with these keys came from.
func (p *printer) line(text string, keys ...string) {
	var origins []string
	for _, key := range keys {
		if from := p.origin[key]; from != "" {
			origins = append(origins, from)
		}
	}
	if len(keys) > 0 {
		text = fmt.Sprintf("%-26s # %s", text, cmp.Or(strings.Join(origins, ", "), "default"))
	}
	p.WriteString(text + "\n")
}

// list writes a name with its items, or with empty if there are none.
func (p *printer) list(name, empty string, items []string, keys ...string) {
	if len(items) == 0 {
		p.line(name+": "+empty, keys...)
		return
	}
	p.line(name+":", keys...)
	for _, item := range items {
		p.line("  " + item)
	}
}
