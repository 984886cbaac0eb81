package pure

import (
	"errors"
	"fmt"

	"github.com/sessionlint/sessionlint/session"
)

// The same question asked twice has the same answer, unless something has
// happened in between (trap: correlated conditions).

type version struct{ major, minor int }

// AskedLoaded knows from the error that there is a session: the second question
// has one answer (trap: results that tell about each other).
func AskedLoaded(c, d *session.Conn) error {
	s, err := loaded(c)
	if err != nil {
		return err
	}
	defer s.Free()
	t := d.Get1Session()
	if s == nil {
		return nil
	}
	t.Free()
	return nil
}

// AskedLoadedOther asks what can be.
func AskedLoadedOther(c, d *session.Conn) error {
	s, err := loaded(c)
	if err != nil {
		return err
	}
	defer s.Free()
	t := d.Get1Session() // want missingfree
	if s != nil {
		return nil
	}
	t.Free()
	return nil
}

func loaded(c *session.Conn) (*session.Session, error) {
	s := c.Get1Session()
	if s == nil {
		return nil, errors.New("no session")
	}
	return s, nil
}

// AskedMap acquires and frees where a map has the key.
func AskedMap(c *session.Conn, hosts map[string]int) {
	var s *session.Session
	if _, ok := hosts["www"]; ok {
		s = c.Get1Session()
	}
	c.Read()
	if _, ok := hosts["www"]; ok {
		s.Free()
	}
}

// AskedError compares what an error says.
func AskedError(c *session.Conn, err error) {
	s := c.Get1Session()
	if err != nil && err.Error() == "chosen" {
		s.Free()
	}
	c.Read()
	if err == nil || err.Error() != "chosen" {
		s.Free()
	}
}

// AskedErrorOtherText compares it with something else.
func AskedErrorOtherText(c *session.Conn, err error) {
	s := c.Get1Session() // want missingfree
	if err != nil && err.Error() == "closed" {
		s.Free()
		return
	}
	c.Read()
	if err == nil || err.Error() == "reset" {
		s.Free()
	}
}

// AskedByte looks at the first byte of a string.
func AskedByte(c *session.Conn, name string) {
	var s *session.Session
	if len(name) > 0 && name[0] == '.' {
		s = c.Get1Session()
	}
	c.Read()
	if len(name) > 0 && name[0] == '.' {
		s.Free()
	}
}

// AskedStruct compares structs.
func AskedStruct(c *session.Conn, major, minor int) {
	ours, theirs := version{major, minor}, version{3, 0}
	var s *session.Session
	if ours == theirs {
		s = c.Get1Session()
	}
	c.Read()
	if ours == theirs {
		s.Free()
	}
}

// AskedStructChanged changes one of them.
func AskedStructChanged(c *session.Conn, major, minor int) {
	ours, theirs := version{major, minor}, version{3, 0}
	var s *session.Session
	if ours == theirs {
		s = c.Get1Session() // want missingfree
	}
	ours.minor++
	if ours == theirs {
		s.Free()
	}
}

// AskedFloat compares with a fraction.
func AskedFloat(c *session.Conn, percent int) {
	load := float64(percent) / 100
	s := c.Get1Session()
	if load > 0.75 {
		s.Free()
	}
	c.Read()
	if !(load > 0.75) {
		s.Free()
	}
}

// AskedResumable asks another session.
func AskedResumable(c *session.Conn, other *session.Session) {
	s := c.Get1Session()
	if other.Resumable() {
		s.Free()
	}
	c.Read()
	if !other.Resumable() {
		s.Free()
	}
}

// AskedTime compares the time of another session.
func AskedTime(c *session.Conn, other *session.Session) {
	s := c.Get1Session()
	if other.Timeout() > 60 {
		s.Free()
	}
	c.Read()
	if other.Timeout() <= 60 {
		s.Free()
	}
}

// AskedLength asks a string whether it is empty in two ways.
func AskedLength(c *session.Conn, name string) {
	var s *session.Session
	if name != "" {
		s = c.Get1Session()
	}
	c.Read()
	if len(name) > 0 {
		s.Free()
	}
}

