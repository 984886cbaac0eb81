// Package ports holds what ports to Go of the session handling of well-known programs
// look like, with cgo: the cache of a download tool by peer, the callbacks of web
// servers, sockets of language runtimes, test clients, tunnels, wrappers with a
// destructor. Each comes right and with a mistake.
package ports

/*
#cgo CFLAGS: -I${SRCDIR}/../../include
#include <stdlib.h>
#include "complete.h"

extern int goPeerNew(SSL *ssl, SSL_SESSION *sess);
extern int goPeerNewUpRef(SSL *ssl, SSL_SESSION *sess);
extern int goPeerNewDer(SSL *ssl, SSL_SESSION *sess);
extern int goPeerNewDerKept(SSL *ssl, SSL_SESSION *sess);
extern SSL_SESSION *goStoreGet(SSL *ssl, unsigned char *id, int n, int *copy);
extern SSL_SESSION *goStoreGetCopied(SSL *ssl, unsigned char *id, int n, int *copy);
extern void goStoreRemove(SSL_CTX *ctx, SSL_SESSION *sess);
extern void goStoreRemoveFrees(SSL_CTX *ctx, SSL_SESSION *sess);
extern int goPskUse(SSL *ssl, void *md, unsigned char **id, size_t *n, SSL_SESSION **sess);
extern int goPskUseRef(SSL *ssl, void *md, unsigned char **id, size_t *n, SSL_SESSION **sess);

enum { ex_index = 1 };
static inline void *SSL_get_ex_data(const SSL *s, int i) { (void)s; (void)i; return 0; }
static inline int SSL_set_ex_data(SSL *s, int i, void *p) { (void)s; (void)i; (void)p; return 1; }
static inline int SSL_SESSION_set_ex_data(SSL_SESSION *s, int i, void *p) { (void)s; (void)i; (void)p; return 1; }
static inline void *SSL_SESSION_get_ex_data(const SSL_SESSION *s, int i) { (void)s; (void)i; return 0; }
static inline BIO *BIO_new_file(const char *name, const char *mode) { (void)name; (void)mode; return 0; }
static inline int BIO_free(BIO *b) { (void)b; return 1; }
*/
import "C"

import (
	"container/list"
	"errors"
	"fmt"
	"runtime"
	"runtime/cgo"
	"sync"
	"time"
	"unsafe"
)

var (
	errSession = errors.New("no session")
	errEncode  = errors.New("cannot encode")
	errResume  = errors.New("cannot resume")
)

// A peer is one line of the cache of a download tool.
type peer struct {
	key     string
	sess    *C.SSL_SESSION
	age     int64
	created time.Time
}

// A peerCache has a fixed number of lines.
type peerCache struct {
	mu    sync.Mutex
	peers []peer
	age   int64
}

// kill frees a line.
func (p *peer) kill() {
	if p.sess != nil {
		C.SSL_SESSION_free(p.sess)
		p.sess = nil
		p.key = ""
	}
}

// add takes the session over, in the place of the oldest.
func (c *peerCache) add(key string, s *C.SSL_SESSION) {
	c.mu.Lock()
	defer c.mu.Unlock()
	oldest := &c.peers[0]
	for i := range c.peers {
		if c.peers[i].sess == nil {
			oldest = &c.peers[i]
			break
		}
		if c.peers[i].age < oldest.age {
			oldest = &c.peers[i]
		}
	}
	oldest.kill()
	c.age++
	oldest.sess, oldest.key, oldest.age, oldest.created = s, key, c.age, time.Now()
}

// get borrows.
func (c *peerCache) get(key string) *C.SSL_SESSION {
	c.mu.Lock()
	defer c.mu.Unlock()
	for i := range c.peers {
		if p := &c.peers[i]; p.sess != nil && p.key == key {
			c.age++
			p.age = c.age
			return p.sess
		}
	}
	return nil
}

func (c *peerCache) close() {
	c.mu.Lock()
	defer c.mu.Unlock()
	for i := range c.peers {
		c.peers[i].kill()
	}
}

// PeerSaved puts the session of a connection into the cache.
func PeerSaved(c *peerCache, ssl *C.SSL, key string) error {
	s := C.SSL_get1_session(ssl)
	if s == nil {
		return errSession
	}
	if c.get(key) != nil {
		C.SSL_SESSION_free(s)
		return nil
	}
	c.add(key, s)
	return nil
}

