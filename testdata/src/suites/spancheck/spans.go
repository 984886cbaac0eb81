// Package spancheck carries scenarios of go-spancheck's tests over to sessions:
// the free plays the part of span.End.
package spancheck

import (
	"errors"
	"fmt"

	"github.com/sessionlint/sessionlint/session"
)

var errWork = errors.New("work")

func start(c *session.Conn, name string) (*session.Conn, *session.Session) {
	s := c.Get1Session()
	s.SetHostname(name)
	return c, s
}

// Ended ends by a defer.
func Ended(c *session.Conn) error {
	c, span := start(c, "op")
	defer span.Free()
	if !c.Handshake() {
		return errWork
	}
	return nil
}

// NotEnded forgets it.
func NotEnded(c *session.Conn) {
	_, span := start(c, "op") // want missingfree
	span.SetTimeout(1)
}

// NotNamed has no name for it.
func NotNamed(c *session.Conn) {
	_, _ = start(c, "op") // want missingfree
}

// EndedTwiceNamed starts two in one variable.
func EndedTwiceNamed(c *session.Conn) {
	_, span := start(c, "one") // want missingfree
	span.SetTimeout(1)
	_, span = start(c, "two")
	defer span.Free()
}

// OnError ends only if all went well.
func OnError(c *session.Conn) error {
	c, span := start(c, "op") // want missingfree
	if !c.Handshake() {
		return fmt.Errorf("handshake: %w", errWork)
	}
	span.Free()
	return nil
}

// OnErrorDeferred decides in a defer.
func OnErrorDeferred(c *session.Conn) (err error) {
	c, span := start(c, "op")
	defer func() {
		if err != nil {
			span.SetTimeout(0)
		}
		span.Free()
	}()
	if !c.Handshake() {
		return errWork
	}
	return nil
}

// OnErrorDeferredBad decides wrongly.
func OnErrorDeferredBad(c *session.Conn) (err error) {
	c, span := start(c, "op") // want missingfree
	defer func() {
		if err != nil {
			span.SetTimeout(0)
			return
		}
		span.Free()
	}()
	if !c.Handshake() {
		return errWork
	}
	return nil
}

// Children starts one inside of the other.
func Children(c *session.Conn) error {
	c, outer := start(c, "outer")
	defer outer.Free()
	c, inner := start(c, "inner")
	if !c.Handshake() {
		inner.Free()
		return errWork
	}
	inner.Free()
	return nil
}

// ChildrenBad ends the outer one twice instead.
func ChildrenBad(c *session.Conn) error {
	c, outer := start(c, "outer")
	defer outer.Free()            // want doublefree
	c, inner := start(c, "inner") // want missingfree
	if !c.Handshake() {
		outer.Free()
		return errWork
	}
	inner.Free()
	return nil
}

// InLoop starts one in each turn.
func InLoop(c *session.Conn, n int) {
	for i := range n {
		_, span := start(c, "turn")
		if i == 1 {
			span.Free()
			break
		}
		span.Free()
	}
}

// InGoroutine ends it elsewhere.
func InGoroutine(c *session.Conn) {
	c, span := start(c, "op")
	go func(span *session.Session) {
		defer span.Free()
		c.Handshake()
	}(span)
}

// InGroup has helpers that end what they are given.
func InGroup(c *session.Conn) {
	end := func(spans ...*session.Session) {
		for _, s := range spans {
			s.Free()
		}
	}
	_, a := start(c, "a")
	_, b := start(c, "b")
	defer end(a, b)
	c.Handshake()
}
