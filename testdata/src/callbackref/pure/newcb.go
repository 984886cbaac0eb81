// Package pure holds fixtures of callbackref over package session. Every function
// here registers a callback and lets a handshake, or the cache, run it, in every
// way that can go. A label at the literal stands for what the runtime notices when
// the callback has returned.
package pure

import "github.com/sessionlint/sessionlint/session"

var (
	last   *session.Session // owned by this package
	second *session.Session // owned by this package
	shared *session.Session // owned by this package
	byID   = map[string]*session.Session{}
	wanted bool
	seen   int64
)

// dial lets a client have a new session.
func dial(x *session.Context) {
	x.SetVersion(session.TLS12)
	x.SetCacheMode(session.CacheClient | session.CacheNoInternalStore)
	c := x.NewConn()
	c.Handshake()
	c.Free()
}

// NewKeeps takes the reference that it is offered.
func NewKeeps(x *session.Context) {
	x.OnNewSession(func(c *session.Conn, s *session.Session) bool {
		last.Free()
		last = s
		return true
	})
	dial(x)
}

// NewKeepsRefused keeps the session and gives the reference back.
func NewKeepsRefused(x *session.Context) {
	x.OnNewSession(func(c *session.Conn, s *session.Session) bool {
		last.Free()
		last = s     // want danglingborrow
		return false // want callbackref "keeps session s but returns that it does not"
	})
	dial(x)
}

// NewFreesRefused frees the reference that the library frees as well.
func NewFreesRefused(x *session.Context) {
	x.OnNewSession(func(c *session.Conn, s *session.Session) bool { // may callbackref
		seen = s.Time()
		s.Free()     // want borrowedfree
		return false // want callbackref "frees session s"
	})
	dial(x)
}

// NewFreesTaken takes the reference and frees it.
func NewFreesTaken(x *session.Context) {
	x.OnNewSession(func(c *session.Conn, s *session.Session) bool {
		seen = s.Time()
		s.Free()
		return true
	})
	dial(x)
}

// NewFreesDeferred does it at the end.
func NewFreesDeferred(x *session.Context) {
	x.OnNewSession(func(c *session.Conn, s *session.Session) bool {
		defer s.Free()
		seen = s.Time()
		return true
	})
	dial(x)
}

// NewForgets takes the reference, and nothing has it.
func NewForgets(x *session.Context) {
	x.OnNewSession(func(c *session.Conn, s *session.Session) bool { // may missingfree
		seen = s.Time()
		return true // want callbackref "nothing keeps"
	})
	dial(x)
}

// NewForgetsSometimes forgets it on one path.
func NewForgetsSometimes(x *session.Context) {
	x.OnNewSession(func(c *session.Conn, s *session.Session) bool { // may missingfree
		if session.Choose(2) == 1 {
			return true // want callbackref
		}
		last.Free()
		last = s
		return true
	})
	dial(x)
}

// NewReads only looks at it.
func NewReads(x *session.Context) {
	x.OnNewSession(func(c *session.Conn, s *session.Session) bool {
		seen = s.Time()
		return false
	})
	dial(x)
}

// NewRetainsOther adds a reference to another one, for the function around it.
func NewRetainsOther(c *session.Conn, x *session.Context) {
	s := c.Get0Session()
	retained := false
	x.OnNewSession(func(k *session.Conn, fresh *session.Session) bool {
		if retained || s == nil || !s.UpRef() {
			return false
		}
		retained = true
		return false
	})
	dial(x)
	if retained {
		s.Free()
	}
}

// NewRetainsTaken keeps one reference and has two.
func NewRetainsTaken(x *session.Context) {
	x.OnNewSession(func(c *session.Conn, s *session.Session) bool {
		if !s.UpRef() { // may missingfree
			return false
		}
		last.Free()
		last = s
		return true // want callbackref
	})
	dial(x)
}

// NewRetainsRefused keeps a reference of its own and gives the other back.
func NewRetainsRefused(x *session.Context) {
	x.OnNewSession(func(c *session.Conn, s *session.Session) bool {
		if !s.UpRef() {
			return false
		}
		last.Free()
		last = s
		return false
	})
	dial(x)
}

// NewRetainsTwice keeps it in two places, once on the library's account.
func NewRetainsTwice(x *session.Context) {
	x.OnNewSession(func(c *session.Conn, s *session.Session) bool {
		if !s.UpRef() {
			return false
		}
		last.Free()
		last = s
		second.Free()
		second = s
		return true
	})
	dial(x)
}

// NewRetainsInVain adds a reference that nothing keeps.
func NewRetainsInVain(x *session.Context) {
	x.OnNewSession(func(c *session.Conn, s *session.Session) bool {
		if s.UpRef() { // want missingfree
			seen = s.Time()
		}
		return false
	})
	dial(x)
}

// NewCopies keeps a copy.
func NewCopies(x *session.Context) {
	x.OnNewSession(func(c *session.Conn, s *session.Session) bool {
		last.Free()
		last = s.Dup()
		return false
	})
	dial(x)
}

// NewAnswersWhatItDid says on each path what it has done.
func NewAnswersWhatItDid(x *session.Context) {
	x.OnNewSession(func(c *session.Conn, s *session.Session) bool {
		kept := false
		if session.Choose(2) == 1 {
			last.Free()
			last = s
			kept = true
		}
		return kept
	})
	dial(x)
}

// NewAnswersInverted says the opposite.
func NewAnswersInverted(x *session.Context) {
	x.OnNewSession(func(c *session.Conn, s *session.Session) bool { // may missingfree
		kept := session.Choose(2) == 1
		if kept {
			last.Free()
			last = s // want danglingborrow
		}
		return !kept // want callbackref
	})
	dial(x)
}

func remember(s *session.Session) bool {
	if s == nil {
		return false
	}
	last.Free()
	last = s
	return true
}

func look(s *session.Session) bool { return s.Time() >= 0 }

// NewByHelper answers what a helper says, which keeps it.
func NewByHelper(x *session.Context) {
	x.OnNewSession(func(c *session.Conn, s *session.Session) bool { return remember(s) })
	dial(x)
}

// NewClears keeps it for a while.
func NewClears(x *session.Context) {
	x.OnNewSession(func(c *session.Conn, s *session.Session) bool {
		last.Free()
		last = s
		seen = last.Time()
		last = nil
		return false
	})
	dial(x)
}

func keepNew(c *session.Conn, s *session.Session) bool {
	last.Free()
	last = s
	return true
}

// NewNamed registers a function with a name.
func NewNamed(x *session.Context) {
	x.OnNewSession(keepNew)
	dial(x)
}

// A Store keeps what its method is offered.
type Store struct{ newest *session.Session }

func (st *Store) keep(c *session.Conn, s *session.Session) bool {
	st.newest.Free()
	st.newest = s
	return true
}

// NewMethod registers a method.
func NewMethod(x *session.Context, st *Store) {
	x.OnNewSession(st.keep)
	dial(x)
}

// NewCaptured keeps it in a variable of the function around it, which frees it.
func NewCaptured(x *session.Context) (t int64) {
	var got *session.Session
	x.OnNewSession(func(c *session.Conn, s *session.Session) bool {
		got.Free()
		got = s
		return true
	})
	dial(x)
	t = got.Time()
	got.Free()
	return t
}
