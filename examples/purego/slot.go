package pool

import "github.com/sessionlint/sessionlint/session"

// A Slot keeps the session of the last connection to one host. Like pool.go,
// this file counts its references right.
type Slot struct {
	session *session.Session
}

// Fill keeps the connection's session in place of the older one.
func (t *Slot) Fill(c *session.Conn) error {
	s := c.Get0Session()
	if s == nil {
		return errNoSession
	}
	if !s.UpRef() {
		return errNoSession
	}
	if t.session != nil {
		t.session.Free()
	}
	t.session = s
	return nil
}

// Offer makes the connection resume the session, if it is younger than oldest.
func (t *Slot) Offer(c *session.Conn, oldest int64) bool {
	if t.session != nil && t.session.Time() < oldest {
		t.session.Free()
		t.session = nil
	}
	return c.SetSession(t.session)
}

// Left asks a connection that resumes the session for how long it is good.
func (t *Slot) Left(x *session.Context) int64 {
	c := x.NewConn()
	defer c.Free()
	if !c.SetSession(t.session) {
		return 0
	}
	s := c.Get0Session()
	if s == nil {
		return 0
	}
	return s.Timeout()
}

// Total adds up how long the sessions of many connections are good.
func Total(conns []*session.Conn) int64 {
	var total int64
	for _, c := range conns {
		s := c.Get1Session()
		if s == nil {
			continue
		}
		total += s.Timeout()
		s.Free()
	}
	return total
}

// Move makes another connection resume the session, and returns it if asked to.
func Move(from, to *session.Conn, keep bool) (*session.Session, error) {
	s := from.Get1Session()
	if s == nil {
		return nil, errNoSession
	}
	ok := to.SetSession(s)
	switch {
	case !ok:
		s.Free()
		return nil, errNoSession
	case keep:
		return s, nil
	default:
		s.Free()
		return nil, nil
	}
}

// Older reports whether a's session is older than b's.
func Older(a, b *session.Conn) (bool, error) {
	s := a.Get1Session()
	if s == nil {
		return false, errNoSession
	}
	defer func() { s.Free() }()
	than := b.Get1Session()
	if than == nil {
		return false, errNoSession
	}
	defer func() { than.Free() }()
	return s.Time() < than.Time(), nil
}
