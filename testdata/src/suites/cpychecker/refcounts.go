// Package cpychecker carries scenarios of gcc-python-plugin's refcount checker
// tests over to sessions: borrowed and stolen references, error paths with many
// objects, containers that do or do not steal.
package cpychecker

import "github.com/sessionlint/sessionlint/session"

// none plays the part of a singleton that is counted like everything else.
var none *session.Session

// ReturnBorrowedAsOwned returns a loan where its callers expect a reference; on
// the other path it returns a reference.
func ReturnBorrowedAsOwned(c *session.Conn) *session.Session {
	if s := c.Get0Session(); s != nil && s.UpRef() {
		return s
	}
	return nil
}

// ExtraReference returns one of two.
func ExtraReference(c *session.Conn) *session.Session {
	s := c.Get1Session()
	if s == nil || !s.UpRef() { // want missingfree
		return s
	}
	return s
}

// BuildTwo makes two objects and frees the first when the second fails.
func BuildTwo(c *session.Conn) (*session.Session, *session.Session) {
	a := session.New()
	if a == nil {
		return nil, nil
	}
	b := a.Dup()
	if b == nil {
		a.Free()
		return nil, nil
	}
	return a, b
}

// BuildTwoBad does not.
func BuildTwoBad(c *session.Conn) (*session.Session, *session.Session) {
	a := session.New() // want missingfree
	if a == nil {
		return nil, nil
	}
	b := a.Dup()
	if b == nil {
		return nil, nil
	}
	return a, b
}

// AppendDoesNotSteal adds to a cache and keeps its own reference as well.
func AppendDoesNotSteal(x *session.Context) {
	s := session.New() // want missingfree
	if s == nil {
		return
	}
	if !x.AddSession(s) {
		s.Free()
		return
	}
}

// AppendThenDecref gives it back whatever the cache says.
func AppendThenDecref(x *session.Context) bool {
	s := session.New()
	if s == nil {
		return false
	}
	ok := x.AddSession(s)
	s.Free()
	return ok
}

// StealsOnSuccess takes over its argument, if it can.
func stealsOnSuccess(list *[]*session.Session, s *session.Session) bool {
	if len(*list) > 1 {
		return false
	}
	*list = append(*list, s)
	return true
}

// StolenOrFreed knows that.
func StolenOrFreed(list *[]*session.Session) bool {
	s := session.New()
	if s == nil {
		return false
	}
	if !stealsOnSuccess(list, s) {
		s.Free()
		return false
	}
	return true
}

// StolenOrForgotten does not.
func StolenOrForgotten(list *[]*session.Session) bool {
	s := session.New() // want missingfree
	return s != nil && stealsOnSuccess(list, s)
}

// BorrowedItemFreed frees what a container lends.
func BorrowedItemFreed(c *session.Conn) {
	s := c.Get0Session()
	if s == nil {
		return
	}
	t := s
	t.Free() // want borrowedfree
}

// ErrorLadder undoes in the order of making, by labels.
func ErrorLadder(c *session.Conn) (r *session.Session) {
	var a, b *session.Session
	a = session.New()
	if a == nil {
		goto fail
	}
	b = c.Get1Session()
	if b == nil {
		goto failA
	}
	r = b.Dup()
	if r == nil {
		goto failB
	}
	b.Free()
	a.Free()
	return r
failB:
	b.Free()
failA:
	a.Free()
fail:
	return nil
}

// ErrorLadderSkips jumps to the wrong rung.
func ErrorLadderSkips(c *session.Conn) (r *session.Session) {
	var a, b *session.Session
	a = session.New()
	if a == nil {
		goto fail
	}
	b = c.Get1Session() // want missingfree
	if b == nil {
		goto failA
	}
	r = b.Dup()
	if r == nil {
		goto failA
	}
	b.Free()
	a.Free()
	return r
failA:
	a.Free()
fail:
	return nil
}

// Ternary takes either of two and frees it.
func Ternary(c *session.Conn, fresh bool) {
	var s *session.Session
	if fresh {
		s = session.New()
	} else {
		s = c.Get1Session()
	}
	s.SetTimeout(1)
	s.Free()
}

// TernaryBorrow takes one that it may not free.
func TernaryBorrow(c *session.Conn, fresh bool) {
	var s *session.Session
	if fresh {
		s = session.New()
	} else {
		s = c.Get0Session()
	}
	s.SetTimeout(1)
	s.Free() // want borrowedfree
}

// SwapInto frees what a place held before, after it has stored the new one.
func SwapInto(p **session.Session) {
	old := *p
	*p = session.New()
	old.Free()
}

// SwapIntoTwice frees it before and after.
func SwapIntoTwice(p **session.Session) {
	old := *p
	(*p).Free()
	*p = session.New()
	old.Free() // want doublefree
}

// Singleton keeps the one that everybody shares and hands out references.
func Singleton() *session.Session {
	if none == nil {
		none = session.New()
	}
	if none == nil || !none.UpRef() {
		return nil
	}
	return none
}
