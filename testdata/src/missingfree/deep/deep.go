// Package deep has helpers in helpers, deeper than calls are executed in place, one that is
// too large for it, and rings of functions that call each other.
package deep

import (
	"errors"

	"github.com/sessionlint/sessionlint/session"
)

var errNone = errors.New("no session")

// settle1 frees the session, unless it is to be kept, eight calls further down.
func settle1(s *session.Session, keep bool) { settle2(s, keep) }
func settle2(s *session.Session, keep bool) { settle3(s, keep) }
func settle3(s *session.Session, keep bool) { settle4(s, keep) }
func settle4(s *session.Session, keep bool) { settle5(s, keep) }
func settle5(s *session.Session, keep bool) { settle6(s, keep) }
func settle6(s *session.Session, keep bool) { settle7(s, keep) }
func settle7(s *session.Session, keep bool) { settle8(s, keep) }
func settle8(s *session.Session, keep bool) { settle9(s, keep) }

func settle9(s *session.Session, keep bool) {
	if keep {
		return
	}
	s.Free()
}

// SettledSometimes forgets it where it is to be kept.
func SettledSometimes(c *session.Conn, keep bool) {
	s := c.Get1Session() // want missingfree "when keep"
	settle1(s, keep)
}

// SettledAlways never keeps it.
func SettledAlways(c *session.Conn) {
	s := c.Get1Session()
	settle1(s, false)
}

// SettledNever always does.
func SettledNever(c *session.Conn) {
	s := c.Get1Session() // want missingfree
	settle1(s, true)
}

// SettledEither frees what was kept.
func SettledEither(c *session.Conn, keep bool) {
	s := c.Get1Session()
	settle1(s, keep)
	if keep {
		s.Free()
	}
}

// SettledOpposite frees what was freed and forgets what was kept.
func SettledOpposite(c *session.Conn, keep bool) {
	s := c.Get1Session() // want missingfree "when keep"
	settle1(s, keep)
	if !keep {
		s.Free() // want doublefree
	}
}

// SettledLate does it in the end.
func SettledLate(c *session.Conn) int64 {
	s := c.Get1Session()
	defer settle1(s, false)
	return s.Time()
}

// SettledUsed uses it afterwards.
func SettledUsed(c *session.Conn) int64 {
	s := c.Get1Session()
	settle1(s, false)
	return s.Time() // want useafterfree
}

// SettledLoan settles what is not its own.
func SettledLoan(c *session.Conn) {
	s := c.Get0Session()
	if s != nil {
		settle1(s, false) // want borrowedfree
	}
}

// SettledLoanKept only looks as if it did.
func SettledLoanKept(c *session.Conn) {
	s := c.Get0Session()
	if s != nil {
		settle1(s, true)
	}
}

// open1 acquires far down.
func open1(c *session.Conn) (*session.Session, error) { return open2(c) }
func open2(c *session.Conn) (*session.Session, error) { return open3(c) }
func open3(c *session.Conn) (*session.Session, error) { return open4(c) }
func open4(c *session.Conn) (*session.Session, error) { return open5(c) }
func open5(c *session.Conn) (*session.Session, error) { return open6(c) }
func open6(c *session.Conn) (*session.Session, error) { return open7(c) }
func open7(c *session.Conn) (*session.Session, error) { return open8(c) }
func open8(c *session.Conn) (*session.Session, error) { return open9(c) }

func open9(c *session.Conn) (*session.Session, error) {
	if s := c.Get1Session(); s != nil {
		return s, nil
	}
	return nil, errNone
}

// Opened frees what it got.
func Opened(c *session.Conn) (int64, error) {
	s, err := open1(c)
	if err != nil {
		return 0, err
	}
	defer s.Free()
	return s.Time(), nil
}

// OpenedForgotten does not.
func OpenedForgotten(c *session.Conn) (int64, error) {
	s, err := open1(c) // want missingfree
	if err != nil {
		return 0, err
	}
	return s.Time(), nil
}

