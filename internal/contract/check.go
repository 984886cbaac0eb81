package contract

import "slices"

// check holds the entries of this load against the finished table.
func (l *linker) check() {
	for _, h := range l.entries.handles {
		l.checkHandle(h)
	}
	for _, f := range l.entries.functions {
		l.checkFunction(f.Function)
	}
	for _, c := range l.entries.callbacks {
		for _, p := range append(slices.Clone(c.Params), c.Results...) {
			l.checkHandleName(c, "callback "+c.Kind, p.Handle)
			if (p.Given == "lent" || p.Given == "offered" || p.Given == "out") && p.Handle == "" {
				l.fail(c, "callback %s: parameter %s is %s, but of which handle?", c.Kind, p.Name, p.Given)
			}
		}
	}
	for _, v := range l.entries.events {
		l.checkHandleName(v, "event "+v.Event, v.Owner)
		for _, name := range v.Triggers {
			if _, ok := l.table.functions[name]; !ok {
				l.fail(v, "event %s: trigger %s has no contract", v.Event, name)
			}
		}
	}
}

func (l *linker) checkHandle(h *Handle) {
	free, ok := l.table.functions[h.Free]
	switch {
	case !ok:
		l.fail(h, "handle %s: its free %s has no contract", h.Name, h.Free)
	case !hasEffect(free, Free):
		l.fail(h, "handle %s: its free %s frees no argument", h.Name, h.Free)
	}
	if h.UpRef != "" {
		up, ok := l.table.functions[h.UpRef]
		switch {
		case !ok:
			l.fail(h, "handle %s: its up_ref %s has no contract", h.Name, h.UpRef)
		case !hasEffect(up, UpRef):
			l.fail(h, "handle %s: its up_ref %s up_refs no argument", h.Name, h.UpRef)
		}
	}
	for _, name := range h.LentBy {
		l.checkHandleName(h, "handle "+h.Name, name)
	}
}

func (l *linker) checkHandleName(entry any, what, name string) {
	if name == "" {
		return
	}
	if _, ok := l.table.Handle(name); !ok {
		l.fail(entry, "%s: unknown handle %s", what, name)
	}
}

func (l *linker) checkFunction(f *Function) {
	l.checkHandleName(f, f.Name, f.Handle)
	status := hasStatus(f)
	for i, p := range f.Params {
		l.checkHandleName(f, f.Name, p.Handle)
		switch p.Effect {
		case OutBorrowed:
			l.checkIndex(f, i, "from", p.From)
		case Own:
			if p.By != ByResult {
				l.checkIndex(f, i, "by", p.By)
			} else if !pointerResult(f) {
				l.fail(f, "%s: parameter %d is kept by the result, but there is none", f.Name, i)
			}
		case Callback:
			if _, ok := l.table.CallbackKind(p.Callback); !ok {
				l.fail(f, "%s: unknown callback kind %q of parameter %d", f.Name, p.Callback, i)
			}
		case UpRef, Free, Take:
			if p.Handle == "" {
				l.fail(f, "%s: parameter %d has effect %s, but of which handle?", f.Name, i, p.Effect)
			}
		}
		if p.When != "" && !status && !pointerResult(f) {
			l.fail(f, "%s: parameter %d depends on %s, but no result tells it", f.Name, i, p.When)
		}
		for _, name := range p.Ends {
			if _, ok := l.table.functions[name]; !ok {
				l.fail(f, "%s: ends borrows of %s, which has no contract", f.Name, name)
			}
		}
	}
	for i, res := range f.Results {
		l.checkHandleName(f, f.Name, res.Handle)
		switch res.Ownership {
		case Borrowed, OwnedUnlessReuse:
			if f.Args >= 0 && res.From >= f.Args {
				l.fail(f, "%s: result %d comes from parameter %d, but there are only %d (the first is 0)", f.Name, i, res.From, f.Args)
			} else if res.Ownership == OwnedUnlessReuse && f.Param(res.From).Effect != Reuse {
				l.fail(f, "%s: result %d depends on the reuse of parameter %d, whose effect is %s", f.Name, i, res.From, f.Param(res.From).Effect)
			}
		case Status:
			if f.Success == "" {
				l.fail(f, "%s has a status result, but no \"success\"", f.Name)
			}
		}
	}
	if f.Success != "" && !status {
		l.fail(f, "%s has \"success\", but no result is a status or an error", f.Name)
	}
	if f.NilSafe && !hasEffect(f, Free) {
		l.fail(f, "%s: nil_safe belongs to a function that frees", f.Name)
	}
}

func (l *linker) checkIndex(f *Function, param int, key string, index int) {
	switch {
	case f.Args >= 0 && index >= f.Args:
		l.fail(f, "%s: %q of parameter %d is %d, but there are only %d parameters (the first is 0)", f.Name, key, param, index, f.Args)
	case index == param:
		l.fail(f, "%s: %q of parameter %d is that parameter itself", f.Name, key, param)
	}
}

func hasEffect(f *Function, e Effect) bool {
	for _, p := range f.Params {
		if p.Effect == e {
			return true
		}
	}
	return false
}

func hasStatus(f *Function) bool {
	for _, res := range f.Results {
		if res.Ownership == Status || res.Ownership == ErrorResult {
			return true
		}
	}
	return false
}

// pointerResult reports whether a result points to something whose absence tells
// of failure.
func pointerResult(f *Function) bool {
	for _, res := range f.Results {
		switch res.Ownership {
		case Owned, OwnedUnlessReuse, Borrowed:
			return true
		}
	}
	return false
}
