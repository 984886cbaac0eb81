// Package app is the upper one of two packages; see package tls.
package app

import (
	"errors"
	"io"

	"fixtures/across/tls"

	"github.com/sessionlint/sessionlint/session"
)

var errRefused = errors.New("refused")

// Fetched frees what the other package acquired.
func Fetched(c *session.Conn) (int64, error) {
	s, err := tls.Fetch(c)
	if err != nil {
		return 0, err
	}
	defer tls.Drop(s)
	return tls.Age(s), nil
}

// FetchedLost does not.
func FetchedLost(c *session.Conn) (int64, error) {
	s, err := tls.Fetch(c) // want missingfree
	if err != nil {
		return 0, err
	}
	return tls.Age(s), nil
}

// FetchedOnError does not on one path.
func FetchedOnError(c, next *session.Conn) error {
	s, err := tls.Fetch(c) // want missingfree
	if err != nil {
		return err
	}
	if !next.SetSession(s) {
		return errRefused
	}
	tls.Drop(s)
	return nil
}

// FetchedTwiceDropped frees twice.
func FetchedTwiceDropped(c *session.Conn) {
	s, err := tls.Fetch(c)
	if err != nil {
		return
	}
	tls.Drop(s)
	tls.Drop(s) // want doublefree
}

// FetchedAndRead reads what the other package freed.
func FetchedAndRead(c *session.Conn) int64 {
	s, err := tls.Fetch(c)
	if err != nil {
		return 0
	}
	tls.Drop(s)
	return tls.Age(s) // want useafterfree
}

// Peeked frees what the other package lent.
func Peeked(c *session.Conn) {
	s := tls.Peek(c)
	tls.Drop(s) // want borrowedfree
}

// PeekedRetained makes it its own.
func PeekedRetained(c *session.Conn) int64 {
	s := tls.Peek(c)
	if !tls.Retain(s) {
		return 0
	}
	defer s.Free()
	return s.Time()
}

// PeekedRetainedLost forgets that.
func PeekedRetainedLost(c *session.Conn) int64 {
	s := tls.Peek(c)
	if !tls.Retain(s) { // want missingfree
		return 0
	}
	return s.Time()
}

// PeekedTooLate reads it after the owner is gone.
func PeekedTooLate(c *session.Conn) int64 {
	s := tls.Peek(c)
	tls.HangUp(c)
	return tls.Age(s) // want danglingborrow
}

// Told has it freed or not.
func Told(c *session.Conn) {
	s, err := tls.Fetch(c)
	if err == nil {
		tls.DropIf(s, true)
	}
}

// ToldNot has it not freed.
func ToldNot(c *session.Conn) {
	s, err := tls.Fetch(c) // want missingfree
	if err == nil {
		tls.DropIf(s, false)
	}
}

// Renewed frees the other one.
func Renewed(c *session.Conn) {
	s := tls.Renew(c.Get1Session())
	s.Free()
}

// RenewedOld frees the old one.
func RenewedOld(c *session.Conn) {
	s := c.Get1Session()
	t := tls.Renew(s) // want missingfree
	t.SetTimeout(1)
	s.Free() // want doublefree
}

// Into frees what was written.
func Into(c *session.Conn) {
	var s *session.Session
	if tls.Into(c, &s) {
		s.Free()
	}
}

// IntoLost does not.
func IntoLost(c *session.Conn) bool {
	var s *session.Session
	return tls.Into(c, &s) // want missingfree
}

// Leased ends it.
func Leased(c *session.Conn) int64 {
	s, end := tls.Lease(c)
	defer end()
	return s.Time()
}

// LeasedLost does not.
func LeasedLost(c *session.Conn) int64 {
	s, _ := tls.Lease(c) // want missingfree
	return s.Time()
}

// Borrowed ends it by a method of the session.
func Borrowed(c *session.Conn) int64 {
	s, end := tls.Borrow(c)
	defer end()
	return s.Time()
}

// BorrowedLost does not end it if it is in a hurry.
func BorrowedLost(c *session.Conn, early bool) int64 {
	s, end := tls.Borrow(c) // want missingfree
	if s == nil || early {
		return 0
	}
	end()
	return 1
}

// BorrowedUsed reads it once it has ended.
func BorrowedUsed(c *session.Conn) int64 {
	s, end := tls.Borrow(c)
	if s == nil {
		return 0
	}
	end()
	return s.Time() // want useafterfree
}

// BorrowedTwice ends it twice.
func BorrowedTwice(c *session.Conn) {
	s, end := tls.Borrow(c)
	end()
	tls.Drop(s) // want doublefree
}

// FreedBy frees by a method as a function.
func FreedBy(c *session.Conn) {
	s := c.Get1Session()
	tls.Freeing()(s)
}

// FreedByTwice frees once more.
func FreedByTwice(c *session.Conn) {
	s := c.Get1Session()
	tls.Freeing()(s)
	tls.Freeing()(s) // want doublefree
}

