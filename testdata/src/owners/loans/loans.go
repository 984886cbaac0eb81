// Package loans holds fixtures of slices and maps in structs in which nothing but loans
// is stored, and of those in which others are as well.
package loans

import "github.com/sessionlint/sessionlint/session"

// A view lists the sessions that its connection has had.
type view struct {
	conn   *session.Conn
	loans  []*session.Session
	byName map[string]*session.Session
}

func newView(c *session.Conn) *view {
	return &view{conn: c, byName: make(map[string]*session.Session)}
}

// look adds the session of now.
func (v *view) look(name string) int {
	v.loans = append(v.loans, v.conn.Get0Session())
	v.byName[name] = v.conn.Get0Session()
	return len(v.loans)
}

// sum only reads.
func (v *view) sum() (sum int64) {
	for _, s := range v.loans {
		if s != nil {
			sum += s.Time()
		}
	}
	return sum
}

// clear frees what is not its own (trap: a list of loans).
//
//fixture:norun what the list held is somebody's until somebody makes one
func (v *view) clear() {
	for _, s := range v.loans {
		s.Free() // want borrowedfree "only loans are stored in view.loans"
	}
	v.loans = nil
}

// forget frees one of them.
//
//fixture:norun what the map held is somebody's until somebody makes one
func (v *view) forget(name string) {
	v.byName[name].Free() // want borrowedfree "only loans are stored in view.byName"
	delete(v.byName, name)
}

// Viewed only looks.
func Viewed(c *session.Conn) int64 {
	v := newView(c)
	v.look("a")
	return v.sum()
}

// A grip keeps references of its own.
type grip struct {
	conn  *session.Conn
	held  []*session.Session
	mixed []*session.Session
	own   []bool
}

func (g *grip) keep() *grip {
	if s := g.conn.Get0Session(); s != nil && s.UpRef() {
		g.held = append(g.held, s)
	}
	return g
}

// mix keeps one or the other, and says which.
func (g *grip) mix(own bool) *grip {
	if own {
		g.mixed = append(g.mixed, g.conn.Get1Session())
	} else {
		g.mixed = append(g.mixed, g.conn.Get0Session())
	}
	g.own = append(g.own, own)
	return g
}

func (g *grip) close() {
	for _, s := range g.held {
		s.Free()
	}
	for i, s := range g.mixed {
		if g.own[i] {
			s.Free()
		}
	}
	g.held, g.mixed, g.own = nil, nil, nil
}

// Gripped closes.
func Gripped(c *session.Conn) {
	g := &grip{conn: c}
	g.keep().mix(true).close()
}

// A crowd gets what its callers have, too.
type crowd struct {
	conn *session.Conn
	all  []*session.Session
}

// see adds a loan, which is freed with the others.
//
//fixture:norun nobody ends one that has seen
func (w *crowd) see() {
	w.all = append(w.all, w.conn.Get0Session()) // want danglingborrow
}

func (w *crowd) join(list ...*session.Session) { w.all = append(w.all, list...) }

func (w *crowd) end() {
	for _, s := range w.all {
		s.Free()
	}
	w.all = nil
}

// Crowded joins with a reference.
func Crowded(c *session.Conn) {
	w := &crowd{conn: c}
	w.join(c.Get1Session())
	w.end()
}

// A slot is filled in places that nobody comes to.
type slot struct{ s *session.Session }

func (h *slot) free() { h.s.Free() }

// SlotNever stores a loan in a loop that does not run: a flag says so.
func SlotNever(c *session.Conn, n int) {
	none := false
	if n < 1 {
		none = true
	}
	if !none {
		return
	}
	for range n {
		h := slot{s: c.Get0Session()}
		h.free()
	}
}

// A pocket likewise has a list and a map.
type pocket struct {
	all    []*session.Session
	byName map[string]*session.Session
}

func (p *pocket) free(name string) {
	for _, s := range p.all {
		s.Free()
	}
	p.byName[name].Free()
}

// PocketNever stores loans in a loop that does not run.
func PocketNever(c *session.Conn, n int, name string) {
	p := &pocket{byName: make(map[string]*session.Session)}
	none := false
	if n < 1 {
		none = true
	}
	if !none {
		return
	}
	for range n {
		p.all = append(p.all, c.Get0Session())
		p.byName[name] = c.Get0Session()
	}
	p.free(name)
}

// A socket is filled on one of several ways.
type socket struct{ s *session.Session }

// drain frees what is only lent.
//
//fixture:norun what it held is somebody's until somebody makes one
func (h *socket) drain() {
	h.s.Free() // want borrowedfree "only loans are stored in socket.s"
}

// fill stores a loan if a flag says so.
//
//fixture:norun nobody ends one that was filled
func (h *socket) fill(c *session.Conn, n int) {
	some := false
	if n > 1 {
		some = true
	}
	for range n {
		if some {
			h.s = c.Get0Session() // want danglingborrow
		}
	}
}

var _ = []any{(*socket).drain, (*socket).fill, (*view).clear, (*view).forget, (*crowd).see}
