// Package pure holds fixtures of missingfree over package session. Every
// function here is executed in every way it can go, and its labels are what the
// runtime found.
package pure

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"

	"github.com/sessionlint/sessionlint/session"
)

var (
	errNone   = errors.New("no session")
	errClosed = errors.New("closed")
)

// Forgotten is read and forgotten.
func Forgotten(c *session.Conn) int64 {
	s := c.Get1Session() // want missingfree "Get1Session"
	return s.Time()
}

// Remembered is freed.
func Remembered(c *session.Conn) int64 {
	s := c.Get1Session()
	defer s.Free()
	return s.Time()
}

// MadeForNothing is made and dropped.
func MadeForNothing() {
	session.New() // want missingfree
}

// GivenUp returns early without the free (trap: early return).
func GivenUp(c *session.Conn, quota int) error {
	s := c.Get1Session() // want missingfree
	if s == nil {
		return errNone
	}
	if quota == 0 {
		return errClosed
	}
	s.SetTimeout(int64(quota))
	s.Free()
	return nil
}

// GivenUpTidily frees first.
func GivenUpTidily(c *session.Conn, quota int) error {
	s := c.Get1Session()
	if s == nil {
		return errNone
	}
	if quota == 0 {
		s.Free()
		return errClosed
	}
	s.SetTimeout(int64(quota))
	s.Free()
	return nil
}

// NilIsNothing owes nothing for nil (trap: nil correlation).
func NilIsNothing(c *session.Conn) bool {
	s := c.Get1Session()
	if s == nil {
		return false
	}
	s.Free()
	return true
}

// NilIsSomethingElse takes the arms for each other.
func NilIsSomethingElse(c *session.Conn) bool {
	s := c.Get1Session() // want missingfree
	if s != nil {
		return true
	}
	s.Free()
	return false
}

// MaybeAcquired acquires on one arm (trap: phi of nil and object).
func MaybeAcquired(c *session.Conn, resume bool) bool {
	var s *session.Session
	if resume {
		s = c.Get1Session()
	}
	ok := c.Handshake()
	if s != nil {
		s.Free()
	}
	return ok
}

// MaybeAcquiredMaybeFreed frees on a condition of its own.
func MaybeAcquiredMaybeFreed(c *session.Conn, resume bool) bool {
	var s *session.Session
	if resume {
		s = c.Get1Session() // want missingfree
	}
	if c.Handshake() {
		s.Free()
		return true
	}
	return false
}

// Flagged remembers in a flag (trap: flag variable).
func Flagged(c *session.Conn, resume, log bool) (steps int) {
	var s *session.Session
	var mine bool
	if resume {
		s, mine = c.Get1Session(), true
		steps++
	}
	if log {
		steps++
	}
	if mine {
		s.Free()
	}
	return steps
}

// FlaggedWrongly asks the other flag.
func FlaggedWrongly(c *session.Conn, resume, log bool) (steps int) {
	var s *session.Session
	var mine bool
	if resume {
		s, mine = c.Get1Session(), true // want missingfree
		steps++
	}
	if log {
		steps++
		mine = false
	}
	if mine {
		s.Free()
	}
	return steps
}

// Thresholds tests one number twice (trap: repeated condition).
func Thresholds(c *session.Conn, n int) {
	var s *session.Session
	if n >= 2 {
		s = c.Get1Session()
	}
	c.Read()
	if n > 1 {
		s.Free()
	}
}

// ThresholdsApart tests two numbers that differ.
func ThresholdsApart(c *session.Conn, n int) {
	var s *session.Session
	if n >= 2 {
		s = c.Get1Session() // want missingfree
	}
	c.Read()
	if n > 2 {
		s.Free()
	}
}

// AndThen frees only if both hold (trap: short circuit).
func AndThen(c *session.Conn) bool {
	s := c.Get1Session() // want missingfree
	if s != nil && c.Handshake() {
		s.Free()
		return true
	}
	return false
}