// AskedMask tests one bit twice.
func AskedMask(c *session.Conn, flags int) {
	s := c.Get1Session()
	if flags&4 != 0 {
		s.Free()
	}
	c.Read()
	if flags&4 == 0 {
		s.Free()
	}
}

// AskedOtherMask tests two bits.
func AskedOtherMask(c *session.Conn, flags int) {
	s := c.Get1Session() // want missingfree
	if flags&4 != 0 {
		s.Free()
		return
	}
	c.Read()
	if flags&1 == 0 {
		s.Free()
	}
}

// AskedRemainder asks twice whether a number is odd.
func AskedRemainder(c *session.Conn, n int) {
	var s *session.Session
	if n%2 == 1 {
		s = c.Get1Session()
	}
	c.Read()
	if n%2 == 1 {
		s.Free()
	}
}

// Two questions of which one answers the other: which, nobody works out, and
// nothing is said of a path that needs both.

// AskedBounded asks what always holds.
func AskedBounded(c *session.Conn, n int) {
	s := c.Get1Session()
	if n&3 < 4 {
		s.Free()
	}
}

// AskedWeakerMask asks for one of two bits that were asked for.
func AskedWeakerMask(c *session.Conn, n int) {
	var s *session.Session
	if n&3 == 3 {
		s = c.Get1Session()
	}
	c.Read()
	if n&1 != 0 {
		s.Free()
	}
}

// AskedOddByMask asks for a remainder and for a bit.
func AskedOddByMask(c *session.Conn, n uint) {
	s := c.Get1Session()
	if n%2 == 0 {
		s.Free()
	}
	c.Read()
	if n&1 == 1 {
		s.Free()
	}
}

// AskedWeakerFloat compares with a smaller number than before.
func AskedWeakerFloat(c *session.Conn, percent int) {
	load := float64(percent) / 100
	var s *session.Session
	if load > 0.75 {
		s = c.Get1Session()
	}
	c.Read()
	if load > 0.5 {
		s.Free()
	}
}

// AskedSquare asks for the sign of a square.
func AskedSquare(c *session.Conn, n int8) {
	s := c.Get1Session()
	if int(n)*int(n) >= 0 {
		s.Free()
	}
}

// AskedEnds gets at the first element of a list, and frees at the last.
func AskedEnds(c *session.Conn, list []int) {
	var s *session.Session
	for i := range list {
		if i == 0 {
			s = c.Get1Session()
		}
		if i == len(list)-1 {
			s.Free()
		}
	}
}

// AskedNext asks for the last element in other words.
func AskedNext(c *session.Conn, list []int) {
	var s *session.Session
	for i := range list {
		if i == 0 {
			s = c.Get1Session()
		}
		if i+1 < len(list) {
			continue
		}
		s.Free()
	}
}

// AskedLastButOne frees at the last element but one: a list of one has none.
func AskedLastButOne(c *session.Conn, list []int) {
	var s *session.Session
	for i := range list {
		if i == 0 {
			s = c.Get1Session() // want missingfree
		}
		if i == len(list)-2 {
			s.Free()
		}
	}
}

// AskedEveryElement gets at the first element, and frees at each but the last.
func AskedEveryElement(c *session.Conn, list []int) {
	var s *session.Session
	for i := range list {
		if i == 0 {
			s = c.Get1Session() // want missingfree
		}
		if i < len(list)-1 {
			s.Free() // want doublefree
		}
	}
}

// AskedSum asks for a number and for its successor.
func AskedSum(c *session.Conn, n int) {
	s := c.Get1Session()
	if n > 4 {
		s.Free()
	}
	if n+1 <= 5 {
		s.Free()
	}
}

// AskedDifference asks for something else.
func AskedDifference(c *session.Conn, n int) {
	s := c.Get1Session() // want missingfree
	if n > 4 {
		s.Free()
	}
	if n-1 <= 2 {
		s.Free()
	}
}

const bit = 4

// AskedBit asks for one bit in two ways.
func AskedBit(c *session.Conn, flags uint) {
	var s *session.Session
	if flags&bit != 0 {
		s = c.Get1Session()
	}
	if flags&bit == bit {
		s.Free()
	}
}

