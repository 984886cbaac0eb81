package wild

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"

	"github.com/sessionlint/sessionlint/session"
)

// config is filled by options.
type config struct {
	resume *session.Session
	retry  int
	trace  func(string, ...any)
}

// Option changes a config.
type Option func(*config) error

// WithSession gives the client a reference of its own to resume with.
func WithSession(s *session.Session) Option {
	return func(c *config) error {
		if s == nil {
			return nil
		}
		if !s.UpRef() {
			return errMissing
		}
		c.resume.Free()
		c.resume = s
		return nil
	}
}

// WithRetry sets a number.
func WithRetry(n int) Option {
	return func(c *config) error {
		if n < 0 {
			return fmt.Errorf("retry %d", n)
		}
		c.retry = n
		return nil
	}
}

// client is what options make.
type client struct {
	config
	conn *session.Conn
	once sync.Once
}

func newClient(conn *session.Conn, opts ...Option) (*client, error) {
	c := &client{conn: conn}
	for _, o := range opts {
		if err := o(&c.config); err != nil {
			c.close()
			return nil, err
		}
	}
	return c, nil
}

func (c *client) close() {
	c.once.Do(func() {
		c.resume.Free()
		c.resume = nil
	})
}

func (c *client) dial() error {
	for i := 0; i <= c.retry; i++ {
		if c.resume != nil && !c.conn.SetSession(c.resume) {
			continue
		}
		if c.conn.Handshake() {
			return nil
		}
	}
	return errHello
}

// ClientUsed closes its client and frees its own reference.
func ClientUsed(conn, next *session.Conn) error {
	s := conn.Get1Session()
	defer s.Free()
	c, err := newClient(next, WithSession(s), WithRetry(1))
	if err != nil {
		return err
	}
	defer c.close()
	return c.dial()
}

// handler is the usual.
type handler func(context.Context, *session.Conn) error

// withSession is middleware: it acquires, calls and frees.
func withSession(next func(context.Context, *session.Session) error) handler {
	return func(ctx context.Context, c *session.Conn) (err error) {
		s := c.Get1Session()
		if s == nil {
			return errMissing
		}
		defer func() {
			s.Free()
			if r := recover(); r != nil {
				err = fmt.Errorf("handler: %v", r)
			}
		}()
		return next(ctx, s)
	}
}

// Middleware reads what it is lent.
func Middleware(ctx context.Context, c *session.Conn) (age int64, err error) {
	h := withSession(func(ctx context.Context, s *session.Session) error {
		if err := ctx.Err(); err != nil {
			return err
		}
		age = s.Time()
		return nil
	})
	return age, h(ctx, c)
}

// MiddlewareKeeps takes a reference home and loses it when the context is done.
func MiddlewareKeeps(ctx context.Context, c *session.Conn) (kept *session.Session, err error) {
	var mine *session.Session
	h := withSession(func(ctx context.Context, s *session.Session) error {
		if !s.UpRef() { // want missingfree
			return errMissing
		}
		mine = s
		return ctx.Err()
	})
	if err := h(ctx, c); err != nil {
		return nil, err
	}
	return mine, nil
}

// MiddlewareKeepsRight frees it then.
func MiddlewareKeepsRight(ctx context.Context, c *session.Conn) (kept *session.Session, err error) {
	var mine *session.Session
	h := withSession(func(ctx context.Context, s *session.Session) error {
		if !s.UpRef() {
			return errMissing
		}
		mine = s
		return ctx.Err()
	})
	if err := h(ctx, c); err != nil {
		mine.Free()
		return nil, err
	}
	return mine, nil
}

// Probe tries each connection and reports the first that resumes, with a trail
// for people.
func Probe(conns []*session.Conn, w io.Writer) (at int, err error) {
	var trail strings.Builder
	defer func() {
		if err != nil {
			_, werr := io.WriteString(w, trail.String())
			err = errors.Join(err, werr)
		}
	}()
	for i, c := range conns {
		s := c.Get1Session()
		switch {
		case s == nil:
			fmt.Fprintf(&trail, "%d: none\n", i)
			continue
		case !c.SetSession(s):
			fmt.Fprintf(&trail, "%d: refused\n", i)
		case c.Handshake():
			s.Free()
			return i, nil
		}
		s.Free()
	}
	return -1, errHello
}