// OrElse frees on every way.
func OrElse(c *session.Conn) bool {
	s := c.Get1Session()
	if s == nil || !c.Handshake() {
		s.Free()
		return false
	}
	s.Free()
	return true
}

// Arms frees in some arms of a switch.
func Arms(c *session.Conn, op string) error {
	s := c.Get1Session() // want missingfree
	switch op {
	case "renew":
		c.SetSession(s)
		s.Free()
	case "drop":
		s.Free()
	case "":
		return nil
	default:
		return fmt.Errorf("operation %q", op)
	}
	return nil
}

// AllArms frees in all of them (trap: exhaustive switch).
func AllArms(c *session.Conn, op string) error {
	s := c.Get1Session()
	switch op {
	case "renew":
		c.SetSession(s)
		s.Free()
	case "drop":
		s.Free()
	default:
		s.Free()
		return fmt.Errorf("operation %q", op)
	}
	return nil
}

// Reassigned loses the first of two.
func Reassigned(a, b *session.Conn) {
	s := a.Get1Session() // want missingfree
	s.SetTimeout(30)
	s = b.Get1Session()
	s.Free()
}

// ReassignedTidily does not.
func ReassignedTidily(a, b *session.Conn) {
	s := a.Get1Session()
	s.Free()
	s = b.Get1Session()
	s.Free()
}

// DupForgotten forgets the copy and frees the original (trap: clone or alias).
func DupForgotten(c *session.Conn) {
	s := c.Get1Session()
	d := s.Dup() // want missingfree "Dup"
	d.SetTimeout(5)
	s.Free()
}

// DupOnly frees the copy and leaves the loan alone.
func DupOnly(c *session.Conn) {
	d := c.Get0Session().Dup()
	d.SetTimeout(5)
	d.Free()
}

// SetAndForgotten believes that the connection took it.
func SetAndForgotten(c *session.Conn) bool {
	s := session.New() // want missingfree
	return c.SetSession(s)
}

// SetAndFreed does not.
func SetAndFreed(c *session.Conn) bool {
	s := session.New()
	defer s.Free()
	return c.SetSession(s)
}

// FreedIfRefused frees only what the connection did not take.
func FreedIfRefused(c *session.Conn) {
	s := session.New() // want missingfree
	if !c.SetSession(s) {
		s.Free()
	}
}

// CachedAndForgotten believes the same of a cache.
func CachedAndForgotten(x *session.Context, c *session.Conn) {
	s := c.Get1Session().Dup() // want missingfree missingfree
	x.AddSession(s)
}

// CachedAndFreed does not.
func CachedAndFreed(x *session.Context) {
	s := session.New()
	s.SetID([]byte("id"))
	x.AddSession(s)
	s.Free()
}

// CachedOrFreed frees only what the cache refused.
func CachedOrFreed(x *session.Context) {
	s := session.New() // want missingfree
	s.SetID([]byte("id"))
	if !x.AddSession(s) {
		s.Free()
	}
}

// RemovedNotFreed takes the session out of the cache, which frees nothing of
// ours.
func RemovedNotFreed(x *session.Context) {
	s := session.New() // want missingfree
	s.SetID([]byte("id"))
	x.AddSession(s)
	x.RemoveSession(s)
}

// RetainedTwice frees one of two.
func RetainedTwice(c *session.Conn) {
	s := c.Get1Session()
	if s == nil {
		return
	}
	if !s.UpRef() { // want missingfree "UpRef"
		s.Free()
		return
	}
	s.Free()
}

// RetainedTwiceFreedTwice frees both.
func RetainedTwiceFreedTwice(c *session.Conn) {
	s := c.Get1Session()
	if s == nil {
		return
	}
	if s.UpRef() {
		defer s.Free()
	}
	s.SetTimeout(1)
	s.Free()
}

// LoanRetained makes a loan its own and forgets it.
func LoanRetained(c *session.Conn) int64 {
	s := c.Get0Session()
	if s == nil || !s.UpRef() { // want missingfree
		return 0
	}
	return s.Time()
}

