// Package shared holds fixtures of objects that share what they own: whoever asks for it
// gets a reference more.
package shared

import (
	"errors"
	"io"

	"github.com/sessionlint/sessionlint/session"
)

var errNone = errors.New("no session")

// An Upstream owns the session that it resumes with.
type Upstream struct {
	conn *session.Conn
	sess *session.Session
}

// Session adds a reference for the caller.
func (u *Upstream) Session() *session.Session {
	if u.sess == nil || !u.sess.UpRef() {
		return nil
	}
	return u.sess
}

// Close frees what is there.
func (u *Upstream) Close() {
	u.sess.Free()
	u.sess = nil
}

// acquire and release are a pair on the field.
func (u *Upstream) acquire() *session.Session {
	if !u.sess.UpRef() {
		return nil
	}
	return u.sess
}

func (u *Upstream) release() { u.sess.Free() }

// Written frees what it has asked for.
func Written(u *Upstream, w io.Writer) error {
	s := u.Session()
	if s == nil {
		return errNone
	}
	defer s.Free()
	_, err := w.Write(s.ID())
	return err
}

// WrittenLost forgets it where the writer fails.
//
//fixture:norun the driver has no writer
func WrittenLost(u *Upstream, w io.Writer) error {
	s := u.Session() // want missingfree
	if s == nil {
		return errNone
	}
	if _, err := w.Write([]byte("id")); err != nil {
		return err
	}
	s.Free()
	return nil
}

// WrittenPaired releases it through the field.
//
//fixture:norun the driver has no writer
func WrittenPaired(u *Upstream, w io.Writer) error {
	if s := u.acquire(); s == nil {
		return errNone
	}
	defer u.release()
	_, err := w.Write([]byte("id"))
	return err
}

// WrittenBack puts it into the object, which may have another one by then.
//
//fixture:norun the driver has no writer
func WrittenBack(u *Upstream, w io.Writer) {
	s := u.Session()
	if _, err := w.Write([]byte("id")); err == nil {
		u.sess = s
		return
	}
	s.Free()
}

// WrittenBoth frees it, and what is in the object.
//
//fixture:norun the driver has no writer
func WrittenBoth(u *Upstream, w io.Writer) {
	if s := u.Session(); s != nil {
		w.Write([]byte("id"))
		s.Free()
	}
	u.Close()
}

// WrittenReturned gives it away.
//
//fixture:norun the driver has no writer
func WrittenReturned(u *Upstream, w io.Writer) *session.Session {
	s := u.Session()
	w.Write([]byte("id"))
	return s
}

// WrittenUse gives it to its caller, who forgets it.
//
//fixture:norun the driver has no writer
func WrittenUse(u *Upstream, w io.Writer) (t int64) {
	if s := WrittenReturned(u, w); s != nil { // want missingfree
		t = s.Time()
	}
	return t
}

// Passed lets somebody else have the object.
//
//fixture:norun nobody knows what the function does
func Passed(u *Upstream, done func(*Upstream)) {
	if s := u.Session(); s != nil {
		s.SetTimeout(1)
		done(u)
	}
}