// PeerSavedTwice leaves it where the key is known already.
func PeerSavedTwice(c *peerCache, ssl *C.SSL, key string) error {
	s := C.SSL_get1_session(ssl) // want missingfree
	if s == nil {
		return errSession
	}
	if c.get(key) != nil {
		return nil
	}
	c.add(key, s)
	return nil
}

// PeerResumed offers what the cache lends.
func PeerResumed(c *peerCache, ssl *C.SSL, key string) error {
	if s := c.get(key); s != nil {
		if C.SSL_set_session(ssl, s) != 1 {
			return fmt.Errorf("%s: %w", key, errResume)
		}
	}
	return nil
}

// PeerResumedFreed frees what a connection lends after having offered it.
func PeerResumedFreed(from, to *C.SSL) error {
	s := C.SSL_get0_session(from)
	if s == nil {
		return errSession
	}
	if C.SSL_set_session(to, s) != 1 {
		return errResume
	}
	C.SSL_SESSION_free(s) // want borrowedfree
	return nil
}

var peers = &peerCache{peers: make([]peer, 8)}

//export goPeerNew
func goPeerNew(ssl *C.SSL, sess *C.SSL_SESSION) C.int {
	if C.SSL_is_server(ssl) != 0 {
		return 0
	}
	peers.add("host", sess)
	return 1
}

//export goPeerNewUpRef
func goPeerNewUpRef(ssl *C.SSL, sess *C.SSL_SESSION) C.int {
	if C.SSL_SESSION_up_ref(sess) != 1 {
		return 0
	}
	peers.add("host", sess)
	return 0
}

// encode returns the session in its DER form.
func encode(s *C.SSL_SESSION) ([]byte, error) {
	n := C.i2d_SSL_SESSION(s, nil)
	if n <= 0 {
		return nil, errEncode
	}
	out := make([]byte, n)
	p := (*C.uchar)(unsafe.Pointer(&out[0]))
	if C.i2d_SSL_SESSION(s, &p) != n {
		return nil, errEncode
	}
	return out, nil
}

// decode returns a session of the caller's own.
func decode(der []byte) (*C.SSL_SESSION, error) {
	if len(der) == 0 {
		return nil, errEncode
	}
	p := (*C.uchar)(unsafe.Pointer(&der[0]))
	s := C.d2i_SSL_SESSION(nil, &p, C.long(len(der)))
	if s == nil {
		return nil, errEncode
	}
	return s, nil
}

var store sync.Map // id to DER

func idOf(s *C.SSL_SESSION) string {
	var n C.uint
	p := C.SSL_SESSION_get_id(s, &n)
	return C.GoStringN((*C.char)(unsafe.Pointer(p)), C.int(n))
}

//export goPeerNewDer
func goPeerNewDer(ssl *C.SSL, sess *C.SSL_SESSION) C.int {
	der, err := encode(sess)
	if err != nil {
		return 0
	}
	store.Store(idOf(sess), der)
	return 0
}

// The shared memory of a web server has a copy of it, not the session.
//
//export goPeerNewDerKept
func goPeerNewDerKept(ssl *C.SSL, sess *C.SSL_SESSION) C.int {
	der, err := encode(sess)
	if err != nil {
		return 0
	}
	store.Store(idOf(sess), der)
	return 1 // want callbackref "nothing keeps"
}

//export goStoreGet
func goStoreGet(ssl *C.SSL, id *C.uchar, n C.int, copy *C.int) *C.SSL_SESSION {
	*copy = 0
	v, ok := store.Load(C.GoStringN((*C.char)(unsafe.Pointer(id)), n))
	if !ok {
		return nil
	}
	s, err := decode(v.([]byte))
	if err != nil {
		return nil
	}
	return s
}

// Copied from a server that had a session and not its DER: the reference is twice.
//
//export goStoreGetCopied
func goStoreGetCopied(ssl *C.SSL, id *C.uchar, n C.int, copy *C.int) *C.SSL_SESSION {
	*copy = 1
	v, ok := store.Load(C.GoStringN((*C.char)(unsafe.Pointer(id)), n))
	if !ok {
		return nil
	}
	s, err := decode(v.([]byte))
	if err != nil {
		return nil
	}
	return s // want callbackref
}

//export goStoreRemove
func goStoreRemove(ctx *C.SSL_CTX, sess *C.SSL_SESSION) {
	store.Delete(idOf(sess))
}

