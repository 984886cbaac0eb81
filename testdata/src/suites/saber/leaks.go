// Package saber carries scenarios of SVF's leak detector and its test suite PTABen
// over to sessions: the same leak behind one more indirection after the other.
package saber

import (
	"errors"

	"github.com/sessionlint/sessionlint/session"
)

var errEmpty = errors.New("empty")

// kept lives as long as the program.
var kept *session.Session

// table holds one session for each slot.
var table [4]*session.Session

// OnePath frees on the way that goes wrong as well.
func OnePath(c *session.Conn) bool {
	s := c.Get1Session()
	if s == nil {
		return false
	}
	if !c.Handshake() {
		s.Free()
		return false
	}
	s.Free()
	return true
}

// OnePathBad frees on one.
func OnePathBad(c *session.Conn) bool {
	s := c.Get1Session() // want missingfree
	if s == nil {
		return false
	}
	if c.Handshake() {
		s.Free()
		return true
	}
	return false
}

// Reached by two levels of pointers.
func Indirect(c *session.Conn) {
	s := c.Get1Session()
	p := &s
	pp := &p
	(**pp).Free()
}

// IndirectBad changes what the outer pointer points to, and the first is lost.
func IndirectBad(a, b *session.Conn) {
	s, t := a.Get1Session(), b.Get1Session() // want missingfree
	p := &s
	pp := &p
	*pp = &t
	(**pp).Free()
	(*p).SetTimeout(1) // want useafterfree
}

// IndirectSwapped swaps the pointers and frees both.
func IndirectSwapped(a, b *session.Conn) {
	s, t := a.Get1Session(), b.Get1Session()
	p, q := &s, &t
	*p, *q = *q, *p
	(*p).Free()
	(*q).Free()
}

// IndirectSwappedBad frees one of them by two names.
func IndirectSwappedBad(a, b *session.Conn) {
	s, t := a.Get1Session(), b.Get1Session() // want missingfree
	p, q := &s, &t
	*p, *q = *q, *p
	(*p).Free()
	t.SetTimeout(1)
	p = q
	*q = t
	u := *p
	s.Free() // want doublefree
	_ = u
}

type inner struct{ s *session.Session }

type middle struct{ in *inner }

type outer struct {
	mid middle
	id  int
}

func newOuter(c *session.Conn) *outer {
	s := c.Get1Session()
	if s == nil {
		return nil
	}
	return &outer{mid: middle{in: &inner{s: s}}}
}

func (o *outer) destroy() {
	if o == nil {
		return
	}
	o.mid.in.s.Free()
	o.mid.in = nil
}

// Deep destroys a struct of structs.
func Deep(c *session.Conn) error {
	o := newOuter(c)
	if o == nil {
		return errEmpty
	}
	defer o.destroy()
	if !c.SetSession(o.mid.in.s) {
		return errEmpty
	}
	return nil
}

// DeepBad unlinks the inner one before.
func DeepBad(c *session.Conn) error {
	o := newOuter(c) // want missingfree
	if o == nil {
		return errEmpty
	}
	if !c.Handshake() {
		o.mid.in = &inner{}
	}
	o.destroy()
	return nil
}

func chain3(c *session.Conn) *session.Session { return c.Get1Session() }

func chain2(c *session.Conn) (*session.Session, bool) {
	s := chain3(c)
	return s, s != nil
}

func chain1(c *session.Conn) (s *session.Session, err error) {
	s, ok := chain2(c)
	if !ok {
		err = errEmpty
	}
	return
}

// Chained frees what came through three returns.
func Chained(c *session.Conn) error {
	s, err := chain1(c)
	if err != nil {
		return err
	}
	s.Free()
	return nil
}

// ChainedBad drops it at the end of the chain.
func ChainedBad(c *session.Conn) error {
	_, err := chain1(c) // want missingfree
	return err
}

func releaser(quick bool) func(*session.Session) {
	if quick {
		return (*session.Session).Free
	}
	return func(s *session.Session) {
		if s != nil {
			s.Free()
		}
	}
}

// ByPointer frees through a function that is chosen.
func ByPointer(c *session.Conn, quick bool) {
	f := releaser(quick)
	f(c.Get1Session())
}

// ByPointerBad frees twice.
func ByPointerBad(c *session.Conn, quick bool) {
	f := releaser(quick)
	s := c.Get1Session()
	f(s)
	f(s) // want doublefree
}

// ops is a table of functions.
type ops struct {
	open  func(*session.Conn) *session.Session
	close func(*session.Session)
}

func owning() *ops {
	return &ops{open: (*session.Conn).Get1Session, close: (*session.Session).Free}
}

func lending() *ops {
	return &ops{open: (*session.Conn).Get0Session, close: func(*session.Session) {}}
}

// ByTable opens and closes with one table.
func ByTable(c *session.Conn, own bool) (t int64) {
	o := lending()
	if own {
		o = owning()
	}
	s := o.open(c)
	if s != nil {
		t = s.Time()
	}
	o.close(s)
	return t
}

// ByTables opens with one and closes with the other.
func ByTables(c *session.Conn) (t int64) {
	s := owning().open(c) // want missingfree
	if s != nil {
		t = s.Time()
	}
	lending().close(s)
	return t
}

