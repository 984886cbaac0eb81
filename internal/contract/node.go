package contract

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// A reader walks the YAML nodes of one file and collects every fault.
type reader struct {
	file string
	errs []*Error
}

func (r *reader) fail(n *yaml.Node, format string, args ...any) {
	r.errs = append(r.errs, &Error{File: r.file, Line: n.Line, Column: n.Column, Msg: fmt.Sprintf(format, args...)})
}

// A field reads the value of one key of a mapping.
type field struct {
	key  string
	read func(*yaml.Node)
}

// mapping reads n key by key. what names the thing in messages. It reports
// whether n is a mapping at all, and returns the keys it saw.
func (r *reader) mapping(n *yaml.Node, what string, fields []field) (seen map[string]*yaml.Node, ok bool) {
	if n = deref(n); n.Kind != yaml.MappingNode {
		r.fail(n, "%s must be a mapping, not %s", what, kindName(n))
		return nil, false
	}
	seen = make(map[string]*yaml.Node, len(n.Content)/2)
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		at := slices.IndexFunc(fields, func(f field) bool { return f.key == key.Value })
		switch {
		case key.Kind != yaml.ScalarNode:
			r.fail(key, "a key of %s must be a word, not %s", what, kindName(key))
		case at < 0:
			r.fail(key, "unknown key %q in %s (known: %s)", key.Value, what, keyList(fields))
		case seen[key.Value] != nil:
			r.fail(key, "duplicate key %q in %s", key.Value, what)
		default:
			seen[key.Value] = key
			fields[at].read(deref(value))
		}
	}
	return seen, true
}

// need reports a fault for each required key that is missing.
func (r *reader) need(n *yaml.Node, what string, seen map[string]*yaml.Node, keys ...string) bool {
	ok := true
	for _, key := range keys {
		if seen[key] == nil {
			r.fail(n, "%s has no %q", what, key)
			ok = false
		}
	}
	return ok
}

// list calls each for the elements of the sequence n.
func (r *reader) list(n *yaml.Node, what string, each func(*yaml.Node)) {
	if n = deref(n); n.Kind != yaml.SequenceNode {
		r.fail(n, "%s must be a list, not %s", what, kindName(n))
		return
	}
	for _, item := range n.Content {
		each(deref(item))
	}
}

// text reads a scalar.
func (r *reader) text(n *yaml.Node, what string) string {
	if n = deref(n); n.Kind != yaml.ScalarNode {
		r.fail(n, "%s must be a text, not %s", what, kindName(n))
		return ""
	}
	return n.Value
}

// name reads a scalar that may not be empty or hold blanks at its ends.
func (r *reader) name(n *yaml.Node, what string) string {
	s := r.text(n, what)
	if deref(n).Kind == yaml.ScalarNode && (s == "" || strings.TrimSpace(s) != s || strings.ContainsAny(s, "\x00\n")) {
		r.fail(n, "%s is not a name: %q", what, s)
		return ""
	}
	return s
}

func (r *reader) names(n *yaml.Node, what string) []string {
	var list []string
	r.list(n, what, func(item *yaml.Node) {
		s := r.name(item, "an entry of "+what)
		if slices.Contains(list, s) {
			r.fail(item, "duplicate %q in %s", s, what)
			return
		}
		list = append(list, s)
	})
	return list
}

// word reads a scalar out of a closed set.
func (r *reader) word(n *yaml.Node, what string, words []string) string {
	s := r.text(n, what)
	if deref(n).Kind == yaml.ScalarNode && !slices.Contains(words, s) {
		r.fail(n, "unknown %s %q (known: %s)", what, s, strings.Join(words, ", "))
		return ""
	}
	return s
}

// maxArgs bounds parameter indices: C guarantees no more arguments than this.
const maxArgs = 127

// index reads a parameter number, from 0.
func (r *reader) index(n *yaml.Node, what string) int {
	s := r.text(n, what)
	i, err := strconv.Atoi(s)
	if err != nil || i < 0 || i > maxArgs || s != strconv.Itoa(i) {
		r.fail(n, "%s must be a parameter number from 0 to %d, not %q", what, maxArgs, s)
		return 0
	}
	return i
}

func (r *reader) indices(n *yaml.Node, what string) []int {
	var list []int
	r.list(n, what, func(item *yaml.Node) { list = append(list, r.index(item, "an entry of "+what)) })
	return list
}

func (r *reader) flag(n *yaml.Node, what string) bool {
	n = deref(n)
	if n.Kind != yaml.ScalarNode || n.Value != "true" && n.Value != "false" {
		r.fail(n, "%s must be true or false", what)
		return false
	}
	return n.Value == "true"
}

func deref(n *yaml.Node) *yaml.Node {
	for n.Kind == yaml.AliasNode && n.Alias != nil {
		n = n.Alias
	}
	return n
}

func kindName(n *yaml.Node) string {
	switch n.Kind {
	case yaml.MappingNode:
		return "a mapping"
	case yaml.SequenceNode:
		return "a list"
	case yaml.ScalarNode:
		if n.Tag == "!!null" {
			return "nothing"
		}
		return strconv.Quote(n.Value)
	}
	return "this"
}

func keyList(fields []field) string {
	keys := make([]string, len(fields))
	for i, f := range fields {
		keys[i] = f.key
	}
	return strings.Join(keys, ", ")
}
