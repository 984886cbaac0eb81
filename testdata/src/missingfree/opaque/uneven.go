package opaque

/*
#include "opaque.h"
*/
import "C"

import "errors"

// Functions that change the count of a reference of their caller's in two ways
// (path pairs).

type attributed struct{ attr *C.SSL_SESSION }

var attribute *C.SSL_SESSION

func setAttribute(s *C.SSL_SESSION) { attribute = s }

// RetainedOnError keeps the reference it added exactly where it fails.
func RetainedOnError(s *C.SSL_SESSION) error {
	if C.SSL_SESSION_up_ref(s) != 1 { // want missingfree "SSL_SESSION_up_ref"
		return errNoSession
	}
	if C.SSL_SESSION_get_time(s) == 0 {
		return errors.New("no time")
	}
	C.SSL_SESSION_free(s)
	return nil
}

// RetainedSometimes says nothing about which way it went.
func RetainedSometimes(s *C.SSL_SESSION) {
	if C.SSL_SESSION_up_ref(s) != 1 { // want missingfree "SSL_SESSION_up_ref"
		return
	}
	if C.SSL_SESSION_get_time(s) == 0 {
		return
	}
	C.SSL_SESSION_free(s)
}

// RetainedField does it to what a field holds.
func RetainedField(o *attributed) error {
	s := o.attr
	if C.SSL_SESSION_up_ref(s) != 1 { // want missingfree "SSL_SESSION_up_ref"
		return errNoSession
	}
	if C.SSL_SESSION_get_time(s) == 0 {
		return errors.New("no time")
	}
	C.SSL_SESSION_free(s)
	return nil
}

// RetainedGlobal does it to what a package variable holds.
func RetainedGlobal() bool {
	s := attribute
	if C.SSL_SESSION_up_ref(s) != 1 { // want missingfree "SSL_SESSION_up_ref"
		return false
	}
	if C.SSL_SESSION_get_time(s) == 0 {
		return false
	}
	C.SSL_SESSION_free(s)
	return true
}

// Hold adds a reference for its caller, or fails and adds none.
func Hold(s *C.SSL_SESSION) error {
	if C.SSL_SESSION_up_ref(s) != 1 {
		return errNoSession
	}
	if C.SSL_SESSION_get_time(s) == 0 {
		C.SSL_SESSION_free(s)
		return errors.New("no time")
	}
	return nil
}

// HoldOK says so by a boolean.
func HoldOK(s *C.SSL_SESSION) bool {
	if C.SSL_SESSION_up_ref(s) != 1 {
		return false
	}
	if C.SSL_SESSION_get_time(s) == 0 {
		C.SSL_SESSION_free(s)
		return false
	}
	return true
}

// HoldEach hands the reference to the loop that ranges over it, or takes it back
// when the loop is left.
func HoldEach(s *C.SSL_SESSION) func(yield func(*C.SSL_SESSION) bool) {
	return func(yield func(*C.SSL_SESSION) bool) {
		if C.SSL_SESSION_up_ref(s) != 1 {
			return
		}
		if !yield(s) {
			C.SSL_SESSION_free(s)
			return
		}
	}
}

// HoldInside keeps it where the caller can find it, or gives it back.
func HoldInside(o *attributed, s *C.SSL_SESSION) {
	if C.SSL_SESSION_up_ref(s) != 1 {
		return
	}
	if o.attr != nil {
		C.SSL_SESSION_free(s)
		return
	}
	o.attr = s
}

// ConsumesUnlessItFails frees its parameter, except where a call fails that its
// caller knows nothing of.
func ConsumesUnlessItFails(ssl *C.SSL, s *C.SSL_SESSION) {
	if C.SSL_set_session(ssl, s) != 1 {
		return // want missingfree "no caller can know"
	}
	C.SSL_SESSION_free(s)
}

// ConsumesOnOneError fails in two ways that look alike.
func ConsumesOnOneError(s *C.SSL_SESSION, first, second func() error) error {
	if err := first(); err != nil {
		return err // want missingfree "no caller can know"
	}
	if err := second(); err != nil {
		C.SSL_SESSION_free(s)
		return err
	}
	return nil
}

// ConsumesOnSuccess says by its error whether it did.
func ConsumesOnSuccess(s *C.SSL_SESSION, step func() error) error {
	if err := step(); err != nil {
		return err
	}
	C.SSL_SESSION_free(s)
	return nil
}

// ConsumesOnFailure says so as well.
func ConsumesOnFailure(s *C.SSL_SESSION, step func() error) error {
	err := step()
	if err != nil {
		C.SSL_SESSION_free(s)
	}
	return err
}

// ConsumesByCount depends on what its caller passes.
func ConsumesByCount(s *C.SSL_SESSION, n int) {
	if n > 3 {
		return
	}
	C.SSL_SESSION_free(s)
}

// ConsumesByField depends on what its caller can look up.
func ConsumesByField(s *C.SSL_SESSION, o *attributed) {
	if o.attr == nil {
		return
	}
	C.SSL_SESSION_free(s)
}

// ConsumesByState depends on what its caller can ask.
func ConsumesByState(s *C.SSL_SESSION, ssl *C.SSL) {
	if C.SSL_get_session(ssl) == nil {
		return
	}
	C.SSL_SESSION_free(s)
}

// ConsumesAndTells writes down what it did.
func ConsumesAndTells(s *C.SSL_SESSION, done *bool, step func() error) {
	if err := step(); err != nil {
		return
	}
	C.SSL_SESSION_free(s)
	*done = true
}

