// Package kernel carries the kinds of mistakes that studies of Linux's reference
// counters name over to sessions: gets that fail and still count, error paths, turns of
// loops that are left out, wrong order, and helpers that take or give without saying so.
package kernel

import (
	"errors"
	"fmt"
	"sync"

	"github.com/sessionlint/sessionlint/session"
)

var errBusy = errors.New("busy")

// node is a device node: it holds its session, and knows the next one.
type node struct {
	s    *session.Session
	next *node
}

// bus is a list of nodes.
type bus struct {
	mu    sync.Mutex
	first *node
}

// probe is a driver's: get, register, and undo in turn.
func probe(c *session.Conn, fail func(int) bool) (n *node, err error) {
	s := c.Get1Session()
	if s == nil {
		return nil, errBusy
	}
	defer func() {
		if err != nil {
			s.Free()
		}
	}()
	if fail(1) {
		return nil, fmt.Errorf("first: %w", errBusy)
	}
	if fail(2) {
		return nil, fmt.Errorf("second: %w", errBusy)
	}
	return &node{s: s}, nil
}

// ProbeBad undoes one of two.
func ProbeBad(c *session.Conn, fail func(int) bool) (*node, error) {
	s := c.Get1Session() // want missingfree
	if s == nil {
		return nil, errBusy
	}
	if fail(1) {
		s.Free()
		return nil, errBusy
	}
	if fail(2) {
		return nil, errBusy
	}
	return &node{s: s}, nil
}

// remove is what ends a node.
func (n *node) remove() {
	if n.s != nil {
		n.s.Free()
		n.s = nil
	}
}

// Bind probes and removes.
func Bind(c *session.Conn, fail func(int) bool) error {
	n, err := probe(c, fail)
	if err != nil {
		return err
	}
	defer n.remove()
	if !c.Handshake() {
		return errBusy
	}
	return nil
}

// BindBad forgets the node on one way.
func BindBad(c *session.Conn, fail func(int) bool) error {
	n, err := probe(c, fail) // want missingfree
	if err != nil {
		return err
	}
	if !c.Handshake() {
		return errBusy
	}
	n.remove()
	return nil
}

// BindTwice removes by hand what is removed at the end; the field is empty by then.
func BindTwice(c *session.Conn, fail func(int) bool) error {
	n, err := probe(c, fail)
	if err != nil {
		return err
	}
	defer n.remove()
	if !c.Handshake() {
		n.remove()
		return errBusy
	}
	return nil
}

// GetSync takes a reference even if it then says that something is wrong: the way of
// pm_runtime_get_sync.
//
//fixture:norun what was not added its caller frees
func GetSync(s *session.Session, fail bool) error {
	s.UpRef() // want uncheckedupref
	if fail {
		return errBusy
	}
	return nil
}

// Resume puts on both ways.
func Resume(s *session.Session, fail bool) error {
	if err := GetSync(s, fail); err != nil {
		s.Free()
		return err
	}
	s.Time()
	s.Free()
	return nil
}

// getChecked does so with a look at the answer.
func getChecked(s *session.Session, fail bool) (taken bool, err error) {
	if !s.UpRef() {
		return false, errBusy
	}
	if fail {
		return true, errBusy
	}
	return true, nil
}

// ResumeChecked puts what was taken.
func ResumeChecked(s *session.Session, fail bool) error {
	taken, err := getChecked(s, fail)
	if taken {
		defer s.Free()
	}
	if err != nil {
		return err
	}
	s.Time()
	return nil
}

