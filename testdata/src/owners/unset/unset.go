// Package unset holds fixtures of variables that nobody ever sets, and of some that
// only look like it. Of a captured one everything is known. One of the package may be
// set in a file for tests or for another system, and whoever asks for it knows why.
package unset

import "github.com/sessionlint/sessionlint/session"

// Nobody sets these here.
var (
	never   *session.Session
	hook    func(*session.Session)
	closer  interface{ Free() }
	retries int
)

// Somebody sets these.
var (
	elsewhere func(*session.Session) // in another file
	atStart   func(*session.Session) // when the program starts
	byAddress func(*session.Session) // through its address
	inPart    struct{ hook func(*session.Session) }
	whole     struct{ hook func(*session.Session) }
)

// Exported hooks are for other packages.
var Exported func(*session.Session)

// FreeNever frees twice what somebody may have put there.
//
//fixture:norun nobody does here
func FreeNever() {
	never.Free()
	never.Free() // want doublefree
}

// HookNever hands over, if there is anybody to hand over to.
//
//fixture:norun nobody is here
func HookNever(c *session.Conn) {
	s := c.Get1Session()
	if hook != nil {
		hook(s)
		return
	}
	s.Free()
}

// CloserNever leaks if there is a closer.
//
//fixture:norun there is none here
func CloserNever(c *session.Conn) {
	s := c.Get1Session() // want missingfree
	if closer != nil {
		return
	}
	s.Free()
}

// RetriesNever is right: the number is what it is.
func RetriesNever(c *session.Conn) {
	s := c.Get1Session()
	if retries > 0 {
		return
	}
	s.Free()
}

// AskedElsewhere asks for what another file sets.
//
//fixture:norun nobody calls what sets it
func AskedElsewhere(c *session.Conn) {
	s := c.Get1Session()
	s.Free()
	if elsewhere != nil {
		s.Free() // want doublefree
	}
}

func drop(s *session.Session) { s.Free() }

func init() { atStart = drop }

// AskedAtStart asks for what was set before.
//
//fixture:norun variables are set back before each run
func AskedAtStart(c *session.Conn) {
	s := c.Get1Session()
	s.Free()
	if atStart != nil {
		s.Free() // want doublefree
	}
}

func setHook(p *func(*session.Session)) { *p = drop }

// AskedByAddress asks for what a helper has set.
func AskedByAddress(c *session.Conn) {
	setHook(&byAddress)
	s := c.Get1Session()
	s.Free()
	if byAddress != nil {
		s.Free() // want doublefree
	}
}

func setParts() {
	inPart.hook = drop
	whole = struct{ hook func(*session.Session) }{drop}
}

// AskedInPart asks for a part that is set, and for one of a whole.
func AskedInPart(c *session.Conn) {
	setParts()
	s := c.Get1Session()
	s.Free()
	if inPart.hook != nil {
		s.Free() // want doublefree
	}
	t := c.Get1Session()
	t.Free()
	if whole.hook != nil {
		t.Free() // want doublefree
	}
}

// AskedExported asks for what another package may set.
//
//fixture:norun nobody does here
func AskedExported(c *session.Conn) {
	s := c.Get1Session()
	s.Free()
	if Exported != nil {
		s.Free() // want doublefree
	}
}

// CapturedNever adds a reference to what is never there.
func CapturedNever(x *session.Context) {
	var s *session.Session
	x.OnNewSession(func(c *session.Conn, fresh *session.Session) bool {
		if !s.UpRef() {
			return false
		}
		return false
	})
}

// CapturedTwice frees nothing, two literals deep.
func CapturedTwice(x *session.Context) {
	var s *session.Session
	x.OnNewSession(func(c *session.Conn, fresh *session.Session) bool {
		again := func() {
			s.Free()
			s.Free()
		}
		again()
		again()
		return false
	})
}

// CapturedSet frees what the function around it sets later.
func CapturedSet(c *session.Conn) {
	var s *session.Session
	defer func() {
		if s != nil {
			s.Free()
		}
	}()
	s = c.Get1Session()
}

// CapturedDeep frees what a literal in a literal sets.
func CapturedDeep(c *session.Conn) {
	var s *session.Session
	set := func() {
		func() { s = c.Get1Session() }()
	}
	set()
	s.Free()
}

func fetch(c *session.Conn, out **session.Session) { *out = c.Get1Session() }

// CapturedAddress frees what somebody else sets.
func CapturedAddress(c *session.Conn) {
	var s *session.Session
	free := func() { s.Free() }
	set := func() { fetch(c, &s) }
	set()
	free()
}

type pair struct {
	s    *session.Session
	more func(*session.Session)
}

// CapturedPart asks for a part that nobody sets.
func CapturedPart(c *session.Conn) {
	var p pair
	s := c.Get1Session()
	defer func() {
		p.s.Free()
		if p.more == nil {
			s.Free()
		}
	}()
}

// CapturedPartSet asks for a part that a literal sets.
func CapturedPartSet(c *session.Conn) {
	var p pair
	set := func() { p.more = drop }
	set()
	s := c.Get1Session()
	s.Free()
	func() {
		if p.more != nil {
			s.Free() // want doublefree
		}
	}()
}
