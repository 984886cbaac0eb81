package contract

import (
	"bytes"
	"errors"
	"io"
	"regexp"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// A File is one contract file.
type File struct {
	Name string // as errors shall print it
	Data []byte
	User bool // written by a user: its entries override the built-in ones
}

// entries is what one or more files declare, before the entries are held
// against each other. at gives each entry's place.
type entries struct {
	functions  []*functionEntry
	handles    []*Handle
	callbacks  []*CallbackKind
	events     []*Event
	behaviours []*Behaviour
	at         map[any]place
}

type place struct {
	r    *reader
	node *yaml.Node
}

// decode reads one file into e and returns its faults.
func (e *entries) decode(file File) []*Error {
	r := &reader{file: file.Name}
	root, ok := r.document(file.Data)
	if !ok {
		return r.errs
	}
	r.mapping(root, "a contract file", []field{
		{"version", func(n *yaml.Node) {
			if n.Value != "1" {
				r.fail(n, "version must be 1, not %s", kindName(n))
			}
		}},
		{"handles", func(n *yaml.Node) {
			r.list(n, "handles", func(n *yaml.Node) { e.handle(r, n, file.User) })
		}},
		{"functions", func(n *yaml.Node) {
			r.list(n, "functions", func(n *yaml.Node) { e.function(r, n, file.User) })
		}},
		{"uses", func(n *yaml.Node) { e.uses(r, n, file.User) }},
		{"callbacks", func(n *yaml.Node) {
			r.list(n, "callbacks", func(n *yaml.Node) { e.callback(r, n) })
		}},
		{"events", func(n *yaml.Node) {
			r.list(n, "events", func(n *yaml.Node) { e.event(r, n) })
		}},
		{"behaviours", func(n *yaml.Node) {
			r.list(n, "behaviours", func(n *yaml.Node) { e.behaviour(r, n, file.User) })
		}},
		{"harmless", func(n *yaml.Node) { e.harmless(r, n, file.User) }},
	})
	return r.errs
}

// document parses data as one YAML document; an empty one is no fault and no
// document.
func (r *reader) document(data []byte) (*yaml.Node, bool) {
	dec := yaml.NewDecoder(bytes.NewReader(data))
	var doc, second yaml.Node
	err := dec.Decode(&doc)
	if errors.Is(err, io.EOF) {
		return nil, false
	}
	if err == nil {
		err = dec.Decode(&second)
		if err == nil {
			r.fail(&second, "a contract file is one YAML document, this is a second one")
			return nil, false
		}
		if errors.Is(err, io.EOF) {
			err = nil
		}
	}
	if err != nil {
		msg, line := err.Error(), 1
		yamlLine := regexp.MustCompile(`^(?:yaml: )?(?:line (\d+): )?`)
		if m := yamlLine.FindStringSubmatch(msg); m != nil {
			msg = strings.TrimPrefix(msg, m[0])
			if n, err := strconv.Atoi(m[1]); err == nil {
				line = n
			}
		}
		r.errs = append(r.errs, &Error{File: r.file, Line: line, Column: 1, Msg: msg})
		return nil, false
	}
	if doc.Kind != yaml.DocumentNode || len(doc.Content) != 1 {
		return nil, false
	}
	root := doc.Content[0]
	return root, root.Tag != "!!null"
}

func (e *entries) add(r *reader, n *yaml.Node, entry any) {
	if e.at == nil {
		e.at = make(map[any]place)
	}
	e.at[entry] = place{r, n}
}

func (e *entries) handle(r *reader, n *yaml.Node, user bool) {
	h := &Handle{ByUser: user}
	seen, ok := r.mapping(n, "a handle", []field{
		{"name", func(n *yaml.Node) { h.Name = r.name(n, "name") }},
		{"noun", func(n *yaml.Node) { h.Noun = r.name(n, "noun") }},
		{"c_types", func(n *yaml.Node) { h.CTypes = r.names(n, "c_types") }},
		{"go_types", func(n *yaml.Node) { h.GoTypes = r.names(n, "go_types") }},
		{"free", func(n *yaml.Node) { h.Free = r.name(n, "free") }},
		{"up_ref", func(n *yaml.Node) { h.UpRef = r.name(n, "up_ref") }},
		{"lent_by", func(n *yaml.Node) { h.LentBy = r.names(n, "lent_by") }},
		{"owner_only", func(n *yaml.Node) { h.OwnerOnly = r.flag(n, "owner_only") }},
	})
	if !ok || !r.need(n, "a handle", seen, "name", "free") {
		return
	}
	if h.Noun == "" {
		h.Noun = strings.ToLower(h.Name)
	}
	e.handles = append(e.handles, h)
	e.add(r, n, h)
}

func (e *entries) callback(r *reader, n *yaml.Node) {
	c := &CallbackKind{}
	seen, ok := r.mapping(n, "a callback", []field{
		{"kind", func(n *yaml.Node) { c.Kind = r.name(n, "kind") }},
		{"signature", func(n *yaml.Node) { c.Signature = r.text(n, "signature") }},
		{"params", func(n *yaml.Node) {
			r.list(n, "params", func(n *yaml.Node) { c.Params = append(c.Params, r.callbackParam(n)) })
		}},
		{"results", func(n *yaml.Node) {
			r.list(n, "results", func(n *yaml.Node) { c.Results = append(c.Results, r.callbackParam(n)) })
		}},
		{"in", func(n *yaml.Node) { c.In = r.text(n, "in") }},
		{"out", func(n *yaml.Node) { c.Out = r.text(n, "out") }},
		{"notes", func(n *yaml.Node) { c.Notes = r.text(n, "notes") }},
		{"verified", func(n *yaml.Node) { c.Verified = r.word(n, "verified", verifieds) }},
	})
	if !ok || !r.need(n, "a callback", seen, "kind") {
		return
	}
	if c.Signature != "" {
		if count, ok := callbackArity(c.Signature); !ok {
			r.fail(seen["signature"], "signature of callback %s is no function pointer and no Go function type: %q", c.Kind, c.Signature)
		} else if count != len(c.Params) {
			r.fail(seen["signature"], "callback %s has %d params, but its signature has %d", c.Kind, len(c.Params), count)
		}
	}
	e.callbacks = append(e.callbacks, c)
	e.add(r, n, c)
}

func (r *reader) callbackParam(n *yaml.Node) CallbackParam {
	var p CallbackParam
	seen, ok := r.mapping(n, "a callback parameter", []field{
		{"name", func(n *yaml.Node) { p.Name = r.name(n, "name") }},
		{"handle", func(n *yaml.Node) { p.Handle = r.name(n, "handle") }},
		{"given", func(n *yaml.Node) { p.Given = r.word(n, "given", givens) }},
		{"when", func(n *yaml.Node) { p.When = r.word(n, "when", whens) }},
	})
	if ok {
		r.need(n, "a callback parameter", seen, "name")
	}
	return p
}

func (e *entries) event(r *reader, n *yaml.Node) {
	v := &Event{}
	seen, ok := r.mapping(n, "an event", []field{
		{"event", func(n *yaml.Node) { v.Event = r.name(n, "event") }},
		{"owner", func(n *yaml.Node) { v.Owner = r.name(n, "owner") }},
		{"ends", func(n *yaml.Node) { v.Ends = r.name(n, "ends") }},
		{"definite", func(n *yaml.Node) { v.Definite = r.flag(n, "definite") }},
		{"triggers", func(n *yaml.Node) { v.Triggers = r.names(n, "triggers") }},
		{"notes", func(n *yaml.Node) { v.Notes = r.text(n, "notes") }},
		{"verified", func(n *yaml.Node) { v.Verified = r.word(n, "verified", verifieds) }},
	})
	if !ok || !r.need(n, "an event", seen, "event", "owner", "ends", "triggers") {
		return
	}
	e.events = append(e.events, v)
	e.add(r, n, v)
}