// OpenedTwo forgets the first where the second fails.
func OpenedTwo(c, d *session.Conn) error {
	s, err := open1(c) // want missingfree
	if err != nil {
		return err
	}
	t, err := open1(d)
	if err != nil {
		return err
	}
	t.Free()
	s.Free()
	return nil
}

// OpenedBoth frees it then, too.
func OpenedBoth(c, d *session.Conn) error {
	s, err := open1(c)
	if err != nil {
		return err
	}
	defer s.Free()
	t, err := open1(d)
	if err != nil {
		return err
	}
	t.Free()
	return nil
}

// OpenedPassedOn gives it to its caller.
func OpenedPassedOn(c *session.Conn) (*session.Session, error) { return open1(c) }

type client struct {
	conn *session.Conn
	sess *session.Session
}

// dial1 makes a client that owns a session.
func dial1(c *session.Conn) *client { return dial2(c) }
func dial2(c *session.Conn) *client { return dial3(c) }
func dial3(c *session.Conn) *client { return dial4(c) }
func dial4(c *session.Conn) *client { return dial5(c) }
func dial5(c *session.Conn) *client { return dial6(c) }
func dial6(c *session.Conn) *client { return dial7(c) }
func dial7(c *session.Conn) *client { return dial8(c) }
func dial8(c *session.Conn) *client { return dial9(c) }

func dial9(c *session.Conn) *client {
	return &client{conn: c, sess: c.Get1Session()}
}

// hangUp1 frees what the client owns.
func hangUp1(k *client) { hangUp2(k) }
func hangUp2(k *client) { hangUp3(k) }
func hangUp3(k *client) { hangUp4(k) }
func hangUp4(k *client) { hangUp5(k) }
func hangUp5(k *client) { hangUp6(k) }
func hangUp6(k *client) { hangUp7(k) }
func hangUp7(k *client) { hangUp8(k) }
func hangUp8(k *client) { hangUp9(k) }

func hangUp9(k *client) {
	k.sess.Free()
	k.sess = nil
}

// Dialled hangs up.
func Dialled(c *session.Conn) int64 {
	k := dial1(c)
	defer hangUp1(k)
	if k.sess == nil {
		return 0
	}
	return k.sess.Time()
}

// DialledForgotten does not.
func DialledForgotten(c *session.Conn) int64 {
	k := dial1(c) // want missingfree
	if k.sess == nil {
		return 0
	}
	return k.sess.Time()
}

// DialledTwice hangs up twice, which does no harm.
func DialledTwice(c *session.Conn) {
	k := dial1(c)
	hangUp1(k)
	hangUp1(k)
}

// DialledFreed frees it before.
func DialledFreed(c *session.Conn) {
	k := dial1(c)
	k.sess.Free()
	k.sess = nil
	hangUp1(k)
}

// DialledFreedToo lets it be freed once more.
func DialledFreedToo(c *session.Conn) {
	k := dial1(c)
	k.sess.Free()
	hangUp1(k) // want doublefree
}

// lease1 returns with the session what frees it.
func lease1(c *session.Conn) (*session.Session, func()) { return lease2(c) }
func lease2(c *session.Conn) (*session.Session, func()) { return lease3(c) }
func lease3(c *session.Conn) (*session.Session, func()) { return lease4(c) }
func lease4(c *session.Conn) (*session.Session, func()) { return lease5(c) }
func lease5(c *session.Conn) (*session.Session, func()) { return lease6(c) }
func lease6(c *session.Conn) (*session.Session, func()) { return lease7(c) }
func lease7(c *session.Conn) (*session.Session, func()) { return lease8(c) }
func lease8(c *session.Conn) (*session.Session, func()) { return lease9(c) }

func lease9(c *session.Conn) (*session.Session, func()) {
	s := c.Get1Session()
	return s, func() { s.Free() }
}

// Leased calls it.
func Leased(c *session.Conn) {
	_, release := lease1(c)
	release()
}

