package pure

import "github.com/sessionlint/sessionlint/session"

// Dead sessions that are handed to somebody else (trap: send, interface, result).

// SentDead sends what it freed on one path.
func SentDead(c *session.Conn, out chan<- *session.Session) {
	s := c.Get1Session()
	if !c.Handshake() {
		s.Free()
	}
	out <- s // want useafterfree
}

// SentAlive returns on that path.
func SentAlive(c *session.Conn, out chan<- *session.Session) {
	s := c.Get1Session()
	if !c.Handshake() {
		s.Free()
		return
	}
	out <- s
}

// SentNil sends nothing in its place.
func SentNil(c *session.Conn, out chan<- *session.Session) {
	s := c.Get1Session()
	if !c.Handshake() {
		s.Free()
		s = nil
	}
	out <- s
}

// BoxedDead returns it in an interface.
func BoxedDead(c *session.Conn) any {
	s := c.Get1Session()
	s.Free()
	return s // want useafterfree
}

// BoxedAlive returns what it owns.
func BoxedAlive(c *session.Conn) any { return c.Get1Session() }

var (
	deadKept *session.Session
	deadHost = map[string]*session.Session{}
)

// DeadStored leaves it in a package variable.
func DeadStored(c *session.Conn) {
	s := c.Get1Session()
	s.Free()
	deadKept = s // want useafterfree
}

// DeadStoredByKey leaves it in a map.
func DeadStoredByKey(c *session.Conn, host string) {
	s := c.Get1Session()
	s.Free()
	deadHost[host] = s // want useafterfree
}

// DeadStoredAndCleared takes it out in time.
func DeadStoredAndCleared(c *session.Conn) {
	deadKept = c.Get1Session()
	deadKept.Free()
	deadKept = nil
}

// AliveStored leaves what it owns there.
func AliveStored(c *session.Conn, host string) {
	if old, ok := deadHost[host]; ok {
		old.Free()
	}
	deadHost[host] = c.Get1Session()
}

// deadBesideError returns it beside an error, where nobody looks at it.
func deadBesideError(c *session.Conn) (s *session.Session, err error) {
	s = c.Get1Session()
	if !c.Handshake() {
		s.Free()
		err = errStale
	}
	return
}

// DeadBesideErrorRead looks at what such a function returned.
func DeadBesideErrorRead(c *session.Conn) int64 {
	s, err := deadBesideError(c)
	if err != nil {
		return s.Time() // want useafterfree
	}
	defer s.Free()
	return s.Time()
}

// DeadBesideErrorLeft does not.
func DeadBesideErrorLeft(c *session.Conn) int64 {
	s, err := deadBesideError(c)
	if err != nil {
		return 0
	}
	defer s.Free()
	return s.Time()
}

type deadField struct{ s *session.Session }

func (f *deadField) set(c *session.Conn) {
	f.clear()
	f.s = c.Get1Session()
}

func (f *deadField) clear() {
	f.s.Free()
	f.s = nil
}

// Give frees what it returns.
//
//fixture:norun the driver fills no fields in
func (f *deadField) Give() *session.Session {
	s := f.s
	if s == nil {
		return nil
	}
	s.Free()
	f.s = nil
	return s // want useafterfree
}

// Take moves it out.
func (f *deadField) Take() *session.Session {
	s := f.s
	f.s = nil
	return s
}

// DeadParameter returns what it has freed for its caller.
func DeadParameter(s *session.Session) *session.Session {
	s.Free()
	return s // want useafterfree
}

// DeadOut leaves it where its caller looks.
func DeadOut(c *session.Conn, out **session.Session) {
	s := c.Get1Session()
	s.Free()
	*out = s // want useafterfree
}

// DeadInField leaves it in an object of its caller.
//
//fixture:norun what an object holds is the object's
func (f *deadField) DeadInField(c *session.Conn) {
	f.clear()
	s := c.Get1Session()
	s.Free()
	f.s = s // want useafterfree
}

// DeadOverwritten puts something else there in time.
func (f *deadField) DeadOverwritten(c *session.Conn) {
	f.clear()
	s := c.Get1Session()
	s.Free()
	f.s = s
	f.s = nil
}

// sink frees on its way down and goes on: it passes on what it never looks at.
func sink(s *session.Session, depth int) {
	if depth == 0 {
		s.Free()
	}
	if depth > -12 {
		sink(s, depth-1)
	}
}

// SunkDeep uses nothing after the free, however deep it goes.
func SunkDeep(c *session.Conn) {
	s := c.Get1Session()
	sink(s, 2)
}

// ListedDead collects what it has freed.
func ListedDead(conns []*session.Conn) (list []*session.Session) {
	for _, c := range conns {
		s := c.Get1Session()
		if !c.Handshake() {
			s.Free()
		}
		list = append(list, s) // want useafterfree
	}
	return list
}

// ListedAlive collects the others.
func ListedAlive(conns []*session.Conn) (list []*session.Session) {
	for _, c := range conns {
		s := c.Get1Session()
		if !c.Handshake() {
			s.Free()
			continue
		}
		list = append(list, s)
	}
	return list
}

// ListedDeadHere drops the list, too.
func ListedDeadHere(conns []*session.Conn) int {
	var list []*session.Session
	for _, c := range conns {
		s := c.Get1Session()
		s.Free()
		list = append(list, s)
	}
	return len(list)
}

// ListedNil collects nothing in its place.
func ListedNil(conns []*session.Conn) (list []*session.Session) {
	for _, c := range conns {
		s := c.Get1Session()
		if !c.Handshake() {
			s.Free()
			s = nil
		}
		list = append(list, s)
	}
	return list
}

// Compacted keeps those that it has freed among the others.
//
//fixture:norun the caller may have another reference of each
func Compacted(all []*session.Session) []*session.Session {
	rest := all[:0]
	for _, s := range all {
		if !s.Resumable() {
			s.Free()
		}
		rest = append(rest, s) // want useafterfree
	}
	return rest
}

// CompactedWell keeps the others.
func CompactedWell(all []*session.Session) []*session.Session {
	rest := all[:0]
	for _, s := range all {
		if !s.Resumable() {
			s.Free()
			continue
		}
		rest = append(rest, s)
	}
	return rest
}

// ParamStored leaves a parameter that it has freed in a package variable.
func ParamStored(s *session.Session) {
	s.Free()
	deadKept = s // want useafterfree
}

// ParamStoredFirst has it there for the time of the call.
func ParamStoredFirst(s *session.Session) {
	deadKept = s
	s.SetTimeout(1)
	s.Free()
	deadKept = nil
}
