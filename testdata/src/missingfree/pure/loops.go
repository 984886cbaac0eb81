package pure

import (
	"iter"
	"slices"

	"github.com/sessionlint/sessionlint/session"
)

// EachLost forgets every turn's session.
func EachLost(conns []*session.Conn) (n int) {
	for _, c := range conns {
		if s := c.Get1Session(); s != nil { // want missingfree
			n++
		}
	}
	return n
}

// EachFreed frees it.
func EachFreed(conns []*session.Conn) (n int) {
	for _, c := range conns {
		if s := c.Get1Session(); s != nil {
			n++
			s.Free()
		}
	}
	return n
}

// Skipping continues without the free (trap: loop continue).
func Skipping(conns []*session.Conn) (n int) {
	for _, c := range conns {
		s := c.Get1Session() // want missingfree
		if !c.Handshake() {
			continue
		}
		n++
		s.Free()
	}
	return n
}

// SkippingTidily asks first.
func SkippingTidily(conns []*session.Conn) (n int) {
	for _, c := range conns {
		if !c.Handshake() {
			continue
		}
		s := c.Get1Session()
		n++
		s.Free()
	}
	return n
}

// Breaking leaves the loop with the session in hand.
func Breaking(conns []*session.Conn) (found bool) {
	for _, c := range conns {
		s := c.Get1Session() // want missingfree
		if c.Handshake() {
			found = true
			break
		}
		s.Free()
	}
	return found
}

// BreakingWith hands it out.
func BreakingWith(conns []*session.Conn) *session.Session {
	var found *session.Session
	for _, c := range conns {
		s := c.Get1Session()
		if c.Handshake() {
			found = s
			break
		}
		s.Free()
	}
	return found
}

// Newest overwrites what the turn before has found.
func Newest(conns []*session.Conn) *session.Session {
	var newest *session.Session
	for _, c := range conns {
		if s := c.Get1Session(); s != nil { // want missingfree
			newest = s
		}
	}
	return newest
}

// NewestTidy frees that first.
func NewestTidy(conns []*session.Conn) *session.Session {
	var newest *session.Session
	for _, c := range conns {
		if s := c.Get1Session(); s != nil {
			newest.Free()
			newest = s
		}
	}
	return newest
}

// FirstOnly stops at the first.
func FirstOnly(conns []*session.Conn) *session.Session {
	for _, c := range conns {
		if s := c.Get1Session(); s != nil {
			return s
		}
	}
	return nil
}

// TwoAtATime keeps the session of the turn before until the next.
func TwoAtATime(conns []*session.Conn) (pairs int) {
	var before *session.Session
	for _, c := range conns {
		s := c.Get1Session()
		if before != nil && s != nil {
			c.SetSession(before)
			pairs++
		}
		before.Free()
		before = s
	}
	before.Free()
	return pairs
}

// TwoAtATimeLost forgets the last one.
func TwoAtATimeLost(conns []*session.Conn) (pairs int) {
	var before *session.Session
	for _, c := range conns {
		s := c.Get1Session() // want missingfree
		if before != nil && s != nil {
			c.SetSession(before)
			pairs++
		}
		before.Free()
		before = s
	}
	return pairs
}

// Counted runs a fixed number of turns before it loses the session (trap: loop
// with a constant number of turns).
func Counted(c *session.Conn) (sum int) {
	s := c.Get1Session() // want missingfree
	for i := 0; i < 16; i++ {
		sum += i
	}
	s.SetTimeout(int64(sum))
	return sum
}

// CountedAcquire acquires in the last turn of a fixed number.
func CountedAcquire(c *session.Conn) {
	var s *session.Session
	for i := range 4 {
		if i == 3 {
			s = c.Get1Session()
		}
	}
	s.Free()
}

// Attempts frees what was refused and returns what was not.
func Attempts(c *session.Conn, tries int) *session.Session {
	for range tries {
		s := c.Get1Session()
		if s != nil && c.SetSession(s) {
			return s
		}
		s.Free()
	}
	return nil
}

