package pure

import (
	"sync"
	"sync/atomic"

	"github.com/sessionlint/sessionlint/session"
)

// More places that keep a loan beyond the call, each with a twin that may.

type pair struct {
	host string
	sess *session.Session
}

var (
	later     func() int64
	ring      [4]*session.Session
	pairs     = map[string]pair{}
	pairQueue = make(chan pair, 4)
	byHost    sync.Map
	newest    atomic.Pointer[session.Session]
)

// StoredClosure keeps a function that reads the loan later.
func StoredClosure(c *session.Conn) {
	s := c.Get0Session()
	later = func() int64 { // want danglingborrow
		return s.Time() // may danglingborrow
	}
}

// StoredClosureOwned keeps a reference, which it frees.
func StoredClosureOwned(c *session.Conn) {
	s := c.Get1Session()
	later = func() int64 {
		defer s.Free()
		return s.Time()
	}
}

// InArray keeps a loan in an array.
func InArray(c *session.Conn, i int) {
	ring[i&3] = c.Get0Session() // want danglingborrow
}

// InArrayOwned keeps a reference.
func InArrayOwned(c *session.Conn, i int) {
	ring[i&3].Free()
	ring[i&3] = c.Get1Session()
}

// InMapOfStructs keeps a loan in a struct in a map.
func InMapOfStructs(c *session.Conn, host string) {
	pairs[host] = pair{host, c.Get0Session()} // want danglingborrow
}

// InMapOfStructsOwned keeps a reference.
func InMapOfStructsOwned(c *session.Conn, host string) {
	pairs[host].sess.Free()
	pairs[host] = pair{host, c.Get1Session()}
}

// InMapForAWhile takes the loan out again.
func InMapForAWhile(c *session.Conn, host string) int64 {
	table[host] = c.Get0Session()
	defer delete(table, host)
	return table[host].Time()
}

// SentInStruct sends it.
func SentInStruct(c *session.Conn, host string) {
	pairQueue <- pair{host, c.Get0Session()} // want danglingborrow
}

// SentInStructOwned sends a reference.
func SentInStructOwned(c *session.Conn, host string) {
	pairQueue <- pair{host, c.Get1Session()}
}

// A List outlives the connections.
type List struct{ all []*session.Session }

// All is what others may free.
func (l *List) All() []*session.Session { return l.all }

// InList keeps loans in a list of somebody else's.
func InList(l *List, c *session.Conn) {
	l.all = append(l.all, c.Get0Session()) // want danglingborrow
}

// InListOwned keeps references.
func InListOwned(l *List, c *session.Conn) {
	if s := c.Get0Session(); s != nil && s.UpRef() {
		l.all = append(l.all, s)
	}
}

// InLocalList only reads what it has collected.
func InLocalList(c, d *session.Conn) (sum int64) {
	var all []*session.Session
	all = append(all, c.Get0Session(), d.Get0Session())
	for _, s := range all {
		sum += s.Time()
	}
	return sum
}

// InSyncMap keeps a loan in a map of another kind.
func InSyncMap(c *session.Conn, host string) {
	byHost.Store(host, c.Get0Session()) // want danglingborrow
}

// InSyncMapOwned keeps a reference.
func InSyncMapOwned(c *session.Conn, host string) {
	byHost.Store(host, c.Get1Session())
}

// InSyncMapForAWhile takes it out again.
func InSyncMapForAWhile(c *session.Conn, host string) {
	byHost.Store(host, c.Get0Session())
	byHost.Delete(host)
}

// InAtomic keeps a loan in a pointer.
func InAtomic(c *session.Conn) {
	newest.Store(c.Get0Session()) // want danglingborrow
}

// InAtomicOwned keeps a reference and frees the one before.
func InAtomicOwned(c *session.Conn) {
	newest.Swap(c.Get1Session()).Free()
}

// SpawnedDeferredFree frees the owner at the end, without waiting.
func SpawnedDeferredFree(x *session.Context) {
	ready := make(chan bool)
	defer close(ready)
	c := x.NewConn()
	c.Handshake()
	defer c.Free()
	s := c.Get0Session()
	go func() { // want danglingborrow
		<-ready
		s.SetTimeout(1) // may danglingborrow
	}()
}

// SpawnedDeferredFreeJoined waits.
func SpawnedDeferredFreeJoined(x *session.Context) {
	c := x.NewConn()
	c.Handshake()
	defer c.Free()
	s := c.Get0Session()
	done := make(chan struct{})
	go func() {
		defer close(done)
		s.SetTimeout(1)
	}()
	<-done
}

// SpawnedOwned has a reference in the goroutine.
func SpawnedOwned(x *session.Context) {
	c := x.NewConn()
	c.Handshake()
	defer c.Free()
	s := c.Get1Session()
	go func() {
		defer s.Free()
		s.SetTimeout(1)
	}()
}

// SpawnedOwnerLives frees nothing.
func SpawnedOwnerLives(c *session.Conn) {
	s := c.Get0Session()
	go func() { s.SetTimeout(1) }()
}

type slotOfConn struct {
	conn *session.Conn
	s    *session.Session
}

// WithOwner makes an object that has the loan and its owner.
func WithOwner(x *session.Context) (t int64) {
	c := x.NewConn()
	c.Handshake()
	o := &slotOfConn{conn: c, s: c.Get0Session()}
	t = o.s.Time()
	o.conn.Free()
	return t
}

// SetUncaches takes the session away from a connection whose context had the only
// other reference.
func SetUncaches(x *session.Context) (t int64) {
	x.SetVersion(session.TLS12)
	c := x.NewConn()
	defer c.Free()
	c.Handshake()
	s := c.Get0Session()
	if s == nil || !x.AddSession(s) {
		return 0
	}
	c.SetSession(nil)
	return s.Time() // strict danglingborrow
}

// SetUncachesNot was shut down: the cache keeps it.
func SetUncachesNot(x *session.Context) (t int64) {
	x.SetVersion(session.TLS12)
	c := x.NewConn()
	defer c.Free()
	c.Handshake()
	s := c.Get0Session()
	if s == nil || !x.AddSession(s) || !c.Shutdown() {
		return 0
	}
	c.SetSession(nil)
	return s.Time()
}
