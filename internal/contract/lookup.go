package contract

import (
	"iter"
	"slices"
	"strings"
)

// A Table is a set of contracts that can be looked up. It is immutable once
// built, and so are the entries it hands out.
type Table struct {
	functions  map[string]*Function // by canonical name
	order      []string
	handles    []*Handle
	callbacks  []*CallbackKind
	events     []*Event
	behaviours map[string]*Behaviour

	names names // of the C functions and types, for shims and Mentions
}

// Load builds a table from contract files alone. Where a user's file declares
// what another file does too, the user's entry counts. The error is an Errors:
// every fault of every file, first first.
func Load(files ...File) (*Table, error) {
	return load(nil, files)
}

// With returns a table that holds the contracts of files besides those of t;
// they count as the user's and override t's.
func (t *Table) With(files ...File) (*Table, error) {
	user := slices.Clone(files)
	for i := range user {
		user[i].User = true
	}
	return load(t, user)
}

func load(base *Table, files []File) (*Table, error) {
	e := &entries{at: map[any]place{}}
	var errs []*Error
	for _, file := range files {
		errs = append(errs, e.decode(file)...)
	}
	t, more := link(base, e, len(errs) == 0)
	if err := sorted(append(errs, more...), files); err != nil {
		return nil, err
	}
	return t, nil
}

// C finds the contract of a C function by the name written in the source
// (without _Cfunc_ or _C2func_), looking through prefix shims. Where the number
// of arguments is known, CShim is stricter.
func (t *Table) C(name string) (*Function, bool) { return t.CShim(name, -1) }

// CShim is C for a call with args arguments (-1: not known): a name that only
// ends in a contracted one is a shim for it if the number of arguments agrees.
func (t *Table) CShim(name string, args int) (*Function, bool) {
	if f, ok := t.functions[name]; ok && !f.Go {
		return f, true
	}
	if end, ok := tailOf(name); !ok || !t.names.shims[end] {
		return nil, false
	}
	for i := 0; i+1 < len(name); i++ {
		if name[i] != '_' {
			continue
		}
		rest := name[i+1:]
		if f, ok := t.functions[rest]; ok && !f.Go && shimmable(rest) && arityAgrees(f, args) {
			return f, true
		}
	}
	return nil, false
}

// shimmable reports whether a contracted name is telling enough to be found
// behind a prefix: "free" is not, or every other library's would be taken for
// it.
func shimmable(name string) bool {
	return len(name) >= 6 && strings.Contains(name[1:], "_")
}

func arityAgrees(f *Function, args int) bool {
	if args < 0 || f.Args < 0 || args == f.Args {
		return true
	}
	return slices.ContainsFunc(f.Variants, func(v Variant) bool { return v.Args == args })
}

// Go finds the contract of a Go function or method by its full name, as go/ssa
// and go/types print it; type arguments do not count.
func (t *Table) Go(name string) (*Function, bool) {
	f, ok := t.functions[withoutTypeArgs(name)]
	return f, ok && f.Go
}

// Lookup finds a contract by canonical name, as reference programs write it.
func (t *Table) Lookup(name string) (*Function, bool) {
	f, ok := t.functions[name]
	return f, ok
}

// HandleOfC finds the handle that a C type name stands for.
func (t *Table) HandleOfC(ctype string) (*Handle, bool) {
	return find(t.handles, func(h *Handle) bool { return slices.Contains(h.CTypes, ctype) })
}

// HandleOfGo finds the handle that a Go type stands for, by full type name.
func (t *Table) HandleOfGo(name string) (*Handle, bool) {
	name = withoutTypeArgs(name)
	return find(t.handles, func(h *Handle) bool { return slices.Contains(h.GoTypes, name) })
}

// Handle finds a handle by contract name.
func (t *Table) Handle(name string) (*Handle, bool) {
	return find(t.handles, func(h *Handle) bool { return h.Name == name })
}

// CallbackKind finds a callback contract by kind.
func (t *Table) CallbackKind(kind string) (*CallbackKind, bool) {
	return find(t.callbacks, func(c *CallbackKind) bool { return c.Kind == kind })
}

// Behaviour finds what is known of a Go function that is about no handle: its
// own entry, or that of its type or package.
func (t *Table) Behaviour(name string) (*Behaviour, bool) {
	name = withoutTypeArgs(name)
	if b, ok := t.behaviours[name]; ok {
		return b, true
	}
	if typ, _, ok := cutMethod(name); ok {
		if b, ok := t.behaviours[typ+".*"]; ok {
			return b, true
		}
	}
	b, ok := t.behaviours[packageOf(name)+".*"]
	return b, ok
}

// Functions returns every function contract: built-in ones in the order of the
// tables, then the user's.
func (t *Table) Functions() []*Function {
	list := make([]*Function, len(t.order))
	for i, name := range t.order {
		list[i] = t.functions[name]
	}
	return list
}

// Handles, Callbacks and Events return the other entries, in the same order.
func (t *Table) Handles() []*Handle         { return slices.Clone(t.handles) }
func (t *Table) Callbacks() []*CallbackKind { return slices.Clone(t.callbacks) }
func (t *Table) Events() []*Event           { return slices.Clone(t.events) }

// Behaviours returns what is known of Go functions that are about no handle, by
// name.
func (t *Table) Behaviours() []*Behaviour {
	list := make([]*Behaviour, 0, len(t.behaviours))
	for _, b := range t.behaviours {
		list = append(list, b)
	}
	slices.SortFunc(list, func(a, b *Behaviour) int { return strings.Compare(a.Name, b.Name) })
	return list
}

func find[T any](list []*T, ok func(*T) bool) (*T, bool) {
	if i := slices.IndexFunc(list, ok); i >= 0 {
		return list[i], true
	}
	return nil, false
}

// Method is the name under which a contract describes a method of a Go type:
// "(*path.T).M" for the type "*path.T".
func Method(typ, method string) string { return "(" + typ + ")." + method }

// NoReturn returns the names, without package and receiver, of the Go functions
// that never return, sorted.
func (t *Table) NoReturn() []string {
	names := lastNames(slices.Values(t.Behaviours()))
	for _, f := range t.functions {
		if f.Go && f.NoReturn {
			names = append(names, lastName(f.Name))
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

func lastNames(behaviours iter.Seq[*Behaviour]) []string {
	var names []string
	for b := range behaviours {
		if b.NoReturn {
			names = append(names, lastName(b.Name))
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

func lastName(full string) string { return full[strings.LastIndexByte(full, '.')+1:] }
