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
