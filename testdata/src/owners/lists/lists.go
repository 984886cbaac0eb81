// Package lists holds fixtures of structs that own sessions in arrays, slices, maps
// and linked lists.
package lists

import (
	"errors"

	"github.com/sessionlint/sessionlint/session"
)

var errRefused = errors.New("refused")

// A Pool owns the sessions of a slice.
type Pool struct {
	sessions []*session.Session
	name     string
}

// Close frees each of them (trap: list loop).
func (p *Pool) Close() {
	for _, s := range p.sessions {
		s.Free()
	}
	p.sessions = nil
}

// NewPool collects.
func NewPool(conns []*session.Conn) *Pool {
	p := &Pool{}
	for _, c := range conns {
		p.sessions = append(p.sessions, c.Get1Session())
	}
	return p
}

// NewPoolFails forgets what it has collected when a later step fails.
func NewPoolFails(conns []*session.Conn) (*Pool, error) {
	p := &Pool{}
	for _, c := range conns {
		p.sessions = append(p.sessions, c.Get1Session()) // want missingfree
		if !c.Handshake() {
			return nil, errRefused
		}
	}
	return p, nil
}

// NewPoolUnwinds closes the pool then.
func NewPoolUnwinds(conns []*session.Conn) (*Pool, error) {
	p := &Pool{}
	for _, c := range conns {
		p.sessions = append(p.sessions, c.Get1Session())
		if !c.Handshake() {
			p.Close()
			return nil, errRefused
		}
	}
	return p, nil
}

// Pooled closes its pool.
func Pooled(conns []*session.Conn) int {
	p := NewPool(conns)
	defer p.Close()
	return len(p.sessions)
}

// PooledDropped does not.
func PooledDropped(conns []*session.Conn) string {
	p := NewPool(conns) // want missingfree
	return p.name
}

// PooledOnError does not where it is refused.
func PooledOnError(conns []*session.Conn, c *session.Conn) error {
	p := NewPool(conns) // want missingfree
	if !c.Handshake() {
		return errRefused
	}
	p.Close()
	return nil
}

// PooledTwice closes twice, which is right: nothing is left the second time.
func PooledTwice(conns []*session.Conn) {
	p := NewPool(conns)
	defer p.Close()
	p.Close()
}

// Add puts another one in.
func (p *Pool) Add(c *session.Conn) bool {
	s := c.Get1Session()
	if s == nil {
		return false
	}
	p.sessions = append(p.sessions, s)
	return true
}

// Added puts some in and closes.
func Added(a, b *session.Conn) bool {
	var p Pool
	defer p.Close()
	return p.Add(a) && p.Add(b)
}

// AddedDropped does not close.
func AddedDropped(a, b *session.Conn) bool {
	var p Pool
	first := p.Add(a)  // want missingfree
	second := p.Add(b) // want missingfree
	return first && second
}

// Forget empties the list without a free.
//
//fixture:norun what the list held is the pool's until somebody makes one
func (p *Pool) Forget() {
	p.sessions = nil // want missingfree
}

// Take hands the list over.
func (p *Pool) Take() []*session.Session {
	list := p.sessions
	p.sessions = nil
	return list
}

// Taken frees what was taken.
func Taken(conns []*session.Conn) {
	p := NewPool(conns)
	for _, s := range p.Take() {
		s.Free()
	}
	p.Close()
}

// TakenLost does not.
func TakenLost(conns []*session.Conn) int {
	p := NewPool(conns) // want missingfree
	n := len(p.Take())
	p.Close()
	return n
}

// A Pair owns the sessions of an array.
type Pair struct {
	both [2]*session.Session
	name string
}

// Close frees both (trap: array elements).
func (p *Pair) Close() {
	for i := range p.both {
		p.both[i].Free()
		p.both[i] = nil
	}
}

// NewPair gets both.
func NewPair(a, b *session.Conn) *Pair {
	p := &Pair{}
	p.both[0] = a.Get1Session()
	p.both[1] = b.Get1Session()
	return p
}

// Paired closes.
func Paired(a, b *session.Conn) {
	p := NewPair(a, b)
	p.Close()
}

// PairedDropped does not.
func PairedDropped(a, b *session.Conn) string {
	p := NewPair(a, b) // want missingfree
	return p.name
}

// Renew frees what it stores over.
func (p *Pair) Renew(c *session.Conn) {
	p.both[0].Free()
	p.both[0] = c.Get1Session()
}

// RenewForgets does not.
//
//fixture:norun what the array held is the pair's until somebody makes one
func (p *Pair) RenewForgets(c *session.Conn) {
	p.both[0] = c.Get1Session() // want missingfree
}

// Clear forgets one of them.
//
//fixture:norun what the array held is the pair's until somebody makes one
func (p *Pair) Clear() {
	p.both[1] = nil // want missingfree
}

// Swap exchanges them.
func (p *Pair) Swap() { p.both[0], p.both[1] = p.both[1], p.both[0] }

// PairRenewed is right.
func PairRenewed(a, b *session.Conn) {
	p := NewPair(a, b)
	defer p.Close()
	p.Renew(a)
	p.Swap()
	p.Renew(b)
}

// Shift moves the second to where the first was.
func (p *Pair) Shift() {
	p.both[0].Free()
	copy(p.both[:], p.both[1:])
	p.both[1] = nil
}

// Shifted does so twice.
func Shifted(a, b *session.Conn) {
	p := NewPair(a, b)
	p.Shift()
	p.Shift()
}

// Empty frees both and stores over them at once.
func (p *Pair) Empty() {
	for i := range p.both {
		p.both[i].Free()
	}
	p.both = [2]*session.Session{}
}

