package opaque

/*
#include "opaque.h"
*/
import "C"

import (
	"io"
	"sync"
	"sync/atomic"
)

// A Client owns the session it resumes with.
type Client struct {
	ssl  *C.SSL
	sess *C.SSL_SESSION
	mu   sync.Mutex
}

// NewClient hands the session to the struct and the struct to its caller (trap:
// constructor).
func NewClient(ssl *C.SSL) *Client {
	return &Client{ssl: ssl, sess: C.SSL_get1_session(ssl)}
}

// NewClientFails drops the struct, and the session with it, when a later step
// fails (trap: constructor that fails after storing).
func NewClientFails(ssl *C.SSL) (*Client, error) {
	c := &Client{ssl: ssl}
	c.sess = C.SSL_get1_session(ssl) // want missingfree
	if C.SSL_connect(ssl) != 1 {
		return nil, errNoSession
	}
	return c, nil
}

// NewClientUnwinds closes the struct when a later step fails.
func NewClientUnwinds(ssl *C.SSL) (*Client, error) {
	c := &Client{ssl: ssl}
	c.sess = C.SSL_get1_session(ssl)
	if C.SSL_connect(ssl) != 1 {
		c.Close()
		return nil, errNoSession
	}
	return c, nil
}

// Close frees what the client owns.
func (c *Client) Close() {
	C.SSL_SESSION_free(c.sess)
	c.sess = nil
}

// Replace frees the old session before it stores the new one.
func (c *Client) Replace() {
	next := C.SSL_get1_session(c.ssl)
	if c.sess != nil {
		C.SSL_SESSION_free(c.sess)
	}
	c.sess = next
}

// Forget clears the field without freeing what it holds.
func (c *Client) Forget() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.sess = nil // want missingfree
}

// ReplaceForgets stores over the old session.
func (c *Client) ReplaceForgets() {
	c.sess = C.SSL_get1_session(c.ssl) // want missingfree
}

// Resume only reads the field.
func (c *Client) Resume(ssl *C.SSL) bool {
	return c.sess != nil && C.SSL_set_session(ssl, c.sess) == 1
}

// UseClient makes, uses and closes.
func UseClient(ssl, next *C.SSL) bool {
	c := NewClient(ssl)
	defer c.Close()
	return c.Resume(next)
}

// DropClient never closes (trap: wrapper that is dropped).
func DropClient(ssl, next *C.SSL) bool {
	c := NewClient(ssl) // want missingfree
	return c.Resume(next)
}

// A poolClient embeds a client and gets its Close from it (trap: embedded
// struct).
type poolClient struct {
	*Client
	name string
}

// UsePoolClient closes through the promoted method.
func UsePoolClient(ssl, next *C.SSL) bool {
	p := poolClient{Client: NewClient(ssl), name: "pool"}
	defer p.Close()
	return p.Resume(next)
}

// DropPoolClient does not.
func DropPoolClient(ssl, next *C.SSL) bool {
	p := poolClient{Client: NewClient(ssl), name: "pool"} // want missingfree
	return p.Resume(next)
}

// AsCloser returns the owner as an interface.
func AsCloser(ssl *C.SSL) io.Closer { return &holder{s: C.SSL_get1_session(ssl)} }

// LocalStructFreed frees through the field of a struct that never leaves.
func LocalStructFreed(ssl *C.SSL) {
	var st struct{ sess *C.SSL_SESSION }
	st.sess = C.SSL_get1_session(ssl)
	C.SSL_SESSION_set_timeout(st.sess, 1)
	C.SSL_SESSION_free(st.sess)
}

// LocalStructDropped drops the struct with the session in it (trap: local
// struct that is dropped).
func LocalStructDropped(ssl *C.SSL) {
	var st struct{ sess *C.SSL_SESSION }
	st.sess = C.SSL_get1_session(ssl) // want missingfree
	C.SSL_SESSION_set_timeout(st.sess, 1)
}

// pair is returned by value.
type pair struct{ a, b *C.SSL_SESSION }

// MakePair hands two sessions out in one value (trap: aggregate copy).
func MakePair(x, y *C.SSL) pair {
	return pair{a: C.SSL_get1_session(x), b: C.SSL_get1_session(y)}
}

// PairFreed frees both.
func PairFreed(x, y *C.SSL) {
	p := MakePair(x, y)
	q := p
	C.SSL_SESSION_free(q.a)
	C.SSL_SESSION_free(q.b)
}

// PairHalfFreed frees one of them.
func PairHalfFreed(x, y *C.SSL) {
	p := MakePair(x, y) // want missingfree
	C.SSL_SESSION_free(p.a)
}

