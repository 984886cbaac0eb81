// Package infer carries scenarios of Infer's RESOURCE_LEAK documentation, tests
// and reports, and of Pulse's memory checks, over to sessions.
package infer

import (
	"errors"
	"fmt"

	"github.com/sessionlint/sessionlint/session"
)

var errIO = errors.New("i/o")

// Finally frees whatever happens between.
func Finally(c *session.Conn, work func() error) error {
	s := c.Get1Session()
	defer func() {
		if s != nil {
			s.Free()
		}
	}()
	return work()
}

// FinallyOfOne frees the second and not the first.
func FinallyOfOne(a, b *session.Conn) error {
	s := a.Get1Session() // want missingfree
	t := b.Get1Session()
	defer t.Free()
	if !b.SetSession(s) {
		return errIO
	}
	s.Free()
	return nil
}

// stream wraps a session, buffered wraps a stream.
type stream struct{ s *session.Session }

func openStream(c *session.Conn) (*stream, error) {
	s := c.Get1Session()
	if s == nil {
		return nil, errIO
	}
	return &stream{s}, nil
}

func (s *stream) close() {
	if s != nil {
		s.s.Free()
	}
}

type buffered struct {
	in *stream
	n  int
}

func newBuffered(in *stream, n int) (*buffered, error) {
	if n <= 0 {
		return nil, fmt.Errorf("size %d", n)
	}
	return &buffered{in: in, n: n}, nil
}

func (b *buffered) close() { b.in.close() }

// Wrapped closes the outer one.
func Wrapped(c *session.Conn) error {
	in, err := openStream(c)
	if err != nil {
		return err
	}
	b, err := newBuffered(in, 16)
	if err != nil {
		in.close()
		return err
	}
	defer b.close()
	return nil
}

// WrappedFails forgets the inner one when there is no outer one.
func WrappedFails(c *session.Conn, n int) error {
	in, err := openStream(c) // want missingfree
	if err != nil {
		return err
	}
	b, err := newBuffered(in, n)
	if err != nil {
		return err
	}
	defer b.close()
	return nil
}

// closeQuietly is the utility that every project has.
func closeQuietly(x interface{ close() }) {
	if x != nil {
		x.close()
	}
}

// ByUtility closes through it.
func ByUtility(c *session.Conn) error {
	in, err := openStream(c)
	if err != nil {
		return err
	}
	defer closeQuietly(in)
	in.s.SetTimeout(1)
	return nil
}

// ByUtilityTooLate closes after a step that can fail.
func ByUtilityTooLate(c *session.Conn) error {
	in, err := openStream(c) // want missingfree
	if err != nil {
		return err
	}
	if !c.Handshake() {
		return errIO
	}
	closeQuietly(in)
	return nil
}

// factory returns a wrapper by its interface.
func factory(c *session.Conn) (interface{ close() }, error) {
	in, err := openStream(c)
	if err != nil {
		return nil, err
	}
	return in, nil
}

// FromFactory closes it.
func FromFactory(c *session.Conn) error {
	x, err := factory(c)
	if err != nil {
		return err
	}
	x.close()
	return nil
}

// CopyLoop copies from one to the other and closes both.
func CopyLoop(a, b *session.Conn, n int) error {
	in, err := openStream(a)
	if err != nil {
		return err
	}
	defer in.close()
	out, err := openStream(b)
	if err != nil {
		return err
	}
	defer out.close()
	for range n {
		out.s.SetTime(in.s.Time())
	}
	return nil
}

// CopyLoopBad opens the second in a helper's error path.
func CopyLoopBad(a, b *session.Conn, n int) error {
	in, err := openStream(a) // want missingfree
	if err != nil {
		return err
	}
	out, err := openStream(b)
	if err != nil {
		return err
	}
	defer out.close()
	for range n {
		out.s.SetTime(in.s.Time())
	}
	in.close()
	return nil
}

func freeParam(s *session.Session) { s.Free() }

func freeParamUnless(s *session.Session, n int) {
	if n != 0 {
		return
	}
	s.Free()
}

// Latent frees in a callee if a number says so: here it does.
func Latent(c *session.Conn) {
	s := c.Get1Session()
	freeParamUnless(s, 0)
	s.Free() // want doublefree
}

// LatentNot passes a number that says no.
func LatentNot(c *session.Conn) {
	s := c.Get1Session()
	freeParamUnless(s, 1)
	s.Free()
}

// AliasFreed frees by an alias in a callee.
func AliasFreed(c *session.Conn) int64 {
	s := c.Get1Session()
	alias := &s
	freeParam(*alias)
	return s.Time() // want useafterfree
}

// Lambda captures what dies before it runs.
func Lambda(c *session.Conn) int64 {
	s := c.Get1Session()
	f := func(k int64) int64 {
		return s.Time() + k // want useafterfree
	}
	freeParam(s)
	return f(1)
}

// MoveOut hands its session over and clears the variable.
func MoveOut(c *session.Conn, to *[]*session.Session) {
	s := c.Get1Session()
	defer func() { s.Free() }()
	if c.Handshake() {
		*to = append(*to, s)
		s = nil
	}
}

// MoveOutHalf hands it over and frees it.
func MoveOutHalf(c *session.Conn, to *[]*session.Session) {
	s := c.Get1Session()
	defer func() { s.Free() }()
	if c.Handshake() {
		*to = append(*to, s) // may useafterfree danglingborrow doublefree
	}
}
