// Package pure holds fixtures of doublefree over package session. Every function
// here is executed in every way it can go.
package pure

import (
	"errors"
	"io"
	"sync"

	"github.com/sessionlint/sessionlint/session"
)

var errNone = errors.New("no session")

// Twice frees one reference twice.
func Twice(c *session.Conn) {
	s := c.Get1Session()
	s.Free()
	s.Free() // want doublefree "Get1Session"
}

// TwoReferences frees two.
func TwoReferences(c *session.Conn) {
	a, b := c.Get1Session(), c.Get1Session()
	a.Free()
	b.Free()
}

// WrongOfTwo frees one of them twice.
func WrongOfTwo(c *session.Conn) {
	a, b := c.Get1Session(), c.Get1Session() // want missingfree
	a.Free()
	if b != nil {
		a.Free() // want doublefree
	}
}

// DeferredToo frees by hand before its defer does.
func DeferredToo(c *session.Conn) error {
	s := c.Get1Session()
	defer s.Free() // want doublefree
	if !c.Handshake() {
		s.Free()
		return errNone
	}
	return nil
}

// DeferredVariable clears the variable that the deferred literal reads.
func DeferredVariable(c *session.Conn) error {
	s := c.Get1Session()
	defer func() { s.Free() }()
	if !c.Handshake() {
		s.Free()
		s = nil
		return errNone
	}
	return nil
}

// DeferredLiteral frees in it what is freed already.
func DeferredLiteral(c *session.Conn) error {
	s := c.Get1Session()
	defer func() {
		s.Free() // want doublefree
	}()
	if !c.Handshake() {
		s.Free()
		return errNone
	}
	return nil
}

// FallsThrough frees on the error arm and goes on.
func FallsThrough(c *session.Conn) {
	s := c.Get1Session()
	if !c.SetSession(s) {
		s.Free()
	}
	s.Free() // want doublefree
}

// ReturnsThere does not go on.
func ReturnsThere(c *session.Conn) {
	s := c.Get1Session()
	if !c.SetSession(s) {
		s.Free()
		return
	}
	s.Free()
}

// NilTwice frees nothing twice (trap: free of nil).
func NilTwice(c *session.Conn) {
	s := c.Get1Session()
	if s == nil {
		s.Free()
		s.Free()
	}
	s.Free()
}

// Idiom clears what it frees (trap: double-check idiom).
func Idiom(c *session.Conn) {
	s := c.Get1Session()
	for range 2 {
		if s != nil {
			s.Free()
			s = nil
		}
	}
}

// IdiomHalf does not clear.
func IdiomHalf(c *session.Conn) {
	s := c.Get1Session()
	for range 2 {
		if s != nil {
			s.Free() // want doublefree
		}
	}
}

// TurnsOfOne frees in every turn what it acquired once.
func TurnsOfOne(c *session.Conn, conns []*session.Conn) {
	s := c.Get1Session() // want missingfree
	for _, d := range conns {
		d.Handshake()
		s.Free() // want doublefree
	}
}

// TurnsOfMany acquires in every turn.
func TurnsOfMany(conns []*session.Conn) {
	for _, d := range conns {
		s := d.Get1Session()
		d.Handshake()
		s.Free()
	}
}

// CapturedLate has one variable for all turns (trap: deferred literal over an
// outer variable).
func CapturedLate(conns []*session.Conn) {
	var s *session.Session
	for _, c := range conns {
		s = c.Get1Session() // want missingfree
		defer func() {
			s.Free() // want doublefree
		}()
	}
}

// CapturedPerTurn has one for each (trap: loop variables).
func CapturedPerTurn(conns []*session.Conn) {
	for _, c := range conns {
		s := c.Get1Session()
		defer func() { s.Free() }()
	}
}

// IntoAndResult frees one reference under two names.
func IntoAndResult(der []byte) error {
	var s *session.Session
	r := session.D2I(&s, der)
	if r == nil {
		return errNone
	}
	s.Free()
	r.Free() // want doublefree
	return nil
}

// Reused decodes over what it owns, and frees the result and the old name: they
// are one.
func Reused(c *session.Conn, der []byte) {
	s := c.Get1Session()
	if s == nil {
		return
	}
	t := session.D2I(&s, der)
	s.Free()
	if t != nil {
		t.Free() // want doublefree
	}
}

// SetThenTwice frees what the connection holds by now.
func SetThenTwice(c *session.Conn) {
	s := session.New()
	if c.SetSession(s) {
		s.Free()
	}
	s.Free() // want doublefree
}

// Retained has two references for two frees.
func Retained(c *session.Conn) {
	s := c.Get1Session()
	if s == nil || !s.UpRef() {
		s.Free()
		return
	}
	s.Free()
	s.Free()
}

// RetainedMaybe has one, on one path.
func RetainedMaybe(c *session.Conn) {
	s := c.Get1Session()
	if s == nil {
		return
	}
	if !s.UpRef() {
		s.SetTimeout(0)
	}
	s.Free()
	s.Free() // want doublefree
}

// RetainedCounted counts what it got.
func RetainedCounted(c *session.Conn) {
	s := c.Get1Session()
	n := 1
	if s != nil && s.UpRef() {
		n++
	}
	for ; n > 0; n-- {
		s.Free()
	}
}

// Parameter consumes its parameter twice.
func Parameter(s *session.Session) {
	s.Free()
	s.Free() // want doublefree
}

// ParameterOnce consumes it once.
func ParameterOnce(s *session.Session) {
	s.SetTimeout(1)
	s.Free()
}

// ParameterKept adds a reference to its parameter and gives it back.
func ParameterKept(s *session.Session) {
	if s.UpRef() {
		defer s.Free()
	}
	s.SetTimeout(1)
}

func end(s *session.Session) { s.Free() }

