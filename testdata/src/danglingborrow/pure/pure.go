// Package pure holds fixtures of danglingborrow over package session. Every
// function here is executed in every way it can go.
package pure

import (
	"errors"
	"sync"

	"github.com/sessionlint/sessionlint/session"
)

var errNone = errors.New("no session")

// Gone reads a loan after its owner is gone.
func Gone(x *session.Context) int64 {
	c := x.NewConn()
	c.Handshake()
	s := c.Get0Session()
	c.Free()
	return s.Time() // want danglingborrow
}

// GoneLater reads first.
func GoneLater(x *session.Context) int64 {
	c := x.NewConn()
	c.Handshake()
	t := c.Get0Session().Time()
	c.Free()
	return t
}

// GoneParameter consumes its connection first.
func GoneParameter(c *session.Conn) int64 {
	s := c.Get0Session()
	c.Shutdown()
	c.Free()
	return s.Timeout() // want danglingborrow
}

// GoneNot has two references to the connection.
func GoneNot(c *session.Conn) int64 {
	s := c.Get0Session()
	if !c.UpRef() {
		return 0
	}
	c.Free()
	return s.Timeout()
}

// GoneOwned owns what it reads.
func GoneOwned(c *session.Conn) int64 {
	s := c.Get1Session()
	defer s.Free()
	c.Free()
	return s.Time()
}

// GoneRetained has made it its own in time.
func GoneRetained(c *session.Conn) (t int64) {
	s := c.Get0Session()
	ok := s != nil && s.UpRef()
	c.Free()
	if ok {
		t = s.Time()
		s.Free()
	}
	return t
}

// GoneRetainedLate tries too late.
func GoneRetainedLate(c *session.Conn) *session.Session {
	s := c.Get0Session()
	c.Free()
	if s == nil || !s.UpRef() { // want danglingborrow
		return nil
	}
	return s
}

// GoneCopied goes on with a copy.
func GoneCopied(c *session.Conn) *session.Session {
	d := c.Get0Session().Dup()
	c.Free()
	return d
}

// GoneCopiedLate copies too late.
func GoneCopiedLate(c *session.Conn) *session.Session {
	s := c.Get0Session()
	c.Free()
	return s.Dup() // want danglingborrow
}

// GoneSometimes reads on both ways.
func GoneSometimes(c *session.Conn, done bool) int64 {
	s := c.Get0Session()
	if done {
		c.Free()
	}
	return s.Time() // want danglingborrow
}

// GoneSometimesRight reads where the owner lives (trap: repeated condition).
func GoneSometimesRight(c *session.Conn, done bool) (t int64) {
	s := c.Get0Session()
	if done {
		c.Free()
	}
	if !done {
		t = s.Time()
	}
	return t
}

// Returned returns a loan past the deferred free of its owner.
func Returned(x *session.Context) (*session.Session, error) {
	c := x.NewConn()
	defer c.Free()
	if !c.Handshake() {
		return nil, errNone
	}
	return c.Get0Session(), nil // want danglingborrow
}

// ReturnedOwned returns a reference.
func ReturnedOwned(x *session.Context) (*session.Session, error) {
	c := x.NewConn()
	defer c.Free()
	if !c.Handshake() {
		return nil, errNone
	}
	return c.Get1Session(), nil
}

// ReturnedNumber returns a number.
func ReturnedNumber(x *session.Context) int64 {
	c := x.NewConn()
	defer c.Free()
	c.Handshake()
	return c.Get0Session().Time()
}

// ReturnedLoan returns what its caller's connection lends.
func ReturnedLoan(c *session.Conn) *session.Session { return c.Get0Session() }

// Deferred reads in a defer that runs after the free.
func Deferred(x *session.Context) {
	c := x.NewConn()
	c.Handshake()
	s := c.Get0Session()
	defer s.SetTimeout(1) // want danglingborrow
	defer c.Free()
}

// DeferredRight runs it before.
func DeferredRight(x *session.Context) {
	c := x.NewConn()
	defer c.Free()
	c.Handshake()
	s := c.Get0Session()
	defer s.SetTimeout(1)
}

