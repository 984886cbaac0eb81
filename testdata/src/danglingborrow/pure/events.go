package pure

import "github.com/sessionlint/sessionlint/session"

// HandshakeReplaces offers a session that no peer resumes.
func HandshakeReplaces(x *session.Context) int64 {
	c := x.NewConn()
	defer c.Free()
	s := session.New()
	ok := s != nil && c.SetSession(s)
	s.Free()
	if !ok || !c.Handshake() {
		return 0
	}
	return s.Time() // strict danglingborrow "which ends the loan if the handshake ends in another session"
}

// HandshakeReplacesNot has kept its reference.
func HandshakeReplacesNot(x *session.Context) (t int64) {
	c := x.NewConn()
	defer c.Free()
	s := session.New()
	if c.SetSession(s) && c.Handshake() {
		t = s.Time()
	}
	s.Free()
	return t
}

// HandshakeFirst asks afterwards.
func HandshakeFirst(x *session.Context) int64 {
	c := x.NewConn()
	defer c.Free()
	c.Handshake()
	return c.Get0Session().Time()
}

// ConnectReplaces does it between two ends.
func ConnectReplaces(x *session.Context, old *session.Conn) int64 {
	client, server := x.NewConn(), x.NewConn()
	defer client.Free()
	defer server.Free()
	s := old.Get1Session()
	ok := s != nil && client.SetSession(s)
	s.Free()
	if !ok || !session.Connect(client, server) {
		return 0
	}
	return s.Time() // strict danglingborrow
}

// RenegotiateReplaces starts another handshake.
func RenegotiateReplaces(x *session.Context) int64 {
	x.SetVersion(session.TLS12)
	c := x.NewConn()
	defer c.Free()
	c.Handshake()
	s := c.Get0Session()
	if !c.Renegotiate() {
		return 0
	}
	return s.Time() // strict danglingborrow
}

// RenegotiateRetained has made it its own.
func RenegotiateRetained(x *session.Context) (t int64) {
	x.SetVersion(session.TLS12)
	c := x.NewConn()
	defer c.Free()
	c.Handshake()
	s := c.Get0Session()
	if s == nil || !s.UpRef() {
		return 0
	}
	c.Renegotiate()
	t = s.Time()
	s.Free()
	return t
}

// RenegotiateBoth does it between two ends.
func RenegotiateBoth(x *session.Context) (t int64) {
	x.SetVersion(session.TLS12)
	client, server := x.NewConn(), x.NewConn()
	defer client.Free()
	defer server.Free()
	if !session.Connect(client, server) {
		return 0
	}
	s := client.Get0Session()
	if session.Renegotiate(client, server) {
		t = s.Time() // strict danglingborrow
	}
	return t
}

// ReadOwned has a reference of its own.
func ReadOwned(c *session.Conn) int64 {
	s := c.Get1Session()
	defer s.Free()
	c.Read()
	return s.Time()
}

// ReadFirst asks afterwards.
func ReadFirst(c *session.Conn) int64 {
	c.Read()
	return c.Get0Session().Time()
}

// ReadOther reads from another connection.
func ReadOther(a, b *session.Conn) int64 {
	s := a.Get0Session()
	b.Read()
	return s.Time()
}

// ReadLentTwice has lent it to another connection.
func ReadLentTwice(a, b *session.Conn) (t int64) {
	s := a.Get0Session()
	if s == nil || !b.SetSession(s) {
		return 0
	}
	a.Read()
	return s.Time()
}

// ReadInTurns reads behind every use.
func ReadInTurns(c *session.Conn) (t int64) {
	s := c.Get0Session()
	for range 2 {
		t += s.Time() // strict danglingborrow
		c.Read()
	}
	return t
}

func drain(c *session.Conn) { c.Read() }

// ReadByHelper reads in a helper.
func ReadByHelper(c *session.Conn) int64 {
	s := c.Get0Session()
	drain(c)
	return s.Time() // strict danglingborrow
}

// ReadChain reads while it holds on to the peer's chain.
func ReadChain(c *session.Conn) bool {
	p := c.PeerChain0()
	c.Read()
	return p.Read() // strict danglingborrow
}

// ChainReplaced takes the session away that the chain belongs to.
func ChainReplaced(c *session.Conn) bool {
	p := c.PeerChain0()
	if p == nil || !c.SetSession(nil) {
		return false
	}
	return p.Read() // want danglingborrow
}

// ClearShutDown clears a connection that keeps its session.
func ClearShutDown(c *session.Conn) int64 {
	s := c.Get0Session()
	if !c.Shutdown() {
		return 0
	}
	c.Clear()
	return s.Time()
}

// CopyReplaces gives the connection another one's session.
func CopyReplaces(to, from *session.Conn) int64 {
	s := to.Get0Session()
	to.CopySession(from)
	return s.Time() // strict danglingborrow
}

