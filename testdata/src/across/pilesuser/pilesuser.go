// Package pilesuser is the upper one of two packages: it gives sessions to the structs of
// package piles and takes them out again (trap: fields of another package).
package pilesuser

import (
	"fixtures/across/piles"
	"github.com/sessionlint/sessionlint/session"
)

// Piled gives away what nobody frees.
//
//fixture:norun its caller cannot free what it holds
func Piled(d *piles.Drawer, c *session.Conn) int64 {
	d.Pile(c.Get1Session()) // want missingfree "nothing frees what Drawer.piled holds"
	return d.Sum()
}

// Put likewise puts it in a map.
//
//fixture:norun its caller cannot free what it holds
func Put(d *piles.Drawer, c *session.Conn, name string) {
	s := c.Get1Session() // want missingfree "nothing frees what Drawer.byName holds"
	if s == nil {
		return
	}
	d.Put(name, s)
}

// Set likewise has it remembered.
//
//fixture:norun its caller cannot free what it holds
func Set(d *piles.Drawer, c *session.Conn) {
	d.Set(c.Get1Session()) // want missingfree "nothing frees what Drawer.last holds"
}

// Filled returns one with what nobody frees.
//
//fixture:norun its caller cannot free what it holds
func Filled(conns []*session.Conn) *piles.Drawer {
	d := piles.NewDrawer()
	for _, c := range conns {
		d.Pile(c.Get1Session()) // want missingfree "nothing frees what Drawer.piled holds"
	}
	return d
}

// Lent keeps the reference.
func Lent(c *session.Conn) int64 {
	d := piles.NewDrawer()
	s := c.Get1Session()
	if s == nil {
		return 0
	}
	d.Pile(s)
	d.Put("first", s)
	d.Set(s)
	sum := d.Sum()
	s.Free()
	return sum
}

// LentAll gives them to its caller as well.
func LentAll(d *piles.Drawer, c *session.Conn) []*session.Session {
	s := c.Get1Session()
	d.Pile(s)
	return []*session.Session{s}
}

// Counted lends what it has counted for itself, and frees that.
func Counted(d *piles.Drawer, s *session.Session) {
	if s == nil || !s.UpRef() {
		return
	}
	d.Set(s)
	d.Sum()
	s.Free()
}

// Trayed takes it out again.
func Trayed(c *session.Conn) {
	t := new(piles.Tray)
	t.Pile(c.Get1Session())
	t.Take().Free()
}

// TrayedAway leaves that to its caller.
func TrayedAway(t *piles.Tray, c *session.Conn) {
	t.Pile(c.Get1Session())
	t.Set(c.Get1Session())
}

// Racked has it freed.
func Racked(c *session.Conn) {
	r := new(piles.Rack)
	r.Pile(c.Get1Session())
	r.Close()
}

// RackedLost forgets to.
func RackedLost(c *session.Conn) {
	r := new(piles.Rack)
	r.Pile(c.Get1Session()) // want missingfree
}

// RackedTwice frees what the rack frees.
func RackedTwice(c *session.Conn) {
	r := new(piles.Rack)
	s := c.Get1Session()
	r.Pile(s)
	s.Free()
	r.Close() // want doublefree
}

// RackedLoan has a loan freed.
func RackedLoan(c *session.Conn) {
	r := new(piles.Rack)
	r.Pile(c.Get0Session())
	r.Close() // want borrowedfree
}

// Viewed frees what the view has not got.
//
//fixture:norun what the list held is somebody's until somebody makes one
func Viewed(v *piles.View, i int) {
	v.At(i).Free() // want borrowedfree "only loans are stored in View.list"
}

// ViewedNamed likewise frees one of the map.
//
//fixture:norun what the map held is somebody's until somebody makes one
func ViewedNamed(v *piles.View, name string) {
	v.Named(name).Free() // want borrowedfree "session is borrowed and must not be freed here: only loans are stored in View.byName"
}

// ViewedLast likewise frees the last.
//
//fixture:norun what it held is somebody's until somebody makes one
func ViewedLast(v *piles.View) {
	if s := v.Last(); s != nil {
		s.Free() // want borrowedfree "only loans are stored in View.last"
	}
}

// ViewedNow frees what was just looked at.
func ViewedNow(c *session.Conn) {
	piles.NewView(c).Look().Last().Free() // want borrowedfree
}

// GlancedCounted frees the reference that it has added.
func GlancedCounted(g *piles.Glance) {
	s := g.Last()
	if s != nil && s.UpRef() {
		defer s.Free()
		s.Time()
	}
}

// GlancedAdded adds one that GlancedFreed frees.
func GlancedAdded(g *piles.Glance) bool {
	s := g.Last()
	return s != nil && s.UpRef()
}

// GlancedFreed frees it.
//
//fixture:norun it frees what GlancedAdded has added
func GlancedFreed(g *piles.Glance) {
	g.Last().Free()
}

// ViewedRead only reads.
func ViewedRead(v *piles.View) int64 {
	if s := v.Named("now"); s != nil {
		return s.Time()
	}
	return 0
}