// ConsumesWhenReady depends on a channel that its caller can look at.
func ConsumesWhenReady(s *C.SSL_SESSION, ready chan int) {
	select {
	case <-ready:
		C.SSL_SESSION_free(s)
	default:
	}
}

// ConsumesUnlessSentinel names the error that means it has not.
func ConsumesUnlessSentinel(s *C.SSL_SESSION, first, second func() error) error {
	if err := first(); err != nil {
		return errNoSession
	}
	if err := second(); err != nil {
		C.SSL_SESSION_free(s)
		return err
	}
	return nil
}

// RetainedByStatus keeps the reference behind one of two statuses below zero.
func RetainedByStatus(s *C.SSL_SESSION) int {
	if C.SSL_SESSION_up_ref(s) != 1 { // want missingfree
		return -1
	}
	if C.SSL_SESSION_get_time(s) == 0 {
		return -2
	}
	C.SSL_SESSION_free(s)
	return 0
}

// HoldStatus keeps it exactly where the status is 0.
func HoldStatus(s *C.SSL_SESSION) int {
	if C.SSL_SESSION_up_ref(s) != 1 {
		return -1
	}
	if C.SSL_SESSION_get_time(s) == 0 {
		C.SSL_SESSION_free(s)
		return -2
	}
	return 0
}

// HoldBothForgets fails in two ways that look alike, and keeps the first in one.
func HoldBothForgets(a, b *C.SSL_SESSION) bool {
	if C.SSL_SESSION_up_ref(a) != 1 { // want missingfree
		return false
	}
	if C.SSL_SESSION_up_ref(b) != 1 {
		return false
	}
	return true
}

// HoldBoth gives the first back.
func HoldBoth(a, b *C.SSL_SESSION) bool {
	if C.SSL_SESSION_up_ref(a) != 1 {
		return false
	}
	if C.SSL_SESSION_up_ref(b) != 1 {
		C.SSL_SESSION_free(a)
		return false
	}
	return true
}

// HoldBothErrForgets says it by an error.
func HoldBothErrForgets(a, b *C.SSL_SESSION) error {
	if C.SSL_SESSION_up_ref(a) != 1 { // want missingfree
		return errNoSession
	}
	if C.SSL_SESSION_up_ref(b) != 1 {
		return errNoSession
	}
	return nil
}

// HoldBothErr tells the two errors apart by giving the first back.
func HoldBothErr(a, b *C.SSL_SESSION) error {
	if C.SSL_SESSION_up_ref(a) != 1 {
		return errNoSession
	}
	if C.SSL_SESSION_up_ref(b) != 1 {
		C.SSL_SESSION_free(a)
		return errNoSession
	}
	return nil
}

type duo struct{ first, second *C.SSL_SESSION }

// CopyForgets drops the copy with what it has of the first when the second fails.
func (d *duo) CopyForgets() (*duo, error) {
	out := &duo{}
	if d.first != nil {
		if C.SSL_SESSION_up_ref(d.first) != 1 { // want missingfree
			return nil, errNoSession
		}
		out.first = d.first
	}
	if d.second != nil {
		if C.SSL_SESSION_up_ref(d.second) != 1 {
			return nil, errNoSession
		}
		out.second = d.second
	}
	return out, nil
}

// Copy gives it back.
func (d *duo) Copy() (*duo, error) {
	out := &duo{}
	if d.first != nil {
		if C.SSL_SESSION_up_ref(d.first) != 1 {
			return nil, errNoSession
		}
		out.first = d.first
	}
	if d.second != nil {
		if C.SSL_SESSION_up_ref(d.second) != 1 {
			C.SSL_SESSION_free(out.first)
			return nil, errNoSession
		}
		out.second = d.second
	}
	return out, nil
}

// KeepsIfFresh asks first.
func (o *attributed) KeepsIfFresh(s *C.SSL_SESSION) {
	if C.SSL_SESSION_get_time(s) == 0 || C.SSL_SESSION_up_ref(s) != 1 {
		return
	}
	C.SSL_SESSION_free(o.attr)
	o.attr = s
}

// HoldWrongWay takes the status for one that is 0 where it succeeds.
func HoldWrongWay(s *C.SSL_SESSION) error {
	if C.SSL_SESSION_up_ref(s) != 0 { // want missingfree "SSL_SESSION_up_ref"
		return errNoSession
	}
	return nil
}

// HoldWrongWaySwitch does so in a switch.
func HoldWrongWaySwitch(s *C.SSL_SESSION) (err error) {
	switch C.SSL_SESSION_up_ref(s) { // want missingfree
	case 0:
	default:
		err = errNoSession
	}
	return err
}

// HoldFailed says that it has not, by a bool.
func HoldFailed(s *C.SSL_SESSION) bool { return C.SSL_SESSION_up_ref(s) == 0 }

// HoldStored fails where the reference is not needed, and keeps it otherwise.
func HoldStored(s *C.SSL_SESSION, step func() error) error {
	if C.SSL_SESSION_up_ref(s) != 1 {
		return errNoSession
	}
	if err := step(); err != nil {
		C.SSL_SESSION_free(s)
		return err
	}
	setAttribute(s)
	return nil
}

// HoldIfItCan has none where it could not be had, and does not mind.
func HoldIfItCan(s *C.SSL_SESSION, step func() error) error {
	if C.SSL_SESSION_up_ref(s) != 1 {
		return nil
	}
	defer C.SSL_SESSION_free(s)
	return step()
}
