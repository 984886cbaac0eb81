package pure

import "github.com/sessionlint/sessionlint/session"

// Callbacks that are registered by helpers (trap: registration out of sight of the
// callback).

type newFunc func(*session.Conn, *session.Session) bool

// onNew registers for its caller.
func onNew(x *session.Context, f func(*session.Conn, *session.Session) bool) { x.OnNewSession(f) }

// onNewTwice hands it on to another helper.
func onNewTwice(x *session.Context, f newFunc) { onNew(x, f) }

func onRemove(x *session.Context, f func(*session.Context, *session.Session)) { x.OnRemoveSession(f) }

func onGet(x *session.Context, f func(*session.Conn, []byte) (*session.Session, bool)) {
	x.OnGetSession(f)
}

func onUseKey(x *session.Context, f func(*session.Conn) (*session.Session, bool)) { x.OnUsePSK(f) }

func onFindKey(x *session.Context, f func(*session.Conn, []byte) (*session.Session, bool)) {
	x.OnFindPSK(f)
}

func onTickets(x *session.Context, seal func(*session.Conn) bool, open func(*session.Conn, *session.Session) bool) {
	x.OnTickets(seal, open)
}

// HelperNewForgets takes the reference, and nothing has it.
func HelperNewForgets(x *session.Context) {
	onNew(x, func(c *session.Conn, s *session.Session) bool { // may missingfree
		seen = s.Time()
		return true // want callbackref "nothing keeps"
	})
	dial(x)
}

// HelperNewKeeps keeps it.
func HelperNewKeeps(x *session.Context) {
	onNew(x, func(c *session.Conn, s *session.Session) bool {
		last.Free()
		last = s
		return true
	})
	dial(x)
}

// HelperTwiceKeepsRefused keeps it and gives the reference back.
func HelperTwiceKeepsRefused(x *session.Context) {
	onNewTwice(x, func(c *session.Conn, s *session.Session) bool {
		last.Free()
		last = s     // want danglingborrow
		return false // want callbackref
	})
	dial(x)
}

// HelperTwiceReads only looks at it.
func HelperTwiceReads(x *session.Context) {
	onNewTwice(x, func(c *session.Conn, s *session.Session) bool {
		seen = s.Time()
		return false
	})
	dial(x)
}

func dropNew(c *session.Conn, s *session.Session) bool { // may missingfree
	wanted = c.Holds(s)
	return true // want callbackref
}

// HelperNewNamed registers a function with a name.
func HelperNewNamed(x *session.Context) {
	onNewTwice(x, dropNew)
	dial(x)
}

func (st *Store) freeRefused(c *session.Conn, s *session.Session) bool {
	wanted = c.Holds(s)
	s.Free()     // want borrowedfree
	return false // want callbackref "freeRefused frees session s"
}

// HelperNewMethod registers a method (trap: receiver before the arguments).
func HelperNewMethod(x *session.Context, st *Store) { // may callbackref
	onNew(x, st.freeRefused)
	dial(x)
}

// A Hooks has what is to be called.
type Hooks struct {
	New    newFunc
	Remove func(*session.Context, *session.Session)
}

// Install registers them.
func (h *Hooks) Install(x *session.Context) {
	x.OnNewSession(h.New)
	x.OnRemoveSession(h.Remove)
}

// HelperStruct registers what fields have.
func HelperStruct(x *session.Context) {
	h := &Hooks{
		New: func(c *session.Conn, s *session.Session) bool { // may missingfree
			seen = s.Time()
			return true // want callbackref
		},
		Remove: func(x *session.Context, s *session.Session) { seen = s.Time() },
	}
	h.Install(x)
	dial(x)
}

// HelperStructKeeps registers what is right.
func HelperStructKeeps(x *session.Context) {
	h := &Hooks{
		New: func(c *session.Conn, s *session.Session) bool {
			last.Free()
			last = s
			return true
		},
		Remove: func(x *session.Context, s *session.Session) { seen = s.Time() },
	}
	h.Install(x)
	dial(x)
}

