package execute

import (
	"go/types"

	"github.com/sessionlint/sessionlint/session"
)

// operation executes an operation of package session.
func (m *machine) operation(recv any, name string, sig *types.Signature, args []any) []any {
	if name == "UpRef" && m.unseen() {
		m.blind[m.ignoredAt()] = true
	}
	if sig.Recv() == nil {
		return m.function(name, args)
	}
	switch handleName(sig.Recv().Type()) {
	case "Session", "":
		return m.onSession(asSession(recv), name, args)
	case "Conn":
		return m.onConn(asConn(recv), name, args)
	case "Context":
		return m.onContext(asContext(recv), name, args)
	}
	m.unsupported("operation " + name)
	return nil
}

func (m *machine) function(name string, args []any) []any {
	switch name {
	case "New":
		m.wrote()
		return m.made(m.l.New())
	case "Keep":
		session.Keep(asSession(args[0]))
		return nil
	case "D2I":
		m.wrote()
		if args[0] != nil {
			m.unsupported("D2I into a session")
		}
		return m.made(m.l.D2I(nil, encoded))
	case "Same":
		return []any{session.Same(asSession(args[0]), asSession(args[1]))}
	}
	m.unsupported("session." + name)
	return nil
}

// encoded is a session that D2I accepts.
var encoded = session.NewLedger().New().I2D()

// made returns a session that an operation has given, and notes whose handle it
// is.
func (m *machine) made(s *session.Session) []any {
	if s != nil {
		m.objects[s.Handle().Origin().Seq] = s.Handle().Object()
		m.gave(s)
		m.lives()
	}
	return []any{handle(s)}
}

// gave notes that the operation under way gives a reference to a session, or lends
// it.
func (m *machine) gave(s *session.Session) {
	g := gift{line: m.top.line, of: s, object: s.Handle().Object(), wrong: len(m.l.Violations())}
	for f := m.top.up; f != nil && f.line != 0; f = f.up {
		g.calls = append(g.calls, f.line)
	}
	m.gifts = append(m.gifts, g)
}

// freed notes where a session is freed.
func (m *machine) freed(s *session.Session) {
	if m.freedAt == nil {
		m.freedAt = map[*session.Session][]int{}
	}
	for f := m.top; f != nil && f.line != 0; f = f.up {
		m.freedAt[s] = append(m.freedAt[s], f.line)
	}
}

// lives notes that the operation under way has a session.
func (m *machine) lives() {
	for f := m.top; f != nil; f = f.up {
		m.live.add(f.line)
	}
}

// wrote says that an operation which is not pure comes.
func (m *machine) wrote() { clear(m.answers) }

func (m *machine) onSession(s *session.Session, name string, args []any) []any {
	if s != nil {
		m.lives()
	}
	switch name {
	case "Time":
		return []any{s.Time()}
	case "Timeout":
		return []any{s.Timeout()}
	case "Resumable":
		return []any{s.Resumable()}
	}
	m.wrote()
	switch name {
	case "Free":
		for f := range m.kept.loaded[s] {
			m.kept.released[f] = true
		}
		if s != nil {
			m.freed(s)
		}
		s.Free()
		return nil
	case "UpRef":
		ok := s.UpRef()
		if s != nil {
			m.gave(s) // behind it: it may be a use of what is gone itself
		}
		return []any{ok}
	case "Dup":
		return m.made(s.Dup())
	case "SetTimeout":
		s.SetTimeout(args[0].(int64))
		return nil
	case "SetVersion":
		s.SetVersion(session.Version(args[0].(int64)))
		return nil
	case "SetTime":
		s.SetTime(args[0].(int64))
		return nil
	case "SetHostname":
		return []any{s.SetHostname(args[0].(string))}
	case "I2D":
		s.I2D()
		return []any{list{}}
	}
	m.unsupported("Session." + name)
	return nil
}

func (m *machine) onConn(c *session.Conn, name string, args []any) []any {
	if name == "Get0Session" {
		m.pure = &answer{name, c}
		s := c.Get0Session()
		m.pure = nil
		return m.made(s)
	}
	m.wrote()
	switch name {
	case "Get1Session":
		return m.made(c.Get1Session())
	case "SetSession":
		return []any{c.SetSession(asSession(args[0]))}
	case "Handshake":
		return []any{c.Handshake()}
	case "Read":
		return []any{c.Read()}
	case "Shutdown":
		return []any{c.Shutdown()}
	case "SetAccept":
		c.SetAccept()
		return nil
	case "Clear":
		return []any{c.Clear()}
	case "UpRef":
		return []any{c.UpRef()}
	case "Free":
		c.Free()
		return nil
	}
	m.unsupported("Conn." + name)
	return nil
}

func (m *machine) onContext(x *session.Context, name string, args []any) []any {
	m.wrote()
	switch name {
	case "NewConn":
		return []any{handle(x.NewConn())}
	case "AddSession":
		return []any{x.AddSession(asSession(args[0]))}
	case "RemoveSession":
		return []any{x.RemoveSession(asSession(args[0]))}
	case "Free":
		x.Free()
		return nil
	case "OnNewSession":
		m.onNew(x, args[0])
		return nil
	case "OnGetSession":
		m.onGet(x, args[0])
		return nil
	case "OnRemoveSession":
		m.onRemove(x, args[0])
		return nil
	case "SetVersion":
		x.SetVersion(session.Version(args[0].(int64)))
		return nil
	case "SetCacheMode":
		x.SetCacheMode(session.CacheMode(args[0].(int64)))
		return nil
	case "FlushSessions":
		x.FlushSessions(args[0].(int64))
		return nil
	}
	m.unsupported("Context." + name)
	return nil
}

// outcome decides what an operation that can fail does.
func (m *machine) outcome(op string) session.Outcome {
	if m.entering {
		return session.Succeed
	}
	if op == "Session.UpRef" && m.unseen() {
		return session.Natural // that nobody looks is a finding of its own
	}
	if m.pure != nil {
		if v, ok := m.answers[*m.pure]; ok {
			return session.Outcome(v)
		}
	}
	out := session.Natural
	if op == "Conn.Get0Session" || op == "Conn.Get1Session" {
		out = session.Succeed // a handshake that nobody has modelled may have been made
	}
	if m.path.choose(2) == 1 {
		out = session.Fail
	}
	if m.pure != nil {
		m.answers[*m.pure] = int(out)
	}
	return out
}

// handleName returns the name of a type of handles, "" for any other.
func handleName(t types.Type) string {
	if p, ok := types.Unalias(t).(*types.Pointer); ok {
		if n, ok := types.Unalias(p.Elem()).(*types.Named); ok && n.Obj().Pkg() != nil && n.Obj().Pkg().Path() == SessionPath {
			return n.Obj().Name()
		}
	}
	return ""
}