// Drop only stores.
//
//fixture:norun what the array held is the pair's until somebody makes one
func (p *Pair) Drop() {
	p.both = [2]*session.Session{} // want missingfree "frees what the field holds"
}

// Emptied does so twice.
func Emptied(a, b *session.Conn) {
	p := NewPair(a, b)
	p.Empty()
	p.Empty()
}

// Fill sets the first without a look, for objects that have none.
func (p *Pair) fill(c *session.Conn) *Pair {
	p.both[0] = c.Get1Session()
	return p
}

// Filled fills an empty one.
func Filled(c *session.Conn) {
	p := new(Pair).fill(c)
	p.Close()
}

// A stash keeps sessions in an array of which nobody frees any.
type stash struct {
	stowed [2]*session.Session
	name   string
}

// stow stores what it acquires (trap: a field nobody ever frees).
//
//fixture:norun its caller cannot free what it holds
func (s *stash) stow(c *session.Conn) *stash {
	s.stowed[0] = c.Get1Session() // want missingfree "nothing frees what "
	return s
}

// resume only reads.
func (s *stash) resume(c *session.Conn) bool {
	for _, x := range s.stowed {
		if c.SetSession(x) {
			return true
		}
	}
	return false
}

// A heap keeps them in a slice of which nobody frees any.
type heap struct{ piled []*session.Session }

// pile stores what it acquires.
//
//fixture:norun its caller cannot free what it holds
func (h *heap) pile(c *session.Conn) int {
	h.piled = append(h.piled, c.Get1Session()) // want missingfree "nothing frees what heap.piled holds"
	return len(h.piled)
}

// A cupboard keeps them in an array out of which others take them.
type cupboard struct{ shelf [2]*session.Session }

func (c *cupboard) put(conn *session.Conn) *cupboard {
	c.shelf[0] = conn.Get1Session()
	return c
}

func (c *cupboard) take() *session.Session {
	s := c.shelf[0]
	c.shelf[0] = nil
	return s
}

// Cupboarded takes it and frees it.
func Cupboarded(c *session.Conn) {
	s := new(cupboard).put(c).take()
	s.Free()
}

// A Queue owns what is in its slice, of which the last is taken.
type Queue struct{ waiting []*session.Session }

// Push puts one in.
func (q *Queue) Push(c *session.Conn) { q.waiting = append(q.waiting, c.Get1Session()) }

// Pop takes the last one out.
func (q *Queue) Pop() *session.Session {
	if len(q.waiting) == 0 {
		return nil
	}
	last := len(q.waiting) - 1
	s := q.waiting[last]
	q.waiting[last] = nil
	q.waiting = q.waiting[:last]
	return s
}

// First takes the first one out.
func (q *Queue) First() *session.Session {
	if len(q.waiting) == 0 {
		return nil
	}
	s := q.waiting[0]
	copy(q.waiting, q.waiting[1:])
	q.waiting[len(q.waiting)-1] = nil
	q.waiting = q.waiting[:len(q.waiting)-1]
	return s
}

// Close takes out until nothing is left.
func (q *Queue) Close() {
	for s := q.Pop(); s != nil; s = q.Pop() {
		s.Free()
	}
	q.clear()
}

func (q *Queue) clear() { q.waiting = nil }

// Queued pushes and closes.
func Queued(a, b *session.Conn) {
	var q Queue
	q.Push(a)
	if b.Handshake() {
		q.First().Free()
	}
	q.Close()
}

// A Chain owns the sessions of a linked list.
type Chain struct {
	head *link
	size int
}

type link struct {
	sess *session.Session
	next *link
}

// Push puts one in front.
func (l *Chain) Push(c *session.Conn) {
	l.head = &link{c.Get1Session(), l.head}
	l.size++
}

// Close frees all of them (trap: linked list).
func (l *Chain) Close() {
	for n := l.head; n != nil; n = n.next {
		n.sess.Free()
	}
	l.head = nil
}

// Chained closes.
func Chained(a, b *session.Conn) int {
	var l Chain
	defer l.Close()
	l.Push(a)
	l.Push(b)
	return l.size
}

// ChainedDropped does not.
func ChainedDropped(a, b *session.Conn) int {
	var l Chain
	l.Push(a) // want missingfree
	l.Push(b) // want missingfree
	return l.size
}

// drop forgets what a link of such a list owns.
//
//fixture:norun what the field held is the link's until somebody makes one
func (n *link) drop() *link {
	n.sess = nil // want missingfree "Chain.Close frees what the field holds"
	return n.next
}

// A Book owns the sessions of a map's structs.
type Book struct {
	byName map[string]*page
	name   string
}

type page struct{ sess *session.Session }

// NewBook makes an empty one.
func NewBook() *Book { return &Book{byName: map[string]*page{}} }

// Put adds a page and frees the one before.
func (b *Book) Put(name string, c *session.Conn) {
	if old, ok := b.byName[name]; ok {
		old.sess.Free()
	}
	b.byName[name] = &page{c.Get1Session()}
}

// Close frees all of them (trap: map of structs).
func (b *Book) Close() {
	for name, p := range b.byName {
		p.sess.Free()
		delete(b.byName, name)
	}
}

// tear forgets what a page of such a map owns.
//
//fixture:norun what the field held is the page's until somebody makes one
func (p *page) tear() *page {
	p.sess = nil // want missingfree "frees what the field holds"
	return p
}

// Booked closes.
func Booked(a, c *session.Conn) {
	b := NewBook()
	defer b.Close()
	b.Put("a", a)
	b.Put("c", c)
}

// BookedDropped does not.
func BookedDropped(a *session.Conn) string {
	b := NewBook()
	b.Put("a", a) // want missingfree
	return b.name
}

var _ = []any{(*link).drop, (*page).tear, (*stash).stow, (*stash).resume, (*heap).pile}
