// Package limitations pins what sessionlint knowingly misses. The labels are what
// is true, found by executing the functions; nothing is reported here. A function
// that starts to be reported belongs elsewhere.
package limitations

import (
	"errors"
	"reflect"

	"github.com/sessionlint/sessionlint/session"
)

var errLost = errors.New("lost")

// MapElementTwice frees one element of a map twice: elements of a map have no
// identity in the analysis once the map has other holders.
func MapElementTwice(m map[string]*session.Session, c *session.Conn) {
	m["host"] = c.Get1Session()
	for _, s := range m {
		s.Free()
	}
	m["host"].Free() // miss doublefree
	clear(m)
}

// SliceHalfFreed frees the elements of a list but the first: which elements of a
// container are freed is not followed, a loop that frees counts for all.
func SliceHalfFreed(conns []*session.Conn) {
	var list []*session.Session
	for _, c := range conns {
		list = append(list, c.Get1Session()) // miss missingfree
	}
	for i := 1; i < len(list); i++ {
		list[i].Free()
	}
}

// ChannelDropped leaves sessions in a local channel: what a receiver has taken
// out is not followed.
func ChannelDropped(a, b *session.Conn) {
	ch := make(chan *session.Session, 2)
	ch <- a.Get1Session()
	ch <- b.Get1Session() // miss missingfree
	s := <-ch
	s.Free()
}

func guarded(c *session.Conn) (err error) {
	defer func() {
		if recover() != nil {
			err = errLost
		}
	}()
	if c.Handshake() {
		panic("lost")
	}
	return nil
}

// RecoveredResult forgets a session where a callee has recovered from a panic: what
// such a callee returns is not followed.
func RecoveredResult(c *session.Conn) {
	s := c.Get1Session() // miss missingfree
	if guarded(c) != nil {
		return
	}
	s.Free()
}

// ByReflection frees twice by reflection, which no analysis follows.
func ByReflection(c *session.Conn) {
	s := c.Get1Session()
	free := reflect.ValueOf(s).MethodByName("Free")
	free.Call(nil)
	free.Call(nil) // miss doublefree
}