// cell is an element of a list.
type cell struct {
	s    *session.Session
	next *cell
}

func push(head **cell, s *session.Session) {
	*head = &cell{s, *head}
}

func pop(head **cell) *session.Session {
	c := *head
	if c == nil {
		return nil
	}
	*head = c.next
	return c.s
}

// ListAll pushes and pops.
func ListAll(a, b *session.Conn) {
	var head *cell
	push(&head, a.Get1Session())
	push(&head, b.Get1Session())
	for head != nil {
		pop(&head).Free()
	}
}

// ListOne pops one of two.
func ListOne(a, b *session.Conn) {
	var head *cell
	push(&head, a.Get1Session()) // want missingfree
	push(&head, b.Get1Session())
	pop(&head).Free()
}

// ListHead frees the first and drops the tail.
func ListHead(a, b *session.Conn) {
	l := &cell{s: a.Get1Session()}
	l.next = &cell{s: b.Get1Session()} // want missingfree
	l.s.Free()
}

// ListBoth follows the link by hand.
func ListBoth(a, b *session.Conn) {
	l := &cell{s: a.Get1Session()}
	l.next = &cell{s: b.Get1Session()}
	l.next.s.Free()
	l.s.Free()
}

// ListRemove takes those out that cannot be resumed, and hands the list over.
func ListRemove(head *cell) *cell {
	at := &head
	for *at != nil {
		c := *at
		if c.s.Resumable() {
			at = &c.next
			continue
		}
		c.s.Free()
		c.s = nil
		*at = c.next
	}
	return head
}

// Global keeps it, and frees what was there.
func Global(c *session.Conn) {
	s := c.Get1Session()
	kept.Free()
	kept = s
}

// GlobalOnPath keeps it on one path only.
func GlobalOnPath(c *session.Conn, keep bool) {
	s := c.Get1Session() // want missingfree
	if keep {
		kept.Free()
		kept = s
	}
}

// GlobalOnPathRight frees it on the other.
func GlobalOnPathRight(c *session.Conn, keep bool) {
	s := c.Get1Session()
	if !keep {
		s.Free()
		return
	}
	kept.Free()
	kept = s
}

// Slot keeps one in a table.
func Slot(c *session.Conn, i uint) {
	i %= uint(len(table))
	table[i].Free()
	table[i] = c.Get1Session()
}

// GlobalFreed frees what it has kept.
//
//fixture:norun the driver reads what is kept before it frees it
func GlobalFreed(c *session.Conn) {
	s := c.Get1Session()
	kept.Free()
	kept = s
	s.Free() // want doublefree
}

func fill(out **session.Session, c *session.Conn) bool {
	s := c.Get1Session()
	if s == nil {
		return false
	}
	*out = s
	return true
}

// OutParam frees what a callee filled in.
func OutParam(c *session.Conn) int64 {
	var s *session.Session
	if !fill(&s, c) {
		return 0
	}
	defer s.Free()
	return s.Time()
}

// OutParamTwice fills the same place twice.
func OutParamTwice(a, b *session.Conn) {
	var s *session.Session
	if !fill(&s, a) { // want missingfree
		return
	}
	if fill(&s, b) {
		s.Free()
	}
}

// OutParamElse frees the first if the second does not come.
func OutParamElse(a, b *session.Conn) {
	var s *session.Session
	if !fill(&s, a) {
		return
	}
	first := s
	if fill(&s, b) {
		first.Free()
	}
	s.Free()
}

func split(s *session.Session, n int) *session.Session {
	if n == 0 {
		return s
	}
	return split(s, n-1)
}

// Recursion returns what it was given.
func Recursion(c *session.Conn) {
	split(c.Get1Session(), 2).Free()
}

// RecursionTwice frees the same under two names.
func RecursionTwice(c *session.Conn) {
	s := c.Get1Session()
	split(s, 1).Free()
	s.Free() // want doublefree
}

// Selected frees the one of two that was selected, and then the other.
func Selected(a, b *session.Conn, first bool) {
	s, t := a.Get1Session(), b.Get1Session()
	p, q := &s, &t
	if !first {
		p, q = q, p
	}
	(*p).Free()
	(*q).Free()
}

// SelectedOnce frees the one that was.
func SelectedOnce(a, b *session.Conn, first bool) {
	s := a.Get1Session() // want missingfree
	t := b.Get1Session() // want missingfree
	p := &s
	if !first {
		p = &t
	}
	(*p).Free()
}

// Exchanged moves one from place to place in an array.
func Exchanged(a, b *session.Conn) {
	pair := [2]*session.Session{a.Get1Session(), b.Get1Session()}
	pair[0], pair[1] = pair[1], pair[0]
	for i := range pair {
		pair[i].Free()
		pair[i] = nil
	}
}

// ExchangedHalf overwrites one with the other.
func ExchangedHalf(a, b *session.Conn) {
	pair := [2]*session.Session{a.Get1Session(), b.Get1Session()} // want missingfree
	pair[0] = pair[1]
	pair[1] = nil
	pair[0].Free()
	pair[1].Free()
}