//export goStoreRemoveFrees
func goStoreRemoveFrees(ctx *C.SSL_CTX, sess *C.SSL_SESSION) {
	store.Delete(idOf(sess))
	C.SSL_SESSION_free(sess) // want borrowedfree
}

// psk is what a test client has read from a file.
var psk *C.SSL_SESSION

//export goPskUse
func goPskUse(ssl *C.SSL, md unsafe.Pointer, id **C.uchar, n *C.size_t, sess **C.SSL_SESSION) C.int {
	if psk == nil || C.SSL_SESSION_up_ref(psk) != 1 {
		*sess = nil
		return 0
	}
	*sess = psk
	return 1
}

//export goPskUseRef
func goPskUseRef(ssl *C.SSL, md unsafe.Pointer, id **C.uchar, n *C.size_t, sess **C.SSL_SESSION) C.int {
	if psk == nil {
		*sess = nil
		return 0
	}
	*sess = psk
	return 1 // want callbackref
}

// Register registers them.
func Register(ctx *C.SSL_CTX, right bool) {
	if right {
		C.SSL_CTX_sess_set_new_cb(ctx, (*[0]byte)(C.goPeerNew))
		C.SSL_CTX_sess_set_new_cb(ctx, (*[0]byte)(C.goPeerNewUpRef))
		C.SSL_CTX_sess_set_new_cb(ctx, (*[0]byte)(C.goPeerNewDer))
		C.SSL_CTX_sess_set_get_cb(ctx, (*[0]byte)(C.goStoreGet))
		C.SSL_CTX_sess_set_remove_cb(ctx, (*[0]byte)(C.goStoreRemove))
		C.SSL_CTX_set_psk_use_session_callback(ctx, (*[0]byte)(C.goPskUse))
		return
	}
	C.SSL_CTX_sess_set_new_cb(ctx, (*[0]byte)(C.goPeerNewDerKept))
	C.SSL_CTX_sess_set_get_cb(ctx, (*[0]byte)(C.goStoreGetCopied))
	C.SSL_CTX_sess_set_remove_cb(ctx, (*[0]byte)(C.goStoreRemoveFrees))
	C.SSL_CTX_set_psk_use_session_callback(ctx, (*[0]byte)(C.goPskUseRef))
}

// LoadPSK reads it from a file.
func LoadPSK(name string) error {
	cname, mode := C.CString(name), C.CString("r")
	defer C.free(unsafe.Pointer(cname))
	defer C.free(unsafe.Pointer(mode))
	b := C.BIO_new_file(cname, mode)
	if b == nil {
		return errSession
	}
	s := C.PEM_read_bio_SSL_SESSION(b, nil, nil, nil)
	C.BIO_free(b)
	if s == nil {
		return errSession
	}
	if C.SSL_SESSION_get_protocol_version(s) == 0 {
		C.SSL_SESSION_free(s)
		return errSession
	}
	C.SSL_SESSION_free(psk)
	psk = s
	return nil
}

// LoadOffer reads one, offers it and forgets that the connection has its own reference.
func LoadOffer(ssl *C.SSL, b *C.BIO) error {
	s := C.PEM_read_bio_SSL_SESSION(b, nil, nil, nil) // want missingfree
	if s == nil {
		return errSession
	}
	if C.SSL_set_session(ssl, s) == 0 {
		C.SSL_SESSION_free(s)
		return errResume
	}
	return nil
}

// LoadOfferRight does not.
func LoadOfferRight(ssl *C.SSL, b *C.BIO) error {
	s := C.PEM_read_bio_SSL_SESSION(b, nil, nil, nil)
	if s == nil {
		return errSession
	}
	defer C.SSL_SESSION_free(s)
	if C.SSL_set_session(ssl, s) == 0 {
		return errResume
	}
	return nil
}

// A Session is the object of a language runtime: it owns one reference and has the
// context for comparisons.
type Session struct {
	ptr *C.SSL_SESSION
	ctx *C.SSL_CTX
}

func newSession(ssl *C.SSL) *Session {
	p := C.SSL_get1_session(ssl)
	if p == nil {
		return nil
	}
	s := &Session{ptr: p, ctx: C.SSL_get_SSL_CTX(ssl)}
	runtime.SetFinalizer(s, (*Session).dealloc) // strict danglingborrow
	return s
}

func (s *Session) dealloc() {
	C.SSL_SESSION_free(s.ptr)
	s.ptr = nil
}

// Timeout keeps the object alive.
func (s *Session) Timeout() time.Duration {
	n := C.SSL_SESSION_get_timeout(s.ptr)
	runtime.KeepAlive(s)
	return time.Duration(n) * time.Second
}

