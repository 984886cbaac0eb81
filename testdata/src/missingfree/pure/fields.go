package pure

import "github.com/sessionlint/sessionlint/session"

// A Cell owns the session in its field.
type Cell struct {
	conn *session.Conn
	sess *session.Session
}

// Close frees it.
func (c *Cell) Close() {
	c.sess.Free()
	c.sess = nil
}

// Renew frees the old one first.
func (c *Cell) Renew() {
	c.sess.Free()
	c.sess = c.conn.Get1Session()
}

// RenewForgets does not.
//
//fixture:norun what the field held is the cell's until somebody makes one
func (c *Cell) RenewForgets() {
	c.sess = c.conn.Get1Session() // want missingfree
}

// Clear forgets what was there.
//
//fixture:norun what the field held is the cell's until somebody makes one
func (c *Cell) Clear() {
	c.sess = nil // want missingfree
}

// Detach gives it to the caller.
func (c *Cell) Detach() *session.Session {
	s := c.sess
	c.sess = nil
	return s
}

// CellCleared makes a cell and clears it: that is found there, and here.
func CellCleared(conn *session.Conn) {
	c := &Cell{conn: conn, sess: conn.Get1Session()} // want missingfree
	c.Clear()
}

// CellRenewedTwice is right.
func CellRenewedTwice(conn *session.Conn) {
	c := &Cell{conn: conn, sess: conn.Get1Session()}
	defer c.Close()
	c.Renew()
	c.Renew()
}

// CellDetached frees what it took out.
func CellDetached(conn *session.Conn) {
	c := &Cell{conn: conn, sess: conn.Get1Session()}
	s := c.Detach()
	c.Close()
	s.Free()
}

// A hoard keeps sessions that no function frees.
type hoard struct{ hoarded *session.Session }

// fill stores what it acquires (trap: a field nobody ever frees).
//
//fixture:norun its caller cannot free what it holds
func (h *hoard) fill(c *session.Conn) *hoard {
	h.hoarded = c.Get1Session() // want missingfree "nothing frees what "
	return h
}

// resume only reads.
func (h *hoard) resume(c *session.Conn) bool { return c.SetSession(h.hoarded) }

// A vault has its sessions freed by a function that takes them out.
type vault struct{ sess *session.Session }

// NewVault stores what it acquires.
func NewVault(c *session.Conn) *vault { return &vault{sess: c.Get1Session()} }

// Empty takes it out.
func (v *vault) Empty() *session.Session {
	s := v.sess
	v.sess = nil
	return s
}

// EmptyAndFree uses both.
func EmptyAndFree(c *session.Conn) { NewVault(c).Empty().Free() }