// LoanRetainedMaybe frees if it got the reference.
func LoanRetainedMaybe(c *session.Conn) (t int64) {
	s := c.Get0Session()
	if s == nil {
		return 0
	}
	got := s.UpRef()
	t = s.Time()
	if got {
		s.Free()
	}
	return t
}

// LoanRetainedInverted frees if it did not.
func LoanRetainedInverted(c *session.Conn) {
	s := c.Get0Session()
	if s == nil {
		return
	}
	if got := s.UpRef(); !got { // want missingfree
		s.Free() // want borrowedfree
	}
}

// Panics leaves by a panic, and owes nothing then (trap: panic exits).
func Panics(c *session.Conn, strict bool) {
	s := c.Get1Session()
	if strict && s == nil {
		panic(errNone)
	}
	if strict && !c.Handshake() {
		panic(errClosed)
	}
	s.Free()
}

// Parsed loses what it decoded when the next line is bad.
func Parsed(der []byte, age string) (int64, error) {
	s := session.D2I(nil, der) // want missingfree "D2I"
	if s == nil {
		return 0, errNone
	}
	n, err := strconv.ParseInt(age, 10, 64)
	if err != nil {
		return 0, err
	}
	s.SetTime(n)
	t := s.Timeout()
	s.Free()
	return t, nil
}

// ParsedInto decodes into a variable and frees it under that name.
func ParsedInto(der []byte) error {
	var s *session.Session
	if session.D2I(&s, der) == nil {
		return errNone
	}
	s.SetTimeout(60)
	s.Free()
	return nil
}

// ParsedIntoAndLost forgets it under both.
func ParsedIntoAndLost(der []byte) error {
	var s *session.Session
	if session.D2I(&s, der) == nil { // want missingfree
		return errNone
	}
	s.SetTimeout(60)
	return nil
}

// ParsedOver decodes over a session that it owns: there is no new reference.
func ParsedOver(c *session.Conn, der []byte) {
	s := c.Get1Session()
	if s == nil {
		return
	}
	session.D2I(&s, der)
	s.Free()
}

// Written forgets the session when the writer fails.
func Written(c *session.Conn, w io.Writer) error {
	s := c.Get1Session() // want missingfree
	if s == nil {
		return nil
	}
	if _, err := w.Write(s.I2D()); err != nil {
		return fmt.Errorf("write session: %w", err)
	}
	s.Free()
	return nil
}

// WrittenOut frees whatever the writer says.
func WrittenOut(c *session.Conn, w io.Writer) error {
	s := c.Get1Session()
	_, err := w.Write(s.I2D())
	s.Free()
	if err != nil {
		return fmt.Errorf("write session: %w", err)
	}
	return nil
}

// Cancelled forgets the session when its context is done (trap: context
// cancellation).
func Cancelled(ctx context.Context, c *session.Conn) error {
	s := c.Get1Session() // want missingfree
	if err := ctx.Err(); err != nil {
		return err
	}
	s.Free()
	return nil
}

// CancelledAsked forgets it when a select says that the context is done.
func CancelledAsked(ctx context.Context, c *session.Conn) error {
	s := c.Get1Session() // want missingfree
	select {
	case <-ctx.Done():
		return ctx.Err()
	default:
	}
	s.Free()
	return nil
}

// CancelledTidily frees by a defer.
func CancelledTidily(ctx context.Context, c *session.Conn) error {
	s := c.Get1Session()
	defer s.Free()
	select {
	case <-ctx.Done():
		return ctx.Err()
	default:
	}
	c.Read()
	return nil
}

// Chosen decides by an outcome that nobody can see in the text.
func Chosen(c *session.Conn) {
	s := c.Get1Session() // want missingfree
	switch session.Choose(3) {
	case 0:
		s.Free()
	case 1:
		s.SetTimeout(1)
		s.Free()
	}
}
