// Package group hands sessions to an errgroup.
package group

import (
	"github.com/sessionlint/sessionlint/session"

	"golang.org/x/sync/errgroup"
)

// Go frees in a goroutine of a group.
func Go(c *session.Conn) error {
	var g errgroup.Group
	s := c.Get1Session()
	g.Go(func() error {
		defer s.Free()
		s.SetTimeout(1)
		return nil
	})
	return g.Wait()
}

// GoNot only reads there.
func GoNot(c *session.Conn) error {
	var g errgroup.Group
	s := c.Get1Session() // want missingfree
	g.Go(func() error {
		s.SetTimeout(1)
		return nil
	})
	return g.Wait()
}
