// Package piles holds fixtures of slices and maps in structs of which nobody frees
// what they hold, and of those of which somebody may.
package piles

import "github.com/sessionlint/sessionlint/session"

// A drawer keeps sessions in a map and in a slice, and only looks at them.
type drawer struct {
	byName map[string]*session.Session
	piled  []*session.Session
	size   int
}

func newDrawer() *drawer { return &drawer{byName: map[string]*session.Session{}} }

// put stores what it acquires (trap: a field nobody ever frees).
//
//fixture:norun its caller cannot free what it holds
func (d *drawer) put(name string, c *session.Conn) *drawer {
	d.byName[name] = c.Get1Session() // want missingfree "nothing frees what drawer.byName holds"
	d.size++
	return d
}

// pile adds to the slice.
//
//fixture:norun its caller cannot free what it holds
func (d *drawer) pile(c *session.Conn) int {
	s := c.Get1Session() // want missingfree "nothing frees what drawer.piled holds"
	if s == nil {
		return 0
	}
	d.piled = append(d.piled, s)
	return len(d.piled)
}

// pileAll adds what its caller has.
func (d *drawer) pileAll(list []*session.Session) { d.piled = append(d.piled, list...) }

// resume tries them.
func (d *drawer) resume(c *session.Conn) bool {
	if s := d.byName["last"]; s != nil && c.SetSession(s) {
		return true
	}
	for _, s := range d.piled {
		if s.Time() != 0 && c.SetSession(s) {
			return true
		}
	}
	return false
}

// shorten forgets the first.
func (d *drawer) shorten() {
	if len(d.piled) > 0 {
		d.piled = d.piled[1:]
	}
	delete(d.byName, "last")
}

// PiledAll frees what it has lent to the drawer.
func PiledAll(c *session.Conn) bool {
	d := newDrawer()
	list := []*session.Session{c.Get1Session()}
	d.pileAll(list)
	done := d.resume(c)
	for _, s := range list {
		s.Free()
	}
	return done
}

// newFullDrawer stores while it makes one.
//
//fixture:norun its caller cannot free what it holds
func newFullDrawer(conns []*session.Conn) *drawer {
	d := &drawer{size: len(conns)}
	for _, c := range conns {
		d.piled = append(d.piled, c.Get1Session()) // want missingfree "nothing frees what drawer.piled holds"
	}
	return d
}

// newNamedDrawer stores in a map that it makes.
//
//fixture:norun its caller cannot free what it holds
func newNamedDrawer(c *session.Conn) *drawer {
	s := c.Get1Session() // want missingfree "nothing frees what drawer.byName holds"
	return &drawer{byName: map[string]*session.Session{"first": s}}
}

// newListedDrawer stores in a literal.
//
//fixture:norun its caller cannot free what it holds
func newListedDrawer(a, b *session.Conn) *drawer {
	return &drawer{piled: []*session.Session{
		a.Get1Session(), // want missingfree
		b.Get1Session(), // want missingfree
	}}
}

// FullDrawer has the sessions as well, and frees them.
func FullDrawer(conns []*session.Conn) bool {
	d := newDrawer()
	var all []*session.Session
	for _, c := range conns {
		s := c.Get1Session()
		d.piled = append(d.piled, s)
		all = append(all, s)
	}
	done := len(conns) > 0 && d.resume(conns[0])
	for _, s := range all {
		s.Free()
	}
	return done
}

// DrawerAndList gives them to its caller as well.
func DrawerAndList(c *session.Conn) (*drawer, []*session.Session) {
	s := c.Get1Session()
	d := newDrawer()
	d.piled = append(d.piled, s)
	return d, []*session.Session{s}
}

// A tray has its sessions taken out.
type tray struct{ piled []*session.Session }

func (t *tray) pile(c *session.Conn) *tray {
	t.piled = append(t.piled, c.Get1Session())
	return t
}

func (t *tray) take() *session.Session {
	if len(t.piled) == 0 {
		return nil
	}
	s := t.piled[0]
	t.piled = t.piled[1:]
	return s
}

// Trayed takes one and frees it.
func Trayed(c *session.Conn) {
	s := new(tray).pile(c).take()
	s.Free()
}

// A tub has a slice that is its caller's as well.
type tub struct{ list []*session.Session }

func (t *tub) use(list []*session.Session) *tub {
	t.list = list
	return t
}

func (t *tub) fill(c *session.Conn) bool {
	t.list[0] = c.Get1Session()
	return true
}

// Tubbed frees what the tub has put in its slice.
func Tubbed(c *session.Conn) {
	list := make([]*session.Session, 1)
	if new(tub).use(list).fill(c) {
		list[0].Free()
	}
}

// A bin gives its map away.
type bin struct{ byName map[string]*session.Session }

func newBin() (*bin, map[string]*session.Session) {
	m := map[string]*session.Session{}
	return &bin{m}, m
}

func (b *bin) put(name string, c *session.Conn) { b.byName[name] = c.Get1Session() }

// Binned frees what the bin has put in the map.
func Binned(c *session.Conn) {
	b, m := newBin()
	b.put("a", c)
	for _, s := range m {
		s.Free()
	}
}

// A shelf calls somebody with what it holds.
type shelf struct{ piled []*session.Session }

func (s *shelf) pile(c *session.Conn) *shelf {
	s.piled = append(s.piled, c.Get1Session())
	return s
}

func (s *shelf) each(do func(*session.Session)) {
	for _, x := range s.piled {
		do(x)
	}
}

// Shelved frees each.
func Shelved(c *session.Conn) {
	new(shelf).pile(c).each((*session.Session).Free)
}

// A rack has a type of its own for its slice, which frees.
type rack struct{ bars bars }

type bars []*session.Session

func (b *bars) clear() {
	for _, s := range *b {
		s.Free()
	}
	*b = nil
}

// Racked clears it.
func Racked(c *session.Conn) {
	r := &rack{}
	r.bars = append(r.bars, c.Get1Session())
	r.bars.clear()
}

var _ = []any{(*drawer).put, (*drawer).pile, (*drawer).shorten, newFullDrawer, newNamedDrawer, newListedDrawer}