// AskedTwoBits is something else: one of them may be set.
func AskedTwoBits(c *session.Conn, flags uint) {
	var s *session.Session
	if flags&6 != 0 {
		s = c.Get1Session() // want missingfree
	}
	if flags&6 == 6 {
		s.Free()
	}
}

// AskedUnsigned asks for a number that is never below 0.
func AskedUnsigned(c *session.Conn, n uint) {
	var s *session.Session
	if n != 0 {
		s = c.Get1Session()
	}
	if n >= 1 {
		s.Free()
	}
}

// AskedSigned asks for one that may be.
func AskedSigned(c *session.Conn, n int) {
	var s *session.Session
	n -= 2
	if n != 0 {
		s = c.Get1Session() // want missingfree
	}
	if n >= 1 {
		s.Free()
	}
}

// AskedRounds frees in the last of n rounds, or at once if there are none.
func AskedRounds(c *session.Conn, n int) {
	s := c.Get1Session()
	for i := 0; i < n; i++ {
		if i == n-1 {
			s.Free()
			break
		}
	}
	if n <= 0 {
		s.Free()
	}
}

// AskedSentinel asks for an error in two ways.
func AskedSentinel(c *session.Conn, err error) {
	var s *session.Session
	if err == errNone {
		s = c.Get1Session()
	}
	if errors.Is(err, errNone) {
		s.Free()
	}
}

// AskedSentinelBefore asks in the other order: the error may be made of that one.
//
//fixture:norun errors that are made of errNone
func AskedSentinelBefore(c *session.Conn, err error) {
	var s *session.Session
	if errors.Is(err, errNone) {
		s = c.Get1Session() // want missingfree
	}
	if err == errNone {
		s.Free()
	}
}

// AskedExclusive asks whether one of two is true in two ways.
func AskedExclusive(c *session.Conn, a, b bool) {
	var s *session.Session
	if a != b {
		s = c.Get1Session()
	}
	if (a || b) && !(a && b) {
		s.Free()
	}
}

// AskedExclusiveBefore asks in the other order.
func AskedExclusiveBefore(c *session.Conn, a, b bool) {
	var s *session.Session
	if a && !b || b && !a {
		s = c.Get1Session()
	}
	c.Read()
	if a != b {
		s.Free()
	}
}

// AskedOne forgets it where both are true.
func AskedOne(c *session.Conn, a, b bool) {
	var s *session.Session
	if a || b {
		s = c.Get1Session() // want missingfree
	}
	if a != b {
		s.Free()
	}
}

// AskedNumbers compares numbers, of which two can be different and not zero.
func AskedNumbers(c *session.Conn, a, b int) {
	var s *session.Session
	if a != b {
		s = c.Get1Session() // want missingfree
	}
	if a == 0 || b == 0 {
		s.Free()
	}
}

// AskedPointers compares pointers, of which one is nil where they differ and the other is.
func AskedPointers(c, d *session.Conn, n, other *int) {
	var s *session.Session
	if n != other {
		s = c.Get1Session()
	}
	d.Read()
	if n == nil && other == nil {
		return
	}
	if n != other {
		s.Free()
	}
}

func releaseIf(v any) {
	if x, ok := v.(interface{ Free() }); ok {
		x.Free()
	}
}

// AssertedInterface frees by an interface that every session implements (trap: an
// assertion that cannot fail).
func AssertedInterface(c *session.Conn) { releaseIf(c.Get1Session()) }

// AssertedInPlace does so itself.
func AssertedInPlace(c *session.Conn) {
	s := c.Get1Session()
	if x, ok := any(s).(interface{ Free() }); ok {
		x.Free()
	}
}

// AssertedOther asserts what it did not make: it may be none.
func AssertedOther(c *session.Conn, v any) {
	s := c.Get1Session() // want missingfree
	if _, ok := v.(interface{ Free() }); ok {
		s.Free()
	}
}

var (
	errStale = errors.New("stale")
	errOther = errors.New("other")
)

// known says by an error that the session is stale; it is the caller's all the same.
func known(c *session.Conn, stale bool) (*session.Session, error) {
	s := c.Get1Session()
	if stale {
		return s, errStale
	}
	return s, nil
}