// AttemptsLost forgets what was refused.
func AttemptsLost(c *session.Conn, tries int) *session.Session {
	for range tries {
		s := c.Get1Session() // want missingfree
		if s != nil && c.SetSession(s) {
			return s
		}
	}
	return nil
}

// Outer goes on with the outer loop from the inner one (trap: labelled
// continue).
func Outer(groups [][]*session.Conn) (n int) {
next:
	for _, g := range groups {
		s := session.New() // want missingfree
		for _, c := range g {
			if !c.SetSession(s) {
				continue next
			}
		}
		n++
		s.Free()
	}
	return n
}

// OuterTidy frees before it goes.
func OuterTidy(groups [][]*session.Conn) (n int) {
next:
	for _, g := range groups {
		s := session.New()
		for _, c := range g {
			if !c.SetSession(s) {
				s.Free()
				continue next
			}
		}
		n++
		s.Free()
	}
	return n
}

// Jump cleans up at a label (trap: goto).
func Jump(c *session.Conn) (err error) {
	var d *session.Session
	s := c.Get1Session()
	if s == nil {
		err = errNone
		goto out
	}
	d = s.Dup()
	if d == nil || !c.SetSession(d) {
		err = errClosed
		goto out
	}
	d.SetTimeout(1)
out:
	d.Free()
	s.Free()
	return err
}

// JumpTooFar jumps over one of the frees.
func JumpTooFar(c *session.Conn) (err error) {
	var d *session.Session
	s := c.Get1Session()
	if s == nil {
		return errNone
	}
	d = s.Dup() // want missingfree
	if d == nil || !c.SetSession(d) {
		err = errClosed
		goto out
	}
	d.Free()
out:
	s.Free()
	return err
}

// sessions yields an owned session for every connection and takes it back.
func sessions(conns []*session.Conn) iter.Seq2[int, *session.Session] {
	return func(yield func(int, *session.Session) bool) {
		for i, c := range conns {
			s := c.Get1Session()
			ok := yield(i, s)
			s.Free()
			if !ok {
				return
			}
		}
	}
}

// RangeFunc reads what the iterator lends (trap: range over function).
func RangeFunc(conns []*session.Conn) (sum int64) {
	for i, s := range sessions(conns) {
		if i == 2 {
			break
		}
		sum += s.Time()
	}
	return sum
}

// RangeFuncRetains keeps one of them in its own right.
func RangeFuncRetains(conns []*session.Conn) *session.Session {
	for _, s := range sessions(conns) {
		if s != nil && s.UpRef() {
			return s
		}
	}
	return nil
}

// RangeFuncRetainsAll keeps all of them and returns the last.
func RangeFuncRetainsAll(conns []*session.Conn) (last *session.Session) {
	for _, s := range sessions(conns) {
		if s != nil && s.UpRef() { // want missingfree
			last = s
		}
	}
	return last
}

// RangeFuncDefers defers in the body, to run at the end of the function.
func RangeFuncDefers(conns []*session.Conn) (n int) {
	for c := range slices.Values(conns) {
		s := c.Get1Session()
		defer s.Free()
		n++
	}
	return n
}

// RangeFuncDefersSome forgets some of them.
func RangeFuncDefersSome(conns []*session.Conn) (n int) {
	for c := range slices.Values(conns) {
		s := c.Get1Session() // want missingfree
		if !c.Handshake() {
			continue
		}
		defer s.Free()
		n++
	}
	return n
}

// RangeFuncReturns leaves with the session of the body.
func RangeFuncReturns(conns iter.Seq[*session.Conn]) bool {
	for c := range conns {
		s := c.Get1Session() // want missingfree
		if c.Handshake() {
			return true
		}
		s.Free()
	}
	return false
}

// RangeFuncReturnsIt hands it out.
func RangeFuncReturnsIt(conns iter.Seq[*session.Conn]) *session.Session {
	for c := range conns {
		s := c.Get1Session()
		if c.Handshake() {
			return s
		}
		s.Free()
	}
	return nil
}

