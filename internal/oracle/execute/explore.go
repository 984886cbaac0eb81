package execute

import (
	"cmp"
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strconv"

	"github.com/sessionlint/sessionlint/internal/ledger"
	"github.com/sessionlint/sessionlint/session"
)

// A Violation is one fault that some run has shown.
type Violation struct {
	Check  string
	Lines  []int // that were being executed, the innermost first; none: the owner noticed
	Origin []int // where the session came from, likewise
	First  bool  // in some run nothing was wrong with this session before
	Text   string

	// Said is what follows from the places of the package, and the runtime does not
	// notice.
	Said bool
}

// A Truth is what all runs of a function have shown.
type Truth struct {
	Violations []Violation
	Blind      []int // lines at which the status of an up_ref is ignored
	Reached    []int // lines executed
	Live       []int // of them, those with an operation, perhaps in a callee, on a session that is there
	Endless    []int // of them, those after which no run has ended; of those that give a session in some run, no run in which they do
	Runs       int
	Panics     int
	Truncated  bool

	// Spoiled are the lines that give sessions with which something is wrong
	// already, and no others.
	Spoiled []int

	left  map[string]leftover
	stale []leftover
}

// Limits bound the runs of a function.
type Limits struct {
	Runs    int  // in all
	Choices int  // that are tried out in a run; later ones go the first way
	Hasty   bool // to give up as soon as it shows that Runs are far too few
	Wide    bool // arguments are lists of up to three elements, and negative numbers, too
}

// Explore executes a function in every way.
func (p *Package) Explore(name string, limits Limits) (Truth, error) {
	fn, ok := p.Types.Scope().Lookup(name).(*types.Func)
	if !ok {
		return Truth{}, fmt.Errorf("no function %s", name)
	}
	return p.ExploreFunc(fn, limits)
}

// ExploreAll executes all functions and methods, in the order of the text. What it
// cannot execute on its own has an error. Other than ExploreFunc it knows what the
// functions leave in places of the package, and who releases it; alone is without.
func (p *Package) ExploreAll(limits Limits) (fns []*types.Func, alone, truths []Truth, errs []error) {
	fns = p.Functions()
	alone, truths, errs = make([]Truth, len(fns)), make([]Truth, len(fns)), make([]error, len(fns))
	kept := newKeeping()
	for i, fn := range fns {
		alone[i], errs[i] = p.explore(fn, limits, kept, nil)
		truths[i] = alone[i].clone()
	}
	if kept.entries() {
		before := kept
		kept = newKeeping()
		for i, fn := range fns {
			truths[i], errs[i] = p.explore(fn, limits, kept, before)
		}
	}
	for i := range truths {
		truths[i].judgeLeft(kept)
	}
	return fns, alone, truths, errs
}

func (t Truth) clone() Truth {
	out := t
	out.Violations = slices.Clone(t.Violations)
	for i, v := range t.Violations {
		out.Violations[i].Lines, out.Violations[i].Origin = slices.Clone(v.Lines), slices.Clone(v.Origin)
	}
	for _, list := range []*[]int{&out.Blind, &out.Reached, &out.Live, &out.Endless, &out.Spoiled} {
		*list = slices.Clone(*list)
	}
	return out
}

// Functions returns all declared functions and methods, in the order of the text.
func (p *Package) Functions() []*types.Func {
	var out []*types.Func
	for fn := range p.decls {
		out = append(out, fn)
	}
	slices.SortFunc(out, func(a, b *types.Func) int { return cmp.Compare(a.Pos(), b.Pos()) })
	return out
}

// Lines returns the first and the last line of a function.
func (p *Package) Lines(fn *types.Func) (from, to int) {
	decl := p.decls[fn]
	return p.line(decl.Pos()), p.line(decl.End())
}

// ExploreFunc executes a function or a method in every way.
func (p *Package) ExploreFunc(fn *types.Func, limits Limits) (Truth, error) {
	return p.explore(fn, limits, newKeeping(), nil)
}