// AskedKnownError asks what an error is that is known (trap: a question that has one
// answer).
func AskedKnownError(c *session.Conn, stale bool) error {
	s, err := known(c, stale)
	if err != nil && !errors.Is(err, errStale) {
		return err
	}
	s.Free()
	return nil
}

// AskedKnownErrorLeft forgets the session wherever there is an error.
func AskedKnownErrorLeft(c *session.Conn, stale bool) error {
	s, err := known(c, stale) // want missingfree
	if err != nil {
		return err
	}
	s.Free()
	return nil
}

// wrapped says so by an error that a call makes.
func wrapped(c *session.Conn, stale bool) (*session.Session, error) {
	s := c.Get1Session()
	if s == nil {
		return nil, fmt.Errorf("get: %w", errOther)
	}
	if stale {
		return s, fmt.Errorf("get: %w", errStale)
	}
	return s, nil
}

// AskedWrappedError asks what it is.
func AskedWrappedError(c *session.Conn, stale bool) error {
	s, err := wrapped(c, stale)
	if err != nil && !errors.Is(err, errStale) {
		return err
	}
	s.Free()
	return nil
}

// AskedGivenError asks what an error is that may be any, and forgets the session.
func AskedGivenError(c *session.Conn, err error) error {
	s := c.Get1Session() // want missingfree
	if err != nil && !errors.Is(err, errStale) {
		return err
	}
	s.Free()
	return nil
}

type staleError struct{ age int }

func (e *staleError) Error() string { return "stale" }

// typed says so by the type of the error.
func typed(c *session.Conn, stale bool) (*session.Session, error) {
	s := c.Get1Session()
	if s == nil {
		return nil, errOther
	}
	if stale {
		return s, &staleError{3}
	}
	return s, nil
}

// AskedType asks for the type.
func AskedType(c *session.Conn, stale bool) error {
	s, err := typed(c, stale)
	var known *staleError
	if errors.As(err, &known) || err == nil {
		s.Free()
		return nil
	}
	return err
}

// AskedTypeLeft forgets a session that is stale.
func AskedTypeLeft(c *session.Conn, stale bool) error {
	s, err := typed(c, stale) // want missingfree
	if err == nil {
		s.Free()
	}
	return err
}

func kind(name string) int {
	switch name {
	case "own":
		return 1
	case "copy":
		return 2
	}
	return 0
}

// AskedKind asks a function of the package twice.
func AskedKind(c *session.Conn, name string) {
	s := c.Get0Session()
	if s == nil {
		return
	}
	switch kind(name) {
	case 1:
		s = c.Get1Session()
	case 2:
		s = s.Dup()
	}
	c.Read()
	if kind(name) > 0 {
		s.Free()
	}
}

func level(n int) int {
	switch n {
	case 1:
		return 1
	case 2:
		return 2
	}
	return 0
}

// AskedOtherLevel asks one about two things.
func AskedOtherLevel(c *session.Conn, n, other int) {
	s := c.Get0Session()
	if level(n) == 1 {
		s = c.Get1Session() // want missingfree
	}
	c.Read()
	if level(other) > 0 {
		s.Free() // want borrowedfree
	}
}

// ready asks the connection.
func ready(c *session.Conn) bool { return c.Handshake() }

// AskedReadyTwice asks a helper whose answer may have changed.
func AskedReadyTwice(c *session.Conn) {
	if !ready(c) {
		return
	}
	s := c.Get1Session() // want missingfree
	if !ready(c) {
		return
	}
	s.Free()
}

// AskedLevels asks one question of each element.
func AskedLevels(c *session.Conn, list []int, other int) {
	var s *session.Session
	for _, n := range list {
		if level(n) == 0 {
			continue
		}
		if s == nil {
			s = c.Get1Session() // want missingfree
		}
	}
	if level(other) == 1 {
		s.Free()
	}
}

// AskedLevelAgain asks the same of the same number, in each turn of a loop.
func AskedLevelAgain(c *session.Conn, n int) {
	for i := 0; i < 2; i++ {
		var s *session.Session
		if level(n) == 2 {
			s = c.Get1Session()
		}
		c.Read()
		if level(n) == 2 {
			s.Free()
		}
	}
}
