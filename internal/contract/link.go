package contract

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// link adds what files declare to base (nil: nothing) and, if the entries are
// sound each by itself, holds them against each other. base is not changed.
func link(base *Table, e *entries, sound bool) (*Table, []*Error) {
	l := &linker{table: base.clone(), entries: e, written: map[string]*functionEntry{}}
	l.handles()
	l.callbacks()
	l.functions()
	l.events()
	l.behaviours()
	if sound && len(l.errs) == 0 {
		l.check()
	}
	l.table.index()
	return l.table, l.errs
}

type linker struct {
	table   *Table
	entries *entries
	written map[string]*functionEntry // functions of this load, by name
	errs    []*Error
}

// fail reports a fault of a declared entry.
func (l *linker) fail(entry any, format string, args ...any) {
	at, ok := l.entries.at[entry]
	if !ok {
		return // an entry of the base: it was checked when that was built
	}
	r := reader{file: at.r.file}
	r.fail(at.node, format, args...)
	l.errs = append(l.errs, r.errs...)
}

// duplicate reports the second declaration of what, and where the first is.
func (l *linker) duplicate(entry, first any, what string) {
	if at, ok := l.entries.at[first]; ok {
		what += fmt.Sprintf(" (the first is at %s:%d:%d)", at.r.file, at.node.Line, at.node.Column)
	}
	l.fail(entry, "duplicate %s", what)
}

// put adds entry under name to list, in place of a built-in one if the new one
// is the user's.
func put[T any](l *linker, what string, list []*T, entry *T, same func(*T) bool, byUser func(*T) bool) []*T {
	i := slices.IndexFunc(list, same)
	if i < 0 {
		return append(list, entry)
	}
	if byUser(list[i]) == byUser(entry) {
		l.duplicate(entry, list[i], what)
		return list
	}
	list[i] = entry
	return list
}

func (l *linker) handles() {
	for _, h := range l.entries.handles {
		l.table.handles = put(l, "handle "+h.Name, l.table.handles, h,
			func(o *Handle) bool { return o.Name == h.Name },
			func(o *Handle) bool { return o.ByUser })
	}
	for _, h := range l.entries.handles {
		for _, o := range l.table.handles {
			if o == h {
				continue
			}
			for _, name := range h.CTypes {
				if slices.Contains(o.CTypes, name) {
					l.fail(h, "handles %s and %s both claim C type %s", o.Name, h.Name, name)
				}
			}
			for _, name := range h.GoTypes {
				if slices.Contains(o.GoTypes, name) {
					l.fail(h, "handles %s and %s both claim Go type %s", o.Name, h.Name, name)
				}
			}
		}
	}
}

func (l *linker) callbacks() {
	for _, c := range l.entries.callbacks {
		l.table.callbacks = put(l, "callback "+c.Kind, l.table.callbacks, c,
			func(o *CallbackKind) bool { return o.Kind == c.Kind },
			func(o *CallbackKind) bool { _, own := l.entries.at[o]; return own })
	}
}

func (l *linker) events() {
	for _, v := range l.entries.events {
		l.table.events = put(l, "event "+v.Event, l.table.events, v,
			func(o *Event) bool { return o.Event == v.Event },
			func(o *Event) bool { _, own := l.entries.at[o]; return own })
	}
}

func (l *linker) behaviours() {
	for _, b := range l.entries.behaviours {
		if old, ok := l.table.behaviours[b.Name]; ok && old.ByUser == b.ByUser {
			l.duplicate(b, old, "behaviour "+b.Name)
			continue
		}
		if _, ok := l.table.functions[b.Name]; ok {
			l.fail(b, "%s has a contract already", b.Name)
			continue
		}
		l.table.behaviours[b.Name] = b
	}
}

func (l *linker) functions() {
	for _, f := range l.entries.functions {
		old, exists := l.table.functions[f.Name]
		if exists && old.ByUser == f.ByUser {
			l.duplicate(f.Function, old, "function "+f.Name)
			continue
		}
		if !exists {
			l.table.order = append(l.table.order, f.Name)
		}
		l.table.functions[f.Name] = f.Function
		l.written[f.Name] = f
	}
	done := map[string]bool{}
	for _, f := range l.entries.functions {
		if l.written[f.Name] == f {
			l.inherit(f, done, nil)
		}
	}
	l.linkBase()
}

// linkBase gives the functions of the base the handles of this load that their
// signatures name.
func (l *linker) linkBase() {
	if len(l.entries.handles) == 0 {
		return
	}
	for _, name := range l.table.order {
		f := l.table.functions[name]
		if l.written[name] != nil || f.Signature == "" {
			continue
		}
		with := *f
		with.Params, with.Results = slices.Clone(f.Params), slices.Clone(f.Results)
		linked := &functionEntry{Function: &with}
		linked.sig, _ = signatureOf(f)
		fillHandles(l.table, linked)
		if !slices.EqualFunc(f.Params, with.Params, func(a, b Param) bool { return a.Handle == b.Handle }) ||
			!slices.Equal(f.Results, with.Results) {
			l.table.functions[name] = &with
		}
	}
}

