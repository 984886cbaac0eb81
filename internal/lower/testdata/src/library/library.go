// Package library calls library functions whose behaviour the tables describe.
package library

/*
typedef struct ssl_session_st SSL_SESSION;
typedef struct ssl_st SSL;
static SSL_SESSION *SSL_get1_session(SSL *ssl) { return 0; }
static void SSL_SESSION_free(SSL_SESSION *s) {}
*/
import "C"

import (
	"errors"
	"fmt"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
)

type box struct{ s *C.SSL_SESSION }

func (b *box) free() { C.SSL_SESSION_free(b.s) }

var (
	once sync.Once
	pool sync.Pool
	last atomic.Pointer[box]
	all  sync.Map
)

// Once: runs the literal or not.
func Once(s *C.SSL_SESSION) {
	once.Do(func() { C.SSL_SESSION_free(s) })
}

// Many: runs it any number of times.
func Many(list []*box) {
	slices.SortFunc(list, func(a, b *box) int {
		if a.s == nil {
			return -1
		}
		return 1
	})
	all.Range(func(k, v any) bool {
		v.(*box).free()
		return true
	})
}

// Later: runs it after the function has returned.
func Later(t *testing.T, b *box) {
	t.Cleanup(b.free)
	runtime.SetFinalizer(b, (*box).free)
}

// Kept: the callee keeps it, always or if it says so.
func Kept(b *box) {
	pool.Put(b)
	if last.CompareAndSwap(nil, b) {
		return
	}
	last.Store(b)
}

// Errors: nil if all are nil; true only for one that is not.
func Errors(s *C.SSL_SESSION, err error) error {
	if errors.Is(err, errors.ErrUnsupported) {
		return err
	}
	if joined := errors.Join(err, nil); joined != nil {
		return fmt.Errorf("joined: %w", joined)
	}
	C.SSL_SESSION_free(s)
	return nil
}

// Fatal: deferred calls run when a test ends early.
func Fatal(t *testing.T, ssl *C.SSL) {
	s := C.SSL_get1_session(ssl)
	defer C.SSL_SESSION_free(s)
	if s == nil {
		t.Fatal("no session")
	}
	runtime.KeepAlive(ssl)
}
