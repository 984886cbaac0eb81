// Package gosec carries the complaints about gosec's G118 over to sessions: what
// frees is stored somewhere and called elsewhere.
package gosec

import (
	"sync"

	"github.com/sessionlint/sessionlint/session"
)

// A Worker stops by a function that it keeps.
type Worker struct {
	stop  func()
	stops []func()
	mu    sync.Mutex
}

// NewWorker keeps the free in a field.
func NewWorker(c *session.Conn) *Worker {
	s := c.Get1Session()
	return &Worker{stop: func() { s.Free() }}
}

// NewWorkerBound keeps a bound method.
func NewWorkerBound(c *session.Conn) *Worker {
	s := c.Get1Session()
	w := &Worker{}
	w.stop = s.Free
	return w
}

// NewWorkerMany keeps many.
func NewWorkerMany(conns []*session.Conn) *Worker {
	w := &Worker{}
	for _, c := range conns {
		s := c.Get1Session()
		w.stops = append(w.stops, func() { s.Free() })
	}
	return w
}

// NewWorkerFails keeps it in a worker that it drops.
func NewWorkerFails(c *session.Conn) *Worker {
	s := c.Get1Session() // want missingfree
	w := &Worker{stop: s.Free}
	if !c.Handshake() {
		return nil
	}
	return w
}

// Stop calls what it keeps.
func (w *Worker) Stop() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.stop != nil {
		w.stop()
		w.stop = nil
	}
}

// Stopped makes a worker and stops it.
func Stopped(c *session.Conn) {
	w := NewWorker(c)
	defer w.Stop()
	c.Handshake()
}

// StoppedByField calls the field itself.
func StoppedByField(c *session.Conn) {
	w := NewWorkerBound(c)
	c.Handshake()
	w.stop()
}

// NotStopped does not.
func NotStopped(c *session.Conn) bool {
	w := NewWorker(c) // want missingfree
	return w.stop != nil
}

// Start returns what stops.
func Start(c *session.Conn) (stop func()) {
	s := c.Get1Session()
	return func() {
		s.SetTimeout(0)
		s.Free()
	}
}

// Started stops by it.
func Started(c *session.Conn) {
	defer Start(c)()
	c.Handshake()
}

// StartedAndLeft throws it away.
func StartedAndLeft(c *session.Conn) {
	Start(c) // want missingfree
	c.Handshake()
}

// StartedAndKept passes it on.
func StartedAndKept(c *session.Conn, keep func(func())) {
	keep(Start(c))
}

// registry holds what must run at the end.
var registry []func()

// Registered keeps it there.
func Registered(c *session.Conn) {
	s := c.Get1Session()
	registry = append(registry, s.Free)
}

// Nested wraps what stops in what stops more.
func Nested(a, b *session.Conn) {
	stopA := Start(a)
	stopB := Start(b)
	stop := func() {
		stopB()
		stopA()
	}
	defer stop()
	a.Handshake()
}

// NestedBad wraps one of two.
func NestedBad(a, b *session.Conn) {
	stopA := Start(a)
	stopB := Start(b) // want missingfree
	stop := func() {
		if stopB != nil {
			stopA()
		}
	}
	defer stop()
	a.Handshake()
}
