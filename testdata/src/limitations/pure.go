// Package limitations pins what sessionlint knowingly misses. The labels are what
// is true, found by executing the functions; nothing is reported here. A function
// that starts to be reported belongs elsewhere.
package limitations

import (
	"errors"
	"io"
	"reflect"
	"sync"

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

// WorkerReads sends to a goroutine that only reads: what a receiver does is not
// followed.
func WorkerReads(c *session.Conn) {
	work := make(chan *session.Session)
	done := make(chan struct{})
	go func() {
		defer close(done)
		for s := range work {
			s.SetTimeout(1)
		}
	}()
	work <- c.Get1Session() // miss missingfree
	close(work)
	<-done
}

// AskedMapDeleted takes a key out between two questions: that a map has a key is
// remembered, but not what its deletion makes of that.
func AskedMapDeleted(c *session.Conn, known bool) {
	hosts := map[string]int{}
	if known {
		hosts["www"] = 1
	}
	var s *session.Session
	if _, ok := hosts["www"]; ok {
		s = c.Get1Session() // miss missingfree
	}
	delete(hosts, "www")
	if _, ok := hosts["www"]; ok {
		s.Free()
	}
}

// AskedOtherFloat compares one fraction with two bounds: what is known of fractions is
// whether the same question was asked, not how they are ordered.
func AskedOtherFloat(c *session.Conn, percent int) {
	load := float64(percent) / 0.5
	s := c.Get1Session() // miss missingfree
	if load > 1.5 {
		s.Free()
		return
	}
	c.Read()
	if load > 0.5 {
		s.Free()
	}
}

// AskedTimeChanged sets what it has asked for: the second answer is not known, but it is
// taken for possible only where the first one would be as well.
func AskedTimeChanged(c *session.Conn, other *session.Session) {
	var s *session.Session
	if other.Timeout() > 60 {
		s = c.Get1Session() // miss missingfree
	}
	other.SetTimeout(30)
	if other.Timeout() > 60 {
		s.Free()
	}
}

// sink frees on its way down and goes on.
func sink(s *session.Session, depth int) {
	if depth == 0 {
		s.Free()
	}
	if depth > -12 {
		sink(s, depth-1)
	}
}

// SunkAndUsed uses it when all that is over: of a function that calls itself so often the
// last calls are not followed, and what they return from neither.
func SunkAndUsed(c *session.Conn) {
	s := c.Get1Session()
	if s == nil {
		return
	}
	sink(s, 2)
	s.SetTimeout(1) // miss useafterfree
}

// releaseAny frees what can be freed.
func releaseAny[T any](v T) {
	if x, ok := any(v).(interface{ Free() }); ok {
		x.Free()
	}
}

// AnyRead reads what a generic function has freed, if it could: whether a type
// has the methods of an interface is not known.
func AnyRead(c *session.Conn) {
	s := c.Get1Session()
	releaseAny(s)
	s.Time() // miss useafterfree
}

// OnceNever makes it and does not call it: what sync.OnceFunc returns is not nil, but that
// it is a function that somebody calls is taken for granted.
func OnceNever(c *session.Conn) {
	s := c.Get1Session() // miss missingfree
	end := sync.OnceFunc(func() { s.Free() })
	if end == nil {
		end()
	}
}

// An upstream owns the session that it resumes with.
type upstream struct{ sess *session.Session }

func (u *upstream) session() *session.Session {
	if u.sess == nil || !u.sess.UpRef() {
		return nil
	}
	return u.sess
}

func (u *upstream) close() {
	u.sess.Free()
	u.sess = nil
}

// WrittenClosed frees only what is in the object: a reference that a method has added to
// what it holds may be the one that another method frees, once somebody unknown was called.
//
//fixture:norun the driver has no writer
func WrittenClosed(u *upstream, w io.Writer) (t int64) {
	if s := u.session(); s != nil { // miss missingfree
		w.Write([]byte("id"))
		t = s.Time()
	}
	u.close()
	return t
}

// ThreeLoops leaves all sessions but the last one. The three loops have one number of
// turns, of which as many paths were to be kept apart as all of them have together.
func ThreeLoops(conns []*session.Conn) {
	var all []*session.Session
	for _, c := range conns {
		all = append(all, c.Get1Session())
	}
	for _, s := range all {
		s.Free()
	}
	var last *session.Session
	for _, c := range conns {
		s := c.Get1Session() // miss missingfree
		if s == nil {
			continue
		}
		last = s
	}
	last.Free()
}

// openers are functions in a variable of the package.
var openers = struct {
	open  func(*session.Conn) *session.Session
	close func(*session.Session)
}{(*session.Conn).Get1Session, (*session.Session).Free}

// TableTwice calls what a table of functions holds: only a variable that is a function
// itself is followed.
//
//fixture:norun the driver resets the variables of a package
func TableTwice(c *session.Conn) {
	s := openers.open(c)
	openers.close(s)
	openers.close(s) // miss doublefree
}
