// Package clang carries scenarios of the tests of clang's unix.Malloc checker
// over to sessions.
package clang

import (
	"errors"
	"fmt"

	"github.com/sessionlint/sessionlint/session"
)

var (
	errRefused = errors.New("refused")
	errNone    = errors.New("none")
)

// Alias frees by its second name.
func Alias(c *session.Conn) int64 {
	s := c.Get1Session()
	p := s
	q := &p
	t := (*q).Time()
	(*q).Free()
	return t
}

// AliasTwice frees by both names.
func AliasTwice(c *session.Conn) {
	s := c.Get1Session()
	p := s
	p.Free()
	s.Free() // want doublefree
}

// AliasRead frees by one and reads by the other.
func AliasRead(c *session.Conn) int64 {
	s := c.Get1Session()
	p := &s
	(*p).Free()
	return s.Time() // want useafterfree
}

// AliasOverwritten keeps the old one in a second variable.
func AliasOverwritten(a, b *session.Conn) {
	s := a.Get1Session()
	old := s
	s = b.Get1Session()
	s.Free()
	old.Free()
}

// AliasLost frees the new one under both names.
func AliasLost(a, b *session.Conn) {
	s := a.Get1Session() // want missingfree
	old := &s
	s = b.Get1Session()
	(*old).Free()
}

// disposal frees what it is asked to and clears the place.
func disposal(p **session.Session, really bool) {
	if !really || *p == nil {
		return
	}
	(*p).Free()
	*p = nil
}

// CalleeFrees frees what is left.
func CalleeFrees(c *session.Conn, early bool) (t int64) {
	s := c.Get1Session()
	disposal(&s, early)
	if s != nil {
		t = s.Time()
	}
	disposal(&s, true)
	return t
}

// CalleeForgets never says really.
func CalleeForgets(c *session.Conn, early bool) {
	s := c.Get1Session() // want missingfree
	disposal(&s, early)
	disposal(&s, false)
}

// CalleeCopy has given away a copy of the pointer, which is not cleared.
func CalleeCopy(c *session.Conn) {
	s := c.Get1Session()
	p := s
	disposal(&p, true)
	s.Free() // want doublefree
}

// ReleasedFlag remembers that it freed.
func ReleasedFlag(c *session.Conn, n int) int64 {
	s := c.Get1Session()
	released := false
	if n > 3 {
		s.Free()
		released = true
	}
	var t int64
	if !released {
		t = s.Time()
	}
	if !released {
		s.Free()
	}
	return t
}

// ReleasedFlagLate sets it on one of two ways.
func ReleasedFlagLate(c *session.Conn, n int) {
	s := c.Get1Session()
	released := false
	switch {
	case n > 3:
		s.Free()
		released = true
	case n < 2:
		s.Free()
	}
	if !released {
		s.Free() // want doublefree
	}
}

// resized returns a copy and frees the old one, or returns nil and leaves it.
func resized(s *session.Session, timeout int64) *session.Session {
	d := s.Dup()
	if d == nil {
		return nil
	}
	d.SetTimeout(timeout)
	s.Free()
	return d
}

// Resize keeps the old one until it knows.
func Resize(c *session.Conn) error {
	s := c.Get1Session()
	if s == nil {
		return errNone
	}
	d := resized(s, 10)
	if d == nil {
		s.Free()
		return errRefused
	}
	s = d
	s.Free()
	return nil
}

// ResizeLost overwrites its only name with the answer.
func ResizeLost(c *session.Conn) error {
	s := c.Get1Session() // want missingfree
	if s == nil {
		return errNone
	}
	s = resized(s, 10)
	if s == nil {
		return errRefused
	}
	s.Free()
	return nil
}

// ResizeBoth frees the old one in both cases.
func ResizeBoth(c *session.Conn) error {
	s := c.Get1Session()
	if s == nil {
		return errNone
	}
	d := resized(s, 10)
	s.Free() // want doublefree
	d.Free()
	return nil
}

// ResizeReads reads the old one when there is a new one.
func ResizeReads(c *session.Conn) (t int64) {
	s := c.Get1Session()
	if s == nil {
		return 0
	}
	d := resized(s, 10)
	if d != nil {
		t = s.Time() // want useafterfree
		d.Free()
		return t
	}
	s.Free()
	return t
}

// pair and nested are structs of structs.
type pair struct{ first, second *session.Session }

