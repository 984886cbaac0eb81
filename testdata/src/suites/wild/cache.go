// Package wild holds longer functions in the manner of real programs: caches,
// pools, clients and servers by authors of different habits.
package wild

import (
	"container/list"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/sessionlint/sessionlint/session"
)

var (
	errFull    = errors.New("cache is full")
	errMissing = errors.New("not in cache")
	errHello   = errors.New("handshake failed")
)

// entry is one line of a cache.
type entry struct {
	key  string
	sess *session.Session
	at   time.Time
}

// Cache keeps the sessions of the last hosts, one reference each.
type Cache struct {
	mu    sync.Mutex
	max   int
	order *list.List
	items map[string]*list.Element
	spill *session.Session
}

// NewCache makes an empty one.
func NewCache(n int) *Cache {
	return &Cache{max: n, order: list.New(), items: map[string]*list.Element{}}
}

// Put keeps a reference of its own and leaves the caller's alone.
func (c *Cache) Put(key string, s *session.Session) error {
	if s == nil || !s.UpRef() {
		return errMissing
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if e, ok := c.items[key]; ok {
		old := e.Value.(*entry)
		old.sess.Free()
		old.sess = s
		c.order.MoveToFront(e)
		return nil
	}
	if c.order.Len() >= c.max {
		c.evict()
	}
	c.items[key] = c.order.PushFront(&entry{key: key, sess: s, at: time.Now()})
	return nil
}

// PutBad loses its reference when the cache is full.
func (c *Cache) PutBad(key string, s *session.Session) error {
	if s == nil || !s.UpRef() { // want missingfree
		return errMissing
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.order.Len() >= c.max {
		return errFull
	}
	c.items[key] = c.order.PushFront(&entry{key: key, sess: s, at: time.Now()})
	return nil
}

// Get returns a reference of the caller's own.
func (c *Cache) Get(key string) (*session.Session, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	e, ok := c.items[key]
	if !ok {
		return nil, false
	}
	s := e.Value.(*entry).sess
	if !s.UpRef() {
		return nil, false
	}
	c.order.MoveToFront(e)
	return s, true
}

// evict frees the oldest; the lock is held.
func (c *Cache) evict() {
	e := c.order.Back()
	if e == nil {
		return
	}
	old := c.order.Remove(e).(*entry)
	delete(c.items, old.key)
	old.sess.Free()
}

// Close frees all.
func (c *Cache) Close() {
	c.mu.Lock()
	defer c.mu.Unlock()
	for c.order.Len() > 0 {
		c.evict()
	}
	c.spill.Free()
	c.spill = nil
}

// CacheUsed puts, gets and closes.
func CacheUsed(conn *session.Conn) error {
	c := NewCache(1)
	defer c.Close()
	s := conn.Get1Session()
	if s == nil {
		return errMissing
	}
	defer s.Free()
	if err := c.Put("a", s); err != nil {
		return fmt.Errorf("put: %w", err)
	}
	if t, ok := c.Get("a"); ok {
		t.SetTimeout(1)
		t.Free()
	}
	return nil
}

// CachePutForgets believes that Put takes its reference.
func CachePutForgets(conn *session.Conn) error {
	c := NewCache(1)
	defer c.Close()
	s := conn.Get1Session() // want missingfree
	if s == nil {
		return errMissing
	}
	return c.Put("a", s) // may missingfree
}

// CacheFull has a cache that is always full.
func CacheFull(conn *session.Conn) error {
	c := NewCache(0)
	defer c.Close()
	s := conn.Get1Session()
	if s == nil {
		return errMissing
	}
	defer s.Free()
	return c.PutBad("a", s) // may missingfree
}

// CacheGetForgets believes that Get lends.
func CacheGetForgets(conn *session.Conn, c *session.Conn) (t int64) {
	cache := NewCache(1)
	defer cache.Close()
	s := conn.Get1Session()
	defer s.Free()
	if cache.Put("a", s) != nil {
		return 0
	}
	if got, ok := cache.Get("a"); ok { // want missingfree
		t = got.Time()
	}
	return t
}

// table shards its sessions by a hash.
type table struct {
	shards [4]shard
}

type shard struct {
	mu   sync.RWMutex
	byID map[string]*session.Session
}

func (t *table) shard(id string) *shard { return &t.shards[len(id)%len(t.shards)] }

// add takes the reference over and gives back what was there before.
func (t *table) add(id string, s *session.Session) (old *session.Session) {
	sh := t.shard(id)
	sh.mu.Lock()
	defer sh.mu.Unlock()
	if sh.byID == nil {
		sh.byID = make(map[string]*session.Session)
	}
	old, sh.byID[id] = sh.byID[id], s
	return old
}

// take gives the caller what the table had.
func (t *table) take(id string) (*session.Session, error) {
	sh := t.shard(id)
	sh.mu.Lock()
	defer sh.mu.Unlock()
	s, ok := sh.byID[id]
	if !ok {
		return nil, fmt.Errorf("session %q: %w", id, errMissing)
	}
	delete(sh.byID, id)
	return s, nil
}

func (t *table) drain() {
	for i := range t.shards {
		sh := &t.shards[i]
		sh.mu.Lock()
		for id, s := range sh.byID {
			s.Free()
			delete(sh.byID, id)
		}
		sh.mu.Unlock()
	}
}

// TableUsed replaces, takes and drains.
func TableUsed(a, b *session.Conn) error {
	var t table
	defer t.drain()
	t.add("x", a.Get1Session()).Free()
	t.add("x", b.Get1Session()).Free()
	s, err := t.take("x")
	if err != nil {
		return err
	}
	defer s.Free()
	if !a.SetSession(s) {
		return errHello
	}
	return nil
}

// TableTakeForgets forgets what it took, if the connection does not want it.
//
//fixture:norun the table's element is the table's until a caller takes it
func TableTakeForgets(t *table, a *session.Conn) error {
	s, err := t.take("x") // want missingfree
	if err != nil {
		return err
	}
	if !a.SetSession(s) {
		return errHello
	}
	s.Free()
	return nil
}
