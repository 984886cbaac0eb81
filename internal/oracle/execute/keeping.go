package execute

import (
	"fmt"
	"go/types"
	"slices"
	"strings"

	"github.com/sessionlint/sessionlint/internal/ledger"
	"github.com/sessionlint/sessionlint/session"
)

// This file says what a package does with the places that nobody but itself can
// reach: unexported variables, and fields of unexported types. What is left there
// has no owner but the package: if it is owned, and no function ever takes it out
// and releases it or lets it go elsewhere, nobody ever will. What is there when a
// function is called is what some function stores there.

// keeping is what the runs of a package have shown of such places, by name.
type keeping struct {
	released map[string]bool                      // what was there was freed, or went elsewhere
	lent     map[string]bool                      // something was stored that is only lent
	owned    map[string]bool                      // something was stored with a reference
	read     map[string]bool                      // variables that were used
	loaded   map[*session.Session]map[string]bool // in the run under way: where a session was read
}

func newKeeping() *keeping {
	return &keeping{released: map[string]bool{}, lent: map[string]bool{}, owned: map[string]bool{}, read: map[string]bool{}}
}

// elements marks what is in a container: nobody has to say of an element that it
// is never released.
const elements = "[]"

// load notes that a value was read in a place.
func (k *keeping) load(place string, v any) {
	if place == "" {
		return
	}
	switch v := v.(type) {
	case *session.Session:
		if k.loaded[v] == nil {
			k.loaded[v] = map[string]bool{}
		}
		k.loaded[v][place] = true
	case list:
		for _, c := range v {
			k.load(place+elements, c.v)
		}
	case *table:
		for _, x := range v.values {
			k.load(place+elements, x)
		}
	case *channel:
		for _, x := range v.queue {
			k.load(place+elements, x)
		}
	}
}

// store notes what is put in a place.
func (k *keeping) store(place string, v any) {
	s, ok := v.(*session.Session)
	switch {
	case !ok || place == "":
	case s.Handle().Held() > 0:
		k.owned[place] = true
	case s.Handle().Base() == ledger.Borrowed:
		k.lent[place] = true
	}
}

// load notes that a value was read in a place, and where.
func (m *machine) load(place string, v any) {
	m.kept.load(place, v)
	m.touch(place)
}

// store notes what is put in a place, and where.
func (m *machine) store(place string, v any) {
	m.kept.store(place, v)
	m.touch(place)
}

func (m *machine) touch(place string) {
	if place == "" {
		return
	}
	if m.touched == nil {
		m.touched = map[string][]int{}
	}
	if l := m.touched[place]; !slices.Contains(l, m.top.line) {
		m.touched[place] = append(l, m.top.line)
	}
}

// dropped are the sessions that a place held at the start, that nothing holds any
// more, and that were not freed: whoever takes one out of its place has it from then
// on. The package may say so of its own places.
func (o *owner) dropped() []Violation {
	var out []Violation
	for _, e := range o.m.entries {
		if s := e.s; o.places[s] == 0 && s.Handle().Held() > 0 {
			out = append(out, Violation{Check: string(session.MissingFree), Lines: o.m.touched[e.place], Text: "missingfree: taken out of " + e.place, Said: true})
		}
	}
	return out
}

// stale are the sessions of this run that were freed, and that a place still holds: who
// frees what is there frees it again.
func (o *owner) stale() []leftover {
	var out []leftover
	for _, s := range o.order {
		if lines := o.m.freedAt[s]; s.Handle().Base() != ledger.Outside && s.Handle().Held() == 0 && len(lines) > 0 && len(o.named[s]) > 0 {
			out = append(out, leftover{o.named[s], Violation{
				Check: string(session.DoubleFree), Lines: lines, Origin: o.m.where(s.Handle().Origin()), Text: fmt.Sprintf("doublefree: still in %v, where it is freed", o.named[s]), Said: true,
			}})
		}
	}
	return out
}

// varPlace is the place of a variable, "" if it is not the package's or others can
// reach it.
func (p *Package) varPlace(v *types.Var) string {
	if v.Parent() != p.Types.Scope() || v.Exported() {
		return ""
	}
	return variablePlace + v.Name()
}

