// Package pure holds fixtures of missingkeepalive over package session. Every
// function here is executed with the garbage collector in the middle of every
// operation.
package pure

import (
	"runtime"
	"sync"

	"github.com/sessionlint/sessionlint/session"
)

// A Ticket frees its session when it is collected.
type Ticket struct {
	sess *session.Session
	mu   sync.Mutex
	host string
}

//fixture:norun its caller would free what the finalizer frees
func NewTicket(c *session.Conn, host string) *Ticket {
	t := &Ticket{sess: c.Get1Session(), host: host}
	runtime.SetFinalizer(t, func(t *Ticket) { t.sess.Free() })
	return t
}

// Time is over for the ticket when the call begins.
func (t *Ticket) Time() int64 {
	return t.sess.Time() // want missingkeepalive "t can be collected while (*session.Session).Time runs"
}

// Kept says so.
func (t *Ticket) Kept() int64 {
	at := t.sess.Time()
	runtime.KeepAlive(t)
	return at
}

// KeptDeferred says so at the start.
func (t *Ticket) KeptDeferred() int64 {
	defer runtime.KeepAlive(t)
	return t.sess.Time()
}

// Locked unlocks a mutex of the receiver.
func (t *Ticket) Locked() int64 {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.sess.Time()
}

// LockedBefore unlocks it too early.
func (t *Ticket) LockedBefore() int64 {
	t.mu.Lock()
	s := t.sess
	t.mu.Unlock()
	return s.Time() // want missingkeepalive
}

// Used reads a field afterwards.
func (t *Ticket) Used() (int64, string) {
	at := t.sess.Time()
	return at, t.host
}

// UsedBefore reads it before.
func (t *Ticket) UsedBefore() (int64, string) {
	host := t.host
	return t.sess.Time(), host // want missingkeepalive
}

// Captured returns a function that uses it.
func (t *Ticket) Captured() func() string {
	t.sess.SetTimeout(1)
	return func() string { return t.host }
}

// Resume passes the session to a connection.
func (t *Ticket) Resume(c *session.Conn) bool {
	return c.SetSession(t.sess) // want missingkeepalive
}

// Retained has a reference of its own.
func (t *Ticket) Retained() (at int64) {
	s := t.sess
	ok := s.UpRef()
	runtime.KeepAlive(t)
	if ok {
		at = s.Time()
		s.Free()
	}
	return at
}

// The methods, with a ticket that nobody else has.

func Time(c *session.Conn) int64                 { return NewTicket(c, "").Time() }
func Kept(c *session.Conn) int64                 { return NewTicket(c, "").Kept() }
func KeptDeferred(c *session.Conn) int64         { return NewTicket(c, "").KeptDeferred() }
func Locked(c *session.Conn) int64               { return NewTicket(c, "").Locked() }
func LockedBefore(c *session.Conn) int64         { return NewTicket(c, "").LockedBefore() }
func Used(c *session.Conn) (int64, string)       { return NewTicket(c, "").Used() }
func UsedBefore(c *session.Conn) (int64, string) { return NewTicket(c, "").UsedBefore() }
func Captured(c *session.Conn) func() string     { return NewTicket(c, "").Captured() }
func Resume(c, d *session.Conn) bool             { return NewTicket(c, "").Resume(d) }
func Retained(c *session.Conn) int64             { return NewTicket(c, "").Retained() }

// Fresh drops the ticket that it made.
func Fresh(c *session.Conn) int64 {
	t := NewTicket(c, "")
	return t.sess.Time() // want missingkeepalive
}

// FreshUsed uses it afterwards.
func FreshUsed(c *session.Conn) (int64, string) {
	t := NewTicket(c, "")
	at := t.sess.Time()
	return at, t.host
}

// FreshStored has it in a variable.
func FreshStored(c *session.Conn) int64 {
	t := NewTicket(c, "")
	stored = t
	at := t.sess.Time()
	stored = nil
	return at
}

var stored *Ticket

// FreshDisarmed takes the finalizer away and frees.
func FreshDisarmed(c *session.Conn) int64 {
	t := NewTicket(c, "")
	runtime.SetFinalizer(t, nil)
	s := t.sess
	defer s.Free()
	return s.Time()
}

func age(s *session.Session) int64 { return s.Time() }

// PassedOn gives the session to a function that uses it.
func PassedOn(c *session.Conn) int64 {
	t := NewTicket(c, "")
	return age(t.sess) // want missingkeepalive
}