// ProbeBad forgets it on the way that succeeds.
func ProbeBad(conns []*session.Conn, w io.Writer) (at int, err error) {
	for i, c := range conns {
		s := c.Get1Session() // want missingfree
		switch {
		case s == nil:
			continue
		case !c.SetSession(s):
			fmt.Fprintf(w, "%d: refused\n", i)
		case c.Handshake():
			return i, nil
		}
		s.Free()
	}
	return -1, errHello
}

// Race starts all and keeps the first that comes; the others are freed by whoever
// finds them.
func Race(conns []*session.Conn) *session.Session {
	results := make(chan *session.Session, len(conns))
	for _, c := range conns {
		go func() { results <- c.Get1Session() }()
	}
	var first *session.Session
	for range conns {
		s := <-results
		if first == nil {
			first = s
			continue
		}
		s.Free()
	}
	return first
}

// Pipeline passes sessions through two stages.
func Pipeline(conns []*session.Conn) (n int) {
	made := make(chan *session.Session)
	set := make(chan *session.Session)
	go func() {
		defer close(made)
		for _, c := range conns {
			if s := c.Get1Session(); s != nil {
				made <- s
			}
		}
	}()
	go func() {
		defer close(set)
		for s := range made {
			s.SetTimeout(1)
			set <- s
		}
	}()
	for s := range set {
		n++
		s.Free()
	}
	return n
}

// stats says how a renewal went.
type stats struct{ renewed, kept, failed int }

// Renew replaces old sessions by copies and counts what happened.
func Renew(conns []*session.Conn, max int) (st stats) {
	for _, c := range conns {
		s := c.Get1Session()
		if s == nil {
			st.failed++
			continue
		}
		if st.renewed >= max {
			st.kept++
			s.Free()
			continue
		}
		d := s.Dup()
		s.Free()
		if d == nil {
			st.failed++
			continue
		}
		d.SetTimeout(60)
		if !c.SetSession(d) {
			st.failed++
		} else {
			st.renewed++
		}
		d.Free()
	}
	return st
}

// RenewBad forgets the copy that a connection refused and uses the original after
// it was freed.
func RenewBad(conns []*session.Conn, max int) (st stats) {
	for _, c := range conns {
		s := c.Get1Session()
		if s == nil {
			st.failed++
			continue
		}
		d := s.Dup() // want missingfree
		s.Free()
		if d == nil {
			s.SetTimeout(60) // want useafterfree
			continue
		}
		if !c.SetSession(d) {
			st.failed++
			continue
		}
		st.renewed++
		d.Free()
	}
	return st
}

// Batch has all or nothing.
func Batch(conns []*session.Conn) (out []*session.Session, err error) {
	defer func() {
		if err == nil {
			return
		}
		for _, s := range out {
			s.Free()
		}
		out = nil
	}()
	for i, c := range conns {
		s := c.Get1Session()
		if s == nil {
			return out, fmt.Errorf("connection %d: %w", i, errMissing)
		}
		out = append(out, s)
		if !c.Handshake() {
			return out, errHello
		}
	}
	return out, nil
}

// state is a machine of three states.
type state int

const (
	idle state = iota
	holding
	done
)

// Machine frees in the state in which it holds.
func Machine(c *session.Conn, steps int) {
	var s *session.Session
	st := idle
	for range steps {
		switch st {
		case idle:
			if s = c.Get1Session(); s != nil {
				st = holding
			}
		case holding:
			if c.Handshake() {
				s.Free()
				st = done
			}
		case done:
			return
		}
	}
	if st == holding {
		s.Free()
	}
}

// MachineBad does not look at the state in the end.
func MachineBad(c *session.Conn, steps int) {
	var s *session.Session
	st := idle
	for range steps {
		switch st {
		case idle:
			if s = c.Get1Session(); s != nil { // want missingfree
				st = holding
			}
		case holding:
			if c.Handshake() {
				s.Free()
				st = done
			}
		case done:
			return
		}
	}
}

// Swap exchanges the sessions of two connections.
func Swap(a, b *session.Conn) (err error) {
	x, y := a.Get1Session(), b.Get1Session()
	defer x.Free()
	defer y.Free()
	if !a.SetSession(y) {
		return errHello
	}
	if !b.SetSession(x) {
		if !a.SetSession(x) {
			return errors.Join(errHello, errFull)
		}
		return errHello
	}
	return nil
}

// SwapBorrowed reads a loan that the exchange has ended.
func SwapBorrowed(a *session.Conn) int64 {
	x := a.Get0Session()
	y := session.New()
	if y == nil {
		return 0
	}
	ok := a.SetSession(y)
	y.Free()
	if !ok {
		return x.Time()
	}
	return x.Time() // want danglingborrow
}