func endIf(s *session.Session, failed bool) {
	if failed {
		s.Free()
	}
}

func endVar(p **session.Session) {
	(*p).Free()
	*p = nil
}

// Helped frees by a helper and by hand.
func Helped(c *session.Conn) {
	s := c.Get1Session()
	end(s)
	s.Free() // want doublefree
}

// HelpedLater is the other order.
func HelpedLater(c *session.Conn) {
	s := c.Get1Session()
	s.Free()
	end(s) // want doublefree
}

// HelpedIf frees if the helper did not (trap: bool parameter).
func HelpedIf(c *session.Conn, failed bool) {
	s := c.Get1Session()
	endIf(s, failed)
	if !failed {
		s.Free()
	}
}

// HelpedIfToo frees if it did.
func HelpedIfToo(c *session.Conn, failed bool) {
	s := c.Get1Session() // want missingfree
	endIf(s, failed)
	if failed {
		s.Free() // want doublefree
	}
}

// HelpedByAddress has the helper clear its variable.
func HelpedByAddress(c *session.Conn) {
	s := c.Get1Session()
	defer func() { s.Free() }()
	if c.Handshake() {
		endVar(&s)
	}
}

// HelpedByAddressOfCopy has it clear another.
func HelpedByAddressOfCopy(c *session.Conn) {
	s := c.Get1Session()
	t := s
	if t != nil {
		endVar(&t)
	}
	s.Free() // want doublefree
}

// EndedTwice calls its cleanup twice (trap: closure called twice).
func EndedTwice(c *session.Conn) {
	s := c.Get1Session()
	cleanup := func() {
		s.Free() // want doublefree
	}
	cleanup()
	if c.Handshake() {
		cleanup()
	}
}

// EndedOnce does it by a flag.
func EndedOnce(c *session.Conn) {
	s := c.Get1Session()
	ended := false
	cleanup := func() {
		if !ended {
			s.Free()
			ended = true
		}
	}
	defer cleanup()
	if c.Handshake() {
		cleanup()
	}
}

// EndedByOnce does it by a sync.Once.
func EndedByOnce(c *session.Conn) {
	s := c.Get1Session()
	cleanup := sync.OnceFunc(s.Free)
	defer cleanup()
	if c.Handshake() {
		cleanup()
	}
}

type guard struct {
	s    *session.Session
	done bool
}

func (g *guard) Close() error {
	if g.done {
		return nil
	}
	g.done = true
	g.s.Free()
	return nil
}

type bare struct{ s *session.Session }

func (b bare) Close() error {
	b.s.Free()
	return nil
}

// Guarded may close twice.
func Guarded(c *session.Conn) {
	g := &guard{s: c.Get1Session()}
	defer g.Close()
	g.Close()
}

// Bare may not.
func Bare(c *session.Conn) {
	b := bare{c.Get1Session()}
	defer b.Close() // want doublefree
	b.Close()
}

// BareInterface may not either (trap: call on an interface).
func BareInterface(c *session.Conn) {
	var x io.Closer = bare{c.Get1Session()}
	x.Close()
	x.Close() // want doublefree
}

// BareCopy closes a copy of the struct as well.
func BareCopy(c *session.Conn) {
	b := bare{c.Get1Session()}
	d := b
	b.Close()
	d.Close() // want doublefree
}

// BareBound closes through a bound method, which has a copy of its own (trap:
// method value).
func BareBound(c *session.Conn) {
	b := bare{c.Get1Session()}
	f := b.Close
	b.s = nil
	f()
	b.Close()
}

// Elements frees one element twice and the other never.
func Elements(a, b *session.Conn) {
	list := []*session.Session{a.Get1Session(), b.Get1Session()} // want missingfree
	list[1].Free()
	list[1].Free() // want doublefree
}

// ElementsEach frees each once.
func ElementsEach(a, b *session.Conn) {
	list := []*session.Session{a.Get1Session(), b.Get1Session()}
	list[0].Free()
	list[1].Free()
}

// Spawned frees in a goroutine and by hand.
func Spawned(c *session.Conn) {
	s := c.Get1Session()
	done := make(chan bool)
	go func() {
		s.Free()
		close(done)
	}()
	<-done
	s.Free() // want doublefree
}

// Panicking frees twice while a panic unwinds.
func Panicking(c *session.Conn) {
	s := c.Get1Session()
	defer s.Free() // want doublefree
	if !c.Handshake() {
		s.Free()
		panic(errNone)
	}
}

// Ranged frees in the body what the iterator frees as well (trap: range over
// function).
func Ranged(conns []*session.Conn) {
	each := func(yield func(*session.Session) bool) {
		for _, c := range conns {
			s := c.Get1Session()
			ok := yield(s)
			s.Free() // want doublefree
			if !ok {
				return
			}
		}
	}
	for s := range each {
		s.Free() // may borrowedfree
	}
}

// ByProtocol hands a session to one of two goroutines that agree by a mutex and a
// flag who frees, and get it wrong.
func ByProtocol(c *session.Conn) {
	s := c.Get1Session()
	var mu sync.Mutex
	var wg sync.WaitGroup
	freed := false
	for range 2 {
		wg.Go(func() {
			mu.Lock()
			done := freed
			mu.Unlock()
			if !done {
				s.Free() // want doublefree
			}
			session.Choose(2)
		})
	}
	wg.Wait()
	freed = true
}

// DeferredBeside frees one of two twice, among what it has deferred.
func DeferredBeside(p, q *session.Session) {
	defer p.Free() // want doublefree
	defer p.Free()
	defer q.Free()
}

// DeferredEach frees both, once each.
func DeferredEach(c, d *session.Conn) {
	p, q := c.Get1Session(), d.Get1Session()
	defer p.Free()
	defer q.Free()
}
