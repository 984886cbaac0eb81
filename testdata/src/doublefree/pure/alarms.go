package pure

import "github.com/sessionlint/sessionlint/session"

// These are right, and what is reported is wrong, as the README says.

type pinned struct {
	s *session.Session
	n int
}

// Pin adds a reference that the field stands for as well.
func (p *pinned) Pin() {
	if p.s.UpRef() {
		p.n++
	}
}

// Unpin gives one back.
func (p *pinned) Unpin() {
	if p.n > 0 {
		p.n--
		p.s.Free()
	}
}

// Close gives all of them back.
func (p *pinned) Close() {
	for p.n > 0 {
		p.Unpin()
	}
	p.s.Free() // may doublefree
}

// Shared reads by one slice what was put there by another one of the same array.
func Shared(c *session.Conn) {
	a := make([]*session.Session, 1)
	b := append(a[:0], c.Get1Session()) // may missingfree
	_ = b
	a[0].Free()
}

type leased struct{ s *session.Session }

// get adds a reference that release gives back, and shows the session.
func (l *leased) get() *session.Session {
	if l.s == nil || !l.s.UpRef() {
		return nil
	}
	return l.s
}

func (l *leased) release() { l.s.Free() }

// Lease hands the reference on with what gives it back.
func (l *leased) Lease() func() {
	if l.get() == nil { // may missingfree
		return nil
	}
	return l.release
}
