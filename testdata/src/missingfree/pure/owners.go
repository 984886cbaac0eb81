package pure

import (
	"io"
	"sync"
	"sync/atomic"

	"github.com/sessionlint/sessionlint/session"
)

// A Ticket owns one session.
type Ticket struct {
	sess *session.Session
	host string
}

// Close frees it, once.
func (t *Ticket) Close() error {
	t.sess.Free()
	t.sess = nil
	return nil
}

// Resume offers it.
func (t *Ticket) Resume(c *session.Conn) bool { return c.SetSession(t.sess) }

// NewTicket hands the session to the ticket and the ticket to its caller (trap:
// constructor).
func NewTicket(c *session.Conn, host string) *Ticket {
	return &Ticket{sess: c.Get1Session(), host: host}
}

// NewTicketFails drops both when a later step fails (trap: constructor that fails
// after storing).
func NewTicketFails(c *session.Conn, host string) (*Ticket, error) {
	t := &Ticket{host: host}
	t.sess = c.Get1Session() // want missingfree
	if !c.Handshake() {
		return nil, errClosed
	}
	return t, nil
}

// NewTicketUnwinds closes the ticket then.
func NewTicketUnwinds(c *session.Conn, host string) (_ *Ticket, err error) {
	t := &Ticket{host: host, sess: c.Get1Session()}
	defer func() {
		if err != nil {
			t.Close()
		}
	}()
	if !c.Handshake() {
		return nil, errClosed
	}
	return t, nil
}

// UseTicket closes what it made.
func UseTicket(c, next *session.Conn) bool {
	t := NewTicket(c, "a")
	defer t.Close()
	return t.Resume(next)
}

// DropTicket does not (trap: wrapper that is dropped).
func DropTicket(c, next *session.Conn) bool {
	t := NewTicket(c, "a") // want missingfree
	return t.Resume(next)
}

// DropTicketOnError closes on one way.
func DropTicketOnError(c, next *session.Conn) error {
	t := NewTicket(c, "a") // want missingfree
	if !t.Resume(next) {
		return errClosed
	}
	return t.Close()
}

// A NamedTicket gets its Close from the ticket that it embeds (trap: embedded
// struct).
type NamedTicket struct {
	Ticket
	name string
}

// UseNamed closes through the promoted method.
func UseNamed(c, next *session.Conn) bool {
	n := NamedTicket{Ticket: Ticket{sess: c.Get1Session()}, name: "n"}
	defer n.Close()
	return n.Resume(next)
}

// DropNamed does not close.
func DropNamed(c, next *session.Conn) bool {
	n := NamedTicket{Ticket: Ticket{sess: c.Get1Session()}, name: "n"} // want missingfree
	return n.Resume(next)
}

// AsCloser hides the ticket behind an interface.
func AsCloser(c *session.Conn) io.Closer { return NewTicket(c, "b") }

// CloseAll closes through the interface (trap: call on an interface).
func CloseAll(a, b *session.Conn) {
	for _, c := range []io.Closer{AsCloser(a), NewTicket(b, "c")} {
		c.Close()
	}
}

// DeferInterface closes through an interface by a defer.
func DeferInterface(c *session.Conn) {
	var end io.Closer = NewTicket(c, "d")
	defer end.Close()
	c.Handshake()
}

// LocalStruct frees through a field.
func LocalStruct(c *session.Conn) {
	var st struct {
		in  *session.Conn
		out *session.Session
	}
	st.in, st.out = c, c.Get1Session()
	st.in.SetSession(st.out)
	st.out.Free()
}

// LocalStructDropped drops the struct with the session (trap: local struct that
// is dropped).
func LocalStructDropped(c *session.Conn) {
	var st struct {
		in  *session.Conn
		out *session.Session
	}
	st.in, st.out = c, c.Get1Session() // want missingfree
	st.in.SetSession(st.out)
}

type both struct{ x, y *session.Session }

// Both returns two in one value (trap: aggregate copy).
func Both(a, b *session.Conn) both { return both{a.Get1Session(), b.Get1Session()} }

// BothFreed frees both.
func BothFreed(a, b *session.Conn) {
	v := Both(a, b)
	w := v
	w.x.Free()
	v.y.Free()
}

// BothHalf frees one of them.
func BothHalf(a, b *session.Conn) {
	v := Both(a, b) // want missingfree
	v.y.Free()
}

// BothSwapped exchanges them first.
func BothSwapped(a, b *session.Conn) {
	v := Both(a, b)
	v.x, v.y = v.y, v.x
	v.x.Free()
	v.y.Free()
}

// InArray keeps two in an array.
func InArray(a, b *session.Conn) {
	var list [2]*session.Session
	list[0], list[1] = a.Get1Session(), b.Get1Session()
	for _, s := range list {
		s.Free()
	}
}

