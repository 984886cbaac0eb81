// Package wrapped holds fixtures of structs that own sessions: behind closures and
// locks, in the library's containers, in structs that wrap structs.
package wrapped

import (
	"container/list"
	"errors"
	"os"
	"sync"
	"testing"

	"github.com/sessionlint/sessionlint/session"
)

var errRefused = errors.New("refused")

// A Lease has the function that ends it in a field (trap: closure stored in a
// struct).
type Lease struct {
	sess *session.Session
	end  func()
}

// NewLease stores a literal.
func NewLease(c *session.Conn) *Lease {
	s := c.Get1Session()
	return &Lease{sess: s, end: func() { s.Free() }}
}

// NewLeaseBound stores a method value.
func NewLeaseBound(c *session.Conn) Lease {
	s := c.Get1Session()
	return Lease{sess: s, end: s.Free}
}

// Leased ends it.
func Leased(c *session.Conn) int64 {
	l := NewLease(c)
	defer l.end()
	return l.sess.Time()
}

// LeasedForever does not.
func LeasedForever(c *session.Conn) int64 {
	l := NewLease(c) // want missingfree
	return l.sess.Time()
}

// LeasedTwice ends it twice.
func LeasedTwice(c *session.Conn) {
	l := NewLease(c)
	defer l.end() // want doublefree
	l.end()
}

// LeasedBound ends it.
func LeasedBound(c *session.Conn) int64 {
	l := NewLeaseBound(c)
	defer l.end()
	return l.sess.Time()
}

// LeasedBoundForever does not.
func LeasedBoundForever(c *session.Conn) int64 {
	l := NewLeaseBound(c) // want missingfree
	return l.sess.Time()
}

// A Ticket can be closed by anybody, and is freed once (trap: sync.Once in a field).
type Ticket struct {
	sess *session.Session
	once sync.Once
}

// Close frees the first time.
func (t *Ticket) Close() { t.once.Do(t.sess.Free) }

// Ticketed closes twice.
func Ticketed(c *session.Conn) {
	t := &Ticket{sess: c.Get1Session()}
	defer t.Close()
	if !c.Handshake() {
		t.Close()
	}
}

// TicketedDropped closes on one way.
func TicketedDropped(c *session.Conn) {
	t := &Ticket{sess: c.Get1Session()} // want missingfree
	if !c.Handshake() {
		t.Close()
	}
}

// A Cell is locked (trap: field behind a mutex, freed by another method).
type Cell struct {
	mu   sync.Mutex
	sess *session.Session
}

// Set frees what was there.
func (c *Cell) Set(s *session.Session) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.sess.Free()
	c.sess = s
}

// SetForgets does not.
//
//fixture:norun what the field held is the cell's until somebody makes one
func (c *Cell) SetForgets(conn *session.Conn) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.sess = conn.Get1Session() // want missingfree "Cell.Set frees"
}

// Close frees what is there.
func (c *Cell) Close() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.sess.Free()
	c.sess = nil
}

// Locked sets twice and closes.
func Locked(a, b *session.Conn) {
	var c Cell
	defer c.Close()
	c.Set(a.Get1Session())
	c.Set(b.Get1Session())
}

// LockedDropped does not close.
func LockedDropped(a, b *session.Conn) bool {
	var c Cell
	c.Set(a.Get1Session())
	c.Set(b.Get1Session()) // want missingfree
	return a == b
}

// A Table keeps sessions in a sync.Map (trap: containers of the library).
type Table struct{ m sync.Map }

// Put keeps it, or frees it where another one is already.
func (t *Table) Put(name string, c *session.Conn) {
	s := c.Get1Session()
	if _, loaded := t.m.LoadOrStore(name, s); loaded {
		s.Free()
	}
}

// PutForgets forgets it then.
//
//fixture:norun nobody looks into a sync.Map
func (t *Table) PutForgets(name string, c *session.Conn) {
	s := c.Get1Session() // want missingfree
	t.m.LoadOrStore(name, s)
}

var recent = list.New()

// ToList keeps it in a list of the library's.
//
//fixture:norun nobody looks into a list
func ToList(c *session.Conn) {
	if s := c.Get1Session(); s != nil {
		recent.PushFront(s)
	}
}

// ToListOrNot does so if it can be resumed.
//
//fixture:norun nobody looks into a list
func ToListOrNot(c *session.Conn) {
	s := c.Get1Session() // want missingfree
	if s.Resumable() {
		recent.PushFront(s)
	}
}

// MainExits leaves by os.Exit, and owes nothing then (trap: TestMain).
//
//fixture:norun it ends the process
func MainExits(m *testing.M, c *session.Conn) {
	s := c.Get1Session()
	s.SetTimeout(1)
	os.Exit(m.Run())
}

// MainReturns does not.
//
//fixture:norun it needs tests to run
func MainReturns(m *testing.M, c *session.Conn) {
	s := c.Get1Session() // want missingfree
	s.SetTimeout(1)
	if code := m.Run(); code != 0 {
		os.Exit(code)
	}
}

// A Client owns its session.
type Client struct {
	conn *session.Conn
	sess *session.Session
}