func (p *Package) explore(fn *types.Func, limits Limits, kept, before *keeping) (truth Truth, err error) {
	decl := p.decls[fn]
	e := &explorer{p: p, fn: fn, longest: 2, kept: kept, before: before, ints: constants(decl), seen: map[string]int{}, left: map[string]leftover{}, spoils: map[int]bool{}, blind: map[int]bool{}}
	if limits.Wide {
		e.longest = 3
		e.ints = append([]int64{-1}, e.ints...)
	}
	path := &choices{depth: limits.Choices}
	defer func() {
		if r := recover(); r != nil {
			u, ok := r.(*Unsupported)
			if !ok {
				panic(r)
			}
			err = u
		}
	}()
	for more := true; more; more = path.next() {
		if e.truth.Runs == limits.Runs || limits.Hasty && hopeless(path, e.truth.Runs, limits.Runs) {
			e.truth.Truncated = true
			break
		}
		path.at = 0
		e.run(path)
	}
	e.truth.Truncated = e.truth.Truncated || path.cut
	e.truth.left, e.truth.stale = e.left, e.dangling
	for line, all := range e.spoils {
		if all {
			e.truth.Spoiled = append(e.truth.Spoiled, line)
		}
	}
	slices.Sort(e.truth.Spoiled)
	e.truth.Blind, e.truth.Reached, e.truth.Live = keys(e.blind), e.reached.without(nil), e.live.without(nil)
	e.truth.Endless = e.reached.without(e.ended)
	for _, line := range e.giving.without(e.given) { // ended where there was none
		if !slices.Contains(e.truth.Endless, line) {
			e.truth.Endless = append(e.truth.Endless, line)
		}
	}
	slices.Sort(e.truth.Endless)
	return e.truth, nil
}

// hopeless reports whether after some runs of those allowed a function has so many
// ways left that it would take many times as many. Asked at a few stages only: what
// comes first may be no measure for the rest.
func hopeless(path *choices, runs, allowed int) bool {
	switch runs {
	case allowed / 8, allowed / 4, allowed / 2:
		return path.done()*3*float64(allowed) < float64(runs)
	}
	return false
}

