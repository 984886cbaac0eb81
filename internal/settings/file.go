package settings

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"
)

// Find returns the settings file of a folder: the nearest one on the way from
// dir up to root, both included, or "".
func Find(dir, root string) string {
	for {
		name := filepath.Join(dir, FileName)
		if info, err := os.Stat(name); err == nil && info.Mode().IsRegular() {
			return name
		}
		parent := filepath.Dir(dir)
		if dir == root || parent == dir {
			return ""
		}
		dir = parent
	}
}

// An Error is one fault of a settings file, with its place.
type Error struct {
	File         string
	Line, Column int
	Msg          string
}

func (e *Error) Error() string {
	if e.Line == 0 {
		return fmt.Sprintf("%s: %s", e.File, e.Msg)
	}
	return fmt.Sprintf("%s:%d:%d: %s", e.File, e.Line, e.Column, e.Msg)
}

// Load reads a settings file and the contract files it names, and checks them
// against each other. known are the names of the checks. shown is the name that
// errors give the file. The error joins every fault.
func Load(filename, shown string, known []string) (*Settings, error) {
	data, err := os.ReadFile(filename)
	if err != nil {
		return nil, err
	}
	dir := filepath.Dir(filename)
	return Decode(data, shown, known, func(name string) ([]byte, error) {
		return os.ReadFile(filepath.Join(dir, filepath.FromSlash(name)))
	})
}

// Decode reads the text of a settings file. read reads a contract file, named
// relative to the settings file.
func Decode(data []byte, shown string, known []string, read func(name string) ([]byte, error)) (*Settings, error) {
	d := &decoder{file: shown, data: data, known: known, read: read, out: new(Settings)}
	d.document()
	if len(d.errs) > 0 {
		return nil, errors.Join(d.errs...)
	}
	table, err := d.out.Table()
	if err != nil {
		return nil, err
	}
	for _, kind := range d.kinds {
		if _, ok := table.CallbackKind(kind.Value); !ok {
			d.fail(kind, "unknown kind of callback %q", kind.Value)
		}
	}
	return d.out, errors.Join(d.errs...)
}

// A decoder walks the YAML nodes of one settings file and collects every fault.
type decoder struct {
	file  string
	data  []byte
	known []string
	read  func(string) ([]byte, error)
	out   *Settings
	kinds []*yaml.Node // kinds of callback, known once the contracts are
	errs  []error
}

func (d *decoder) fail(n *yaml.Node, format string, args ...any) {
	d.errs = append(d.errs, &Error{File: d.file, Line: n.Line, Column: n.Column, Msg: fmt.Sprintf(format, args...)})
}

func (d *decoder) document() {
	var doc yaml.Node
	dec := yaml.NewDecoder(bytes.NewReader(d.data))
	if err := dec.Decode(&doc); err != nil {
		if len(bytes.TrimSpace(d.data)) > 0 && err.Error() != "EOF" {
			d.errs = append(d.errs, syntaxError(d.file, err))
		}
		return // empty, or comments only: the defaults
	}
	root := doc.Content[0]
	if root.Kind == yaml.ScalarNode && root.Tag == "!!null" {
		return
	}
	d.mapping(root, "the settings", "", map[string]func(key, n *yaml.Node){
		"version":   d.version,
		"checks":    d.checks,
		"library":   d.library,
		"strict":    func(_, n *yaml.Node) { d.boolean(n, &d.out.Strict) },
		"stats":     func(_, n *yaml.Node) { d.boolean(n, &d.out.Stats) },
		"summaries": func(_, n *yaml.Node) { d.boolean(n, &d.out.Summaries) },
		"notes":     func(_, n *yaml.Node) { d.word(n, &d.out.Notes, NotesRelated, NotesMessage, NotesOff) },
		"exclude":   d.exclude,
		"contracts": d.contracts,
		"define":    func(_, n *yaml.Node) { d.define(root, n) },
		"callbacks": d.callbacks,
		"noreturn":  d.noReturn,
	})
	var second yaml.Node
	if dec.Decode(&second) == nil {
		d.fail(&second, "a settings file is one document")
	}
}

// syntaxError gives a fault that the YAML parser found a place. The parser
// writes "yaml: line 3: ...", and no line if it is the first.
func syntaxError(file string, err error) error {
	msg := strings.TrimPrefix(err.Error(), "yaml: ")
	line := 1
	if _, scan := fmt.Sscanf(msg, "line %d:", &line); scan == nil {
		_, msg, _ = strings.Cut(msg, ": ")
	}
	return &Error{File: file, Line: line, Column: 1, Msg: msg}
}

// mapping calls the reader of each key. An unknown or repeated key is a fault.
// prefix is what the origin of the key is known under before its name.
func (d *decoder) mapping(n *yaml.Node, what, prefix string, fields map[string]func(key, n *yaml.Node)) {
	if n.Kind != yaml.MappingNode {
		d.fail(n, "%s must be a mapping", what)
		return
	}
	seen := make(map[string]bool)
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		read := fields[key.Value]
		switch {
		case read == nil:
			var names []string
			for name := range fields {
				names = append(names, name)
			}
			slices.Sort(names)
			d.fail(key, "unknown key %q in %s (known: %s)", key.Value, what, strings.Join(names, ", "))
		case seen[key.Value]:
			d.fail(key, "duplicate key %q in %s", key.Value, what)
		default:
			seen[key.Value] = true
			d.out.came(prefix+key.Value, fmt.Sprintf("%s:%d", d.file, key.Line))
			read(key, value)
		}
	}
}

