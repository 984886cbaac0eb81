// Package vendors carries over to sessions what the vendors of analyzers show in
// their manuals (CodeQL, Coverity, PVS-Studio), and the classes of reference count
// bugs that studies found in the Linux kernel: a missing decrease where a get
// failed half way, one too many, a loop over referenced objects left early.
package vendors

import (
	"errors"
	"fmt"
	"sync"
	"sync/atomic"

	"github.com/sessionlint/sessionlint/session"
)

var (
	errNoDevice = errors.New("no device")
	errBusy     = errors.New("busy")
)

// device is an object with a count of its own that owns a session.
type device struct {
	refs  atomic.Int32
	sess  *session.Session
	conn  *session.Conn
	ready bool
}

func newDevice(c *session.Conn) *device {
	s := c.Get1Session()
	if s == nil {
		return nil
	}
	d := &device{sess: s, conn: c}
	d.refs.Store(1)
	return d
}

func (d *device) get() *device {
	if d != nil {
		d.refs.Add(1)
	}
	return d
}

func (d *device) put() {
	if d == nil {
		return
	}
	if d.refs.Add(-1) == 0 {
		d.sess.Free()
		d.sess = nil
	}
}

// Counted gets once more and puts twice.
func Counted(c *session.Conn) error {
	d := newDevice(c)
	if d == nil {
		return errNoDevice
	}
	defer d.put()
	e := d.get()
	defer e.put()
	if !c.SetSession(e.sess) {
		return errBusy
	}
	return nil
}

// CountedOnce puts what it made.
func CountedOnce(c *session.Conn) error {
	d := newDevice(c)
	if d == nil {
		return errNoDevice
	}
	if !c.Handshake() {
		d.put()
		return errBusy
	}
	d.put()
	return nil
}

// children yields borrowed sessions with a reference for the body, as a for_each loop
// of the kernel does: the reference is put when the loop goes on.
func next(conns []*session.Conn, at *int, prev *session.Session) *session.Session {
	prev.Free()
	for *at < len(conns) {
		s := conns[*at].Get1Session()
		*at++
		if s != nil {
			return s
		}
	}
	return nil
}

// ForEach walks to the end.
func ForEach(conns []*session.Conn) (n int) {
	at := 0
	for s := next(conns, &at, nil); s != nil; s = next(conns, &at, s) {
		n++
	}
	return n
}

// ForEachBreak leaves the loop with a reference.
func ForEachBreak(conns []*session.Conn, want int) (n int) {
	at := 0
	for s := next(conns, &at, nil); s != nil; s = next(conns, &at, s) { // want missingfree missingfree
		if n == want {
			break
		}
		n++
	}
	return n
}

// ForEachBreakPut puts it before.
func ForEachBreakPut(conns []*session.Conn, want int) (n int) {
	at := 0
	for s := next(conns, &at, nil); s != nil; s = next(conns, &at, s) {
		if n == want {
			s.Free()
			break
		}
		n++
	}
	return n
}

// ForEachTwice puts what the loop puts.
func ForEachTwice(conns []*session.Conn) (n int) {
	at := 0
	var prev *session.Session
	for {
		s := next(conns, &at, prev) // want doublefree
		if s == nil {
			return n
		}
		s.Free()
		n++
		prev = s
	}
}

// ForEachFound returns the one it looked for, which the caller puts.
func ForEachFound(conns []*session.Conn, want int) *session.Session {
	at := 0
	for s := next(conns, &at, nil); s != nil; s = next(conns, &at, s) {
		if at == want {
			return s
		}
	}
	return nil
}

// ForEachReturn returns a number with one in hand.
func ForEachReturn(conns []*session.Conn, want int) int {
	at := 0
	for s := next(conns, &at, nil); s != nil; s = next(conns, &at, s) { // want missingfree missingfree
		if at == want {
			return at
		}
	}
	return -1
}

// resume takes a count also where it fails, as pm_runtime_get_sync does.
func resume(s *session.Session, c *session.Conn) error {
	if !s.UpRef() { // want missingfree
		return errNoDevice
	}
	if !c.SetSession(s) {
		return errBusy
	}
	return nil
}

// ResumeError knows that.
func ResumeError(c, d *session.Conn) error {
	s := c.Get1Session()
	if s == nil {
		return errNoDevice
	}
	defer s.Free()
	err := resume(s, d)
	if errors.Is(err, errNoDevice) {
		return err
	}
	s.Free()
	return err
}