func keys(m map[int]bool) []int {
	out := make([]int, 0, len(m))
	for k := range m {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}

// explorer collects the runs of one function.
type explorer struct {
	p        *Package
	fn       *types.Func
	ints     []int64
	longest  int // list among the arguments
	truth    Truth
	seen     map[string]int
	kept     *keeping
	before   *keeping
	left     map[string]leftover
	dangling []leftover
	spoils   map[int]bool // of a line: whether all sessions were spoiled
	blind    map[int]bool
	now      lines // executed in the run under way
	reached  lines
	ended    lines // reached by a run that has ended
	giving   lines // that gave a session
	given    lines // of them, in a run that has ended
	live     lines
	stale    map[int]bool // handles of the run under way that had a reference of their own
}

// run executes the function once.
func (e *explorer) run(path *choices) {
	e.truth.Runs++
	e.stale = map[int]bool{}
	clear(e.now)
	l := session.NewLedger()
	m := &machine{
		p: e.p, l: l, path: path, globals: map[*types.Var]*cell{}, answers: map[answer]int{},
		blind: e.blind, reached: &e.now, live: &e.live, top: &frame{}, objects: map[int]any{}, foreign: map[any]bool{},
		kept: e.kept, before: e.before,
	}
	e.kept.loaded = map[*session.Session]map[string]bool{}
	l.SetPlace(m.here)
	l.SetOutcome(m.outcome)
	only, returned, ends := e.once(m)
	if !returned {
		e.truth.Panics++
	}
	e.reached.addAll(e.now)
	if ends {
		e.ended.addAll(e.now)
	}
	for _, g := range m.gifts {
		for _, line := range append([]int{g.line}, g.calls...) {
			e.giving.add(line)
			if ends {
				e.given.add(line)
			}
		}
	}
	wrong := map[any]bool{}
	spoiled := map[any]int{} // by which violation
	for i, v := range append(l.Violations(), l.Leaks()...) {
		if v.Kind == session.MissingFree && !returned || v.Kind == session.TwoCaches {
			continue
		}
		object := m.objects[v.Origin.Seq]
		if _, ok := spoiled[object]; v.Kind != session.MissingFree && !ok {
			spoiled[object] = i
		}
		if m.foreign[object] {
			wrong[object] = true // an earlier call's
		}
		e.note(m, v, i, wrong, object)
	}
	for _, v := range m.visits {
		if v.bare {
			e.add(Violation{Check: string(session.CallbackRef), Lines: []int{v.answer}, Origin: []int{v.at}, Text: "callbackref: kept without a reference", Said: true})
		}
	}
	for _, g := range m.gifts {
		if by, ok := spoiled[g.object]; ok && by < g.wrong {
			if _, ok := e.spoils[g.line]; !ok {
				e.spoils[g.line] = true
			}
		} else {
			e.spoils[g.line] = false
		}
	}
	for s, places := range only {
		h := s.Handle()
		if returned {
			at := m.where(h.Origin())
			key := fmt.Sprint(at, places)
			lines := slices.Clone(at)
			for _, g := range m.gifts {
				if g.of != s {
					continue
				}
				for _, line := range append([]int{g.line}, g.calls...) {
					if !slices.Contains(lines, line) {
						lines = append(lines, line) // a reference that was added
					}
				}
			}
			e.left[key] = leftover{places, Violation{
				Check: string(session.MissingFree), Lines: lines, Origin: at, Text: fmt.Sprintf("left in %v, where nothing frees it", places),
				First: e.left[key].v.First || !reachable(places) && !wrong[h.Object()],
			}}
		}
	}
}

// note adds a violation of a run; wrong are the objects with which something was
// wrong before in the run.
func (e *explorer) note(m *machine, v session.Violation, number int, wrong map[any]bool, object any) {
	first := object == nil || !wrong[object]
	if v.Kind != session.MissingFree {
		wrong[object] = true
	}
	found := Violation{
		Check: string(v.Kind), Lines: m.where(v.Event), Origin: m.where(v.Origin), First: first,
		Text: fmt.Sprintf("%s %s", v.Kind, v.Op),
	}
	if len(found.Lines) == 0 && v.Kind == session.DanglingBorrow && e.stale[v.Origin.Seq] {
		found.First = false // likewise: its own reference was given up
	}
	if v.Object != session.SessionObject || len(found.Lines) == 0 && v.Kind == session.UseAfterFree {
		// Not a session; or a pointer to nothing that was left somewhere: nobody has
		// used it yet.
		found.First = false
	}
	if visit := m.visitOf(v); visit != nil {
		answer := Violation{Check: string(session.CallbackRef), Lines: []int{visit.answer}, Origin: found.Origin, First: found.First, Text: "callbackref after " + found.Text}
		if v.Kind == session.MissingFree && visit.stored {
			found.First = false // what was kept in a place is lost there some time later
		}
		switch instead, besides := visit.judge(v.Kind); {
		case instead:
			found = answer
		case besides:
			// One of them was first; what comes later comes of the answer.
			before := visit.before(e.p, number, found.Lines)
			answer.First, found.First = found.First && !before, found.First && before
			e.add(answer)
		}
	}
	e.add(found)
}

// add adds a violation to those that are known.
func (e *explorer) add(found Violation) {
	key := fmt.Sprint(found.Check, found.Lines, found.Origin)
	if i, ok := e.seen[key]; ok {
		e.truth.Violations[i].First = e.truth.Violations[i].First || found.First
		return
	}
	e.seen[key] = len(e.truth.Violations)
	e.truth.Violations = append(e.truth.Violations, found)
}

// once calls the function and settles what it leaves. It reports whether the
// function returned, whether the run has an end at all, and the sessions that only
// places of the package own.
func (e *explorer) once(m *machine) (only map[*session.Session][]string, returned, ends bool) {
	w := &owner{m: m, named: map[*session.Session][]string{}, places: map[*session.Session]int{}, results: map[*session.Session]bool{}, outside: map[*session.Session]bool{}, seen: map[any]bool{}}
	sig := e.fn.Signature()
	var params []types.Type
	if r := sig.Recv(); r != nil {
		params = append(params, r.Type())
	}
	for i := range sig.Params().Len() {
		params = append(params, sig.Params().At(i).Type())
	}
	args := make([]any, len(params))
	for i, t := range params {
		args[i] = e.argument(w, t)
	}
	var results []any
	returned, endlessly := m.completes(func() {
		results = m.callDecl(e.fn, nil, args)
		m.top = &frame{}
		m.finish()
	})
	m.current = nil
	m.forget()
	m.top = &frame{}
	for _, v := range globalsOf(m) {
		w.walk(m.globals[v].v, w.outside, e.p.varPlace(v))
	}
	for i, v := range args {
		switch t := params[i]; {
		case direct(t):
		case isOut(t):
			w.walk(v, w.results, "") // as good as a result
		default:
			w.walk(v, w.outside, "")
		}
	}
	for _, v := range results {
		w.walk(v, w.results, "")
	}
	lost, dangling := w.dropped(), w.stale()
	if returned {
		for _, v := range lost {
			e.add(v)
		}
		for _, l := range dangling {
			if key := fmt.Sprint("stale", l.v.Lines, l.places); e.seen[key] == 0 {
				e.seen[key] = 1
				e.dangling = append(e.dangling, l)
			}
		}
	}
	w.settle()
	for _, s := range w.order {
		h := s.Handle()
		e.stale[h.Origin().Seq] = h.Base() == ledger.Owned || h.GaveUp()
	}
	only = map[*session.Session][]string{}
	for _, s := range w.only {
		only[s] = w.named[s]
	}
	return only, returned, !endlessly
}

// direct reports whether a parameter is a handle, which stays the caller's.
func direct(t types.Type) bool { return handleName(t) != "" }

// isOut reports whether a parameter is a place for a handle.
func isOut(t types.Type) bool {
	p, ok := types.Unalias(t).(*types.Pointer)
	return ok && direct(p.Elem())
}

// globalsOf returns the package's variables that were used, in the order of their
// declaration.
func globalsOf(m *machine) []*types.Var {
	var vars []*types.Var
	for v := range m.globals {
		vars = append(vars, v)
	}
	slices.SortFunc(vars, func(a, b *types.Var) int { return cmp.Compare(a.Pos(), b.Pos()) })
	return vars
}

// argument makes a value for a parameter. What it is is chosen.
func (e *explorer) argument(w *owner, t types.Type) any {
	m := w.m
	switch handleName(t) {
	case "Session":
		return m.l.Param()
	case "Conn":
		c := m.l.ParamConn()
		w.conns = append(w.conns, c)
		return c
	case "Context":
		return m.l.ParamContext()
	}
	if types.Identical(t, types.Universe.Lookup("error").Type()) {
		if m.path.choose(2) == 1 {
			return &failure{"chosen"}
		}
		return nil
	}
	switch u := t.Underlying().(type) {
	case *types.Basic:
		switch {
		case u.Info()&types.IsBoolean != 0:
			return m.path.choose(2) == 1
		case u.Info()&types.IsInteger != 0:
			ints := e.ints
			if u.Info()&types.IsUnsigned != 0 {
				ints = slices.DeleteFunc(slices.Clone(ints), func(n int64) bool { return n < 0 })
			}
			return ints[m.path.choose(len(ints))]
		case u.Info()&types.IsString != 0:
			return []string{"", "a"}[m.path.choose(2)]
		}
	case *types.Slice:
		l := list{}
		for range m.path.choose(e.longest + 1) {
			l = append(l, &cell{e.argument(w, u.Elem())})
		}
		return l
	case *types.Map:
		return &table{values: map[any]any{}}
	case *types.Chan:
		return &channel{size: 8}
	case *types.Pointer:
		if _, ok := u.Elem().Underlying().(*types.Struct); ok {
			return &cell{e.structure(w, u.Elem())}
		}
		return &cell{m.zero(u.Elem())}
	case *types.Struct:
		return e.structure(w, t)
	}
	m.unsupported("argument of type " + t.String())
	return nil
}

// structure makes a struct whose handles are there.
func (e *explorer) structure(w *owner, t types.Type) *structure {
	s := w.m.zero(t).(*structure)
	u := t.Underlying().(*types.Struct)
	conns := w.conns
	for i := range u.NumFields() {
		if place := w.m.p.fieldPlace(s.typ, u.Field(i)); place != "" && handleName(u.Field(i).Type()) == "Session" {
			given := asSession(w.m.entry(place, false))
			s.fields[i].v = handle(given)
			if given != nil {
				w.m.entries = append(w.m.entries, entry{place, given})
			}
			continue
		}
		switch f := u.Field(i).Type().Underlying().(type) {
		case *types.Pointer, *types.Map:
			if direct(f) || !isPointer(f) {
				s.fields[i].v = e.argument(w, u.Field(i).Type())
			}
		case *types.Basic:
			if f.Info()&types.IsBoolean != 0 {
				s.fields[i].v = e.argument(w, f)
			}
		}
	}
	w.conns = conns // those in there are the struct's
	return s
}

func isPointer(t types.Type) bool { _, ok := t.(*types.Pointer); return ok }

// constants returns the integers worth trying: those that the function mentions,
// their neighbours, and the small ones.
func constants(fn *ast.FuncDecl) []int64 {
	out := []int64{0, 1, 2}
	ast.Inspect(fn, func(n ast.Node) bool {
		if lit, ok := n.(*ast.BasicLit); ok && lit.Kind == token.INT {
			if v, err := strconv.ParseInt(lit.Value, 0, 64); err == nil && v < 1000 {
				out = append(out, v, v+1)
			}
		}
		return true
	})
	slices.Sort(out)
	return slices.Compact(out)
}

// Shift moves all lines.
func (t *Truth) Shift(by int) {
	move := func(lines []int) {
		for i := range lines {
			lines[i] += by
		}
	}
	for _, v := range t.Violations {
		move(v.Lines)
		move(v.Origin)
	}
	for _, list := range [][]int{t.Blind, t.Reached, t.Live, t.Endless, t.Spoiled} {
		move(list)
	}
}