// Replaced gives the connection another session.
func Replaced(c *session.Conn) int64 {
	old := c.Get0Session()
	next := session.New()
	if next == nil {
		return 0
	}
	defer next.Free()
	if !c.SetSession(next) {
		return 0
	}
	return old.Time() // want danglingborrow
}

// ReplacedRefused reads where nothing was replaced.
func ReplacedRefused(c *session.Conn) int64 {
	old := c.Get0Session()
	next := session.New()
	defer next.Free()
	if next == nil || c.SetSession(next) {
		return 0
	}
	return old.Time()
}

// ReplacedByItself gives it its own.
func ReplacedByItself(c *session.Conn) int64 {
	s := c.Get0Session()
	if !c.SetSession(s) {
		return 0
	}
	return c.Get0Session().Time()
}

// ReplacedByNothing takes it away.
func ReplacedByNothing(c *session.Conn) int64 {
	s := c.Get0Session()
	if !c.SetSession(nil) {
		return 0
	}
	return s.Time() // want danglingborrow
}

// ReadReplaces reads from the connection, which may bring a ticket.
func ReadReplaces(c *session.Conn) int64 {
	s := c.Get0Session()
	c.Read()
	return s.Time() // strict danglingborrow
}

// ReadAgain asks again afterwards.
func ReadAgain(c *session.Conn) int64 {
	s := c.Get0Session()
	t := s.Time()
	c.Read()
	s = c.Get0Session()
	return t + s.Time()
}

// TicketReplaces is sure to bring one.
func TicketReplaces(c *session.Conn) int64 {
	s := c.Get0Session()
	c.ReceiveTicket()
	return s.Time() // strict danglingborrow
}

// ClearDrops drops the session of a connection that was not shut down.
func ClearDrops(c *session.Conn) int64 {
	s := c.Get0Session()
	c.Clear()
	return s.Time() // strict danglingborrow
}

// SecondLender gives the session to a connection that lives on.
func SecondLender(a, b *session.Conn) int64 {
	s := a.Get0Session()
	ok := b.SetSession(s)
	a.Free()
	if !ok || s == nil {
		return 0
	}
	return s.Time()
}

// SecondLenderGone loses both.
func SecondLenderGone(a, b *session.Conn) int64 {
	s := a.Get0Session()
	b.SetSession(s)
	a.Free()
	b.Free()
	return s.Time() // want danglingborrow
}

// Turns reads in a turn what the connection of the last one lent.
func Turns(x *session.Context, n int) (t int64) {
	var last *session.Session
	for range n {
		if last != nil {
			t += last.Time() // want danglingborrow
		}
		c := x.NewConn()
		c.Handshake()
		last = c.Get0Session()
		c.Free()
	}
	return t
}

func hangUp(p **session.Conn) {
	(*p).Free()
	*p = nil
}

func peek(c *session.Conn) (*session.Session, int64) {
	s := c.Get0Session()
	return s, s.Time()
}

// HelperFrees reads after a helper freed the owner.
func HelperFrees(c *session.Conn) int64 {
	s := c.Get0Session()
	hangUp(&c)
	return s.Time() // want danglingborrow
}

// HelperLends reads what a helper lent.
func HelperLends(c *session.Conn) int64 {
	s, t := peek(c)
	c.Free()
	return t + s.Timeout() // want danglingborrow
}

// HelperLendsNumber keeps the number.
func HelperLendsNumber(c *session.Conn) int64 {
	_, t := peek(c)
	c.Free()
	return t
}

type client struct {
	conn *session.Conn
	sess *session.Session
}

func dial(x *session.Context) *client {
	c := x.NewConn()
	c.Handshake()
	return &client{conn: c}
}

func (c *client) Close()                    { c.conn.Free() }
func (c *client) Session() *session.Session { return c.conn.Get0Session() }
func (c *client) remember()                 { c.sess = c.conn.Get0Session() }

// Client reads what a closed client lent.
func Client(x *session.Context) int64 {
	c := dial(x)
	s := c.Session()
	c.Close()
	return s.Time() // want danglingborrow
}

// ClientRight closes it last.
func ClientRight(x *session.Context) int64 {
	c := dial(x)
	defer c.Close()
	return c.Session().Time()
}

// ClientReturned returns what it lent past its close.
func ClientReturned(x *session.Context) *session.Session {
	c := dial(x)
	defer c.Close()
	return c.Session() // want danglingborrow
}