// register hands the session to the bus, which keeps it; the caller still has its own.
func (b *bus) register(s *session.Session) bool {
	if !s.UpRef() {
		return false
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.first = &node{s: s, next: b.first}
	return true
}

// drain ends all nodes.
func (b *bus) drain() {
	b.mu.Lock()
	defer b.mu.Unlock()
	for b.first != nil {
		n := b.first
		b.first = n.next
		n.remove()
	}
}

// Attach gives back its own reference in any case.
func Attach(b *bus, c *session.Conn) bool {
	s := c.Get1Session()
	if s == nil {
		return false
	}
	defer s.Free()
	return b.register(s)
}

// Detach uses the session before it is given back.
func Detach(n *node) int64 {
	t := n.s.Time()
	n.remove()
	return t
}

// PutThenUseBad is the classic: the last put, and then a look.
func PutThenUseBad(c *session.Conn) int64 {
	s := c.Get1Session()
	if s == nil {
		return 0
	}
	s.Free()
	return s.Time() // want useafterfree
}

// GetInLoop gets and puts in each turn.
func GetInLoop(s *session.Session, n int) {
	for i := 0; i < n; i++ {
		if !s.UpRef() {
			return
		}
		s.Time()
		s.Free()
	}
}

// replace puts the old one and keeps the new.
func (n *node) replace(s *session.Session) {
	old := n.s
	n.s = s
	if old != nil {
		old.Free()
	}
}

// Renew keeps what it got.
func Renew(n *node, c *session.Conn) {
	if s := c.Get1Session(); s != nil {
		n.replace(s)
	}
}

// RenewBad keeps what is only lent.
func RenewBad(n *node, c *session.Conn) {
	if s := c.Get0Session(); s != nil {
		n.replace(s)
		n.remove() // want borrowedfree
	}
}

// getUnlessZero gets only what is still alive.
func getUnlessZero(n *node) *session.Session {
	if n == nil || n.s == nil || !n.s.UpRef() {
		return nil
	}
	return n.s
}

// Peek gets, looks and puts.
func Peek(n *node) int64 {
	s := getUnlessZero(n)
	if s == nil {
		return 0
	}
	t := s.Time()
	s.Free()
	return t
}

// Chain gets two in turn, with labels as the kernel has them.
func Chain(a, b *session.Conn) (err error) {
	var s, t *session.Session
	if s = a.Get1Session(); s == nil {
		err = errBusy
		goto out
	}
	if t = b.Get1Session(); t == nil {
		err = errBusy
		goto first
	}
	if !a.SetSession(t) {
		err = errBusy
	}
	t.Free()
first:
	s.Free()
out:
	return err
}

// ChainBad jumps over one label too many.
func ChainBad(a, b *session.Conn) (err error) {
	var s, t *session.Session
	if s = a.Get1Session(); s == nil { // want missingfree
		err = errBusy
		goto out
	}
	if t = b.Get1Session(); t == nil {
		err = errBusy
		goto out
	}
	if !a.SetSession(t) {
		err = errBusy
	}
	t.Free()
	s.Free()
out:
	return err
}

// ChainTwiceBad falls from one label into the next.
func ChainTwiceBad(a, b *session.Conn) (err error) {
	var s, t *session.Session
	if s = a.Get1Session(); s == nil {
		return errBusy
	}
	if t = b.Get1Session(); t == nil {
		err = errBusy
		goto first
	}
	if !a.SetSession(t) {
		err = errBusy
		s.Free()
		t.Free()
		goto first
	}
	t.Free()
first:
	s.Free() // want doublefree
	return err
}

// Work hands a session to what runs later, which puts it.
func Work(c *session.Conn, queue chan<- func()) {
	s := c.Get1Session()
	if s == nil {
		return
	}
	select {
	case queue <- func() { s.Time(); s.Free() }:
	default:
		s.Free()
	}
}

// Cancel puts what the timer will not: stopped says which of both it is.
func Cancel(s *session.Session, stop func() (stopped bool)) {
	if !s.UpRef() {
		return
	}
	if stop() {
		s.Free()
		return
	}
	s.Free()
}

// refs counts users beside the counter, and puts with the last one.
type refs struct {
	s *session.Session
	n int
}

func (r *refs) get() { r.n++ }

func (r *refs) put() {
	if r.n--; r.n == 0 {
		r.s.Free()
		r.s = nil
	}
}

// Users counts to two and back.
func Users(c *session.Conn) {
	s := c.Get1Session()
	if s == nil {
		return
	}
	r := &refs{s: s, n: 1}
	r.get()
	r.put()
	r.put()
}

// UsersBad counts to two, and back to one.
func UsersBad(c *session.Conn) {
	s := c.Get1Session() // want missingfree
	if s == nil {
		return
	}
	r := &refs{s: s, n: 1}
	r.get()
	r.put()
}