// fieldOf is the place of a selected field, "" if others can reach it.
func (p *Package) fieldOf(sel *types.Selection) string { return p.fieldOfPath(sel.Recv(), sel.Index()) }

func (p *Package) fieldOfPath(t types.Type, index []int) string {
	place := ""
	for _, i := range index {
		if ptr, ok := t.Underlying().(*types.Pointer); ok {
			t = ptr.Elem()
		}
		s, ok := t.Underlying().(*types.Struct)
		if !ok {
			return ""
		}
		named, _ := types.Unalias(t).(*types.Named)
		place = p.fieldPlace(named, s.Field(i))
		t = s.Field(i).Type()
	}
	return place
}

func (p *Package) fieldPlace(t *types.Named, f *types.Var) string {
	if t == nil || t.Obj().Pkg() != p.Types || t.Obj().Exported() {
		return ""
	}
	return t.Obj().Name() + "." + f.Name()
}

// left notes what a run leaves where only the package can reach it, and what it has
// taken from there.
func (o *owner) left() {
	k := o.m.kept
	for _, s := range o.order {
		elsewhere := o.places[s] > len(o.named[s])
		for f := range k.loaded[s] {
			if elsewhere || slices.ContainsFunc(o.named[s], func(p string) bool { return p != f }) {
				k.released[f] = true
			}
		}
		if h := s.Handle(); h.Held() > 0 && h.Base() != ledger.Outside && !elsewhere {
			o.only = append(o.only, s)
		}
	}
}

// A leftover is a session whose only owners are places of the package.
type leftover struct {
	places []string
	v      Violation
}

// entry returns what a place of the package holds when a function is called: what
// some function stores there. Where none does, anything may be there: other code
// has put it there.
func (m *machine) entry(place string, variable bool) any {
	k := m.before
	switch {
	case k == nil && variable:
		m.kept.read[place] = true
		return nil
	case k == nil:
		return m.l.Param()
	}
	var ways []func() any
	if variable {
		ways = append(ways, func() any { return nil })
	}
	if k.owned[place] || !k.lent[place] {
		ways = append(ways, m.given)
	}
	if k.lent[place] {
		ways = append(ways, m.borrowed)
	}
	return ways[m.path.choose(len(ways))]()
}

// given is a session with a reference.
func (m *machine) given() any {
	top := m.top
	m.top = &frame{}
	s := m.l.Param()
	m.top = top
	if s != nil {
		m.objects[s.Handle().Origin().Seq] = s.Handle().Object()
	}
	return s
}

// borrowed is a session that a connection somewhere lends.
func (m *machine) borrowed() any {
	top := m.top
	m.top, m.entering = &frame{}, true
	s := m.l.ParamConn().Get0Session()
	m.top, m.entering = top, false
	h := s.Handle()
	m.objects[h.Origin().Seq] = h.Object()
	m.foreign[h.Object()] = true
	return s
}

// reachable reports whether nobody has to say that what some places hold is lost:
// an element, or what a variable holds as long as the program runs.
func reachable(places []string) bool {
	return slices.ContainsFunc(places, func(p string) bool {
		return strings.HasSuffix(p, elements) || strings.HasPrefix(p, variablePlace)
	})
}

// variablePlace begins the name of a variable's place.
const variablePlace = "var "

// unreleased reports whether nobody ever releases what a place holds.
func (k *keeping) unreleased(places []string) bool {
	return len(places) > 0 && !slices.ContainsFunc(places, func(p string) bool { return k.released[p] })
}

// releases reports whether somebody releases what one of some places holds.
func (k *keeping) releases(places []string) bool {
	return slices.ContainsFunc(places, func(p string) bool { return k.released[p] })
}

// entries reports whether a function finds something in a place of the package that
// an argument does not have.
func (k *keeping) entries() bool {
	return len(k.lent) > 0 || len(k.read) > 0
}

// judgeLeft adds what was left in places that nobody ever empties.
func (t *Truth) judgeLeft(k *keeping) {
	keys := make([]string, 0, len(t.left))
	for key := range t.left {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	for _, key := range keys {
		if l := t.left[key]; k.unreleased(l.places) {
			t.Violations = append(t.Violations, l.v)
		}
	}
	for _, l := range t.stale {
		if k.releases(l.places) {
			t.Violations = append(t.Violations, l.v)
		}
	}
}
