// Package iterators gets and frees sessions in iterators and in the loops over
// them.
package iterators

import (
	"iter"

	"github.com/sessionlint/sessionlint/session"
)

// handing hands the ownership of each session over to the loop: it frees none.
func handing(conns []*session.Conn) iter.Seq[*session.Session] {
	return func(yield func(*session.Session) bool) {
		for _, c := range conns {
			if !yield(c.Get1Session()) {
				return
			}
		}
	}
}

// RangeFuncOwns frees what it is handed.
func RangeFuncOwns(conns []*session.Conn) {
	for s := range handing(conns) {
		s.Free()
	}
}

// RangeFuncOwnsSome frees but the last.
//
//fixture:norun every session of the driver has a time
func RangeFuncOwnsSome(conns []*session.Conn) {
	for s := range handing(conns) { // want missingfree
		if s.Time() == 0 {
			break
		}
		s.Free()
	}
}

// RangeFuncFrees gets, lends and frees each, but not the one the loop stops at.
//
//fixture:norun nobody loops over it
func RangeFuncFrees(conns []*session.Conn) iter.Seq[*session.Session] {
	return func(yield func(*session.Session) bool) {
		for _, c := range conns {
			s := c.Get1Session() // want missingfree
			if s == nil {
				continue
			}
			if !yield(s) {
				return
			}
			s.Free()
		}
	}
}

// visit hands each session over to a function.
func visit(conns []*session.Conn, do func(*session.Session) bool) {
	for _, c := range conns {
		if s := c.Get1Session(); s != nil && !do(s) {
			return
		}
	}
}

// Visited frees what it is handed.
func Visited(conns []*session.Conn) (n int) {
	visit(conns, func(s *session.Session) bool {
		defer s.Free()
		n++
		return s.Time() != 0
	})
	return n
}

// VisitedSome frees but the last.
//
//fixture:norun every session of the driver has a time
func VisitedSome(conns []*session.Conn) (n int) {
	visit(conns, func(s *session.Session) bool { // want missingfree
		if s.Time() == 0 {
			return false
		}
		n++
		s.Free()
		return true
	})
	return n
}