type nested struct {
	name string
	in   pair
	ptr  *pair
}

// StructOfStructs frees what it put into each.
func StructOfStructs(a, b, c *session.Conn) {
	var n nested
	n.ptr = &pair{}
	n.in.first = a.Get1Session()
	n.in.second = b.Get1Session()
	n.ptr.first = c.Get1Session()
	n.in.first.Free()
	n.in.second.Free()
	n.ptr.first.Free()
}

// StructOfStructsTwice has one twice and one never.
func StructOfStructsTwice(a, b, c *session.Conn) {
	var n nested
	n.ptr = &pair{}
	n.in.first = a.Get1Session()
	n.in.second = b.Get1Session() // want missingfree
	n.ptr.first = c.Get1Session()
	n.in.first.Free()
	n.in.first.Free() // want doublefree
	n.ptr.first.Free()
}

// StructCopied frees through the copy of the outer struct.
func StructCopied(a *session.Conn) {
	n := nested{in: pair{first: a.Get1Session()}}
	m := n
	m.in.first.Free()
	n.in.first = nil
}

// StructCopiedTwice frees through both.
func StructCopiedTwice(a *session.Conn) {
	n := nested{ptr: &pair{first: a.Get1Session()}}
	m := n
	m.ptr.first.Free()
	n.ptr.first.Free() // want doublefree
}

// StructCopiedShared clears what both share.
func StructCopiedShared(a *session.Conn) {
	n := nested{ptr: &pair{first: a.Get1Session()}}
	m := n
	m.ptr.first.Free()
	m.ptr.first = nil
	n.ptr.first.Free()
}

// StructDropped drops the whole.
func StructDropped(a *session.Conn) error {
	n := &nested{name: "x", in: pair{first: a.Get1Session()}} // want missingfree
	if n.in.first == nil {
		return errNone
	}
	if !a.SetSession(n.in.first) {
		return errRefused
	}
	n.in.first.Free()
	return nil
}

// LoopContinue frees before each continue.
func LoopContinue(conns []*session.Conn) (n int) {
	for _, c := range conns {
		s := c.Get1Session()
		if s == nil {
			continue
		}
		if !c.SetSession(s) {
			s.Free()
			continue
		}
		n++
		s.Free()
	}
	return n
}

// LoopContinueBad does not.
func LoopContinueBad(conns []*session.Conn) (n int) {
	for _, c := range conns {
		s := c.Get1Session() // want missingfree
		if s == nil {
			continue
		}
		if !c.SetSession(s) {
			continue
		}
		n++
		s.Free()
	}
	return n
}

// LoopBreak leaves with one in hand and frees it behind the loop.
func LoopBreak(conns []*session.Conn) (t int64) {
	var s *session.Session
	for _, c := range conns {
		s = c.Get1Session()
		if s != nil && c.SetSession(s) {
			break
		}
		s.Free()
		s = nil
	}
	if s != nil {
		t = s.Time()
		s.Free()
	}
	return t
}

// LoopBreakStale frees it behind the loop also when the last round did.
func LoopBreakStale(conns []*session.Conn) {
	var s *session.Session
	for _, c := range conns {
		s = c.Get1Session()
		if s != nil && c.SetSession(s) {
			break
		}
		s.Free()
	}
	s.Free() // want doublefree
}

// LoopFrees frees in every round what was acquired once.
func LoopFrees(c *session.Conn, n int) {
	s := c.Get1Session() // want missingfree
	for range n {
		s.Free() // want doublefree
	}
}

// LoopLabelled leaves both loops with nothing.
func LoopLabelled(conns []*session.Conn, n int) (t int64) {
outer:
	for _, c := range conns {
		s := c.Get1Session()
		for i := 0; i < n; i++ {
			if !c.Read() {
				s.Free()
				continue outer
			}
			if s == nil {
				break outer
			}
			t += s.Time()
		}
		s.Free()
	}
	return t
}

// LoopLabelledBad leaves both with one.
func LoopLabelledBad(conns []*session.Conn, n int) (t int64) {
outer:
	for _, c := range conns {
		s := c.Get1Session() // want missingfree
		for i := 0; i < n; i++ {
			if !c.Read() {
				break outer
			}
			t += s.Time()
		}
		s.Free()
	}
	return t
}