// ClientRemembers keeps the loan beside its owner.
func ClientRemembers(x *session.Context) int64 {
	c := dial(x)
	defer c.Close()
	c.remember()
	return c.sess.Time()
}

// ClientRemembersTooLong reads it after the close.
func ClientRemembersTooLong(x *session.Context) int64 {
	c := dial(x)
	c.remember()
	c.Close()
	return c.sess.Time() // want danglingborrow
}

var (
	kept  *session.Session
	table = map[string]*session.Session{}
	queue = make(chan *session.Session, 4)
)

// Kept keeps a loan in a package variable.
func Kept(c *session.Conn) {
	kept = c.Get0Session() // want danglingborrow
}

// KeptRetained keeps a reference.
func KeptRetained(c *session.Conn) {
	if s := c.Get0Session(); s != nil && s.UpRef() {
		kept.Free()
		kept = s
	}
}

// KeptOwned keeps one, too.
func KeptOwned(c *session.Conn) {
	kept.Free()
	kept = c.Get1Session()
}

// InMap keeps a loan in a map.
func InMap(host string, c *session.Conn) {
	if s := c.Get0Session(); s != nil {
		table[host] = s // want danglingborrow
	}
}

// InLocalMap keeps it for the call.
func InLocalMap(conns []*session.Conn) int {
	seen := map[*session.Session]bool{}
	for _, c := range conns {
		seen[c.Get0Session()] = true
	}
	return len(seen)
}

// InChannel sends a loan.
func InChannel(c *session.Conn) {
	queue <- c.Get0Session() // want danglingborrow
}

// InChannelOwned sends a reference.
func InChannelOwned(c *session.Conn) {
	queue <- c.Get1Session()
}

// A Store outlives the connections that come and go.
type Store struct{ newest *session.Session }

// InField keeps a loan in a longer-lived struct.
func InField(st *Store, c *session.Conn) {
	st.newest = c.Get0Session() // want danglingborrow
}

// InFieldOwned keeps a reference.
func InFieldOwned(st *Store, c *session.Conn) {
	st.newest.Free()
	st.newest = c.Get1Session()
}

// InClosure returns a function that reads the loan later.
func InClosure(c *session.Conn) func() int64 {
	s := c.Get0Session()
	return func() int64 { // want danglingborrow
		return s.Time() // may danglingborrow
	}
}

// InClosureOwned returns one that frees what it reads.
func InClosureOwned(c *session.Conn) func() int64 {
	s := c.Get1Session()
	return func() int64 {
		defer s.Free()
		return s.Time()
	}
}

// Late runs a literal after the owner is gone.
func Late(c *session.Conn) int64 {
	s := c.Get0Session()
	age := func() int64 {
		return s.Time() // want danglingborrow
	}
	c.Free()
	return age()
}

// Joined waits for the goroutine that reads the loan.
func Joined(c *session.Conn) {
	var wg sync.WaitGroup
	s := c.Get0Session()
	wg.Go(func() { s.SetTimeout(1) })
	wg.Wait()
	c.Free()
}

// NotJoined does not.
func NotJoined(c *session.Conn) {
	s := c.Get0Session()
	ready := make(chan bool)
	go func() { // want danglingborrow
		<-ready
		s.SetTimeout(1) // may danglingborrow
	}()
	c.Free()
	close(ready)
}

// Part reads a part of a session that is gone.
func Part(c *session.Conn) bool {
	s := c.Get1Session()
	p := s.Peer0()
	s.Free()
	return p.Read() // want danglingborrow
}

// PartInTime reads it before.
func PartInTime(c *session.Conn) bool {
	s := c.Get1Session()
	defer s.Free()
	return s.Peer0().Read()
}

// PartOfLoan dies with the owner of the session that it is a part of.
func PartOfLoan(c *session.Conn) bool {
	p := c.Get0Session().Hostname0()
	c.Free()
	return p.Read() // want danglingborrow
}

// PartOverwritten dies when the session is given another host name.
func PartOverwritten(c *session.Conn) bool {
	s := c.Get1Session()
	defer s.Free()
	p := s.Hostname0()
	s.SetHostname("other")
	return p.Read() // want danglingborrow
}
