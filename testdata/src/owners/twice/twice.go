// Package twice holds fixtures of references that an object was given, which frees
// them, and that somebody else gives back as well.
package twice

import (
	"errors"
	"runtime"
	"sync/atomic"

	"github.com/sessionlint/sessionlint/session"
)

var errRefused = errors.New("refused")

// A Client owns the session that it was given last.
type Client struct {
	conn *session.Conn
	sess *session.Session
}

// Put takes a reference over.
func (c *Client) Put(s *session.Session) {
	old := c.sess
	c.sess = s
	old.Free()
}

// Close frees what is there.
func (c *Client) Close() {
	c.sess.Free()
	c.sess = nil
}

// PutFreed frees what it has put.
//
//fixture:norun nobody closes the client
func PutFreed(c *Client) {
	s := c.conn.Get1Session()
	c.Put(s)
	s.Free() // want doublefree
}

// PutFreedLater does so by defer.
//
//fixture:norun nobody closes the client
func PutFreedLater(c *Client) {
	s := c.conn.Get1Session()
	defer s.Free() // want doublefree
	c.Put(s)
}

// PutAgain puts a session that may be there already: then there are two references to
// it, and one is enough.
func PutAgain(c *Client) {
	s := c.conn.Get1Session()
	old := c.sess
	c.sess = s
	if old == s {
		s.Free()
		return
	}
	old.Free()
}

// PutAgainFreed frees the new one where it is another one.
//
//fixture:norun nobody closes the client
func PutAgainFreed(c *Client) {
	s := c.conn.Get1Session()
	old := c.sess
	c.sess = s
	if old != s {
		old.Free()
		s.Free() // want doublefree
	}
}

// A Slot owns the session that was put there last.
type Slot struct {
	conn *session.Conn
	last atomic.Pointer[session.Session]
}

// Close frees the last one.
func (k *Slot) Close() { k.last.Swap(nil).Free() }

// Again saves the session once more, and frees the one that it replaces, which may be
// the same.
func (k *Slot) Again() {
	s := k.conn.Get1Session()
	if old := k.last.Swap(s); old == s {
		s.Free()
	} else {
		old.Free()
	}
}

// PutFreedSometimes does so where it fails.
//
//fixture:norun nobody closes the client
func PutFreedSometimes(c *Client) error {
	s := c.conn.Get1Session()
	c.Put(s)
	if !c.conn.Handshake() {
		s.Free() // want doublefree
		return errRefused
	}
	return nil
}

// PutShared has a reference of its own.
func PutShared(c *Client) {
	s := c.conn.Get1Session()
	if s.UpRef() {
		c.Put(s)
	}
	s.Free()
}

// PutUsed only reads it afterwards.
func PutUsed(c *Client) bool {
	s := c.conn.Get1Session()
	c.Put(s)
	return s.Resumable()
}

// PutTakenBack takes it out before.
func PutTakenBack(c *Client) {
	s := c.conn.Get1Session()
	c.sess = s
	if !c.conn.Handshake() {
		c.sess = nil
		s.Free()
	}
}

// PutRestored puts the old one back.
func PutRestored(c *Client) {
	s, old := c.conn.Get1Session(), c.sess
	c.sess = s
	defer func() {
		c.sess = old
		s.Free()
	}()
	c.conn.Handshake()
}

// open fails with an object that nobody has yet.
func (c *Client) open() error {
	s := c.conn.Get1Session()
	c.sess = s
	if !c.conn.Handshake() {
		s.Free()
		return errRefused
	}
	return nil
}

// Open makes one.
func Open(conn *session.Conn) (*Client, error) {
	c := &Client{conn: conn}
	if err := c.open(); err != nil {
		return nil, err
	}
	return c, nil
}

// OpenClosed closes it again.
func OpenClosed(conn *session.Conn) error {
	c, err := Open(conn)
	if err != nil {
		return err
	}
	c.Close()
	return nil
}

// A Runner has a session while it runs.
type Runner struct{ sess *session.Session }

// Run frees by itself what it has put there.
func (r *Runner) Run(c *session.Conn) {
	s := c.Get1Session()
	r.sess = s
	defer r.finish()
	c.Handshake()
}

func (r *Runner) finish() { r.sess.Free() }

// PutTwo gives one reference to two clients.
//
//fixture:norun nobody closes the clients
func PutTwo(a, b *Client) {
	s := a.conn.Get1Session()
	a.Put(s)
	b.Put(s) // want doublefree
}

// PutTwoShared gives each its own.
func PutTwoShared(a, b *Client) {
	s := a.conn.Get1Session()
	a.Put(s)
	if s.UpRef() {
		b.Put(s)
	}
}

// A Table owns the sessions of a map.
type Table struct{ byName map[string]*session.Session }

// Insert takes a reference over.
func (t *Table) Insert(name string, s *session.Session) { t.byName[name] = s }

// Delete frees one.
func (t *Table) Delete(name string) {
	s, ok := t.byName[name]
	delete(t.byName, name)
	if ok {
		s.Free()
	}
}

// InsertFreed frees what it has put there.
//
//fixture:norun nobody deletes it
func InsertFreed(t *Table, c *session.Conn) {
	s := c.Get1Session()
	t.Insert("a", s)
	s.Free() // want doublefree
}

