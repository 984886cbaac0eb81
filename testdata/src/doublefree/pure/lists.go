package pure

import "github.com/sessionlint/sessionlint/session"

// Lists that are made with a length, and lists that are emptied and filled again.

// MadeWithLength frees one element twice.
func MadeWithLength(c, d *session.Conn) {
	list := make([]*session.Session, 2)
	list[0] = c.Get1Session()
	list[1] = d.Get1Session()
	list[0].Free()
	list[0].Free() // want doublefree
	list[1].Free()
}

// MadeWithLengthWell frees each.
func MadeWithLengthWell(c, d *session.Conn) {
	list := make([]*session.Session, 2)
	list[0] = c.Get1Session()
	list[1] = d.Get1Session()
	for _, s := range list {
		s.Free()
	}
}

// MadeWithLengthLost forgets one.
func MadeWithLengthLost(c, d *session.Conn) {
	list := make([]*session.Session, 2)
	list[0] = c.Get1Session()
	list[1] = d.Get1Session() // want missingfree
	list[0].Free()
}

// MadeAndAppended has the new one behind those that it was made with.
func MadeAndAppended(c *session.Conn) {
	list := make([]*session.Session, 1)
	list = append(list, c.Get1Session())
	list[0].Free()
	list[1].Free()
}

// MadeWithRoom frees what the list frees.
func MadeWithRoom(c *session.Conn) {
	list := make([]*session.Session, 0, 4)
	s := c.Get1Session()
	list = append(list, s)
	for _, t := range list {
		t.Free()
	}
	s.Free() // want doublefree
}

// MadeWithRoomWell does not.
func MadeWithRoomWell(c, d *session.Conn) (sum int64) {
	list := make([]*session.Session, 0, 4)
	list = append(list, c.Get1Session())
	list = append(list, d.Get1Session())
	for _, s := range list {
		sum += s.Time()
		s.Free()
	}
	return sum
}

// MadeWithRoomLost forgets them.
func MadeWithRoomLost(c *session.Conn) int {
	list := make([]*session.Session, 0, 4)
	list = append(list, c.Get1Session()) // want missingfree
	return len(list)
}

// An arena owns what was added to it until it is freed.
type arena struct{ all []*session.Session }

func (a *arena) add(s *session.Session) *session.Session {
	a.all = append(a.all, s)
	return s
}

func (a *arena) free() {
	for _, s := range a.all {
		s.Free()
	}
	a.all = a.all[:0]
}

// ArenaTwice frees what the arena has freed.
func ArenaTwice(c *session.Conn) (t int64) {
	var a arena
	s := a.add(c.Get1Session())
	t = s.Time()
	a.free()
	s.Free() // want doublefree
	return t
}

// ArenaReturned returns what the arena has freed.
func ArenaReturned(c *session.Conn) *session.Session {
	var a arena
	s := a.add(c.Get1Session())
	a.free()
	return s // want useafterfree
}

// ArenaShared has a reference of its own.
func ArenaShared(c *session.Conn) *session.Session {
	var a arena
	defer a.free()
	s := a.add(c.Get1Session())
	if !s.UpRef() {
		return nil
	}
	return s
}

// ArenaAgain fills it once more.
func ArenaAgain(c, d *session.Conn) (sum int64) {
	var a arena
	defer a.free()
	sum = a.add(c.Get1Session()).Time()
	a.free()
	return sum + a.add(d.Get1Session()).Time()
}

// ArenaRounds does so in a loop.
func ArenaRounds(conns []*session.Conn) (sum int64) {
	var a arena
	for _, c := range conns {
		sum += a.add(c.Get1Session()).Time()
		a.free()
	}
	return sum
}

// Filtered keeps what can be resumed in the same array.
func Filtered(conns []*session.Conn) []*session.Session {
	var list []*session.Session
	for _, c := range conns {
		list = append(list, c.Get1Session())
	}
	kept := list[:0]
	for _, s := range list {
		if s.Resumable() {
			kept = append(kept, s)
		} else {
			s.Free()
		}
	}
	return kept
}

// FilteredLost forgets the others.
//
//fixture:norun every session that a connection gives can be resumed
func FilteredLost(conns []*session.Conn) []*session.Session {
	var list []*session.Session
	for _, c := range conns {
		s := c.Get1Session() // want missingfree
		list = append(list, s)
	}
	kept := list[:0]
	for _, s := range list {
		if s.Resumable() {
			kept = append(kept, s)
		}
	}
	return kept
}

// Emptied is filled twice, and freed each time.
func Emptied(conns []*session.Conn) {
	var list []*session.Session
	for range 2 {
		for _, c := range conns {
			list = append(list, c.Get1Session())
		}
		for _, s := range list {
			s.Free()
		}
		list = list[:0]
	}
}