// LeasedLate calls it in the end.
func LeasedLate(c *session.Conn) int64 {
	s, release := lease1(c)
	defer release()
	if s == nil {
		return 0
	}
	return s.Time()
}

// LeasedForgotten does not call it.
func LeasedForgotten(c *session.Conn) int64 {
	s, _ := lease1(c) // want missingfree
	if s == nil {
		return 0
	}
	return s.Time()
}

// LeasedTwice calls it twice.
func LeasedTwice(c *session.Conn) {
	_, release := lease1(c)
	release()
	release() // want doublefree
}

// retain1 adds a reference.
func retain1(s *session.Session) *session.Session { return retain2(s) }
func retain2(s *session.Session) *session.Session { return retain3(s) }
func retain3(s *session.Session) *session.Session { return retain4(s) }
func retain4(s *session.Session) *session.Session { return retain5(s) }
func retain5(s *session.Session) *session.Session { return retain6(s) }
func retain6(s *session.Session) *session.Session { return retain7(s) }
func retain7(s *session.Session) *session.Session { return retain8(s) }
func retain8(s *session.Session) *session.Session { return retain9(s) }

func retain9(s *session.Session) *session.Session {
	if !s.UpRef() {
		return nil
	}
	return s
}

// Retained gives it back.
func Retained(c *session.Conn) {
	s := c.Get0Session()
	if s == nil {
		return
	}
	if t := retain1(s); t != nil {
		t.Free()
	}
}

// RetainedForgotten does not.
func RetainedForgotten(c *session.Conn) int64 {
	s := c.Get0Session()
	if s == nil {
		return 0
	}
	if t := retain1(s); t != nil { // want missingfree
		return t.Time()
	}
	return 0
}

// clear1 frees what the variable holds.
func clear1(p **session.Session) { clear2(p) }
func clear2(p **session.Session) { clear3(p) }
func clear3(p **session.Session) { clear4(p) }
func clear4(p **session.Session) { clear5(p) }
func clear5(p **session.Session) { clear6(p) }
func clear6(p **session.Session) { clear7(p) }
func clear7(p **session.Session) { clear8(p) }
func clear8(p **session.Session) { clear9(p) }

func clear9(p **session.Session) {
	(*p).Free()
	*p = nil
}

// Cleared frees nothing more.
func Cleared(c *session.Conn) {
	s := c.Get1Session()
	clear1(&s)
	s.Free()
}

// ClearedCopied frees the copy.
func ClearedCopied(c *session.Conn) {
	s := c.Get1Session()
	t := s
	clear1(&s)
	t.Free() // want doublefree
}

// ClearedAgain clears what it puts there next.
func ClearedAgain(c *session.Conn) {
	s := c.Get1Session()
	clear1(&s)
	s = c.Get1Session()
	clear1(&s)
}

// ask1 tells whether the number is small.
func ask1(n int) bool { return ask2(n) }
func ask2(n int) bool { return ask3(n) }
func ask3(n int) bool { return ask4(n) }
func ask4(n int) bool { return ask5(n) }
func ask5(n int) bool { return ask6(n) }
func ask6(n int) bool { return ask7(n) }
func ask7(n int) bool { return ask8(n) }
func ask8(n int) bool { return ask9(n) }

func ask9(n int) bool {
	return n < 2
}

// Asked frees in any case.
func Asked(c *session.Conn, n int) {
	s := c.Get1Session()
	if ask1(n) {
		s.Free()
		return
	}
	s.Free()
}

// AskedAgain frees where the answer is the same: it is, whoever asks.
func AskedAgain(c *session.Conn, n int) {
	s := c.Get1Session()
	if n < 2 {
		s.Free()
	}
	if !ask1(n) {
		s.Free()
	}
}

// AskedWrong takes the answer for the opposite.
func AskedWrong(c *session.Conn, n int) {
	s := c.Get1Session() // want missingfree
	if n < 2 {
		s.Free()
	}
	if ask1(n) {
		s.Free() // want doublefree
	}
}