// keeper returns a callback.
func keeper(st *Store) newFunc {
	return func(c *session.Conn, s *session.Session) bool {
		st.newest.Free()
		st.newest = s
		return true
	}
}

// HelperMade registers what a function has made.
func HelperMade(x *session.Context, st *Store) {
	x.OnNewSession(keeper(st))
	dial(x)
}

// dropper returns one that forgets.
func dropper(held *bool) newFunc {
	return func(c *session.Conn, s *session.Session) bool { // may missingfree
		*held = c.Holds(s)
		return true // want callbackref
	}
}

// HelperMadeForgets registers that.
func HelperMadeForgets(x *session.Context) (held bool) {
	x.OnNewSession(dropper(&held))
	dial(x)
	return held
}

// HelperVariable registers what a variable has.
func HelperVariable(x *session.Context, strictly bool) {
	f := func(c *session.Conn, s *session.Session) bool { return false }
	if strictly {
		f = func(c *session.Conn, s *session.Session) bool { // may missingfree
			seen = s.Time()
			return true // want callbackref
		}
	}
	x.OnNewSession(f)
	dial(x)
}

// HelperRemoveFrees frees on the cache's account.
func HelperRemoveFrees(x *session.Context) {
	onRemove(x, func(x *session.Context, s *session.Session) {
		s.Free() // want borrowedfree
	})
	flush(x)
}

// HelperRemoveReads only looks.
func HelperRemoveReads(x *session.Context) {
	onRemove(x, func(x *session.Context, s *session.Session) { seen = s.Time() })
	flush(x)
}

// HelperGetBare gives away the only reference that this package has.
func HelperGetBare(x *session.Context) {
	share()
	onGet(x, func(c *session.Conn, id []byte) (*session.Session, bool) {
		return shared, false // want callbackref // may danglingborrow
	})
	serve(x)
}

// HelperGetRetained adds one for the library.
func HelperGetRetained(x *session.Context) {
	share()
	onGet(x, func(c *session.Conn, id []byte) (*session.Session, bool) {
		if shared == nil || !shared.UpRef() {
			return nil, false
		}
		return shared, false
	})
	serve(x)
}

// HelperUseKeyBare gives its only one away.
func HelperUseKeyBare(x *session.Context) {
	share()
	onUseKey(x, func(c *session.Conn) (*session.Session, bool) {
		return shared, true // want callbackref // may danglingborrow useafterfree
	})
	dialKey(x)
}

// HelperUseKeyCopied gives a copy.
func HelperUseKeyCopied(x *session.Context) {
	share()
	onUseKey(x, func(c *session.Conn) (*session.Session, bool) { return shared.Dup(), true })
	dialKey(x)
}

// HelperFindKeyBare gives away what it needs itself.
func HelperFindKeyBare(x *session.Context) {
	share()
	onFindKey(x, func(c *session.Conn, identity []byte) (*session.Session, bool) {
		return shared, true // want callbackref // may danglingborrow useafterfree
	})
	serveKey(x)
}

// HelperFindKeyCopied gives a copy.
func HelperFindKeyCopied(x *session.Context) {
	share()
	onFindKey(x, func(c *session.Conn, identity []byte) (*session.Session, bool) { return shared.Dup(), true })
	serveKey(x)
}

// HelperTicketFrees frees what it is lent.
func HelperTicketFrees(x *session.Context) {
	onTickets(x, func(c *session.Conn) bool { return true }, func(c *session.Conn, s *session.Session) bool {
		s.Free() // want borrowedfree
		return false
	})
	resume(x)
}

// HelperTicketReads looks at it.
func HelperTicketReads(x *session.Context) {
	onTickets(x, func(c *session.Conn) bool { return true }, func(c *session.Conn, s *session.Session) bool {
		seen = s.Time()
		return s != nil
	})
	resume(x)
}
