// Package rlc carries scenarios of the Checker Framework's Resource Leak Checker
// tests over to sessions: owning fields, resource aliases, fields that are set
// anew, collections.
package rlc

import (
	"errors"

	"github.com/sessionlint/sessionlint/session"
)

var errClosed = errors.New("closed")

// socket owns a session and may be connected again and again.
type socket struct {
	conn *session.Conn
	sess *session.Session
}

func (s *socket) disconnect() {
	s.sess.Free()
	s.sess = nil
}

func (s *socket) connect() bool {
	s.disconnect()
	s.sess = s.conn.Get1Session()
	return s.sess != nil
}

// connectCareless forgets what it was connected to.
func (s *socket) connectCareless() bool {
	s.sess = s.conn.Get1Session() // may missingfree
	return s.sess != nil
}

// Reconnected connects twice and disconnects once.
func Reconnected(c *session.Conn) {
	s := &socket{conn: c}
	s.connect()
	s.connect()
	s.disconnect()
}

// ReconnectedCareless loses the first.
func ReconnectedCareless(c *session.Conn) {
	s := &socket{conn: c}
	s.connectCareless() // want missingfree
	s.connectCareless()
	s.disconnect()
}

// NeverDisconnected loses the last.
func NeverDisconnected(c *session.Conn) bool {
	s := &socket{conn: c}
	return s.connect() // want missingfree
}

// ConnectedMaybe disconnects if it was connected.
func ConnectedMaybe(c *session.Conn) {
	s := &socket{conn: c}
	if s.connect() {
		defer s.disconnect()
	}
	c.Handshake()
}

// alias shares the obligation of the one that it wraps.
type alias struct{ in *socket }

func wrap(s *socket) *alias { return &alias{in: s} }
func (a *alias) end()       { a.in.disconnect() }

// EndedByAlias ends the wrapped one through the wrapper.
func EndedByAlias(c *session.Conn) {
	s := &socket{conn: c}
	s.connect()
	a := wrap(s)
	a.end()
}

// EndedByBoth ends both, which clears and is right.
func EndedByBoth(c *session.Conn) {
	s := &socket{conn: c}
	s.connect()
	a := wrap(s)
	defer s.disconnect()
	defer a.end()
	c.Handshake()
}

// EndedByNone ends neither.
func EndedByNone(c *session.Conn) int64 {
	s := &socket{conn: c}
	s.connect() // want missingfree
	a := wrap(s)
	return a.in.sess.Time()
}

// NullOverwrite clears the variable before it frees.
func NullOverwrite(c *session.Conn) {
	s := c.Get1Session() // want missingfree
	if !c.Handshake() {
		s = nil
	}
	if s != nil {
		s.Free()
	}
}

// OwningReturn returns the object or frees it.
func OwningReturn(c *session.Conn) *session.Session {
	s := c.Get1Session()
	if s != nil && c.Handshake() {
		return s
	}
	s.Free()
	return nil
}

// two owns two; its constructor undoes the first if the second fails.
type two struct{ a, b *session.Session }

func newTwo(x, y *session.Conn) (*two, error) {
	t := &two{a: x.Get1Session()}
	if t.a == nil {
		return nil, errClosed
	}
	if t.b = y.Get1Session(); t.b == nil {
		t.a.Free()
		return nil, errClosed
	}
	return t, nil
}

func (t *two) close() {
	t.a.Free()
	t.b.Free()
}

func (t *two) closeHalf() { t.a.Free() }

// Two closes both.
func Two(x, y *session.Conn) error {
	t, err := newTwo(x, y)
	if err != nil {
		return err
	}
	t.close()
	return nil
}

// TwoHalf closes one.
func TwoHalf(x, y *session.Conn) error {
	t, err := newTwo(x, y) // want missingfree
	if err != nil {
		return err
	}
	t.closeHalf()
	return nil
}

// NewTwoBad forgets the first if the second fails.
func NewTwoBad(x, y *session.Conn) (*two, error) {
	t := &two{}
	t.a = x.Get1Session() // want missingfree
	t.b = y.Get1Session()
	if t.b == nil {
		return nil, errClosed
	}
	return t, nil
}

// ArrayOwned frees all elements of an array that it fills.
func ArrayOwned(c *session.Conn) {
	var list [3]*session.Session
	for i := range list {
		list[i] = c.Get1Session()
	}
	for i := 0; i < len(list); i++ {
		list[i].Free()
	}
}

// ArrayOwnedByOthers gives the array to whoever asked.
func ArrayOwnedByOthers(c *session.Conn, into *[3]*session.Session) {
	for i := range into {
		into[i].Free()
		into[i] = c.Get1Session()
	}
}

// IndexMode reads an element after the loop has freed it.
func IndexMode(a, b *session.Conn) int64 {
	list := []*session.Session{a.Get1Session(), b.Get1Session()}
	for i := range list {
		list[i].Free()
	}
	return list[1].Time() // want useafterfree
}

// Conditional owns or not, and a field says which.
type conditional struct {
	s   *session.Session
	own bool
}

func (c *conditional) close() {
	if c.own {
		c.s.Free()
	}
}

// ConditionalOwned owns.
func ConditionalOwned(c *session.Conn) {
	h := &conditional{s: c.Get1Session(), own: true}
	defer h.close()
	c.Handshake()
}

// ConditionalLent does not.
func ConditionalLent(c *session.Conn) {
	h := &conditional{s: c.Get0Session()}
	defer h.close()
	c.Handshake()
}

// ConditionalWrong says that it does not, and does.
func ConditionalWrong(c *session.Conn) {
	h := &conditional{s: c.Get1Session()} // want missingfree
	defer h.close()
	c.Handshake()
}

// ConditionalWrongToo says that it does, and does not.
func ConditionalWrongToo(c *session.Conn) {
	h := &conditional{s: c.Get0Session(), own: true}
	h.close() // want borrowedfree
}
