// Package jdt carries scenarios of the resource leak tests of Eclipse's Java
// compiler and of SpotBugs over to sessions: try and finally become defer, a
// stream that wraps a stream becomes an object that owns a session.
package jdt

import (
	"errors"
	"fmt"
	"io"
	"iter"
	"sync"

	"github.com/sessionlint/sessionlint/session"
)

var (
	errOpen  = errors.New("cannot open")
	errInner = errors.New("inner")
)

// stream owns a session.
type stream struct {
	s      *session.Session
	closed bool
}

func open(c *session.Conn) (*stream, error) {
	s := c.Get1Session()
	if s == nil {
		return nil, errOpen
	}
	return &stream{s: s}, nil
}

// Close may be called twice.
func (t *stream) Close() error {
	if t.closed {
		return nil
	}
	t.closed = true
	t.s.Free()
	return nil
}

func (t *stream) read() int64 { return t.s.Time() }

// buffered owns the stream that it wraps.
type buffered struct {
	io.Closer
	in *stream
	n  int
}

func buffer(in *stream) *buffered { return &buffered{Closer: in, in: in} }

// compressed wraps what is wrapped.
type compressed struct{ *buffered }

func compress(b *buffered) compressed { return compressed{b} }

// Finally closes in a defer.
func Finally(c *session.Conn) (int64, error) {
	t, err := open(c)
	if err != nil {
		return 0, err
	}
	defer t.Close()
	return t.read(), nil
}

// FinallyMissing closes at the end of one way.
func FinallyMissing(c *session.Conn) (int64, error) {
	t, err := open(c) // want missingfree
	if err != nil {
		return 0, err
	}
	if !c.Handshake() {
		return 0, errInner
	}
	n := t.read()
	return n, t.Close()
}

// WrapperOfWrapper closes the outermost.
func WrapperOfWrapper(c *session.Conn) error {
	t, err := open(c)
	if err != nil {
		return err
	}
	z := compress(buffer(t))
	defer z.Close()
	if z.in.read() == 0 {
		return errInner
	}
	return nil
}

// WrapperInnermost closes the one inside.
func WrapperInnermost(c *session.Conn) error {
	t, err := open(c)
	if err != nil {
		return err
	}
	z := compress(buffer(t))
	z.n++
	return t.Close()
}

// WrapperBoth closes both, which is harmless.
func WrapperBoth(c *session.Conn) error {
	t, err := open(c)
	if err != nil {
		return err
	}
	defer t.Close()
	b := buffer(t)
	return b.Close()
}

// WrapperNeither closes neither.
func WrapperNeither(c *session.Conn) error {
	t, err := open(c) // want missingfree
	if err != nil {
		return err
	}
	z := compress(buffer(t))
	z.n++
	return nil
}

// WrapperFails loses the stream if it cannot be wrapped.
func WrapperFails(c *session.Conn) (*buffered, error) {
	t, err := open(c) // want missingfree
	if err != nil {
		return nil, err
	}
	if !c.Handshake() {
		return nil, errInner
	}
	return buffer(t), nil
}

// WrapperFailsRight closes it then.
func WrapperFailsRight(c *session.Conn) (b *buffered, err error) {
	t, err := open(c)
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, t.Close())
		}
	}()
	if !c.Handshake() {
		return nil, errInner
	}
	return buffer(t), nil
}

// ClosedElsewhere closes and then reads.
func ClosedElsewhere(c *session.Conn) (int64, error) {
	t, err := open(c)
	if err != nil {
		return 0, err
	}
	if err := buffer(t).Close(); err != nil {
		return 0, err
	}
	return t.read(), nil // want useafterfree
}

// CloseOnlyInCatch closes when something was wrong.
func CloseOnlyInCatch(c *session.Conn) (err error) {
	t, err := open(c) // want missingfree
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			t.Close()
		}
	}()
	if !c.SetSession(t.s) {
		return fmt.Errorf("catch: %w", errInner)
	}
	return nil
}

// CloseOnlyInCatchAndEnd closes in the end as well.
func CloseOnlyInCatchAndEnd(c *session.Conn) (err error) {
	t, err := open(c)
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			t.Close()
		}
	}()
	if !c.SetSession(t.s) {
		return fmt.Errorf("catch: %w", errInner)
	}
	return t.Close()
}

