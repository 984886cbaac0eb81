package pure

import (
	"errors"
	"fmt"

	"github.com/sessionlint/sessionlint/session"
)

func load(c *session.Conn) (*session.Session, error) {
	s := c.Get1Session()
	if s == nil {
		return nil, errNone
	}
	return s, nil
}

func find(c *session.Conn) (*session.Session, bool) {
	s := c.Get1Session()
	return s, s != nil
}

func lookAt(s *session.Session) int64 { return s.Time() + s.Timeout() }

func letGo(s *session.Session) {
	if s == nil {
		return
	}
	s.Free()
}

func letGoIf(s *session.Session, really bool) {
	if really {
		s.Free()
	}
}

func letGoAll(all ...*session.Session) {
	for _, s := range all {
		s.Free()
	}
}

// Helped frees by a helper.
func Helped(c *session.Conn) (int64, error) {
	s, err := load(c)
	if err != nil {
		return 0, err
	}
	defer letGo(s)
	return lookAt(s), nil
}

// NotHelped asks the wrong helper (trap: helper that does not close).
func NotHelped(c *session.Conn) (int64, error) {
	s, err := load(c) // want missingfree
	if err != nil {
		return 0, err
	}
	return lookAt(s), nil
}

// ToldTo frees if the helper is told to (trap: bool parameter).
func ToldTo(c *session.Conn) {
	s, err := load(c)
	if err == nil {
		letGoIf(s, true)
	}
}

// ToldNotTo does not.
func ToldNotTo(c *session.Conn) {
	s, err := load(c) // want missingfree
	if err == nil {
		letGoIf(s, false)
	}
}

// ToldByCaller passes on what it was told, and acts on the rest.
func ToldByCaller(c *session.Conn, really bool) {
	s, err := load(c)
	if err != nil {
		return
	}
	letGoIf(s, really)
	letGoIf(s, !really)
}

// ToldByCallerOnly only passes it on.
func ToldByCallerOnly(c *session.Conn, really bool) {
	s, err := load(c) // want missingfree
	if err != nil {
		return
	}
	letGoIf(s, really)
}

// List frees two (trap: variadic release).
func List(a, b *session.Conn) {
	letGoAll(a.Get1Session(), b.Get1Session())
}

// ListForgetsOne frees one of two.
func ListForgetsOne(a, b *session.Conn) {
	x, y := a.Get1Session(), b.Get1Session() // want missingfree
	b.SetSession(x)
	letGoAll(y)
}

// Forwarded passes both results on (trap: tuple forwarding).
func Forwarded(c *session.Conn) (*session.Session, error) { return load(c) }

func must(s *session.Session, err error) *session.Session {
	if err != nil {
		panic(fmt.Sprint("must: ", err))
	}
	return s
}

// Must frees what came through.
func Must(c *session.Conn) {
	s := must(Forwarded(c))
	s.Free()
}

// MustNot forgets it.
func MustNot(c *session.Conn) int64 {
	return lookAt(must(Forwarded(c))) // want missingfree
}

// ErrLost asks for another error before it looks at the first (trap: err
// overwritten before the check).
func ErrLost(c *session.Conn, ping func() error) error {
	s, err := load(c) // want missingfree
	if err = ping(); err != nil {
		return err
	}
	s.Free()
	return nil
}

// ErrJoined looks at both at once.
func ErrJoined(c *session.Conn, ping func() error) error {
	s, err := load(c)
	defer s.Free()
	return errors.Join(err, ping())
}

// ErrIs takes one error for an answer (trap: errors.Is as a guard).
func ErrIs(c *session.Conn) error {
	s, err := load(c)
	if errors.Is(err, errNone) {
		return nil
	} else if err != nil {
		return fmt.Errorf("load: %w", err)
	}
	s.Free()
	return nil
}

// stale returns a session and an error at once (trap: owned even on error).
func stale(c *session.Conn) (*session.Session, error) {
	s := c.Get1Session()
	if !c.Handshake() {
		return s, errClosed
	}
	return s, nil
}

// Stale knows that.
func Stale(c *session.Conn) error {
	s, err := stale(c)
	s.Free()
	return err
}

// StaleForgotten does not.
func StaleForgotten(c *session.Conn) error {
	s, err := stale(c) // want missingfree
	if err != nil {
		return err
	}
	s.Free()
	return nil
}

// Ok frees where ok is true.
func Ok(c *session.Conn) int64 {
	s, ok := find(c)
	if !ok {
		return -1
	}
	defer s.Free()
	return lookAt(s)
}

// OkForgotten returns there.
func OkForgotten(c *session.Conn) int64 {
	if s, ok := find(c); ok { // want missingfree
		return lookAt(s)
	}
	return -1
}

// lease returns a session with the function that ends it (trap: returned
// cleanup function).
func lease(c *session.Conn) (s *session.Session, end func(), err error) {
	s, err = load(c)
	if err != nil {
		return nil, func() {}, err
	}
	return s, s.Free, nil
}

