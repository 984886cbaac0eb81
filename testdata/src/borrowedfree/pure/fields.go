package pure

import "github.com/sessionlint/sessionlint/session"

// A glance is lent its session by the connection.
type glance struct {
	conn *session.Conn
	sess *session.Session
}

func newGlance(c *session.Conn) *glance { return &glance{conn: c, sess: c.Get0Session()} }

// close frees what is not its own (trap: a field that only borrows).
func (g *glance) close() {
	g.sess.Free() // want borrowedfree "only loans are stored in glance.sess"
	g.sess = nil
}

// Glanced closes one.
func Glanced(c *session.Conn) int64 {
	g := newGlance(c)
	t := g.sess.Time()
	g.close()
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
