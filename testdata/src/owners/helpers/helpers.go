// Package helpers holds fixtures of what helpers leave behind: in variables, in
// results, in the functions that they return.
package helpers

import (
	"errors"

	"github.com/sessionlint/sessionlint/session"
)

var errRefused = errors.New("refused")

// freeAt frees what a variable holds and leaves it as it is.
func freeAt(p **session.Session) { (*p).Free() }

// freeAndClear clears it, too.
func freeAndClear(p **session.Session) {
	(*p).Free()
	*p = nil
}

// FreedAtTwice frees the same twice (trap: what the variable holds afterwards).
func FreedAtTwice(c *session.Conn) {
	s := c.Get1Session()
	freeAt(&s)
	freeAt(&s) // want doublefree
}

// ClearedTwice frees nothing the second time.
func ClearedTwice(c *session.Conn) {
	s := c.Get1Session()
	freeAndClear(&s)
	freeAndClear(&s)
}

// lendTo writes what the connection owns.
func lendTo(c *session.Conn, p **session.Session) { *p = c.Get0Session() }

// LentTo only reads it.
func LentTo(c *session.Conn) int64 {
	var s *session.Session
	lendTo(c, &s)
	return s.Time()
}

// LentToFreed frees what was lent.
func LentToFreed(c *session.Conn) {
	var s *session.Session
	lendTo(c, &s)
	s.Free() // want borrowedfree
}

// same returns what it is given.
func same(s *session.Session) *session.Session {
	if s != nil {
		s.SetTimeout(1)
	}
	return s
}

// Same frees it once, by either name.
func Same(c *session.Conn) {
	s := c.Get1Session()
	t := same(s)
	t.SetTimeout(2)
	s.Free()
}

// SameTwice frees it by both (trap: result that is an alias).
func SameTwice(c *session.Conn) {
	s := c.Get1Session()
	t := same(s)
	t.Free()
	s.Free() // want doublefree
}

// level frees from a level on.
func level(s *session.Session, n int) {
	if n >= 2 {
		s.Free()
	}
}

// Levelled is above it.
func Levelled(c *session.Conn) { level(c.Get1Session(), 3) }

// LevelledLow is below it (trap: guard of a number).
func LevelledLow(c *session.Conn) {
	level(c.Get1Session(), 1) // want missingfree
}

// LevelledBy frees the rest by the same number.
func LevelledBy(c *session.Conn, n int) {
	s := c.Get1Session()
	level(s, n)
	if n < 2 {
		s.Free()
	}
}

// get writes it and returns it as well.
func get(c *session.Conn, p **session.Session) *session.Session {
	*p = c.Get1Session()
	return *p
}

// GotOnce frees one of two names.
func GotOnce(c *session.Conn) {
	var s *session.Session
	if get(c, &s) == s {
		s.Free()
	}
}

// GotTwice frees both (trap: result that is equal to what was written).
func GotTwice(c *session.Conn) {
	var s *session.Session
	t := get(c, &s)
	t.Free()
	s.Free() // want doublefree
}

// ender returns a function that frees, or one that does not.
func ender(s *session.Session, really bool) func() {
	if !really {
		return func() { s.SetTimeout(1) }
	}
	return s.Free
}

// Ended frees.
func Ended(c *session.Conn) { ender(c.Get1Session(), true)() }

// EndedNot does not (trap: which function is returned).
func EndedNot(c *session.Conn) {
	ender(c.Get1Session(), false)() // want missingfree
}

// EndedBy frees the rest.
func EndedBy(c *session.Conn, really bool) {
	s := c.Get1Session()
	ender(s, really)()
	if !really {
		s.Free()
	}
}

// all gets one of each connection.
func all(conns []*session.Conn) (list []*session.Session) {
	for _, c := range conns {
		list = append(list, c.Get1Session())
	}
	return list
}

// each lends every element to a function.
func each(list []*session.Session, f func(*session.Session)) {
	for _, s := range list {
		f(s)
	}
}

// Each frees by a method expression.
func Each(conns []*session.Conn) {
	each(all(conns), (*session.Session).Free)
}

// EachRead only reads (trap: what is done with each).
func EachRead(conns []*session.Conn) {
	each(all(conns), func(s *session.Session) { s.SetTimeout(1) }) // want missingfree
}

// Consumed frees its parameter on success, and says so.
func Consumed(s *session.Session, c *session.Conn) bool {
	if !c.SetSession(s) {
		return false
	}
	s.Free()
	return true
}

// Uneven frees its parameter in one of two ways that look alike (trap: path pair).
//
//fixture:norun the parameter is its caller's
func Uneven(s *session.Session, c *session.Conn) {
	if !c.SetSession(s) {
		return // want missingfree "no caller can know"
	}
	letGo(s)
}

// UnevenKeeps adds a reference in one of them.
//
//fixture:norun the parameter is its caller's
func UnevenKeeps(s *session.Session) error {
	if !retain(s) { // want missingfree
		return errRefused
	}
	if s.Time() == 0 {
		return errRefused
	}
	letGo(s)
	return nil
}

// Even says by an error which it was.
func Even(s *session.Session, c *session.Conn) error {
	if !c.SetSession(s) {
		return errRefused
	}
	letGo(s)
	return nil
}

func letGo(s *session.Session) { s.Free() }

func retain(s *session.Session) bool { return s.UpRef() }
