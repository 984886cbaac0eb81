// Package traps holds functions whose labels were found by hand, one or two for
// each thing that the interpreter has to get right.
package traps

import (
	"errors"
	"os"

	"github.com/sessionlint/sessionlint/session"
)

var errNone = errors.New("none")

// Nil is an outcome of every get.
func Nil(c *session.Conn) bool {
	s := c.Get1Session() // want missingfree
	if s != nil {
		return true
	}
	s.Free()
	return false
}

// Correlated goes the same way twice.
func Correlated(c *session.Conn, flag bool) {
	s := c.Get1Session()
	if flag {
		s.Free()
	}
	if !flag {
		s.Free()
	}
}

// Uncorrelated does not.
func Uncorrelated(c *session.Conn, flag, other bool) {
	s := c.Get1Session() // want missingfree
	if flag {
		s.Free()
	}
	if !other {
		s.Free() // want doublefree
	}
}

// Snapshot frees what it had.
func Snapshot(c *session.Conn) {
	s := c.Get1Session()
	defer s.Free()
	s = session.New() // want missingfree
	_ = s
}

// Late frees what it has then.
func Late(c *session.Conn) {
	s := c.Get1Session() // want missingfree
	defer func() { s.Free() }()
	s = session.New()
}

// Each turn defers its own.
func Each(conns []*session.Conn) {
	for _, c := range conns {
		s := c.Get1Session()
		defer func() { s.Free() }()
	}
}

// Shared turns defer the last one's.
func Shared(conns []*session.Conn) {
	var s *session.Session
	for _, c := range conns {
		s = c.Get1Session() // want missingfree
		defer func() {
			s.Free() // want doublefree
		}()
	}
}

// Turns have variables of their own.
func Turns(c *session.Conn) {
	var all []func()
	for i := 0; i < 2; i++ {
		s := c.Get1Session()
		all = append(all, func() { s.Free() })
	}
	for _, f := range all {
		f()
	}
}

// Labelled leaves both loops.
func Labelled(conns []*session.Conn) {
outer:
	for _, c := range conns {
		for range 2 {
			s := c.Get1Session() // want missingfree
			if s == nil {
				continue outer
			}
			if c.Handshake() {
				break outer
			}
			s.Free()
		}
	}
}

// Goto jumps over nothing.
func Goto(c *session.Conn, flag bool) {
	s := c.Get1Session()
	if flag {
		goto end
	}
	s.SetTimeout(1)
end:
	s.Free()
}

// Again jumps back.
func Again(c *session.Conn, n int) {
	i := 0
again:
	s := c.Get1Session() // want missingfree
	i++
	if i < n {
		goto again
	}
	s.Free()
}

// Named results are what the deferred call sees.
func Named(c *session.Conn) (s *session.Session, err error) {
	s = c.Get1Session() // want missingfree
	defer func() {
		if err != nil {
			s.Free()
		}
	}()
	if !c.Handshake() {
		return nil, errNone
	}
	return s, nil
}

// Panics owe nothing; what was deferred runs.
func Panics(c *session.Conn, flag bool) {
	s := c.Get1Session()
	t := session.New()
	defer t.Free() // want doublefree
	if flag {
		t.Free()
		panic("lost")
	}
	s.Free()
}

// Exits run nothing.
func Exits(c *session.Conn, flag bool) {
	s := c.Get1Session()
	defer s.Free()
	if flag {
		s.Free()
		os.Exit(1)
	}
}

// Recovers returns.
func Recovers(c *session.Conn, flag bool) {
	defer func() { _ = recover() }()
	s := c.Get1Session() // want missingfree
	if flag {
		panic("lost")
	}
	s.Free()
}

type owner struct{ s *session.Session }

func (o *owner) close()    { o.s.Free(); o.s = nil }
func (o owner) drop()      { o.s.Free() }
func (o owner) age() int64 { return o.s.Time() }

type outer struct {
	owner
	n int
}

// Copies of a struct have fields of their own.
func Copies(c *session.Conn) {
	o := owner{s: c.Get1Session()}
	p := o
	o.close()
	p.drop() // want doublefree
}

// Pointers have not.
func Pointers(c *session.Conn) {
	o := &owner{s: c.Get1Session()}
	p := o
	o.close()
	p.close()
}

// Promoted methods get the embedded struct.
func Promoted(c *session.Conn) int64 {
	o := outer{owner: owner{s: c.Get1Session()}}
	defer o.close()
	return o.age()
}

type freer interface{ Free() }

// Values of an interface know their methods, and bound ones their receiver.
func Values(c *session.Conn) {
	s := c.Get1Session()
	var f freer = s
	free := f.Free
	s = nil
	free()
	if t, ok := f.(*session.Session); ok {
		t.Free() // want doublefree
	}
}

func twice[T freer](v T) {
	v.Free()
	v.Free() // want doublefree
}

// Generic functions know their type arguments.
func Generic(c *session.Conn) {
	twice(c.Get1Session())
}

func zero[T any]() T {
	var z T
	return z
}

// Zero is nil here.
func Zero(c *session.Conn) {
	s := zero[*session.Session]()
	if s == nil {
		s = c.Get1Session()
	}
	s.Free()
}

