package pure

import "github.com/sessionlint/sessionlint/session"

// Getters that add a reference to what somebody else holds, and return it: the
// reference is their caller's (trap: retained by a getter).

// A Vault owns one session.
type Vault struct{ current *session.Session }

// Retained returns it with a reference of the caller's own.
func (v *Vault) Retained() *session.Session {
	s := v.current
	if s == nil || !s.UpRef() {
		return nil
	}
	return s
}

func retained(s *session.Session) *session.Session {
	if !s.UpRef() {
		panic("count overflow")
	}
	return s
}

// RetainedBy leaves the counting to a helper.
func (v *Vault) RetainedBy() *session.Session { return retained(v.current) }

// Peeked returns it without a reference.
func (v *Vault) Peeked() *session.Session { return v.current }

// RetainedLost reads what it got and forgets it.
//
//fixture:norun what a vault of the driver's has too many cannot be told from the driver's own
func RetainedLost(v *Vault) int64 {
	s := v.Retained() // want missingfree
	if s == nil {
		return 0
	}
	return s.Time()
}

// RetainedByLost does so with the other getter.
//
//fixture:norun what a vault of the driver's has too many cannot be told from the driver's own
func RetainedByLost(v *Vault) int64 {
	return v.RetainedBy().Time() // want missingfree
}

// RetainedEarlyReturn frees on one of its paths.
//
//fixture:norun what a vault of the driver's has too many cannot be told from the driver's own
func RetainedEarlyReturn(v *Vault, quota int) (int64, error) {
	s := v.Retained() // want missingfree
	if s == nil {
		return 0, errNone
	}
	if quota == 0 {
		return 0, errClosed
	}
	t := s.Time()
	s.Free()
	return t, nil
}

// RetainedOfOwnLost frees what its vault holds, and forgets what it got.
func RetainedOfOwnLost(c *session.Conn) {
	v := &Vault{current: c.Get1Session()}
	s := v.Retained() // want missingfree
	if s != nil {
		s.SetTimeout(1)
	}
	v.current.Free()
}

// RetainedOfOwnFreed frees both.
func RetainedOfOwnFreed(c *session.Conn) {
	v := &Vault{current: c.Get1Session()}
	s := v.Retained()
	s.Free()
	v.current.Free()
}

// RetainedFreed gives it back.
func RetainedFreed(v *Vault) int64 {
	s := v.Retained()
	if s == nil {
		return 0
	}
	defer s.Free()
	return s.Time()
}

// RetainedByFreed does so with the other getter.
func RetainedByFreed(v *Vault) int64 {
	s := v.RetainedBy()
	t := s.Time()
	s.Free()
	return t
}

// RetainedMoved fills another vault.
func RetainedMoved(from, to *Vault) {
	to.current.Free()
	to.current = from.Retained()
}

// RetainedPassedOn returns it.
func RetainedPassedOn(v *Vault) *session.Session { return v.Retained() }

// RetainedInside returns it in a vault of its own.
func RetainedInside(v *Vault) *Vault { return &Vault{v.RetainedBy()} }

// PeekedRead owes nothing.
func PeekedRead(v *Vault) int64 {
	if s := v.Peeked(); s != nil {
		return s.Time()
	}
	return 0
}
