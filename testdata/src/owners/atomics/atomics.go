// Package atomics holds fixtures of references in variables that are read and written
// atomically.
package atomics

import (
	"sync/atomic"

	"github.com/sessionlint/sessionlint/session"
)

// A Slot owns the newest session.
type Slot struct {
	conn *session.Conn
	p    atomic.Pointer[session.Session]
}

// Put takes a reference over and frees the one before.
func (s *Slot) Put(n *session.Session) {
	if old := s.p.Swap(n); old != nil {
		old.Free()
	}
}

// Take gives it away.
func (s *Slot) Take() *session.Session { return s.p.Swap(nil) }

// Close frees it.
func (s *Slot) Close() {
	if old := s.p.Swap(nil); old != nil {
		old.Free()
	}
}

// Update gives a new session to the slot.
func Update(s *Slot) {
	if n := s.conn.Get1Session(); n != nil {
		s.Put(n)
	}
}

// UpdateFreed frees what the slot has.
//
//fixture:norun nobody closes the slot
func UpdateFreed(s *Slot) {
	n := s.conn.Get1Session()
	s.Put(n)
	n.Free() // want doublefree
}

// UpdateShared has a reference of its own.
func UpdateShared(s *Slot) {
	n := s.conn.Get1Session()
	if n.UpRef() {
		s.Put(n)
	}
	n.Free()
}

// UpdateLoan gives it a loan.
//
//fixture:norun nobody closes the slot
func UpdateLoan(s *Slot) {
	s.Put(s.conn.Get0Session()) // want danglingborrow
}

// Local has one of its own.
func Local(c *session.Conn) (t int64) {
	var p atomic.Pointer[session.Session]
	p.Store(c.Get1Session())
	if s := p.Load(); s != nil {
		t = s.Time()
	}
	if s := p.Swap(nil); s != nil {
		s.Free()
	}
	return t
}

// LocalLost forgets what is in it.
func LocalLost(c *session.Conn) (t int64) {
	var p atomic.Pointer[session.Session]
	s := c.Get1Session() // want missingfree
	if s == nil {
		return 0
	}
	p.Store(s)
	return p.Load().Time()
}

// LocalTaken forgets what it has taken out.
func LocalTaken(c *session.Conn) (t int64) {
	var p atomic.Pointer[session.Session]
	s := c.Get1Session() // want missingfree
	if s == nil {
		return 0
	}
	p.Store(s)
	return p.Swap(nil).Time()
}

// LocalTwice frees it through both of its names.
func LocalTwice(c *session.Conn) {
	var p atomic.Pointer[session.Session]
	s := c.Get1Session()
	p.Store(s)
	p.Load().Free()
	s.Free() // want doublefree
}

// LocalReplaced loses the one that is there.
func LocalReplaced(c, d *session.Conn) {
	var p atomic.Pointer[session.Session]
	p.Store(c.Get1Session()) // want missingfree
	p.Store(d.Get1Session())
	p.Load().Free()
}

// LocalUsed reads what has been freed.
func LocalUsed(c *session.Conn) int64 {
	var v atomic.Value
	v.Store(c.Get1Session())
	s := v.Load().(*session.Session)
	s.Free()
	return v.Load().(*session.Session).Time() // want useafterfree
}

// LocalValue frees what it holds.
func LocalValue(c *session.Conn) int64 {
	var v atomic.Value
	v.Store(c.Get1Session())
	s := v.Load().(*session.Session)
	defer s.Free()
	return s.Time()
}

// First is kept if there was none.
func (s *Slot) First(n *session.Session) bool {
	if s.p.CompareAndSwap(nil, n) {
		return true
	}
	n.Free()
	return false
}

// UpdateFirst keeps the first.
func UpdateFirst(s *Slot) bool { return s.First(s.conn.Get1Session()) }

// UpdateFirstLost forgets the one that comes too late.
//
//fixture:norun nobody else stores in it
func UpdateFirstLost(s *Slot) bool {
	n := s.conn.Get1Session() // want missingfree
	if n == nil {
		return false
	}
	return s.p.CompareAndSwap(nil, n)
}

// UpdateRetried tries until it is the one that stores.
func UpdateRetried(s *Slot) {
	n := s.conn.Get1Session()
	for {
		old := s.p.Load()
		if s.p.CompareAndSwap(old, n) {
			old.Free()
			return
		}
	}
}

// UpdateGivenUp gives up after three times.
//
//fixture:norun nobody else stores in it
func UpdateGivenUp(s *Slot) {
	n := s.conn.Get1Session() // want missingfree
	for range 3 {
		old := s.p.Load()
		if s.p.CompareAndSwap(old, n) {
			old.Free()
			return
		}
	}
}

// newest is owned by the package.
var newest atomic.Pointer[session.Session]

// Publish frees the one before.
func Publish(c *session.Conn) {
	if old := newest.Swap(c.Get1Session()); old != nil {
		old.Free()
	}
}

// PublishBoth publishes one after the other.
func PublishBoth(c, d *session.Conn) {
	Publish(c)
	Publish(d)
}

// PublishFreed frees what is published.
//
//fixture:norun nobody publishes another one
func PublishFreed(c *session.Conn) {
	n := c.Get1Session()
	old := newest.Swap(n)
	old.Free()
	n.Free() // want doublefree
}

// Current has a reference of its own.
func Current() *session.Session {
	s := newest.Load()
	if s == nil || !s.UpRef() {
		return nil
	}
	return s
}

// UseCurrent frees it.
func UseCurrent() (t int64) {
	if s := Current(); s != nil {
		t = s.Time()
		s.Free()
	}
	return t
}

// UseCurrentLost forgets it.
//
//fixture:norun nobody publishes one before
func UseCurrentLost() (t int64) {
	if s := Current(); s != nil { // want missingfree
		t = s.Time()
	}
	return t
}