// current lives as long as the process.
var current *C.SSL_SESSION

// ToGlobal hands the session to a package variable (trap: package variable).
func ToGlobal(ssl *C.SSL) {
	C.SSL_SESSION_free(current)
	current = C.SSL_get1_session(ssl)
}

// ToMap hands it to a map (trap: container).
func ToMap(cache map[string]*C.SSL_SESSION, host string, ssl *C.SSL) {
	if old, ok := cache[host]; ok {
		C.SSL_SESSION_free(old)
	}
	cache[host] = C.SSL_get1_session(ssl)
}

// ToMapOrNot forgets the session when the map already has one.
func ToMapOrNot(cache map[string]*C.SSL_SESSION, host string, ssl *C.SSL) {
	s := C.SSL_get1_session(ssl) // want missingfree
	if _, ok := cache[host]; ok {
		return
	}
	cache[host] = s
}

// ToChannel hands it to whoever receives (trap: channel send).
func ToChannel(ssl *C.SSL, out chan<- *C.SSL_SESSION) {
	out <- C.SSL_get1_session(ssl)
}

// ToSlice collects and frees in a second loop (trap: slice, then a freeing
// range).
func ToSlice(conns []*C.SSL) {
	var list []*C.SSL_SESSION
	for _, c := range conns {
		list = append(list, C.SSL_get1_session(c))
	}
	for _, s := range list {
		C.SSL_SESSION_free(s)
	}
}

// SliceDropped collects and drops the list.
func SliceDropped(conns []*C.SSL) int {
	var list []*C.SSL_SESSION
	for _, c := range conns {
		list = append(list, C.SSL_get1_session(c)) // want missingfree
	}
	return len(list)
}

// SliceReturned gives the list to its caller.
func SliceReturned(conns []*C.SSL) []*C.SSL_SESSION {
	list := make([]*C.SSL_SESSION, 0, len(conns))
	for _, c := range conns {
		if s := C.SSL_get1_session(c); s != nil {
			list = append(list, s)
		}
	}
	return list
}

// FreeFuncs collects cleanup functions and runs them.
func FreeFuncs(conns []*C.SSL) {
	var cleanups []func()
	for _, c := range conns {
		s := C.SSL_get1_session(c)
		cleanups = append(cleanups, func() { C.SSL_SESSION_free(s) })
	}
	for _, f := range cleanups {
		f()
	}
}

// spare recycles sessions (trap: sync.Pool).
var spare sync.Pool

// ToPool hands the session to a pool.
func ToPool(ssl *C.SSL) {
	if s := C.SSL_get1_session(ssl); s != nil {
		spare.Put(s)
	}
}

// boxed is what an atomic pointer can point to: C.SSL_SESSION itself is an
// incomplete type.
type boxed struct{ sess *C.SSL_SESSION }

// latest is the newest session of a server.
var latest atomic.Pointer[boxed]

// Publish swaps the newest session in and frees the one before (trap:
// atomic.Pointer).
func Publish(ssl *C.SSL) {
	if old := latest.Swap(&boxed{sess: C.SSL_get1_session(ssl)}); old != nil {
		C.SSL_SESSION_free(old.sess)
	}
}

// PublishOnce frees its session if another was faster.
func PublishOnce(ssl *C.SSL) {
	b := &boxed{sess: C.SSL_get1_session(ssl)}
	if !latest.CompareAndSwap(nil, b) {
		C.SSL_SESSION_free(b.sess)
	}
}

// release frees any of the two kinds (trap: generics).
func release[T any](v T, free func(T)) { free(v) }

// GenericFreed frees through a generic helper.
func GenericFreed(ssl *C.SSL) {
	s := C.SSL_get1_session(ssl)
	release(s, func(s *C.SSL_SESSION) { C.SSL_SESSION_free(s) })
}

// optional is a generic value with a flag.
type optional[T any] struct {
	value T
	ok    bool
}

// some wraps a value.
func some[T any](v T) optional[T] { return optional[T]{value: v, ok: true} }

// GenericOptional unwraps and frees.
func GenericOptional(ssl *C.SSL) {
	o := some(C.SSL_get1_session(ssl))
	if o.ok {
		C.SSL_SESSION_free(o.value)
	}
}

// GenericOptionalLost frees on the arm that cannot be.
func GenericOptionalLost(ssl *C.SSL) {
	o := some(C.SSL_get1_session(ssl)) // want missingfree
	if !o.ok {
		C.SSL_SESSION_free(o.value)
	}
}
