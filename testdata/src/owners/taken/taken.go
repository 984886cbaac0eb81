// Package taken holds fixtures of references that are taken out of an object that
// owned them.
package taken

import "github.com/sessionlint/sessionlint/session"

// A Client owns a session.
type Client struct {
	conn *session.Conn
	sess *session.Session
	busy bool
}

// NewClient acquires it.
func NewClient(conn *session.Conn) *Client {
	return &Client{conn: conn, sess: conn.Get1Session()}
}

// Close frees it.
func (c *Client) Close() {
	c.sess.Free()
	c.sess = nil
}

// Detach gives the session to its caller.
func (c *Client) Detach() *session.Session {
	s := c.sess
	c.sess = nil
	return s
}

// Swap puts another one there.
func (c *Client) Swap(s *session.Session) (old *session.Session) {
	old, c.sess = c.sess, s
	return old
}

// DetachFreed frees it.
func DetachFreed(c *Client) {
	c.Detach().Free()
}

// DetachLost forgets it.
//
//fixture:norun the object that it is given owns nothing
func DetachLost(c *Client) int64 {
	s := c.Detach() // want missingfree
	return s.Time()
}

// DetachLostSometimes frees it only if it can be resumed.
//
//fixture:norun the object that it is given owns nothing
func DetachLostSometimes(c *Client) {
	s := c.Detach() // want missingfree
	if s.Resumable() {
		s.Free()
	}
}

// DetachNil knows that there is none.
func DetachNil(c *Client) {
	if s := c.Detach(); s != nil {
		s.Free()
	}
}

// SwapFreed frees the old one.
func SwapFreed(c *Client) {
	c.Swap(c.conn.Get1Session()).Free()
}

// SwapLost forgets the old one.
//
//fixture:norun the object that it is given owns nothing
func SwapLost(c *Client) {
	c.Swap(c.conn.Get1Session()) // want missingfree
}

// MovedTo gives the session to another client.
func MovedTo(c, d *Client) {
	d.sess.Free()
	d.sess, c.sess = c.sess, nil
}

// Exchanged has the two change theirs.
func Exchanged(c, d *Client) {
	c.sess, d.sess = d.sess, c.sess
}

// Set frees the old one unless it is the same.
func (c *Client) Set(s *session.Session) {
	if c.sess != s {
		c.sess.Free()
	}
	c.sess = s
}

// SetLost reads the old one only.
//
//fixture:norun the object that it is given owns nothing
func SetLost(c *Client, s *session.Session) int64 {
	t := c.sess.Time() // want missingfree
	c.sess = s
	return t
}

// InBackground frees it in a goroutine.
func InBackground(c *Client) {
	s := c.Detach()
	go func() { s.Free() }()
}

// Sent hands it over.
func Sent(c *Client, to chan<- *session.Session) {
	to <- c.sess
	c.sess = nil
}

// SentBefore hands it over and reads it then.
func SentBefore(c *Client, to chan<- *session.Session) {
	s := c.sess
	to <- s
	if s != nil {
		c.sess = nil
	}
}

// ClosedAndCleared clears what Close has cleared.
func ClosedAndCleared(c *Client) {
	if c.sess == nil {
		return
	}
	c.Close()
	c.sess = nil
}

// Copied takes the object as a whole.
func Copied(c *Client) *Client {
	d := *c
	if d.sess != nil {
		c.sess = nil
	}
	return &d
}

// A Table owns the sessions of a map.
type Table struct{ byName map[string]*session.Session }

// Add keeps one.
func (t *Table) Add(name string, c *session.Conn) { t.byName[name] = c.Get1Session() }

// Close frees them all.
func (t *Table) Close() {
	for name, s := range t.byName {
		s.Free()
		delete(t.byName, name)
	}
}

// Pop gives one to its caller.
func (t *Table) Pop(name string) (*session.Session, bool) {
	s, ok := t.byName[name]
	delete(t.byName, name)
	return s, ok
}

// PopFreed frees it.
func PopFreed(t *Table) {
	if s, ok := t.Pop("a"); ok {
		s.Free()
	}
}

// PopLost forgets it.
//
//fixture:norun the object that it is given owns nothing
func PopLost(t *Table) bool {
	s, ok := t.Pop("a") // want missingfree
	return ok && s.Resumable()
}

// PopLostInPlace deletes it by itself.
//
//fixture:norun the object that it is given owns nothing
func PopLostInPlace(t *Table, name string) {
	if s := t.byName[name]; s.Resumable() { // want missingfree
		delete(t.byName, name)
	}
}

// PopOther deletes another one.
func PopOther(t *Table, name, other string) bool {
	s := t.byName[name]
	delete(t.byName, other)
	return s.Resumable()
}

// PopEither deletes it or another one.
func PopEither(t *Table, name, other string) bool {
	s := t.byName[name]
	if s.Resumable() {
		other = name
	}
	delete(t.byName, other)
	return s.Resumable()
}

// PopBack puts it back.
func PopBack(t *Table, name string) bool {
	s, ok := t.Pop(name)
	if ok {
		t.byName[name] = s
	}
	return ok
}

// PopRenamed puts it under another name.
func PopRenamed(t *Table, name, other string) {
	if s, ok := t.byName[name]; ok {
		delete(t.byName, name)
		t.byName[other] = s
	}
}