// HasTicket does not.
func (s *Session) HasTicket() bool {
	return C.SSL_SESSION_has_ticket(s.ptr) != 0 // want missingkeepalive
}

// A Socket owns its connection.
type Socket struct {
	ssl  *C.SSL
	next *C.SSL_SESSION // to be offered, owned
	id   cgo.Handle
}

// SetSession copies a session of another socket, as some runtimes do so that its ids
// do not change.
func (k *Socket) SetSession(s *Session) error {
	der, err := encode(s.ptr)
	runtime.KeepAlive(s)
	if err != nil {
		return err
	}
	d, err := decode(der)
	if err != nil {
		return err
	}
	ok := C.SSL_set_session(k.ssl, d)
	C.SSL_SESSION_free(d)
	if ok == 0 {
		return errResume
	}
	return nil
}

// SetSessionLost frees the copy where all is well.
func (k *Socket) SetSessionLost(s *Session) error {
	d := C.SSL_SESSION_dup(s.ptr) // want missingfree
	runtime.KeepAlive(s)
	if d == nil {
		return errSession
	}
	if C.SSL_set_session(k.ssl, d) == 0 {
		return errResume
	}
	C.SSL_SESSION_free(d)
	return nil
}

// SetNext replaces what is to be offered, from bytes.
func (k *Socket) SetNext(der []byte) error {
	s, err := decode(der)
	if err != nil {
		return err
	}
	C.SSL_SESSION_free(k.next)
	k.next = s
	return nil
}

// SetNextLost does not free the one before.
func (k *Socket) SetNextLost(from *C.SSL) error {
	s := C.SSL_get1_session(from)
	if s == nil {
		return errSession
	}
	k.next = s // want missingfree
	return nil
}

// Start offers it and lets go of it.
func (k *Socket) Start() error {
	if k.next != nil {
		ok := C.SSL_set_session(k.ssl, k.next)
		C.SSL_SESSION_free(k.next)
		k.next = nil
		if ok != 1 {
			return errResume
		}
	}
	if C.SSL_connect(k.ssl) != 1 {
		return errSession
	}
	return nil
}

// Destroy frees all; the connection last.
func (k *Socket) Destroy() {
	if k.ssl == nil {
		return
	}
	C.SSL_SESSION_free(k.next)
	k.next = nil
	C.SSL_free(k.ssl)
	k.ssl = nil
	k.id.Delete()
}

// GetSession returns DER, from a loan.
func (k *Socket) GetSession() ([]byte, error) {
	s := C.SSL_get_session(k.ssl)
	if s == nil {
		return nil, nil
	}
	return encode(s)
}

// GetSessionLeaks returns it from a reference that it loses.
func (k *Socket) GetSessionLeaks() ([]byte, error) {
	s := C.SSL_get1_session(k.ssl) // want missingfree
	if s == nil {
		return nil, nil
	}
	der, err := encode(s)
	if err != nil {
		return nil, fmt.Errorf("session: %w", err)
	}
	C.SSL_SESSION_free(s)
	return der, nil
}

// Renewed reads the ticket of a session that the handshake has replaced.
func (k *Socket) Renewed() int64 {
	s := C.SSL_get0_session(k.ssl)
	if s == nil {
		return 0
	}
	before := C.SSL_SESSION_get_time(s)
	C.SSL_set_session(k.ssl, nil)
	return int64(C.SSL_SESSION_get_time(s) - before) // want danglingborrow
}

// RenewedRight asks again.
func (k *Socket) RenewedRight() int64 {
	s := C.SSL_get0_session(k.ssl)
	if s == nil {
		return 0
	}
	before := C.SSL_SESSION_get_time(s)
	C.SSL_set_session(k.ssl, nil)
	if s = C.SSL_get0_session(k.ssl); s == nil {
		return 0
	}
	return int64(C.SSL_SESSION_get_time(s) - before)
}

// Owned is a wrapper with a destructor, and Ref one that borrows.
type (
	Owned struct{ p *C.SSL_SESSION }
	Ref   struct{ p *C.SSL_SESSION }
)

// Drop ends it.
func (o *Owned) Drop() {
	C.SSL_SESSION_free(o.p)
	o.p = nil
}

// IntoRaw gives up the reference.
func (o *Owned) IntoRaw() *C.SSL_SESSION {
	p := o.p
	o.p = nil
	return p
}

