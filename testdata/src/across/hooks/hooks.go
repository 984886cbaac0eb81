// Package hooks is the lower one of two packages: it has functions that package
// hooksuser registers as callbacks, which it does not know.
package hooks

import "github.com/sessionlint/sessionlint/session"

// A Store keeps one session.
type Store struct {
	sess *session.Session
	age  int64
}

// Close frees it.
func (st *Store) Close() {
	st.sess.Free()
	st.sess = nil
}

// Keep takes the session over.
func (st *Store) Keep(_ *session.Conn, s *session.Session) bool {
	st.sess.Free()
	st.sess = s
	return true
}

// KeepRefused keeps the session and gives the reference back.
func (st *Store) KeepRefused(_ *session.Conn, s *session.Session) bool { // may missingfree
	st.sess.Free()
	st.sess = s
	return false
}

// Refuse only looks at it.
func (st *Store) Refuse(_ *session.Conn, s *session.Session) bool {
	st.age = s.Time()
	return false
}

// Find adds a reference for the library.
func (st *Store) Find(_ *session.Conn, _ []byte) (s *session.Session, shared bool) {
	if st.sess == nil || !st.sess.UpRef() {
		return nil, false
	}
	return st.sess, false
}

// FindBare adds none.
func (st *Store) FindBare(_ *session.Conn, _ []byte) (s *session.Session, shared bool) {
	return st.sess, false
}

// Drop frees what it is offered, and says that it did not keep it.
func Drop(_ *session.Conn, s *session.Session) bool {
	release(s)
	return false
}

// Reject does the same.
func Reject(_ *session.Conn, s *session.Session) bool {
	s.Free()
	return false
}

func release(s *session.Session) { s.Free() }

// Take frees what it is offered, and says that it has.
func Take(_ *session.Conn, s *session.Session) bool {
	release(s)
	return true
}

// Removed frees a session that it only is told of.
func Removed(_ *session.Context, s *session.Session) { s.Free() }

// Watched only reads it.
func Watched(_ *session.Context, s *session.Session) { s.Time() }

// Dropper returns a function that frees what it is offered if it is told to, and says
// in both cases that it did not keep it.
func Dropper(really bool) func(*session.Conn, *session.Session) bool {
	return func(_ *session.Conn, s *session.Session) bool {
		if really {
			s.Free()
		}
		return false
	}
}

// Used frees what it is offered, reads it, and says that it kept it.
func Used(_ *session.Conn, s *session.Session) bool {
	s.Free()
	return s.Time() > 0 // want useafterfree
}

// Install registers a function of this package.
func Install(x *session.Context) { x.OnNewSession(installed) }

// installed frees what it refuses.
//
//fixture:norun nobody here lets it run
func installed(_ *session.Conn, s *session.Session) bool {
	s.Free()     // want borrowedfree
	return false // want callbackref
}

// On registers what it is given.
func On(x *session.Context, f func(*session.Conn, *session.Session) bool) { x.OnNewSession(f) }