// InsertDeleted takes it out again.
func InsertDeleted(t *Table, c *session.Conn) {
	s := c.Get1Session()
	t.Insert("a", s)
	if !c.Handshake() {
		delete(t.byName, "a")
		s.Free()
	}
}

// InsertReplaced puts another one there.
func InsertReplaced(t *Table, c *session.Conn) {
	s := c.Get1Session()
	t.Insert("a", s)
	t.Insert("a", c.Get1Session())
	s.Free()
}

// A Queue owns the sessions of a slice.
type Queue struct{ waiting []*session.Session }

// Push takes a reference over.
func (q *Queue) Push(s *session.Session) { q.waiting = append(q.waiting, s) }

// Drain frees them all.
func (q *Queue) Drain() {
	for _, s := range q.waiting {
		s.Free()
	}
	q.waiting = nil
}

// PushFreed frees what it has pushed.
//
//fixture:norun nobody drains the queue
func PushFreed(q *Queue, c *session.Conn) {
	s := c.Get1Session()
	q.Push(s)
	s.Free() // want doublefree
}

// PushDrained leaves it to the queue.
func PushDrained(q *Queue, c *session.Conn) {
	q.Push(c.Get1Session())
	q.Drain()
}

// PushForgotten makes the queue another one.
func PushForgotten(q *Queue, c *session.Conn) {
	s := c.Get1Session()
	q.Push(s)
	q.waiting = q.waiting[:len(q.waiting)-1]
	s.Free()
}

// A Wrapped session is freed by a finalizer.
type Wrapped struct{ s *session.Session }

func wrap(s *session.Session) *Wrapped {
	w := &Wrapped{s}
	runtime.SetFinalizer(w, (*Wrapped).free)
	return w
}

func (w *Wrapped) free() { w.s.Free() }

// WrappedFreed frees what the finalizer frees.
//
//fixture:norun the finalizer runs when nobody knows
func WrappedFreed(c *session.Conn) *Wrapped {
	s := c.Get1Session()
	defer s.Free() // want doublefree
	return wrap(s)
}

// WrappedShared has a reference of its own.
func WrappedShared(c *session.Conn) *Wrapped {
	s := c.Get1Session()
	defer s.Free()
	if !s.UpRef() {
		return nil
	}
	return wrap(s)
}

// A Guest has a list that is its caller's as well.
type Guest struct {
	conn *session.Conn
	list []*session.Session
}

func (g *Guest) see() { g.list[0] = g.conn.Get0Session() }

// drop frees what its caller has put in the list.
func (g *Guest) drop(i int) { g.list[i].Free() }

// add puts a reference beside the loan.
func (g *Guest) add() { g.list[1] = g.conn.Get1Session() }

// A Pinboard frees all that is pinned.
type Pinboard struct {
	conn   *session.Conn
	pinned map[string]*session.Session
}

// Pin takes a reference.
func (p *Pinboard) Pin(name string) { p.pinned[name] = p.conn.Get1Session() }

// PinLoan pins a loan of its own connection.
//
//fixture:norun nobody clears the board
func (p *Pinboard) PinLoan(name string) {
	p.pinned[name] = p.conn.Get0Session() // want danglingborrow
}

// Clear frees them.
func (p *Pinboard) Clear() {
	for name, s := range p.pinned {
		s.Free()
		delete(p.pinned, name)
	}
}

// A Backlog owns what waits in it.
type Backlog struct {
	conn    *session.Conn
	waiting []*session.Session
}

// Drop frees all of them.
func (b *Backlog) Drop() {
	for _, s := range b.waiting {
		s.Free()
	}
	b.waiting = nil
}

// Retry frees what it has put back.
//
//fixture:norun nobody drops what waits
func Retry(b *Backlog) bool {
	s := b.conn.Get1Session()
	if s == nil {
		return false
	}
	ok := b.conn.SetSession(s)
	if !ok {
		b.waiting = append(b.waiting, s)
	}
	s.Free() // want doublefree
	return ok
}

// RetryWell frees the others.
func RetryWell(b *Backlog) bool {
	s := b.conn.Get1Session()
	if s == nil {
		return false
	}
	ok := b.conn.SetSession(s)
	if !ok {
		b.waiting = append(b.waiting, s)
	} else {
		s.Free()
	}
	return ok
}

// RetryShared has a reference more.
func RetryShared(b *Backlog) bool {
	s := b.conn.Get1Session()
	ok := b.conn.SetSession(s)
	if !ok && s.UpRef() {
		b.waiting = append(b.waiting, s)
	}
	s.Free()
	return ok
}

// RetryUndone takes it out again when it fails.
func RetryUndone(b *Backlog) bool {
	s := b.conn.Get1Session()
	n := len(b.waiting)
	b.waiting = append(b.waiting, s)
	ok := b.conn.SetSession(s)
	if !ok {
		b.waiting = b.waiting[:n]
		s.Free()
	}
	return ok
}

// fill collects in an object that nobody has yet.
func (b *Backlog) fill(conns []*session.Conn) error {
	for _, c := range conns {
		s := c.Get1Session()
		b.waiting = append(b.waiting, s)
		if !c.Handshake() {
			b.Drop()
			return errRefused
		}
	}
	return nil
}

// Fill makes one.
func Fill(conns []*session.Conn) error {
	b := &Backlog{}
	if err := b.fill(conns); err != nil {
		return err
	}
	b.Drop()
	return nil
}