// ToOwned makes a reference of its own.
func (r Ref) ToOwned() (Owned, bool) {
	if r.p == nil || C.SSL_SESSION_up_ref(r.p) != 1 {
		return Owned{}, false
	}
	return Owned(r), true
}

func borrow(ssl *C.SSL) Ref { return Ref{C.SSL_get0_session(ssl)} }

// Cloned drops what it cloned.
func Cloned(from, to *C.SSL) error {
	o, ok := borrow(from).ToOwned()
	if !ok {
		return errSession
	}
	defer o.Drop()
	if C.SSL_set_session(to, o.p) != 1 {
		return errResume
	}
	return nil
}

// ClonedLost does not drop it if it is refused.
func ClonedLost(from, to *C.SSL) error {
	o, ok := borrow(from).ToOwned() // want missingfree
	if !ok {
		return errSession
	}
	if C.SSL_set_session(to, o.p) != 1 {
		return errResume
	}
	o.Drop()
	return nil
}

// Moved drops what was moved out of, which is nothing, and frees what was moved.
func Moved(ssl *C.SSL) {
	o := Owned{C.SSL_get1_session(ssl)}
	defer o.Drop()
	p := o.IntoRaw()
	C.SSL_SESSION_free(p)
}

// MovedCopied drops a copy of the wrapper, and the wrapper.
func MovedCopied(ssl *C.SSL) {
	o := Owned{C.SSL_get1_session(ssl)}
	q := o
	q.Drop()
	o.Drop() // want doublefree
}

// FromRef makes an owner of a loan.
func FromRef(ssl *C.SSL) {
	o := Owned(borrow(ssl))
	o.Drop() // want borrowedfree
}

// A tunnel keeps the session of a service between connections.
type tunnel struct {
	lock sync.RWMutex
	last *C.SSL_SESSION
	lru  *list.List // of *C.SSL_SESSION
}

// save frees the one before.
func (t *tunnel) save(ssl *C.SSL) {
	s := C.SSL_get1_session(ssl)
	if s == nil {
		return
	}
	t.lock.Lock()
	old := t.last
	t.last = s
	t.lock.Unlock()
	C.SSL_SESSION_free(old)
}

// saveLoan keeps what a connection lends.
func (t *tunnel) saveLoan(ssl *C.SSL) {
	s := C.SSL_get0_session(ssl)
	t.lock.Lock()
	defer t.lock.Unlock()
	C.SSL_SESSION_free(t.last)
	t.last = s // want danglingborrow
}

// offer gives the last one.
func (t *tunnel) offer(ssl *C.SSL) bool {
	t.lock.RLock()
	s := t.last
	if s != nil && C.SSL_SESSION_up_ref(s) != 1 {
		s = nil
	}
	t.lock.RUnlock()
	if s == nil {
		return false
	}
	defer C.SSL_SESSION_free(s)
	return C.SSL_set_session(ssl, s) == 1
}

// offerLost forgets its reference if the connection refuses.
func (t *tunnel) offerLost(ssl *C.SSL) bool {
	t.lock.RLock()
	s := t.last
	if s != nil && C.SSL_SESSION_up_ref(s) != 1 { // want missingfree
		s = nil
	}
	t.lock.RUnlock()
	if s == nil || C.SSL_set_session(ssl, s) != 1 {
		return false
	}
	C.SSL_SESSION_free(s)
	return true
}

// push and shrink keep a list of what was last used.
func (t *tunnel) push(ssl *C.SSL, max int) {
	s := C.SSL_get1_session(ssl)
	if s == nil {
		return
	}
	t.lru.PushFront(s)
	for t.lru.Len() > max {
		old := t.lru.Remove(t.lru.Back()).(*C.SSL_SESSION)
		C.SSL_SESSION_free(old)
	}
}

// stop frees all.
func (t *tunnel) stop() {
	t.lock.Lock()
	defer t.lock.Unlock()
	C.SSL_SESSION_free(t.last)
	t.last = nil
	for e := t.lru.Front(); e != nil; e = e.Next() {
		C.SSL_SESSION_free(e.Value.(*C.SSL_SESSION))
	}
	t.lru.Init()
}

// Tunnelled uses all of it.
func Tunnelled(a, b *C.SSL) bool {
	t := &tunnel{lru: list.New()}
	defer t.stop()
	t.save(a)
	t.push(a, 1)
	return t.offer(b)
}