func (d *decoder) version(_, n *yaml.Node) {
	if n.Value != "1" {
		d.fail(n, "version must be 1")
	}
}

// checks reads `name: true`.
func (d *decoder) checks(_, n *yaml.Node) {
	fields := make(map[string]func(key, n *yaml.Node))
	d.out.Checks = make(map[string]bool)
	for _, name := range d.known {
		fields[name] = func(_, n *yaml.Node) {
			var on bool
			if d.boolean(n, &on) {
				d.out.Checks[name] = on
			}
		}
	}
	d.mapping(n, "checks", "checks.", fields)
}

func (d *decoder) library(_, n *yaml.Node) { d.word(n, &d.out.Library, libraries...) }

func (d *decoder) exclude(_, n *yaml.Node) {
	d.mapping(n, "exclude", "exclude.", map[string]func(key, n *yaml.Node){
		"tests":     func(_, n *yaml.Node) { d.boolean(n, &d.out.Exclude.Tests) },
		"generated": func(_, n *yaml.Node) { d.boolean(n, &d.out.Exclude.Generated) },
	})
}

func (d *decoder) boolean(n *yaml.Node, to *bool) bool {
	if n.Kind != yaml.ScalarNode || n.Tag != "!!bool" {
		d.fail(n, "must be true or false")
		return false
	}
	return n.Decode(to) == nil
}

func (d *decoder) word(n *yaml.Node, to *string, known ...string) {
	if n.Kind != yaml.ScalarNode || !slices.Contains(known, n.Value) {
		d.fail(n, "must be one of %s", strings.Join(known, ", "))
		return
	}
	*to = n.Value
}

// text reads a string that is not empty.
func (d *decoder) text(n *yaml.Node) (string, bool) {
	if n.Kind != yaml.ScalarNode || n.Tag != "!!str" || n.Value == "" {
		d.fail(n, "must be a text")
		return "", false
	}
	return n.Value, true
}

func (d *decoder) list(n *yaml.Node, each func(n *yaml.Node, text string)) {
	if n.Kind != yaml.SequenceNode {
		d.fail(n, "must be a list")
		return
	}
	for _, item := range n.Content {
		if text, ok := d.text(item); ok {
			each(item, text)
		}
	}
}

// contracts reads contract files, named relative to the settings file.
func (d *decoder) contracts(_, n *yaml.Node) {
	d.list(n, func(item *yaml.Node, name string) {
		if path.IsAbs(name) || filepath.IsAbs(name) {
			d.fail(item, "contract file %s must be named relative to this file", name)
			return
		}
		data, err := d.read(name)
		if err != nil {
			if pathErr := (*fs.PathError)(nil); errors.As(err, &pathErr) {
				err = pathErr.Err
			}
			d.fail(item, "contract file %s: %v", name, err)
			return
		}
		d.out.Contracts = append(d.out.Contracts, Contract{Name: name, Text: string(data)})
	})
}

// define reads contracts written in the settings file itself. Everything around
// them is blanked, so that what package contract says of a place is true of the
// settings file.
func (d *decoder) define(root, n *yaml.Node) {
	if n.Kind != yaml.MappingNode {
		d.fail(n, "define must be a mapping in the words of a contract file")
		return
	}
	end := len(d.data)
	for i := 0; i+1 < len(root.Content); i += 2 {
		if key := root.Content[i]; key.Line > n.Line {
			if last := lastLine(n); key.Line > last {
				end = d.offset(key.Line, 1)
				break
			}
		}
	}
	text := slices.Clone(d.data[:end])
	for i := range d.offset(n.Line, n.Column) {
		if text[i] != '\n' {
			text[i] = ' '
		}
	}
	d.out.Contracts = append(d.out.Contracts, Contract{Name: d.file, Text: string(text)})
}

// lastLine returns the last line on which a node below n begins.
func lastLine(n *yaml.Node) int {
	last := n.Line
	for _, c := range n.Content {
		last = max(last, lastLine(c))
	}
	return last
}

// offset returns the index of a line and column (in characters) of the file.
func (d *decoder) offset(line, column int) int {
	at := 0
	for ; line > 1; line-- {
		at += bytes.IndexByte(d.data[at:], '\n') + 1
	}
	for ; column > 1 && at < len(d.data); column-- {
		_, size := utf8.DecodeRune(d.data[at:])
		at += size
	}
	return at
}

// callbacks reads `full.Name: kind`.
func (d *decoder) callbacks(_, n *yaml.Node) {
	if n.Kind != yaml.MappingNode {
		d.fail(n, "callbacks must be a mapping from functions to kinds of callback")
		return
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		name, ok := d.text(n.Content[i])
		kind, ok2 := d.text(n.Content[i+1])
		if ok && ok2 {
			d.out.Callbacks = append(d.out.Callbacks, Callback{Func: name, Kind: kind})
			d.kinds = append(d.kinds, n.Content[i+1])
		}
	}
	d.out.sortCallbacks()
}

func (d *decoder) noReturn(_, n *yaml.Node) {
	d.list(n, func(_ *yaml.Node, name string) { d.out.NoReturn = append(d.out.NoReturn, name) })
	slices.Sort(d.out.NoReturn)
	d.out.NoReturn = slices.Compact(d.out.NoReturn)
}