// RecoverCloses closes where something panics, and where nothing does.
func RecoverCloses(c *session.Conn, f func()) (err error) {
	t, err := open(c)
	if err != nil {
		return err
	}
	defer func() {
		t.Close()
		if r := recover(); r != nil {
			err = fmt.Errorf("%v", r)
		}
	}()
	f()
	return nil
}

// ConditionalClose closes if there is something to close.
func ConditionalClose(c *session.Conn, want bool) (err error) {
	var t *stream
	if want {
		if t, err = open(c); err != nil {
			return err
		}
	}
	if !c.Handshake() {
		err = errInner
	}
	if t != nil {
		err = errors.Join(err, t.Close())
	}
	return err
}

// ConditionalCloseBad closes if there was no error.
func ConditionalCloseBad(c *session.Conn, want bool) (err error) {
	var t *stream
	if want {
		if t, err = open(c); err != nil { // want missingfree
			return err
		}
	}
	if !c.Handshake() {
		err = errInner
	}
	if t != nil && err == nil {
		err = t.Close()
	}
	return err
}

// Reassigned opens in every round and closes the last.
func Reassigned(conns []*session.Conn) error {
	var t *stream
	for _, c := range conns {
		var err error
		t, err = open(c) // want missingfree
		if err != nil {
			return err
		}
	}
	if t != nil {
		return t.Close()
	}
	return nil
}

// ReassignedRight closes the one before.
func ReassignedRight(conns []*session.Conn) (err error) {
	var t *stream
	defer func() {
		if t != nil {
			t.Close()
		}
	}()
	for _, c := range conns {
		next, err := open(c)
		if err != nil {
			return err
		}
		if t != nil {
			t.Close()
		}
		t = next
	}
	return nil
}

// ReassignedDefer has a defer for the first value only.
func ReassignedDefer(a, b *session.Conn) error {
	s := a.Get1Session()
	defer s.Free()
	s = b.Get1Session() // want missingfree
	if s == nil {
		return errOpen
	}
	s.SetTimeout(1)
	return nil
}

// ReassignedDeferRight has one for each.
func ReassignedDeferRight(a, b *session.Conn) error {
	s := a.Get1Session()
	defer s.Free()
	s = b.Get1Session()
	if s == nil {
		return errOpen
	}
	defer s.Free()
	s.SetTimeout(1)
	return nil
}

// ReassignedDeferLate has one for what is there in the end.
func ReassignedDeferLate(a, b *session.Conn) {
	s := a.Get1Session() // want missingfree
	defer func() { s.Free() }()
	s = b.Get1Session()
}

// handler owns by construction: what it is given is its own.
type handler struct {
	in  *stream
	err error
}

func newHandler(in *stream) (*handler, error) {
	if in.s.Timeout() == 0 {
		return nil, errInner
	}
	return &handler{in: in}, nil
}

func (h *handler) Close() error { return errors.Join(h.err, h.in.Close()) }

// ByConstructor closes what the constructor did not take.
func ByConstructor(c *session.Conn) error {
	t, err := open(c)
	if err != nil {
		return err
	}
	h, err := newHandler(t)
	if err != nil {
		t.Close()
		return err
	}
	return h.Close()
}

// ByConstructorBad believes that it took it anyway.
func ByConstructorBad(c *session.Conn) error {
	t, err := open(c) // want missingfree
	if err != nil {
		return err
	}
	t.s.SetTimeout(0)
	h, err := newHandler(t)
	if err != nil {
		return err
	}
	return h.Close()
}

// factory opens behind an interface.
type factory interface {
	open() (io.Closer, error)
}

type connFactory struct{ c *session.Conn }

func (f connFactory) open() (io.Closer, error) {
	t, err := open(f.c)
	if err != nil {
		return nil, err
	}
	return t, nil
}

func openAll(fs ...factory) (out []io.Closer, err error) {
	for _, f := range fs {
		c, err := f.open()
		if err != nil {
			closeAll(out)
			return nil, err
		}
		out = append(out, c)
	}
	return out, nil
}

func closeAll(cs []io.Closer) {
	for i := len(cs) - 1; i >= 0; i-- {
		cs[i].Close()
	}
}

// Many opens many and closes all.
func Many(a, b *session.Conn) error {
	cs, err := openAll(connFactory{a}, connFactory{b})
	if err != nil {
		return err
	}
	defer closeAll(cs)
	if !a.Handshake() {
		return errInner
	}
	return nil
}