// Leased ends it.
func Leased(c *session.Conn) (int64, error) {
	s, end, err := lease(c)
	defer end()
	if err != nil {
		return 0, err
	}
	return lookAt(s), nil
}

// LeasedForever does not.
func LeasedForever(c *session.Conn) (int64, error) {
	s, _, err := lease(c) // want missingfree
	if err != nil {
		return 0, err
	}
	return lookAt(s), nil
}

// LeasedTooLong ends it on one way.
func LeasedTooLong(c *session.Conn) (int64, error) {
	s, end, err := lease(c) // want missingfree
	if err != nil {
		return 0, err
	}
	if !c.Handshake() {
		return 0, errClosed
	}
	defer end()
	return lookAt(s), nil
}

// refresh takes one session and gives another back.
func refresh(s *session.Session) *session.Session {
	defer s.Free()
	return s.Dup()
}

// Refreshed frees what it got.
func Refreshed(c *session.Conn) {
	s := refresh(c.Get1Session())
	s.Free()
}

// RefreshedLost does not.
func RefreshedLost(c *session.Conn) {
	s := refresh(c.Get1Session()) // want missingfree
	s.SetTimeout(7)
}

// into writes an owned session to where its caller says.
func into(c *session.Conn, to **session.Session) bool {
	*to = c.Get1Session()
	return *to != nil
}

// Into frees it.
func Into(c *session.Conn) {
	var s *session.Session
	if into(c, &s) {
		s.Free()
	}
}

// IntoNowhere does not.
func IntoNowhere(c *session.Conn) bool {
	var s *session.Session
	return into(c, &s) // want missingfree
}

// clear frees and clears.
func clearVar(p **session.Session) {
	if *p != nil {
		(*p).Free()
		*p = nil
	}
}

// Cleared clears twice, which is right.
func Cleared(c *session.Conn) {
	s := c.Get1Session()
	defer clearVar(&s)
	if c.Handshake() {
		clearVar(&s)
	}
}

// descend frees at the end of its recursion (trap: recursion).
func descend(s *session.Session, depth int) {
	if depth == 0 {
		s.Free()
		return
	}
	descend(s, depth-1)
}

// Descended leaves the free to it.
func Descended(c *session.Conn) { descend(c.Get1Session(), 3) }

// ping and pong read in turns (trap: mutual recursion).
func ping(s *session.Session, n int) int64 {
	if n <= 0 {
		return s.Time()
	}
	return pong(s, n-1)
}

func pong(s *session.Session, n int) int64 {
	if n <= 0 {
		return s.Timeout()
	}
	return ping(s, n-1)
}

// PingedPonged forgets what they do not free.
func PingedPonged(c *session.Conn, n int) int64 {
	return ping(c.Get1Session(), n) // want missingfree
}

// own adds a reference for its caller.
func own(s *session.Session) *session.Session {
	if s != nil && s.UpRef() {
		return s
	}
	return nil
}

// Owned frees it.
func Owned(c *session.Conn) int64 {
	s := own(c.Get0Session())
	if s == nil {
		return 0
	}
	defer s.Free()
	return lookAt(s)
}

// OwnedLost does not.
func OwnedLost(c *session.Conn) int64 {
	s := own(c.Get0Session()) // want missingfree
	return lookAt(s)
}

// OwnedReturned hands it on.
func OwnedReturned(c *session.Conn) *session.Session { return own(c.Get0Session()) }

// ByValue frees through a function value.
func ByValue(c *session.Conn, polite bool) {
	end := letGo
	if polite {
		end = func(s *session.Session) {
			s.SetTimeout(0)
			s.Free()
		}
	}
	end(c.Get1Session())
}

// ByValueMaybe frees through one of two.
func ByValueMaybe(c *session.Conn, polite bool) {
	end := letGo
	if polite {
		end = func(s *session.Session) { s.SetTimeout(0) }
	}
	end(c.Get1Session()) // want missingfree
}

// ToUnknown hands it to a function that nobody knows.
func ToUnknown(c *session.Conn, sink func(*session.Session)) { sink(c.Get1Session()) }

// ByTable frees through a table of functions.
func ByTable(c *session.Conn, op string) error {
	table := map[string]func(*session.Session){
		"free":  letGo,
		"renew": func(s *session.Session) { c.SetSession(s); s.Free() },
	}
	f, ok := table[op]
	if !ok {
		return errClosed
	}
	f(c.Get1Session())
	return nil
}

func fetched(c *session.Conn) *session.Session { return c.Get1Session() }

// RetainedLoaded adds a reference to what a helper has given it.
func RetainedLoaded(c *session.Conn) {
	s := fetched(c)
	if s.UpRef() { // want missingfree
		s.SetTimeout(1)
	}
	s.Free()
}