// ResumeErrorBad does not.
func ResumeErrorBad(c, d *session.Conn) error {
	s := c.Get1Session()
	if s == nil {
		return errNoDevice
	}
	defer s.Free()
	if err := resume(s, d); err != nil {
		return err
	}
	s.Free()
	return nil
}

// Probe puts in the reverse order of getting, on each error.
func Probe(a, b *session.Conn) error {
	s := a.Get1Session()
	if s == nil {
		return errNoDevice
	}
	t := b.Get1Session()
	if t == nil {
		s.Free()
		return errNoDevice
	}
	if !a.SetSession(t) {
		t.Free()
		s.Free()
		return errBusy
	}
	t.Free()
	s.Free()
	return nil
}

// ProbeShort forgets one on the second error.
func ProbeShort(a, b *session.Conn) error {
	s := a.Get1Session() // want missingfree
	if s == nil {
		return errNoDevice
	}
	t := b.Get1Session()
	if t == nil {
		return errNoDevice
	}
	if !a.SetSession(t) {
		t.Free()
		s.Free()
		return errBusy
	}
	t.Free()
	s.Free()
	return nil
}

// ProbeLong frees one too many on the third: the ladder is entered one rung too high.
func ProbeLong(a, b *session.Conn) (err error) {
	var t *session.Session
	s := a.Get1Session()
	if s == nil {
		return errNoDevice
	}
	t = b.Get1Session()
	if t == nil {
		err = errNoDevice
		goto putS
	}
	if !a.SetSession(t) {
		err = errBusy
		t.Free()
		goto putT
	}
putT:
	t.Free() // want doublefree
putS:
	s.Free()
	return err
}

// FoundPut drops its reference before it looks.
func FoundPut(c *session.Conn) int64 {
	s := c.Get1Session()
	if s == nil {
		return 0
	}
	s.Free()
	return s.Timeout() // want useafterfree
}

// FoundLook looks before.
func FoundLook(c *session.Conn) int64 {
	s := c.Get1Session()
	if s == nil {
		return 0
	}
	t := s.Timeout()
	s.Free()
	return t
}

// holder keeps one.
type holder struct {
	mu  sync.Mutex
	cur *session.Session
}

// release frees and leaves nothing behind.
func (h *holder) release() {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.cur != nil {
		h.cur.Free()
		h.cur = nil
	}
}