// Fallthrough frees in the case that all fall into.
func Fallthrough(c *session.Conn, n int) {
	s := c.Get1Session()
	switch n {
	case 0:
		s.SetTimeout(0)
		fallthrough
	case 1:
		s.SetTime(0)
		fallthrough
	default:
		s.Free()
	}
}

// FallthroughTwice falls from one free into another.
func FallthroughTwice(c *session.Conn, n int) {
	s := c.Get1Session()
	switch n {
	case 0:
		s.Free()
		fallthrough
	case 1:
		s.Free() // want doublefree
	default:
		s.Free()
	}
}

// FallthroughHole has a case that frees nothing.
func FallthroughHole(c *session.Conn, n int) {
	s := c.Get1Session() // want missingfree
	switch n {
	case 0:
		fallthrough
	case 1:
		s.Free()
	case 2:
		s.SetTimeout(2)
	default:
		s.Free()
	}
}

// GotoOut has one way out, for all that was acquired.
func GotoOut(a, b *session.Conn) (err error) {
	var s, t *session.Session
	if s = a.Get1Session(); s == nil {
		err = errNone
		goto out
	}
	if t = b.Get1Session(); t == nil {
		err = errNone
		goto out
	}
	if !a.SetSession(t) {
		err = errRefused
	}
out:
	t.Free()
	s.Free()
	return err
}

// GotoLadder jumps one rung too low.
func GotoLadder(a, b *session.Conn) (err error) {
	var t *session.Session
	s := a.Get1Session() // want missingfree
	if s == nil {
		return errNone
	}
	if t = b.Get1Session(); t == nil {
		err = errNone
		goto out
	}
	if !a.SetSession(t) {
		err = errRefused
	}
	t.Free()
	s.Free()
out:
	return err
}

// GotoAgain jumps back to try again, with the last one freed.
func GotoAgain(c *session.Conn, n int) *session.Session {
	var s *session.Session
again:
	s = c.Get1Session()
	if s != nil && n > 0 && !c.SetSession(s) {
		s.Free()
		n--
		goto again
	}
	return s
}

// GotoAgainBad jumps back without.
func GotoAgainBad(c *session.Conn, n int) *session.Session {
	var s *session.Session
again:
	s = c.Get1Session() // want missingfree
	if s != nil && n > 0 && !c.SetSession(s) {
		n--
		goto again
	}
	return s
}

// maker is an interface with a good and a lazy implementation.
type maker interface {
	make() (*session.Session, error)
}

type fresh struct{ timeout int64 }

func (f fresh) make() (*session.Session, error) {
	s := session.New()
	if s == nil {
		return nil, fmt.Errorf("fresh: %w", errNone)
	}
	s.SetTimeout(f.timeout)
	return s, nil
}

type copied struct{ of *session.Session }

func (k copied) make() (*session.Session, error) {
	d := k.of.Dup()
	if d == nil {
		return nil, fmt.Errorf("copied: %w", errNone)
	}
	return d, nil
}

func makerFor(s *session.Session) maker {
	if s == nil {
		return fresh{60}
	}
	return copied{s}
}

// Made frees what either of them made.
func Made(c *session.Conn, s *session.Session) error {
	m, err := makerFor(s).make()
	if err != nil {
		return err
	}
	defer m.Free()
	if !c.SetSession(m) {
		return errRefused
	}
	return nil
}

// MadeLost does not free one that cannot be used.
func MadeLost(c *session.Conn, s *session.Session) error {
	m, err := makerFor(s).make() // want missingfree
	if err != nil {
		return err
	}
	if !c.SetSession(m) {
		return errRefused
	}
	m.Free()
	return nil
}

// Rolled copies a name beside; a failure of the second frees the first.
func Rolled(c, next *session.Conn, names []string) (out []*session.Session, err error) {
	for range names {
		s := c.Get1Session()
		if s == nil || !next.SetSession(s) {
			s.Free()
			for _, o := range out {
				o.Free()
			}
			return nil, errRefused
		}
		out = append(out, s)
	}
	return out, nil
}

// RolledBad frees the ones before and not the one in hand.
func RolledBad(c, next *session.Conn, names []string) (out []*session.Session, err error) {
	for range names {
		s := c.Get1Session() // want missingfree
		if s == nil || !next.SetSession(s) {
			for _, o := range out {
				o.Free()
			}
			return nil, errRefused
		}
		out = append(out, s)
	}
	return out, nil
}