// With reads what it is lent.
func With(c *session.Conn) (t int64, err error) {
	err = tls.With(c, func(s *session.Session) error {
		t = s.Time()
		return nil
	})
	return t, err
}

// Client closes.
func Client(c, next *session.Conn) error {
	cl, err := tls.NewClient(c)
	if err != nil {
		return err
	}
	defer cl.Close()
	if !next.SetSession(cl.Session()) {
		return errRefused
	}
	return nil
}

// ClientLost does not.
func ClientLost(c, next *session.Conn) error {
	cl, err := tls.NewClient(c) // want missingfree
	if err != nil {
		return err
	}
	if !next.SetSession(cl.Session()) {
		return errRefused
	}
	return nil
}

// ClientOnError does not on one path.
func ClientOnError(c, next *session.Conn) error {
	cl, err := tls.NewClient(c) // want missingfree
	if err != nil {
		return err
	}
	if !next.SetSession(cl.Session()) {
		return errRefused
	}
	return cl.Close()
}

// ClientDetached frees what it took out of the client.
func ClientDetached(c *session.Conn) error {
	cl, err := tls.NewClient(c)
	if err != nil {
		return err
	}
	s := cl.Detach()
	defer s.Free()
	return cl.Close()
}

// ClientDetachedLost does not.
func ClientDetachedLost(c *session.Conn) error {
	cl, err := tls.NewClient(c) // want missingfree
	if err != nil {
		return err
	}
	s := cl.Detach()
	s.SetTimeout(1)
	return cl.Close()
}

// ClientReadLate reads what a closed client lent.
func ClientReadLate(c *session.Conn) int64 {
	cl, err := tls.NewClient(c)
	if err != nil {
		return 0
	}
	s := cl.Session()
	cl.Close()
	return s.Time() // want useafterfree
}

// ClientFreed frees what the client owns.
func ClientFreed(c *session.Conn) {
	cl, err := tls.NewClient(c)
	if err != nil {
		return
	}
	defer cl.Close() // want doublefree
	cl.Session().Free()
}

// A Pool wraps a client of the other package once more.
type Pool struct {
	client *tls.Client
	size   int
}

// NewPool returns one that must be closed.
func NewPool(c *session.Conn) (*Pool, error) {
	cl, err := tls.NewClient(c)
	if err != nil {
		return nil, err
	}
	return &Pool{client: cl, size: 1}, nil
}

// Close closes the client.
func (p *Pool) Close() error { return p.client.Close() }

// Pooled closes a wrapper of a wrapper, by an interface.
func Pooled(c *session.Conn) error {
	p, err := NewPool(c)
	if err != nil {
		return err
	}
	var end io.Closer = p
	return end.Close()
}

// PooledLost does not.
func PooledLost(c *session.Conn) (int, error) {
	p, err := NewPool(c) // want missingfree
	if err != nil {
		return 0, err
	}
	return p.size, nil
}

// Emptied forgets what a struct of the other package owns.
//
//fixture:norun what the field held is the holder's until somebody makes one
func Emptied(h *tls.Holder) {
	h.Peer = nil
	h.Sess = nil // want missingfree "Holder.Close frees what the field holds"
}

// EmptiedRight frees it first.
func EmptiedRight(c *session.Conn) {
	h := &tls.Holder{Sess: c.Get1Session()}
	h.Close()
	h.Sess = nil
}

// Taken takes it out.
func Taken(h *tls.Holder) *session.Session {
	s := h.Sess
	h.Sess = nil
	return s
}

// Aborted owes nothing where the other package's function does not return (trap:
// functions that do not return).
func Aborted(c *session.Conn) int64 {
	s, err := tls.Fetch(c)
	if err != nil {
		tls.Abort("no session")
	}
	if !c.Handshake() {
		tls.Abort("closed")
	}
	defer s.Free()
	return s.Time()
}

func die(err error) { tls.Abort(err.Error()) }

// AbortedBelow does so by a function of its own.
func AbortedBelow(c *session.Conn) int64 {
	s, err := tls.Fetch(c)
	if err != nil {
		die(err)
	}
	if !c.Handshake() {
		die(errRefused)
	}
	defer s.Free()
	return s.Time()
}

// Checked leaves it to a function that may return, and does if it is told to.
func Checked(c *session.Conn) int64 {
	s, err := tls.Fetch(c)
	tls.Check(err == nil, "no session")
	tls.Check(c.Handshake(), "closed")
	defer s.Free()
	return s.Time()
}

// CheckedLost returns where it has not told it to.
func CheckedLost(c *session.Conn) int64 {
	s, err := tls.Fetch(c) // want missingfree
	tls.Check(err == nil, "no session")
	if !c.Handshake() {
		return 0
	}
	defer s.Free()
	return s.Time()
}
