package session

import (
	"github.com/sessionlint/sessionlint/internal/ledger"
)

// A Session is a handle to an SSL_SESSION: one way by which the code came to
// know the object. Two operations that give the same object give two handles,
// so == on *Session does not compare objects; Same does. Copies of a *Session
// are the same handle, as copies of a C pointer are.
//
// All methods accept nil, do nothing and return zero or false.
type Session struct {
	l *Ledger
	h *ledger.Handle
}

func (l *Ledger) session(h *ledger.Handle) *Session { return &Session{l: l, h: h} }

// Handle returns the account's own handle, for code of this module.
func (s *Session) Handle() *ledger.Handle { return s.h }

// New returns a session that is in no cache and has no id. The caller owns one
// reference. Outcome Fail: nil.
func (l *Ledger) New() *Session {
	l.enter("New")
	defer l.leave()
	if fail, _ := l.outcome("New"); fail {
		return nil
	}
	return l.session(l.led.Acquire(l.newSessionState(0).object, ledger.Owned))
}

// Param returns a handle as a function finds it in a parameter, field, global or
// unknown result: it has one reference that belongs to somebody else. The first
// Free consumes it, the second is one too many; what is left at the end is
// nobody's leak.
func (l *Ledger) Param() *Session {
	l.enter("Param")
	defer l.leave()
	s := l.newSessionState(0)
	s.id = l.newID()
	return l.session(l.led.Acquire(s.object, ledger.Outside))
}

// Same reports whether a and b are handles to one object; nil is only the same
// as nil.
func Same(a, b *Session) bool {
	if a == nil || b == nil {
		return a == b
	}
	return a.h.Object() == b.h.Object()
}

// Dup returns a copy of s that is an object of its own: the caller owns one
// reference to it, s keeps its count. Outcome Fail: nil.
func (s *Session) Dup() *Session {
	if s == nil {
		return nil
	}
	s.l.enter("Session.Dup")
	defer s.l.leave()
	alive := s.h.Use()
	if fail, _ := s.l.outcome("Session.Dup"); fail || !alive {
		return nil
	}
	return s.l.session(s.l.led.Acquire(s.l.dup(state(s.h)).object, ledger.Owned))
}

// UpRef adds a reference that the caller owns and reports whether it did.
// Outcome Fail: false, nothing added.
func (s *Session) UpRef() bool {
	if s == nil {
		return false
	}
	s.l.enter("Session.UpRef")
	defer s.l.leave()
	return upRef(s.l, s.h, "Session.UpRef")
}

func upRef(l *Ledger, h *ledger.Handle, op string) bool {
	if fail, _ := l.outcome(op); fail {
		h.UpRefFailed()
		return false
	}
	h.UpRef()
	return true
}

// Free gives back one of the caller's references; the object dies with the last
// one. Nil is a no-op.
func (s *Session) Free() {
	if s == nil {
		return
	}
	s.l.enter("Session.Free")
	defer s.l.leave()
	s.h.Free()
}

// use begins an operation that reads s and reports whether the object is alive;
// the caller leaves.
func (s *Session) use(op string) bool {
	s.l.enter(op)
	return s.h.Use()
}

// Time returns when the session was established, in seconds since 1970.
func (s *Session) Time() int64 {
	if s == nil {
		return 0
	}
	defer s.l.leave()
	if !s.use("Session.Time") {
		return 0
	}
	return state(s.h).time
}

// SetTime sets when the session was established. A cached session moves in its
// cache's list.
func (s *Session) SetTime(t int64) {
	if s == nil {
		return
	}
	defer s.l.leave()
	if s.use("Session.SetTime") {
		o := state(s.h)
		o.time = t
		o.relink()
	}
}

// Timeout returns for how many seconds after Time the session is good.
func (s *Session) Timeout() int64 {
	if s == nil {
		return 0
	}
	defer s.l.leave()
	if !s.use("Session.Timeout") {
		return 0
	}
	return state(s.h).timeout
}

// SetTimeout sets for how many seconds the session is good; less than 0 is 0.
func (s *Session) SetTimeout(t int64) {
	if s == nil {
		return
	}
	defer s.l.leave()
	if s.use("Session.SetTimeout") {
		o := state(s.h)
		o.timeout = max(t, 0)
		o.relink()
	}
}

// ID returns a copy of the session id, nil if it is empty.
func (s *Session) ID() []byte {
	if s == nil {
		return nil
	}
	defer s.l.leave()
	if !s.use("Session.ID") {
		return nil
	}
	return append([]byte(nil), state(s.h).id...)
}

// SetID sets the session id, at most 32 bytes, and reports whether it did. The
// session must be in no cache: a cache finds it by the id it had when added.
func (s *Session) SetID(id []byte) bool {
	if s == nil {
		return false
	}
	defer s.l.leave()
	if !s.use("Session.SetID") || len(id) > 32 {
		return false
	}
	state(s.h).id = append([]byte(nil), id...)
	return true
}

// SetVersion sets the protocol version the session belongs to.
func (s *Session) SetVersion(v Version) {
	if s == nil {
		return
	}
	defer s.l.leave()
	if s.use("Session.SetVersion") {
		state(s.h).version = v
	}
}

// Resumable reports whether the session can be offered for resumption.
func (s *Session) Resumable() bool {
	if s == nil {
		return false
	}
	defer s.l.leave()
	return s.use("Session.Resumable") && state(s.h).resumable()
}

// SetHostname replaces the host name kept in the session; borrows of the
// session's parts end.
func (s *Session) SetHostname(name string) bool {
	if s == nil {
		return false
	}
	defer s.l.leave()
	if !s.use("Session.SetHostname") {
		return false
	}
	o := state(s.h)
	o.renew(s.l)
	o.hostname = name
	return true
}

// A Part is something inside a session that was borrowed from it: the peer's
// certificate, the host name, the ticket. It may be used as long as the handle
// it came from, and until the session is overwritten.
type Part struct {
	l *Ledger
	h *ledger.Handle
}

// Handle returns the account's own handle, for code of this module.
func (p *Part) Handle() *ledger.Handle { return p.h }

// Peer0 borrows the peer's certificate. Outcome Fail: nil.
func (s *Session) Peer0() *Part { return s.part("Session.Peer0") }

// Hostname0 borrows the host name. Outcome Fail: nil.
func (s *Session) Hostname0() *Part { return s.part("Session.Hostname0") }

// Ticket0 borrows the ticket's bytes. Outcome Fail: nil.
func (s *Session) Ticket0() *Part { return s.part("Session.Ticket0") }

func (s *Session) part(op string) *Part {
	if s == nil {
		return nil
	}
	defer s.l.leave()
	alive := s.use(op)
	if fail, _ := s.l.outcome(op); fail || !alive {
		return nil
	}
	from := state(s.h)
	return &Part{l: s.l, h: s.l.led.BorrowFrom(from.newPart(s.l), s.h, from.content)}
}

// Read uses the part and reports whether there is one.
func (p *Part) Read() bool {
	if p == nil {
		return false
	}
	p.l.enter("Part.Read")
	defer p.l.leave()
	return p.h.Use()
}