// set has the same session in: a check that the kernel forgot more than once.
func (h *holder) set(s *session.Session) bool {
	if !s.UpRef() {
		return false
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.cur.Free()
	h.cur = s
	return true
}

// setBad takes its reference and does not put the one before.
func (h *holder) setBad(s *session.Session) bool {
	if !s.UpRef() {
		return false
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.cur = s // may missingfree
	return true
}

// Held sets twice and releases.
func Held(a, b *session.Conn) {
	var h holder
	defer h.release()
	for _, c := range []*session.Conn{a, b} {
		s := c.Get1Session()
		if s == nil {
			continue
		}
		h.set(s)
		s.Free()
	}
}

// HeldBad does so with the bad one.
func HeldBad(a, b *session.Conn) {
	var h holder
	defer h.release()
	for _, c := range []*session.Conn{a, b} {
		s := c.Get1Session()
		if s == nil {
			continue
		}
		h.setBad(s) // want missingfree
		s.Free()
	}
}

// twoWays frees in an error path of a helper and again in the caller.
func twoWays(s *session.Session, c *session.Conn) error {
	if !c.SetSession(s) {
		s.Free()
		return errBusy
	}
	return nil
}

// HelperFreed does.
func HelperFreed(c, d *session.Conn) error {
	s := c.Get1Session()
	if s == nil {
		return errNoDevice
	}
	err := twoWays(s, d)
	s.Free() // want doublefree
	return err
}

// HelperFreedRight asks.
func HelperFreedRight(c, d *session.Conn) error {
	s := c.Get1Session()
	if s == nil {
		return errNoDevice
	}
	if err := twoWays(s, d); err != nil {
		return fmt.Errorf("helper: %w", err)
	}
	s.Free()
	return nil
}

// HelperFreedReads reads for its message what the helper freed.
func HelperFreedReads(c, d *session.Conn) error {
	s := c.Get1Session()
	if s == nil {
		return errNoDevice
	}
	if err := twoWays(s, d); err != nil {
		return fmt.Errorf("helper: %w at %d", err, s.Time()) // want useafterfree
	}
	s.Free()
	return nil
}

// AtLeastNothing frees under a comparison that always holds.
func AtLeastNothing(c *session.Conn, n uint) {
	s := c.Get1Session()
	if n >= 0 {
		s.Free()
	}
}

// SameBranches frees in both.
func SameBranches(c *session.Conn, n int) {
	s := c.Get1Session()
	if n == 0 {
		s.Free()
	} else {
		s.Free()
	}
}

// NotNilNegated has the test the wrong way round.
func NotNilNegated(c *session.Conn) {
	s := c.Get1Session() // want missingfree
	if s == nil {
		s.Free()
	}
}

// OrInsteadOfAnd frees when one of two is there.
func OrInsteadOfAnd(a, b *session.Conn) {
	s, t := a.Get1Session(), b.Get1Session() // want missingfree
	if s != nil && t != nil {
		a.SetSession(t)
	}
	if s != nil || t == nil {
		s.Free()
	}
	if t != nil && s != nil {
		t.Free()
	}
}

// CopyPaste frees the first twice, by a line that was copied.
func CopyPaste(a, b *session.Conn) {
	first, second := a.Get1Session(), b.Get1Session() // want missingfree
	if first != nil {
		first.Free()
	}
	if second != nil {
		first.Free() // want doublefree
	}
}

// CopyPasteRight does not.
func CopyPasteRight(a, b *session.Conn) {
	first, second := a.Get1Session(), b.Get1Session()
	if first != nil {
		first.Free()
	}
	if second != nil {
		second.Free()
	}
}

// Assigned checks a variable that was just assigned, instead of the old one.
func Assigned(a, b *session.Conn) {
	s := a.Get1Session() // want missingfree
	if s = b.Get1Session(); s == nil {
		return
	}
	s.Free()
}

// Early returns before the lock is given back, but after the free.
func Early(mu *sync.Mutex, c *session.Conn) error {
	mu.Lock()
	s := c.Get1Session()
	defer mu.Unlock()
	if s == nil {
		return errNoDevice
	}
	ok := c.SetSession(s)
	s.Free()
	if !ok {
		return errBusy
	}
	return nil
}

// EarlyBad returns before the free.
func EarlyBad(mu *sync.Mutex, c *session.Conn) error {
	mu.Lock()
	defer mu.Unlock()
	s := c.Get1Session() // want missingfree
	if s == nil {
		return errNoDevice
	}
	if !c.SetSession(s) {
		return errBusy
	}
	s.Free()
	return nil
}

// Checked looks at the status.
func Checked(s *session.Session) *session.Session {
	if s == nil || !s.UpRef() {
		return nil
	}
	return s
}

// Unchecked does not.
func Unchecked(c *session.Conn) int64 {
	s := c.Get0Session()
	if s == nil {
		return 0
	}
	s.UpRef() // want uncheckedupref
	t := s.Time()
	s.Free()
	return t
}

// Published frees its own after it was put where all see it.
func Published(c *session.Conn, where *atomic.Pointer[session.Session]) {
	s := c.Get1Session()
	if s == nil {
		return
	}
	if !where.CompareAndSwap(nil, s) {
		s.Free()
	}
}

// Kind frees for each value that a small number can have.
func Kind(c *session.Conn, kind uint8) {
	s := c.Get1Session()
	switch {
	case kind == 0:
		s.Free()
	case kind == 1:
		s.SetTimeout(1)
		s.Free()
	case kind >= 2:
		s.Free()
	}
}

// KindHole forgets the last.
func KindHole(c *session.Conn, kind uint8) {
	s := c.Get1Session() // want missingfree
	switch {
	case kind == 0:
		s.Free()
	case kind < 2:
		s.SetTimeout(1)
		s.Free()
	}
}

// Between asks for a range by one comparison, of a number that wraps around.
func Between(c *session.Conn, n uint) {
	var s *session.Session
	if n-1 < 3 {
		s = c.Get1Session() // may missingfree
	}
	if n >= 1 && n <= 3 {
		s.Free()
	}
}
