// Package piles is the lower one of two packages: its structs hold slices, maps and
// sessions in fields that package pilesuser cannot name, and fills through methods.
package piles

import "github.com/sessionlint/sessionlint/session"

// A Drawer holds what it is given, and only looks at it.
type Drawer struct {
	piled  []*session.Session
	byName map[string]*session.Session
	last   *session.Session
}

// NewDrawer returns an empty one.
func NewDrawer() *Drawer { return &Drawer{byName: map[string]*session.Session{}} }

// Pile adds to the slice.
func (d *Drawer) Pile(s *session.Session) { d.piled = append(d.piled, s) }

// Put adds to the map.
func (d *Drawer) Put(name string, s *session.Session) { d.byName[name] = s }

// Set remembers one.
func (d *Drawer) Set(s *session.Session) { d.last = s }

// Sum only reads.
func (d *Drawer) Sum() (sum int64) {
	for _, s := range d.piled {
		sum += s.Time()
	}
	if s := d.byName["first"]; s != nil {
		sum += s.Time()
	}
	if d.last != nil {
		sum += d.last.Time()
	}
	return sum
}

// Shorten forgets the first of the slice, and one of the map.
func (d *Drawer) Shorten() {
	if len(d.piled) > 0 {
		d.piled = d.piled[1:]
	}
	delete(d.byName, "first")
}

// A Tray is a drawer out of which one can take.
type Tray struct {
	piled []*session.Session
	last  *session.Session
}

// Pile adds to the slice.
func (t *Tray) Pile(s *session.Session) { t.piled = append(t.piled, s) }

// Take takes one out.
func (t *Tray) Take() *session.Session {
	if len(t.piled) == 0 {
		return nil
	}
	s := t.piled[0]
	t.piled = t.piled[1:]
	return s
}

// Set remembers one.
func (t *Tray) Set(s *session.Session) { t.last = s }

// Last lends it.
func (t *Tray) Last() *session.Session { return t.last }

// A Rack frees what its slice has.
type Rack struct{ piled []*session.Session }

// Pile adds to the slice.
func (r *Rack) Pile(s *session.Session) { r.piled = append(r.piled, s) }

// Close frees all of it.
func (r *Rack) Close() {
	for _, s := range r.piled {
		s.Free()
	}
	r.piled = nil
}

// A View lists the sessions that its connection has had.
type View struct {
	conn   *session.Conn
	list   []*session.Session
	byName map[string]*session.Session
	last   *session.Session
}

// NewView returns an empty one.
func NewView(c *session.Conn) *View { return &View{conn: c, byName: map[string]*session.Session{}} }

// Look adds the session of now.
func (v *View) Look() *View {
	v.list = append(v.list, v.conn.Get0Session())
	v.byName["now"] = v.conn.Get0Session()
	v.last = v.conn.Get0Session()
	return v
}

// At lends one of them.
func (v *View) At(i int) *session.Session { return v.list[i] }

// Named lends one of them.
func (v *View) Named(name string) *session.Session { return v.byName[name] }

// Last lends the last.
func (v *View) Last() *session.Session { return v.last }

// A Glance is a view of the last of which others have references.
type Glance struct{ last *session.Session }

// Look remembers the session of now.
//
//fixture:norun nobody here ends the connection
func (g *Glance) Look(c *session.Conn) { g.last = c.Get0Session() } // want danglingborrow

// Last lends it.
func (g *Glance) Last() *session.Session { return g.last }