// Abandoned is an iterator that forgets the session at which the loop stopped
// (trap: iterator abandoned early).
func Abandoned(conns []*session.Conn) (n int) {
	each := func(yield func(*session.Session) bool) {
		for _, c := range conns {
			s := c.Get1Session() // want missingfree
			if !yield(s) {
				return
			}
			s.Free()
		}
	}
	for range each {
		n++
		if n == 2 {
			break
		}
	}
	return n
}

// deaf is an iterator over connections that does not hear that the loop has stopped.
func deaf(conns []*session.Conn) iter.Seq[*session.Conn] {
	return func(yield func(*session.Conn) bool) {
		for _, c := range conns {
			if !yield(c) {
			}
		}
	}
}

// DeferredForAll defers a free in every turn of a loop over an iterator (trap: what
// earlier turns have deferred).
func DeferredForAll(conns []*session.Conn) {
	for c := range deaf(conns) {
		var s *session.Session
		for i := 0; i < 2 && s == nil; i++ {
			s = c.Get1Session()
		}
		done := false
		free := func() {
			if !done {
				s.Free()
			}
		}
		defer free()
	}
}

// DeferredForSome defers it in vain.
func DeferredForSome(conns []*session.Conn, flag bool) {
	for c := range deaf(conns) {
		s := c.Get1Session() // want missingfree
		done := false
		free := func() {
			if !done {
				s.Free()
			}
		}
		defer free()
		done = flag
	}
}

// inTurn is an iterator over connections.
func inTurn(conns []*session.Conn) iter.Seq[*session.Conn] {
	return func(yield func(*session.Conn) bool) {
		for _, c := range conns {
			if !yield(c) {
				return
			}
		}
	}
}

// ReturnedFromLoop returns an error out of a loop over an iterator (trap: how the
// loop was left and what is returned belong together).
func ReturnedFromLoop(c *session.Conn, conns []*session.Conn, also bool) (res *session.Session, err error) {
	first := &loopHolder{s: c.Get1Session()}
	defer func() {
		if err != nil {
			first.s.Free()
		}
	}()
	for one := range inTurn(conns) {
		get := one.Get1Session
		s := get()
		switch {
		case s == nil:
			return nil, errClosed
		}
		h := &loopHolder{s: s}
		if also && c.Handshake() {
			h.Close()
			continue
		}
		h.Close()
	}
	return first.s, nil
}

// A loopHolder owns a session.
type loopHolder struct{ s *session.Session }

// Close frees it, once.
func (h *loopHolder) Close() {
	if h.s != nil {
		h.s.Free()
		h.s = nil
	}
}

// SelectTick gets at every tick and frees the last (trap: select in a loop).
//
//fixture:norun nobody sends
func SelectTick(tick, done <-chan int, c *session.Conn) {
	var s *session.Session
	for {
		select {
		case <-tick:
			s = c.Get1Session() // want missingfree
		case <-done:
			s.Free()
			return
		}
	}
}

// SelectReplace frees the one before.
func SelectReplace(tick, done <-chan int, c *session.Conn) {
	var s *session.Session
	for {
		select {
		case <-tick:
			s.Free()
			s = c.Get1Session()
		case <-done:
			s.Free()
			return
		}
	}
}

// TwiceOver goes over the same connections twice: the second loop has as many turns
// as the first (trap: loops of equal length).
func TwiceOver(conns []*session.Conn) {
	for _, c := range conns {
		c.Read()
	}
	for _, c := range conns {
		s := c.Get1Session() // want missingfree
		s.SetTimeout(1)
	}
}

// TwiceOverFreed frees in a second loop of as many turns.
func TwiceOverFreed(c *session.Conn, n int) {
	if n != 1 && n != 2 {
		return
	}
	s := c.Get1Session()
	for i := 0; i < n; i++ {
		c.Read()
	}
	for i := 0; i < n; i++ {
		if i == 0 {
			s.Free()
		}
	}
}