// inherit completes f from the function it is like, and that one first, and from
// its signature.
func (l *linker) inherit(f *functionEntry, done map[string]bool, above []string) {
	if done[f.Name] {
		return
	}
	done[f.Name] = true
	defer func() { fillHandles(l.table, f) }()
	if f.Like == "" || f.Like == f.Name {
		f.Like = f.Name
		return
	}
	above = append(above, f.Name)
	if i := slices.Index(above, f.Like); i >= 0 {
		first := l.written[f.Like]
		l.fail(first.Function, "%s is like itself (%s)", f.Like, strings.Join(append(above[i:], f.Like), " like "))
		return
	}
	model, ok := l.table.functions[f.Like]
	if !ok {
		l.fail(f.Function, "%s is like %s, which has no contract", f.Name, f.Like)
		return
	}
	if m := l.written[f.Like]; m != nil {
		l.inherit(m, done, above)
	}
	f.Like = model.Like
	own := false // f's signature names other handles
	differs := func(i int, decl, handle string) bool {
		h := typeHandle(l.table, f.Function, i, decl)
		own = own || h != "" && h != handle
		return h != "" && h != handle
	}
	if f.seen["params"] == nil {
		f.Params = slices.Clone(model.Params)
		for i, decl := range f.sig.params {
			if i < len(f.Params) && differs(i, decl, f.Params[i].Handle) {
				f.Params[i].Handle = ""
			}
		}
	}
	if f.seen["result"] == nil && f.seen["results"] == nil {
		f.Results = slices.Clone(model.Results)
		for i, decl := range resultDecls(f) {
			if i < len(f.Results) && differs(-1, decl, f.Results[i].Handle) {
				f.Results[i].Handle = ""
			}
		}
	}
	if f.seen["success"] == nil && hasStatus(f.Function) {
		f.Success = model.Success
	}
	if f.seen["handle"] == nil && !own {
		f.Handle = model.Handle
	}
	if f.seen["nil_safe"] == nil {
		f.NilSafe = model.NilSafe
	}
	if f.seen["pure"] == nil {
		f.Pure = model.Pure
	}
	if f.Args < 0 && f.Signature == "" {
		f.Args = model.Args
	}
}

// fillHandles sets the handles that f's signature names and its entry does not.
func fillHandles(t *Table, f *functionEntry) {
	for i, decl := range f.sig.params {
		name := typeHandle(t, f.Function, i, decl)
		if name == "" {
			continue
		}
		for len(f.Params) <= i {
			f.Params = append(f.Params, Param{})
		}
		if p := &f.Params[i]; p.Handle == "" {
			p.Handle = name
		}
	}
	for i := range f.Params {
		if f.Params[i].Effect == "" {
			f.Params[i].Effect = Use
		}
	}
	for i, decl := range resultDecls(f) {
		if i >= len(f.Results) {
			break
		}
		switch res := &f.Results[i]; res.Ownership {
		case Owned, Borrowed, OwnedUnlessReuse, Static:
			if res.Handle == "" {
				res.Handle = typeHandle(t, f.Function, -1, decl)
			}
		}
	}
	if f.Handle == "" {
		f.Handle = about(f.Function)
	}
}

func resultDecls(f *functionEntry) []string {
	switch decl := f.sig.result; {
	case decl == "":
		return nil
	case f.Go && decl[0] == '(':
		list, _, _ := splitParams(decl, 0)
		return list
	default:
		return []string{decl}
	}
}

// typeHandle returns the handle that declaration decl of parameter i (-1: a
// result) points to, or "".
func typeHandle(t *Table, f *Function, i int, decl string) string {
	if !f.Go {
		if h, ok := t.HandleOfC(cTypeName(decl)); ok {
			return h.Name
		}
		return ""
	}
	name := goTypeName(decl, packageOf(f.Name))
	if i == 0 && strings.HasPrefix(f.Name, "(*") {
		name, _, _ = strings.Cut(f.Name[2:], ")")
	}
	if h, ok := t.HandleOfGo(name); ok {
		return h.Name
	}
	return ""
}

// about returns the handle that f is about when its entry does not say.
func about(f *Function) string {
	for _, res := range f.Results {
		if res.Handle != "" {
			return res.Handle
		}
	}
	first := ""
	for _, p := range f.Params {
		if p.Handle != "" && p.Effect != Use {
			return p.Handle
		}
		if first == "" {
			first = p.Handle
		}
	}
	return first
}

// clone returns a copy whose maps and lists can be added to.
func (t *Table) clone() *Table {
	if t == nil {
		return &Table{functions: map[string]*Function{}, behaviours: map[string]*Behaviour{}}
	}
	return &Table{
		functions:  maps.Clone(t.functions),
		order:      slices.Clone(t.order),
		handles:    slices.Clone(t.handles),
		callbacks:  slices.Clone(t.callbacks),
		events:     slices.Clone(t.events),
		behaviours: maps.Clone(t.behaviours),
	}
}