// CopySource is still lent by where it came from.
func CopySource(to, from *session.Conn) int64 {
	s := from.Get0Session()
	to.CopySession(from)
	return s.Time()
}

// FlushDrops flushes the only holder of a session.
func FlushDrops(x *session.Context, c *session.Conn) int64 {
	s := c.Get0Session().Dup()
	ok := x.AddSession(s)
	s.Free()
	if !ok {
		return 0
	}
	x.FlushSessions(0)
	return s.Time() // strict danglingborrow
}

// FlushDropsNot has a reference besides.
func FlushDropsNot(x *session.Context, c *session.Conn) int64 {
	s := c.Get0Session().Dup()
	x.AddSession(s)
	x.FlushSessions(0)
	t := s.Time()
	s.Free()
	return t
}

// FlushOther flushes another cache.
func FlushOther(x, y *session.Context, c *session.Conn) int64 {
	s := c.Get0Session().Dup()
	ok := x.AddSession(s)
	s.Free()
	if !ok {
		return 0
	}
	y.FlushSessions(0)
	return s.Time()
}

// RemoveDrops takes it out.
func RemoveDrops(x *session.Context, c *session.Conn) int64 {
	s := c.Get0Session().Dup()
	ok := x.AddSession(s)
	s.Free()
	if !ok || !x.RemoveSession(s) {
		return 0
	}
	return s.Time() // strict danglingborrow
}

// RemoveDropsNot frees its own reference behind it.
func RemoveDropsNot(x *session.Context, c *session.Conn) int64 {
	s := c.Get0Session().Dup()
	x.AddSession(s)
	x.RemoveSession(s)
	defer s.Free()
	return s.Time()
}

// AddEvicts adds to a cache that is full.
func AddEvicts(x *session.Context, a, b *session.Conn) int64 {
	x.SetCacheSize(2)
	s := a.Get0Session().Dup()
	ok := x.AddSession(s)
	s.Free()
	if !ok {
		return 0
	}
	x.AddSession(b.Get0Session())
	return s.Time() // strict danglingborrow
}

// FreeUncaches frees the connection of a cached session.
func FreeUncaches(x *session.Context) int64 {
	x.SetVersion(session.TLS12)
	c := x.NewConn()
	c.Handshake()
	s := c.Get0Session()
	ok := x.AddSession(s)
	c.Free()
	if !ok {
		return 0
	}
	return s.Time() // strict danglingborrow
}

// FreeShutDown leaves it in the cache.
func FreeShutDown(x *session.Context) (t int64) {
	x.SetVersion(session.TLS12)
	c := x.NewConn()
	c.Handshake()
	s := c.Get0Session()
	ok := x.AddSession(s) && c.Shutdown()
	if ok {
		c.Free()
		return s.Time()
	}
	c.Free()
	return 0
}

// ContextGone frees the cache that was the only holder.
func ContextGone(c *session.Conn) (t int64) {
	x := session.NewContext()
	s := c.Get0Session().Dup()
	ok := x.AddSession(s)
	s.Free()
	x.Free()
	if ok {
		t = s.Time() // want danglingborrow
	}
	return t
}

// ContextKept frees one of two references to it.
func ContextKept(x *session.Context, c *session.Conn) (t int64) {
	if !x.UpRef() {
		return 0
	}
	s := c.Get0Session().Dup()
	ok := x.AddSession(s)
	s.Free()
	x.Free()
	if ok {
		t = s.Time()
	}
	return t
}

// ContextOfConnection frees the context of a connection that lives.
func ContextOfConnection(c *session.Conn) (t int64) {
	x := session.NewContext()
	conn := x.NewConn()
	s := c.Get0Session().Dup()
	ok := x.AddSession(s)
	s.Free()
	x.Free()
	if ok && conn != nil {
		t = s.Time()
	}
	conn.Free()
	return t
}

// PartDecodedOver is the name in a session that is overwritten.
func PartDecodedOver(c *session.Conn) bool {
	s := c.Get1Session()
	if s == nil {
		return false
	}
	defer s.Free()
	data := s.I2D()
	p := s.Hostname0()
	if session.D2I(&s, data) == nil {
		return false
	}
	return p.Read() // want danglingborrow
}

// PartOther is the name in another session than the one that is changed.
func PartOther(a, b *session.Conn) bool {
	s, other := a.Get1Session(), b.Get1Session()
	defer s.Free()
	defer other.Free()
	p := s.Hostname0()
	other.SetHostname("other")
	return p.Read()
}

// PartInCache is the name in a session that a cache keeps.
func PartInCache(x *session.Context, c *session.Conn) (read bool) {
	s := c.Get1Session()
	ok := x.AddSession(s)
	p := s.Hostname0()
	s.Free()
	if ok {
		read = p.Read()
	}
	return read
}

// TicketGone is a ticket of a session that is gone.
func TicketGone(c *session.Conn) bool {
	s := c.Get1Session()
	p := s.Ticket0()
	s.Free()
	return p.Read() // want danglingborrow
}