// InArrayHalf frees the first of them.
func InArrayHalf(a, b *session.Conn) {
	var list [2]*session.Session
	list[0] = a.Get1Session()
	list[1] = b.Get1Session() // want missingfree
	list[0].Free()
}

var (
	newest  *session.Session
	byHost  = map[string]*session.Session{}
	waiting = make(chan *session.Session, 4)
	shared  atomic.Pointer[session.Session]
	mu      sync.Mutex
)

// ToGlobal keeps it in a package variable (trap: package variable).
func ToGlobal(c *session.Conn) {
	mu.Lock()
	defer mu.Unlock()
	newest.Free()
	newest = c.Get1Session()
}

// ToGlobalOrNot forgets it if the variable is taken.
func ToGlobalOrNot(a, b *session.Conn) {
	newest = a.Get1Session()
	s := b.Get1Session() // want missingfree
	if newest == nil {
		newest = s
	}
}

// ToMap keeps it in a map (trap: container).
func ToMap(host string, c *session.Conn) {
	if s := c.Get1Session(); s != nil {
		byHost[host].Free()
		byHost[host] = s
	}
}

// ToMapOrNot forgets it when the key is empty.
func ToMapOrNot(host string, c *session.Conn) bool {
	s := c.Get1Session() // want missingfree
	if host == "" {
		return false
	}
	byHost[host] = s
	return true
}

// ToCaller puts it into the caller's map.
func ToCaller(into map[string]*session.Session, c *session.Conn) {
	if _, ok := into["host"]; !ok {
		into["host"] = c.Get1Session()
	}
}

// ToChannel sends it (trap: channel send).
func ToChannel(c *session.Conn) { waiting <- c.Get1Session() }

// ToChannelOrNot sends it, or forgets it (trap: select with a send arm).
func ToChannelOrNot(c *session.Conn, full chan<- *session.Session) bool {
	s := c.Get1Session() // want missingfree
	if session.Choose(2) == 1 {
		full = nil
	}
	select {
	case full <- s:
		return true
	default:
		return false
	}
}

// ToChannelOrFree sends it, or frees it.
func ToChannelOrFree(c *session.Conn, full chan<- *session.Session) bool {
	s := c.Get1Session()
	if session.Choose(2) == 1 {
		full = nil
	}
	select {
	case full <- s:
		return true
	default:
		s.Free()
		return false
	}
}

// ThroughChannel receives what it sent, and frees it.
func ThroughChannel(c *session.Conn) {
	ch := make(chan *session.Session, 1)
	ch <- c.Get1Session()
	s := <-ch
	s.Free()
}

// ToSlice collects and frees (trap: slice, then a freeing range).
func ToSlice(conns []*session.Conn) {
	var list []*session.Session
	for _, c := range conns {
		list = append(list, c.Get1Session())
	}
	for i := range list {
		list[i].Free()
	}
}

// ToSliceDropped collects and drops.
func ToSliceDropped(conns []*session.Conn) int {
	var list []*session.Session
	for _, c := range conns {
		list = append(list, c.Get1Session()) // want missingfree
	}
	return len(list)
}

// ToSliceUnwound frees what it has collected when one is missing.
func ToSliceUnwound(conns []*session.Conn) ([]*session.Session, error) {
	list := make([]*session.Session, 0, len(conns))
	for _, c := range conns {
		s := c.Get1Session()
		if s == nil {
			for _, done := range list {
				done.Free()
			}
			return nil, errNone
		}
		list = append(list, s)
	}
	return list, nil
}

// Publish swaps it in and frees the one before (trap: atomic.Pointer).
func Publish(a, b *session.Conn) {
	for _, c := range []*session.Conn{a, b} {
		shared.Swap(c.Get1Session()).Free()
	}
}

// PublishFirst frees its own if another was first.
func PublishFirst(a, b *session.Conn) {
	shared.Store(a.Get1Session())
	if s := b.Get1Session(); !shared.CompareAndSwap(nil, s) {
		s.Free()
	}
}

func release[T interface{ Free() }](v T) { v.Free() }

// Generic frees through a type parameter (trap: generics).
func Generic(c *session.Conn) {
	s := c.Get1Session()
	defer release(s)
	s.SetTimeout(1)
}

type box[T any] struct {
	v  T
	ok bool
}

func fullBox[T any](v T) box[T] { return box[T]{v, true} }

func (b box[T]) get() (T, bool) { return b.v, b.ok }

// Boxed frees what comes out of a generic box.
func Boxed(c *session.Conn) {
	if s, ok := fullBox(c.Get1Session()).get(); ok {
		s.Free()
	}
}

// BoxedLost does not.
func BoxedLost(c *session.Conn) int64 {
	s, ok := fullBox(c.Get1Session()).get() // want missingfree
	if !ok {
		s.Free()
	}
	return s.Time()
}