// ManyBad opens one behind an interface and drops it.
func ManyBad(a *session.Conn) error {
	var f factory = connFactory{a}
	c, err := f.open() // want missingfree
	if err != nil {
		return err
	}
	if !a.Handshake() {
		return errInner
	}
	return c.Close()
}

// using is try with resources.
func using[T io.Closer](t T, err error, body func(T) error) error {
	if err != nil {
		return err
	}
	defer t.Close()
	return body(t)
}

// Using closes what it used.
func Using(c *session.Conn) (n int64, err error) {
	t, err := open(c)
	err = using(t, err, func(t *stream) error {
		n = t.read()
		return nil
	})
	return n, err
}

// UsingKept reads what the block has closed.
func UsingKept(c *session.Conn) (n int64, err error) {
	var kept *stream
	t, err := open(c)
	err = using(t, err, func(t *stream) error {
		kept = t
		return nil
	})
	if err != nil {
		return 0, err
	}
	return kept.read(), nil // want useafterfree
}

func nested(c *session.Conn, deep int) (t *stream, err error) {
	if deep > 0 {
		return nested(c, deep-1)
	}
	return open(c)
}

// Nested returns from a helper of a helper.
func Nested(c *session.Conn) error {
	t, err := nested(c, 1)
	if err != nil {
		return err
	}
	return t.Close()
}

// NestedBad only reads.
func NestedBad(c *session.Conn) int64 {
	t, err := nested(c, 1) // want missingfree
	if err != nil {
		return 0
	}
	return t.read()
}

// lines yields what it reads and closes in the end, also if nobody wants the rest.
func lines(c *session.Conn) iter.Seq2[int, int64] {
	return func(yield func(int, int64) bool) {
		t, err := open(c)
		if err != nil {
			return
		}
		defer t.Close()
		for i := range 2 {
			if !yield(i, t.read()) {
				return
			}
		}
	}
}

// Lines stops early.
func Lines(c *session.Conn) (n int64) {
	for i, l := range lines(c) {
		if i > 0 {
			break
		}
		n += l
	}
	return n
}

// linesBad closes if everybody wanted the rest.
func linesBad(c *session.Conn) iter.Seq[int64] {
	return func(yield func(int64) bool) {
		t, err := open(c) // want missingfree
		if err != nil {
			return
		}
		for range 2 {
			if !yield(t.read()) {
				return
			}
		}
		t.Close()
	}
}

// LinesBad stops early.
func LinesBad(c *session.Conn, enough int64) (n int64) {
	for l := range linesBad(c) {
		n += l
		if n > enough {
			break
		}
	}
	return n
}

// lazily opens when first asked.
type lazily struct {
	once sync.Once
	c    *session.Conn
	t    *stream
	err  error
}

func (l *lazily) get() (*stream, error) {
	l.once.Do(func() { l.t, l.err = open(l.c) })
	return l.t, l.err
}

func (l *lazily) Close() error {
	l.once.Do(func() { l.err = errOpen })
	if l.t == nil {
		return nil
	}
	return l.t.Close()
}

// Lazy asks twice and closes once.
func Lazy(c *session.Conn) (n int64, err error) {
	l := &lazily{c: c}
	defer l.Close()
	t, err := l.get()
	if err != nil {
		return 0, err
	}
	if u, err := l.get(); err == nil {
		n += u.read()
	}
	return n + t.read(), nil
}

// LazyBad asks and does not close.
func LazyBad(c *session.Conn) (n int64, err error) {
	l := &lazily{c: c}
	t, err := l.get() // want missingfree
	if err != nil {
		return 0, err
	}
	return t.read(), nil
}

// Worker closes in a goroutine that is waited for.
func Worker(c *session.Conn) error {
	t, err := open(c)
	if err != nil {
		return err
	}
	done := make(chan error, 1)
	go func() {
		defer close(done)
		done <- t.Close()
	}()
	return <-done
}

// WorkerBad reads while the goroutine closes... after it has.
func WorkerBad(c *session.Conn) (int64, error) {
	t, err := open(c)
	if err != nil {
		return 0, err
	}
	var wg sync.WaitGroup
	wg.Go(func() { t.Close() })
	wg.Wait()
	return t.read(), nil // want useafterfree
}
