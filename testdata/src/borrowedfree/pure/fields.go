package pure

import "github.com/sessionlint/sessionlint/session"

// A glance is lent its session by the connection.
type glance struct {
	conn     *session.Conn
	glimpsed *session.Session
}

func newGlance(c *session.Conn) *glance { return &glance{conn: c, glimpsed: c.Get0Session()} }

// close frees what is not its own (trap: a field that only borrows).
func (g *glance) close() {
	g.glimpsed.Free() // want borrowedfree "only loans are stored in "
	g.glimpsed = nil
}

func (g *glance) glimpsedAt() int64 { return g.glimpsed.Time() }

// Glanced closes one. To another package that is wrong here as well.
func Glanced(c *session.Conn) int64 {
	g := newGlance(c)
	t := g.glimpsedAt()
	g.close() // may borrowedfree
	return t
}

// A grip has a reference of its own.
type grip struct{ sess *session.Session }

func newGrip(c *session.Conn) *grip {
	g := &grip{sess: c.Get0Session()}
	if !g.sess.UpRef() {
		g.sess = nil
	}
	return g
}

func (g *grip) close() { g.sess.Free() }

// Gripped closes one.
func Gripped(c *session.Conn) {
	g := newGrip(c)
	g.close()
}

// A hint is given a session only where none was borrowed.
type hint struct{ sess *session.Session }

func (h *hint) close() { h.sess.Free() }

// Hinted borrows on one way and stores nil on the other (trap: a store that a flag
// keeps apart from the loan).
func Hinted(c *session.Conn, flag bool) {
	var s *session.Session
	lent := false
	if flag {
		s = c.Get0Session()
		lent = true
	}
	if !lent {
		h := &hint{sess: s}
		h.close()
	}
}

// A hunch is given what may have been borrowed.
type hunch struct{ sess *session.Session }

func (h *hunch) close() {
	h.sess.Free() // want borrowedfree "only loans are stored in "
}

// Hunched stores nil or a loan.
func Hunched(c *session.Conn, flag bool) {
	var s *session.Session
	if flag {
		s = c.Get0Session()
	}
	h := &hunch{sess: s}
	h.close() // may borrowedfree
}

// A rest is given what was freed, and what only the connection still holds.
type rest struct{ sess *session.Session }

func (r *rest) close() { r.sess.Free() }

// Rested frees twice, the second time out of a field (trap: what is lent because
// it was given away is no loan of its own).
func Rested(c *session.Conn) {
	s := c.Get1Session()
	if s == nil {
		return
	}
	if !c.SetSession(s) {
		s.Free()
		return
	}
	s.Free()
	r := &rest{sess: s}
	r.close() // want doublefree
}
