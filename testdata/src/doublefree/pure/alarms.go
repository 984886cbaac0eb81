package pure

import (
	"errors"
	"sync/atomic"

	"github.com/sessionlint/sessionlint/session"
)

// These are right, and what is reported is wrong, as the README says.

var errStale = errors.New("stale")

// fresh says by an error that the session is stale; it is the caller's all the same.
func fresh(c *session.Conn, stale bool) (*session.Session, error) {
	s := c.Get1Session()
	if stale {
		return s, errStale
	}
	return s, nil
}

// AskedKnownError asks what an error is that is known.
func AskedKnownError(c *session.Conn, stale bool) error {
	s, err := fresh(c, stale) // may missingfree
	if err != nil && !errors.Is(err, errStale) {
		return err
	}
	s.Free()
	return nil
}

type swapped struct {
	conn *session.Conn
	last atomic.Pointer[session.Session]
}

// Close frees the last one.
func (k *swapped) Close() { k.last.Swap(nil).Free() }

// Again saves the session once more, and frees the one that it replaces, which may be
// the same.
func (k *swapped) Again() {
	s := k.conn.Get1Session()
	if old := k.last.Swap(s); old == s {
		s.Free() // may doublefree
	} else {
		old.Free()
	}
}

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
