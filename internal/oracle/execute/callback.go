package execute

import (
	"go/ast"
	"go/types"
	"slices"

	"github.com/sessionlint/sessionlint/session"
)

// This file lets the library call what was registered, and says which answer of a
// callback was wrong. What comes of a wrong answer the runtime notices, now or much
// later: a reference that nobody has, one that was freed and is given back as well,
// a loan that was kept. What is wrong is the return.

// A visit is one call of a callback by the library.
type visit struct {
	seq    int  // the event that began it
	at     int  // the line at which the callback was registered
	offers bool // a reference comes with the session that it gets
	answer int  // the line of the return
	kept   bool // it has said that the reference is its own now
	stored bool // all references to the session are in some place
	bare   bool // a place keeps the session without a reference
	wrongs int  // the violations there were when it returned
	gave   int  // the event that made the handle which it returned, or 0
	copied bool // it has said that the library is to add a reference
}

// onNew registers f for new sessions.
func (m *machine) onNew(x *session.Context, f any) {
	at := m.top.line
	x.OnNewSession(func(c *session.Conn, s *session.Session) bool {
		v := m.visited(s, at)
		v.offers = true
		out := m.callValue(f, []any{c, s})
		v.answer, v.kept = m.answered, out[0].(bool)
		places, held := m.placesOf(f, s), s.Handle().Held()
		v.stored = places > 0 && places >= held
		v.bare = !v.kept && places > held-1
		v.wrongs = len(m.l.Violations())
		return v.kept
	})
}

// placesOf counts the places that hold a session, among package variables and what a
// function has captured.
func (m *machine) placesOf(f any, s *session.Session) int {
	w := &owner{m: m, named: map[*session.Session][]string{}, places: map[*session.Session]int{}, seen: map[any]bool{}}
	for _, v := range globalsOf(m) {
		w.walk(m.globals[v].v, map[*session.Session]bool{}, "")
	}
	if c, ok := f.(*closure); ok {
		for _, at := range c.captured {
			w.walk(at.v, map[*session.Session]bool{}, "")
		}
	}
	return w.places[s]
}

// onRemove registers f for sessions that leave the cache.
func (m *machine) onRemove(x *session.Context, f any) {
	at := m.top.line
	x.OnRemoveSession(func(x *session.Context, s *session.Session) {
		m.visited(s, at)
		m.callValue(f, []any{x, s})
	})
}

// onGet registers f for sessions that the cache lacks.
func (m *machine) onGet(x *session.Context, f any) {
	at := m.top.line
	x.OnGetSession(func(c *session.Conn, id []byte) (*session.Session, bool) {
		v := &visit{seq: c.Handle().Origin().Seq, at: at}
		m.visits = append(m.visits, v)
		out := m.callValue(f, []any{c, list{}})
		s := asSession(out[0])
		v.answer, v.copied = m.answered, out[1].(bool)
		if s != nil {
			if h := s.Handle(); !h.Valid() && h.Lost().Seq < v.seq {
				// It was gone before: whatever the answer is, something else is wrong.
				m.gifts = append(m.gifts, gift{line: m.answered, of: s, object: h.Object(), wrong: len(m.l.Violations())})
			}
			v.gave = s.Handle().Origin().Seq
			v.bare = !v.copied && m.placesOf(f, s) > s.Handle().Held()-1
		}
		v.wrongs = len(m.l.Violations())
		return s, v.copied
	})
}

// visited notes that a callback is called, with a session.
func (m *machine) visited(s *session.Session, at int) *visit {
	v := &visit{seq: s.Handle().Origin().Seq, at: at}
	m.visits = append(m.visits, v)
	m.objects[v.seq] = s.Handle().Object()
	m.gave(s)
	return v
}

// visitOf returns the call of a callback that got the session of a violation, or
// that gave it at that time; nil if there is none.
func (m *machine) visitOf(found session.Violation) *visit {
	for i := len(m.visits) - 1; i >= 0; i-- {
		v := m.visits[i]
		if v.offers && v.seq == found.Origin.Seq || v.gave != 0 && v.gave == found.Origin.Seq && v.seq <= found.Seq {
			return v
		}
	}
	return nil
}

// where returns the lines of an event. The library's own, around a callback, are
// where that was registered.
func (m *machine) where(e session.Event) []int {
	if e.At.File == "" || e.At.File == ownFile {
		return m.p.lines(e.At.Line)
	}
	for i := len(m.visits) - 1; i >= 0; i-- {
		if v := m.visits[i]; v.seq <= e.Seq {
			return []int{v.at}
		}
	}
	return nil
}

// Registered reports whether a declared function is passed to an operation of the
// runtime, which calls it: then it is no function for others to call.
func (p *Package) Registered(fn *types.Func) bool {
	found := false
	for _, file := range p.Files {
		ast.Inspect(file, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok {
				return true
			}
			sel, ok := call.Fun.(*ast.SelectorExpr)
			if !ok || p.Info.Uses[sel.Sel] == nil || p.Info.Uses[sel.Sel].Pkg() == nil || p.Info.Uses[sel.Sel].Pkg().Path() != SessionPath {
				return true
			}
			for _, a := range call.Args {
				if id, ok := a.(*ast.Ident); ok && p.Info.Uses[id] == fn {
					found = true
				}
			}
			return true
		})
	}
	return found
}

// judge says what a violation of the session that a callback got or gave shows of
// the answer: that this is what is wrong instead, or that it is wrong besides.
func (v *visit) judge(kind session.Kind) (instead, besides bool) {
	switch {
	case kind == session.CallbackRef, kind == session.MissingFree && (v.kept && !v.stored || v.copied):
		return true, false
	case kind != session.MissingFree && !v.kept && !v.copied:
		return false, true
	}
	return false, false
}

// before reports whether the violation with a number was one of the callback itself,
// before its answer. What is freed and given back as well is noted behind it.
func (v *visit) before(p *Package, number int, lines []int) bool {
	return number < v.wrongs || !v.bare && p.inside(lines, v.answer)
}

// inside reports whether one of some lines is in the function that has another one.
func (p *Package) inside(lines []int, line int) bool {
	from, to := 0, 0
	for _, file := range p.Files {
		ast.Inspect(file, func(n ast.Node) bool {
			if n == nil || p.line(n.Pos()) > line || p.line(n.End()) < line {
				return n == file
			}
			switch n.(type) {
			case *ast.FuncDecl, *ast.FuncLit:
				from, to = p.line(n.Pos()), p.line(n.End())
			}
			return true
		})
	}
	return slices.ContainsFunc(lines, func(n int) bool { return from <= n && n <= to })
}
