package simulate

import (
	"slices"
	"strings"

	"github.com/sessionlint/sessionlint/internal/summary"
)

// This file finds in the caller what a summary names by the paths of the callee.

// locate finds the one place at which the call is given the subject, or, if it is not,
// what lends it.
func (a *application) locate(st *state) bool {
	var at []summary.Path
	find := func(is func(value) bool) {
		at = nil
		for i, v := range a.args {
			root := a.root(i)
			a.occurrences(st, v, root, is, 0, &at)
		}
	}
	is := func(v value) bool { return v.kind == subjectRef }
	find(is)
	for _, h := range st.heap {
		if o := a.m.syms.origin(h.id); o.kind == symGlobal {
			a.occurrences(st, h.v, summary.Path{Root: summary.Global, Name: o.s, Steps: "*"}, is, 0, &at)
		}
	}
	if len(at) == 1 && at[0].Root != summary.Nothing {
		a.on, a.focal = at[0], subjectV
		return true
	}
	if len(at) > 0 || a.m.reaches(st, a.args...) {
		return false
	}
	if len(st.subj.lenders) == 1 {
		if l := st.subj.lenders[0]; l.kind == unknown && l.id != 0 {
			find(func(v value) bool { return equal(v, l) })
			if len(at) == 1 && at[0].Root != summary.Nothing {
				a.on, a.focal = at[0], l
			}
		}
	}
	return true
}

// root is the path of an argument, or of what is captured.
func (a *application) root(i int) summary.Path {
	f, params := a.callee.Func, a.params
	if i < params {
		return summary.Path{Root: summary.Param, Index: i, Name: strings.TrimPrefix(f.Regs[f.Params[i]].Name, "&")}
	}
	return summary.Path{Root: summary.Captured, Index: i - params, Name: strings.TrimPrefix(f.Regs[f.Free[i-params]].Name, "&")}
}

// occurrences lists the paths from v to what is looked for; one that has no name is
// Nothing.
func (a *application) occurrences(st *state, v value, path summary.Path, is func(value) bool, depth int, out *[]summary.Path) {
	if is(v) {
		*out = append(*out, path)
		return
	}
	nameless := func() {
		if v.any(is) {
			*out = append(*out, summary.Path{Root: summary.Nothing})
		}
	}
	if depth > 3 {
		nameless()
		return
	}
	step := func(v value, s string) {
		p := path
		p.Steps += s
		a.occurrences(st, v, p, is, depth+1, out)
	}
	switch v.kind {
	case aggregate:
		if len(v.names) == 0 {
			nameless()
			return
		}
		for i, n := range v.names {
			switch {
			case indexed(n):
				step(v.sub[i+1], n)
			case v.sub[i+1].any(is):
				nameless()
			}
		}
	case address:
		list := st.cells
		if v.root {
			list = st.heap
		}
		i, ok := find(list, v.id)
		if !ok {
			return
		}
		content, rest := list[i].v, v.s
		for rest != "" {
			var name string
			name, rest = splitPath(rest)
			if !indexed(name) || content.kind == aggregate && slices.ContainsFunc(content.names, func(n string) bool { return !indexed(n) }) {
				v = content
				nameless()
				return
			}
			content = a.m.field(content, name)
		}
		step(content, "*")
	case unknown:
		if i, ok := find(st.heap, v.id); ok && v.id != 0 {
			step(st.heap[i].v, "*")
		}
	default:
		nameless()
	}
}

// indexed reports whether it is known which part a component of a path is.
func indexed(name string) bool {
	return name != anyElement && name != thisElement && name != otherElement
}

// valueAt is what the caller has at a path of the callee.
func (a *application) valueAt(st *state, p summary.Path) value {
	m := a.m
	var v value
	switch p.Root {
	case summary.Global:
		v = value{kind: address, root: true, id: m.syms.global(p.Name)}
	case summary.Param:
		v = a.args[p.Index]
	case summary.Captured:
		v = a.args[len(a.callee.Params)+p.Index]
	default:
		return anonymous
	}
	legs := strings.Split(p.Steps, "*")
	for i, leg := range legs {
		if i == 0 {
			if leg != "" {
				v = m.element(st, v, leg)
			}
			continue
		}
		v = m.load(st, behind(v, leg))
	}
	return v
}

// behind is the address of a part of what v points to.
func behind(v value, part string) value {
	if part == "" {
		return v
	}
	return inside(v, part)
}

// addressOf is the address of a path that ends behind a pointer.
func (a *application) addressOf(st *state, p summary.Path) (value, bool) {
	i := strings.LastIndexByte(p.Steps, '*')
	if i < 0 {
		return anonymous, false
	}
	leg := p.Steps[i+1:]
	p.Steps = p.Steps[:i]
	return asAddress(behind(a.valueAt(st, p), leg))
}