// NewClient returns one that must be closed.
func NewClient(c *session.Conn) (*Client, error) {
	s := c.Get1Session()
	if s == nil {
		return nil, errRefused
	}
	return &Client{conn: c, sess: s}, nil
}

// Close frees it, once.
func (c *Client) Close() error {
	c.sess.Free()
	c.sess = nil
	return nil
}

// A Dialer embeds a client by pointer (trap: embedded struct).
type Dialer struct {
	*Client
	host string
}

// NewDialer wraps one (trap: wrapper of a wrapper).
func NewDialer(c *session.Conn, host string) (*Dialer, error) {
	cl, err := NewClient(c)
	if err != nil {
		return nil, err
	}
	return &Dialer{Client: cl, host: host}, nil
}

// NewDialerFails forgets the client where there is no host (trap: constructor that
// fails after storing).
func NewDialerFails(c *session.Conn, host string) (*Dialer, error) {
	cl, err := NewClient(c) // want missingfree
	if err != nil {
		return nil, err
	}
	d := &Dialer{Client: cl}
	if host == "" {
		return nil, errRefused
	}
	d.host = host
	return d, nil
}

// NewDialerUnwinds closes it then.
func NewDialerUnwinds(c *session.Conn, host string) (_ *Dialer, err error) {
	cl, err := NewClient(c)
	if err != nil {
		return nil, err
	}
	d := &Dialer{Client: cl}
	defer func() {
		if err != nil {
			d.Close()
		}
	}()
	if host == "" {
		return nil, errRefused
	}
	d.host = host
	return d, nil
}

// Dialed closes by the promoted method.
func Dialed(c *session.Conn) (string, error) {
	d, err := NewDialer(c, "a")
	if err != nil {
		return "", err
	}
	defer d.Close()
	return d.host, nil
}

// DialedDropped does not.
func DialedDropped(c *session.Conn) (string, error) {
	d, err := NewDialer(c, "a") // want missingfree
	if err != nil {
		return "", err
	}
	return d.host, nil
}

// A Resumer embeds an embedder, by value.
type Resumer struct {
	Dialer
	tries int
}

// Resumed closes by a method that is promoted twice.
func Resumed(c, next *session.Conn) error {
	d, err := NewDialer(c, "a")
	if err != nil {
		return err
	}
	r := Resumer{Dialer: *d}
	defer r.Close()
	for r.tries < 2 && !next.SetSession(r.sess) {
		r.tries++
	}
	return nil
}

// ResumedDropped does not close.
func ResumedDropped(c, next *session.Conn) error {
	d, err := NewDialer(c, "a") // want missingfree
	if err != nil {
		return err
	}
	r := Resumer{Dialer: *d}
	if !next.SetSession(r.sess) {
		return errRefused
	}
	return nil
}

// An Either owns its session, or is lent it, and knows which (trap: mixed field).
type Either struct {
	sess *session.Session
	own  bool
}

// NewOwner owns.
func NewOwner(c *session.Conn) *Either { return &Either{c.Get1Session(), true} }

// NewGuest is lent.
func NewGuest(c *session.Conn) *Either { return &Either{c.Get0Session(), false} }

// Close frees what it owns.
func (e *Either) Close() {
	if e.own {
		e.sess.Free()
	}
	e.sess = nil
}

// Owned closes one that owns.
func Owned(c *session.Conn) bool {
	e := NewOwner(c)
	defer e.Close()
	return e.sess.Resumable()
}

// OwnedDropped does not.
func OwnedDropped(c *session.Conn) bool {
	e := NewOwner(c) // want missingfree
	return e.sess.Resumable()
}

// Hosted closes one that is lent, or does not: both are right.
func Hosted(a, b *session.Conn) bool {
	x, y := NewGuest(a), NewGuest(b)
	defer x.Close()
	return x.sess.Resumable() && y.sess.Resumable()
}

// A Muddle owns its session or is lent it, and does not know which.
type Muddle struct{ sess *session.Session }

// Close frees it, whatever it is.
func (m *Muddle) Close() {
	if m.sess != nil {
		m.sess.Free()
	}
}

// Muddled closes one that owns.
func Muddled(c *session.Conn) {
	m := &Muddle{c.Get1Session()}
	m.Close()
}

// MuddledLent closes one that is lent.
func MuddledLent(c *session.Conn) {
	m := &Muddle{c.Get0Session()}
	m.Close() // want borrowedfree
}

// A Closer closes what it is given.
type Closer interface{ Close() error }

// A Group closes several things at once (trap: wrapper behind an interface).
type Group struct{ all []Closer }

// Close closes all of them.
func (g *Group) Close() error {
	for _, c := range g.all {
		c.Close()
	}
	return nil
}

// Grouped closes its group.
func Grouped(a, b *session.Conn) error {
	x, err := NewClient(a)
	if err != nil {
		return err
	}
	g := &Group{all: []Closer{x}}
	defer g.Close()
	y, err := NewClient(b)
	if err != nil {
		return err
	}
	g.all = append(g.all, y)
	return nil
}