// PassedOnKept keeps the ticket.
func PassedOnKept(c *session.Conn) int64 {
	t := NewTicket(c, "")
	defer runtime.KeepAlive(t)
	return age(t.sess)
}

// Deferred uses it at the end.
func Deferred(c *session.Conn) string {
	t := NewTicket(c, "host")
	defer t.sess.SetTimeout(1) // want missingkeepalive
	return t.host
}

// DeferredKept keeps it until then.
func DeferredKept(c *session.Conn) string {
	t := NewTicket(c, "host")
	defer runtime.KeepAlive(t)
	defer t.sess.SetTimeout(1)
	return t.host
}

// LaterHandle returns a function with nothing but the session.
func LaterHandle(c *session.Conn) func() int64 {
	t := NewTicket(c, "")
	s := t.sess
	return func() int64 {
		return s.Time() // want missingkeepalive
	}
}

// LaterObjectKept keeps it in the function.
func LaterObjectKept(c *session.Conn) func() int64 {
	t := NewTicket(c, "")
	return func() int64 {
		defer runtime.KeepAlive(t)
		return t.sess.Time()
	}
}

// LaterHandleBeside has the session and the ticket beside it.
func LaterHandleBeside(c *session.Conn) func() int64 {
	t := NewTicket(c, "")
	s := t.sess
	return func() int64 {
		at := s.Time()
		runtime.KeepAlive(t)
		return at
	}
}

// SpawnedHandle starts a goroutine with the session.
func SpawnedHandle(c *session.Conn) {
	t := NewTicket(c, "")
	s := t.sess
	go func() {
		s.SetTimeout(1) // want missingkeepalive
	}()
}

// SpawnedHandleJoined waits for it and uses the ticket afterwards.
func SpawnedHandleJoined(c *session.Conn) string {
	t := NewTicket(c, "host")
	s := t.sess
	done := make(chan bool)
	go func() {
		s.SetTimeout(1)
		close(done)
	}()
	<-done
	return t.host
}

// DeferredHandle has it in a function that runs at the end.
func DeferredHandle(c *session.Conn) string {
	t := NewTicket(c, "host")
	s := t.sess
	defer func() {
		s.SetTimeout(1) // want missingkeepalive
	}()
	return t.host
}

// DeferredObject has the ticket in it.
func DeferredObject(c *session.Conn) string {
	t := NewTicket(c, "host")
	defer func() {
		t.sess.SetTimeout(1)
		t.host = ""
	}()
	return t.host
}

// A Client frees its connection when it is collected.
type Client struct {
	conn *session.Conn
	ctx  *Settings
	name string
}

// Settings have a context that is freed when they are collected: behind the
// clients that have them (trap: order of finalizers).
type Settings struct{ ctx *session.Context }

func newSettings() *Settings {
	x := &Settings{session.NewContext()}
	runtime.SetFinalizer(x, (*Settings).release)
	return x
}

func (x *Settings) release() { x.ctx.Free() }

func newClient(name string) *Client {
	x := newSettings()
	c := &Client{ctx: x, name: name}
	c.conn = x.ctx.NewConn()
	runtime.SetFinalizer(c, func(c *Client) {
		c.conn.Shutdown()
		c.conn.Free()
	})
	c.conn.Handshake()
	return c
}

// Handshake is over for the client when the call begins.
func Handshake() bool {
	c := newClient("")
	return c.conn.Clear() // want missingkeepalive
}

// HandshakeUsed reads its name afterwards.
func HandshakeUsed() string {
	c := newClient("name")
	c.conn.Clear()
	return c.name
}

// Inner uses what the client's settings have.
func Inner() {
	c := newClient("")
	c.ctx.ctx.FlushSessions(0) // want missingkeepalive
}

// InnerUsed uses the client afterwards.
func InnerUsed() string {
	c := newClient("name")
	c.ctx.ctx.FlushSessions(0)
	return c.name
}

// Lent uses what the client's connection has lent when the client can be gone.
func Lent() int64 {
	c := newClient("")
	s := c.conn.Get0Session() // want missingkeepalive
	return s.Time()           // strict missingkeepalive
}

// LentKept keeps the client until then.
func LentKept() int64 {
	c := newClient("")
	s := c.conn.Get0Session()
	at := s.Time()
	runtime.KeepAlive(c)
	return at
}