// TunnelledLost offers in the way that loses.
func TunnelledLost(a, b *C.SSL) bool {
	t := &tunnel{lru: list.New()}
	defer t.stop()
	t.save(a)
	return t.offerLost(b)
}

// connState is what ex_data of a connection has.
type connState struct {
	server  string
	session *C.SSL_SESSION // owned
}

func stateOf(ssl *C.SSL) *connState {
	p := C.SSL_get_ex_data(ssl, C.ex_index)
	if p == nil {
		return nil
	}
	return (*(*cgo.Handle)(p)).Value().(*connState)
}

// Remember keeps a reference in the state of a connection.
func Remember(ssl *C.SSL) bool {
	st := stateOf(ssl)
	if st == nil {
		return false
	}
	s := C.SSL_get1_session(ssl)
	if s == nil {
		return false
	}
	C.SSL_SESSION_free(st.session)
	st.session = s
	return true
}

// RememberLost takes the reference before it knows where to keep it.
func RememberLost(ssl *C.SSL) bool {
	s := C.SSL_get1_session(ssl) // want missingfree
	st := stateOf(ssl)
	if s == nil || st == nil {
		return false
	}
	C.SSL_SESSION_free(st.session)
	st.session = s
	return true
}

// Forget frees it with the connection.
func Forget(ssl *C.SSL) {
	if st := stateOf(ssl); st != nil {
		C.SSL_SESSION_free(st.session)
		st.session = nil
	}
	C.SSL_free(ssl)
}

// Tagged hangs a name on a session.
func Tagged(ssl *C.SSL, name *C.char) bool {
	s := C.SSL_get1_session(ssl)
	if s == nil {
		return false
	}
	defer C.SSL_SESSION_free(s)
	if C.SSL_SESSION_get_ex_data(s, C.ex_index) != nil {
		return true
	}
	return C.SSL_SESSION_set_ex_data(s, C.ex_index, unsafe.Pointer(name)) == 1
}

// TaggedLost leaves it where it has a name.
func TaggedLost(ssl *C.SSL, name *C.char) bool {
	s := C.SSL_get1_session(ssl) // want missingfree
	if s == nil {
		return false
	}
	if C.SSL_SESSION_get_ex_data(s, C.ex_index) != nil {
		return true
	}
	ok := C.SSL_SESSION_set_ex_data(s, C.ex_index, unsafe.Pointer(name)) == 1
	C.SSL_SESSION_free(s)
	return ok
}

// Reconnect is a test client that connects again and again with what it got.
func Reconnect(ctx *C.SSL_CTX, n int) (resumed int, err error) {
	var s *C.SSL_SESSION
	defer func() { C.SSL_SESSION_free(s) }()
	for range n {
		ssl := C.SSL_new(ctx)
		if ssl == nil {
			return resumed, errSession
		}
		if s != nil && C.SSL_set_session(ssl, s) != 1 {
			C.SSL_free(ssl)
			return resumed, errResume
		}
		if C.SSL_connect(ssl) != 1 {
			C.SSL_free(ssl)
			return resumed, errSession
		}
		resumed += int(C.SSL_session_reused(ssl))
		C.SSL_SESSION_free(s)
		s = C.SSL_get1_session(ssl)
		C.SSL_shutdown(ssl)
		C.SSL_free(ssl)
	}
	return resumed, nil
}

// ReconnectLost overwrites the one before.
func ReconnectLost(ctx *C.SSL_CTX, n int) (resumed int, err error) {
	var s *C.SSL_SESSION
	defer func() { C.SSL_SESSION_free(s) }()
	for range n {
		ssl := C.SSL_new(ctx)
		if ssl == nil {
			return resumed, errSession
		}
		if s != nil {
			C.SSL_set_session(ssl, s)
		}
		if C.SSL_connect(ssl) == 1 {
			s = C.SSL_get1_session(ssl) // want missingfree
		}
		C.SSL_free(ssl)
	}
	return resumed, nil
}

// ReconnectLoan keeps a loan beyond the connection that lent it.
func ReconnectLoan(ctx *C.SSL_CTX, n int) {
	var s *C.SSL_SESSION
	for range n {
		ssl := C.SSL_new(ctx)
		if ssl == nil {
			return
		}
		if s != nil {
			C.SSL_set_session(ssl, s) // want danglingborrow
		}
		if C.SSL_connect(ssl) == 1 {
			s = C.SSL_get0_session(ssl)
		}
		C.SSL_free(ssl)
	}
}