// Lists share their elements, maps keep one for each key.
func Lists(c *session.Conn) {
	list := []*session.Session{c.Get1Session()}
	alias := list[:]
	alias[0].Free()
	table := map[string]*session.Session{"a": list[0]}
	for _, s := range table {
		s.Free() // want doublefree
	}
}

// Channels give what they got, once.
func Channels(c *session.Conn) {
	ch := make(chan *session.Session, 2)
	ch <- c.Get1Session()
	close(ch)
	for s := range ch {
		s.Free()
	}
	s, ok := <-ch
	if ok {
		s.Free()
	}
}

func out(c *session.Conn, p **session.Session) bool {
	*p = c.Get1Session()
	return *p != nil
}

// Out parameters are the caller's variable.
func Out(c *session.Conn) {
	var s *session.Session
	if !out(c, &s) { // want missingfree
		return
	}
	if c.Handshake() {
		s.Free()
	}
}

// Given to the caller's place it is the caller's.
func Given(c *session.Conn, p **session.Session, table map[string]*session.Session) {
	*p = c.Get1Session()
	table["a"] = c.Get1Session()
}

// Lent to the caller's place it dangles.
func Lent(c *session.Conn, table map[string]*session.Session) { // want danglingborrow
	table["a"] = c.Get0Session()
}

// Borrowed sessions are not freed.
func Borrowed(c *session.Conn) {
	s := c.Get0Session()
	s.Free() // want borrowedfree
}

// Retained ones are, once.
func Retained(c *session.Conn) {
	s := c.Get0Session()
	if s != nil && s.UpRef() {
		s.Free()
		s.Free() // want doublefree
	}
}

// Ignored is taken to have succeeded, and noted.
func Ignored(c *session.Conn) {
	s := c.Get0Session()
	if s != nil {
		s.UpRef() // want uncheckedupref
		s.Free()
	}
}

// Empty arms look at nothing either.
func Empty(c *session.Conn) {
	s := c.Get0Session()
	if s != nil {
		if !s.UpRef() { // want uncheckedupref
		}
		s.Free()
	}
}

func retain(s *session.Session) bool { return s.UpRef() }

// Missed is what the caller misses, not the helper: who ignores what a helper
// says of an up_ref ignores the up_ref.
func Missed(c *session.Conn) {
	s := c.Get0Session()
	if !retain(s) { // want uncheckedupref
	}
	s.Free()
}

// Asked is not ignored: something else is made of the answer.
func Asked(c *session.Conn) {
	s := c.Get0Session()
	if log(retain(s)) {
	}
	s.Free() // want borrowedfree
}

func log(ok bool) bool {
	if !ok {
		println("no reference")
	}
	return ok
}

var kept *session.Session

// Keeps frees what its last call has left.
func Keeps(c *session.Conn) {
	kept.Free()
	kept = c.Get1Session()
}

// Captured by a function that is left, a borrow outlives its owner.
func Captured(c *session.Conn) func() { // want danglingborrow
	s := c.Get0Session()
	return func() { s.Time() } // want danglingborrow
}

// CapturedOwned frees it there.
func CapturedOwned(c *session.Conn) func() {
	s := c.Get1Session()
	return func() { s.Free() }
}

// Dead owners lend nothing.
func Dead(x *session.Context) {
	c := x.NewConn()
	if !c.Handshake() {
		c.Free()
		return
	}
	s := c.Get0Session()
	c.Free()
	s.Time() // want danglingborrow
}

// Kept alive by the connection it may be read, not freed.
func Kept(c *session.Conn) {
	s := session.New()
	if c.SetSession(s) {
		s.Free()
		s.Time()
		s.Free() // want doublefree
		return
	}
	s.Free()
}

// Pure gets agree as long as nothing comes between.
func Pure(c *session.Conn) {
	s := c.Get1Session()
	there, none := c.Get0Session() != nil, c.Get0Session() == nil
	if there {
		s.Free()
	}
	if none {
		s.Free()
	}
}

// NilInside an interface is a value that can be freed.
func NilInside(c *session.Conn) {
	var s *session.Session
	var f freer = s
	f.Free()
	release(s)
	if f != nil {
		c.Get1Session() // want missingfree
	}
	if t, ok := f.(*session.Session); !ok || t != nil {
		c.Get1Session()
	}
}

func release[T freer](v T) { v.Free() }

// Twice the same object: what is wrong with one handle is enough.
func Twice(c *session.Conn) {
	s := c.Get0Session()
	s.Free() // want borrowedfree
}

// Switches take one arm, and go on where they say so.
func Switches(c *session.Conn, n int) {
	s := c.Get1Session() // want missingfree
	switch {
	case n == 0:
		s.Free()
	case n == 1:
		s.SetTimeout(1)
		fallthrough
	case n == 100:
		s.Free()
	}
}

// Deep is where the recursion ends.
func Deep(c *session.Conn) { drain(c.Get1Session(), 3) }

func drain(s *session.Session, depth int) {
	if depth == 0 {
		s.Free()
		return
	}
	drain(s, depth-1)
}

// Blocked functions do not return.
func Blocked(c *session.Conn) {
	s := c.Get1Session()
	ch := make(chan int)
	<-ch
	s.Free()
}

// Left returns a function that panics.
func Left(c *session.Conn) func() {
	s := c.Get1Session()
	return func() {
		s.Free()
		panic("lost")
	}
}
