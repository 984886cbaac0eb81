package session

import (
	"bytes"

	"github.com/sessionlint/sessionlint/internal/ledger"
)

// CacheMode is a set of bits that say what a context's cache does.
type CacheMode uint32

// The bits of a cache mode, with libssl's values. CacheServer is the default.
const (
	CacheOff              CacheMode = 0
	CacheClient           CacheMode = 0x001
	CacheServer           CacheMode = 0x002
	CacheNoAutoClear      CacheMode = 0x080
	CacheNoInternalLookup CacheMode = 0x100
	CacheNoInternalStore  CacheMode = 0x200
	CacheUpdateTime       CacheMode = 0x400
	CacheBoth                       = CacheClient | CacheServer
	CacheNoInternal                 = CacheNoInternalLookup | CacheNoInternalStore
)

const defaultCacheSize = 1024 * 20

// contextState is what an SSL_CTX keeps: a table by id and version and a list
// ordered by expiry, newest at the head, both over the same sessions and with
// one reference for both.
type contextState struct {
	l      *Ledger
	object *ledger.Object
	mode   CacheMode
	size   int
	table  []*sessionState // order of insertion; looked up by id and version
	head   *sessionState
	tail   *sessionState

	onNew    func(*Conn, *Session) bool
	onRemove func(*Context, *Session)
	onGet    func(*Conn, []byte) (*Session, bool)
	onSeal   func(*Conn) bool
	onOpen   func(*Conn, *Session) bool

	settings // for the connections made from now on
}

// settings are what a connection copies from its context when it is made
// (SSL_new); changes of the context later do not reach it. The cache, its mode
// and the callbacks about sessions are always the context's.
type settings struct {
	version   Version
	tickets   int    // that a TLS 1.3 server sends after a full handshake
	noTicket  bool   // SSL_OP_NO_TICKET
	idContext []byte // session id context: sessions of another are not resumed
	onUsePSK  func(*Conn) (*Session, bool)
	onFindPSK func(*Conn, []byte) (*Session, bool)
}

func (l *Ledger) newContextState() *contextState {
	x := &contextState{l: l, mode: CacheServer, size: defaultCacheSize, settings: settings{version: TLS13, tickets: 2}}
	x.object = l.led.NewObject(ContextObject, x, func() { x.flush(0) })
	return x
}

// find returns the table's entry with s's id and version, or nil.
func (x *contextState) find(s *sessionState) *sessionState {
	for _, t := range x.table {
		if t == s || t.version == s.version && bytes.Equal(t.id, s.id) {
			t.object.Touch()
			return t
		}
	}
	return nil
}

func (x *contextState) delete(s *sessionState) {
	for i, t := range x.table {
		if t == s {
			x.table = append(x.table[:i:i], x.table[i+1:]...)
			return
		}
	}
}

// unlink takes s out of the list; its reference stays with the caller.
func (x *contextState) unlink(s *sessionState) {
	if s.cache != x {
		return
	}
	if s.prev != nil {
		s.prev.next = s.next
	} else {
		x.head = s.next
	}
	if s.next != nil {
		s.next.prev = s.prev
	} else {
		x.tail = s.prev
	}
	s.prev, s.next, s.cache = nil, nil, nil
}

// link puts s where its expiry belongs; among equals the newest is first.
func (x *contextState) link(s *sessionState) {
	x.unlink(s)
	s.cache = x
	after := (*sessionState)(nil)
	before := x.head
	for before != nil && s.expires() < before.expires() {
		after, before = before, before.next
	}
	s.prev, s.next = after, before
	if after != nil {
		after.next = s
	} else {
		x.head = s
	}
	if before != nil {
		before.prev = s
	} else {
		x.tail = s
	}
}

func (s *sessionState) relink() {
	if s.cache != nil {
		s.cache.link(s)
	}
}

// add is SSL_CTX_add_session: it reports whether the cache holds a new
// reference.
func (x *contextState) add(s *sessionState) bool {
	old := x.find(s)
	if old == s {
		x.touchTime(s)
		x.link(s)
		return false
	}
	hold := x.l.led.Hold("cache", s.object)
	if old != nil {
		// Equal id and version: the old entry goes, without a callback.
		x.delete(old)
		x.unlink(old)
		x.drop(old)
	}
	x.table = append(x.table, s)
	x.touchTime(s)
	s.cacheHold = hold
	// The new entry counts already: a cache of size n ends up with n-1.
	for x.size > 0 && len(x.table) >= x.size {
		if !x.remove(x.tail) {
			break
		}
	}
	x.link(s)
	return true
}

func (x *contextState) touchTime(s *sessionState) {
	if x.mode&CacheUpdateTime != 0 {
		s.time = x.l.seconds()
	}
}

// drop releases the cache's reference on s.
func (x *contextState) drop(s *sessionState) {
	hold := s.cacheHold
	s.cacheHold = nil
	hold.Drop()
}

// remove is SSL_CTX_remove_session: the entry with s's id goes, be it s or not,
// and the callback hears of s. It reports whether an entry went.
func (x *contextState) remove(s *sessionState) bool {
	if s == nil || !s.object.Touch() || len(s.id) == 0 {
		return false
	}
	r := x.find(s)
	if r != nil {
		x.delete(r)
		x.unlink(r)
	}
	s.notResumable = true
	x.tellRemoved(s)
	if r != nil {
		x.drop(r)
	}
	return r != nil
}

// flush is SSL_CTX_flush_sessions: from the tail, until one is still good.
func (x *contextState) flush(now int64) {
	var gone []*ledger.Hold
	for x.tail != nil {
		s := x.tail
		// The list is walked whatever has become of its members: this is where
		// a session that was freed too often is found dead.
		s.object.Touch()
		if now != 0 && now <= s.expires() {
			break
		}
		x.delete(s)
		x.unlink(s)
		s.notResumable = true
		gone = append(gone, s.cacheHold)
		s.cacheHold = nil
		x.tellRemoved(s)
	}
	for _, hold := range gone {
		hold.Drop()
	}
}
