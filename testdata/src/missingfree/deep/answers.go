package deep

import (
	"sync/atomic"

	"github.com/sessionlint/sessionlint/session"
)

// What far helpers are asked has an answer: it is no matter of choice.

type counted struct {
	n    atomic.Int32
	sess *session.Session
}

// drop1 frees with the last one.
func drop1(k *counted) { drop2(k) }
func drop2(k *counted) { drop3(k) }
func drop3(k *counted) { drop4(k) }
func drop4(k *counted) { drop5(k) }
func drop5(k *counted) { drop6(k) }
func drop6(k *counted) { drop7(k) }
func drop7(k *counted) { drop8(k) }
func drop8(k *counted) { drop9(k) }

func drop9(k *counted) {
	if k.n.Add(-1) == 0 {
		k.sess.Free()
	}
}

// CountedDown drops as often as it counts.
func CountedDown(c *session.Conn) {
	k := &counted{sess: c.Get1Session()}
	k.n.Store(1)
	k.n.Add(1)
	drop1(k)
	drop1(k)
}

// has1 tells whether a bit is set.
func has1(f, bit int) bool { return has2(f, bit) }
func has2(f, bit int) bool { return has3(f, bit) }
func has3(f, bit int) bool { return has4(f, bit) }
func has4(f, bit int) bool { return has5(f, bit) }
func has5(f, bit int) bool { return has6(f, bit) }
func has6(f, bit int) bool { return has7(f, bit) }
func has7(f, bit int) bool { return has8(f, bit) }
func has8(f, bit int) bool { return has9(f, bit) }

func has9(f, bit int) bool {
	return f&bit != 0
}

// HasBoth asks in two ways.
func HasBoth(c *session.Conn, f int) {
	var s *session.Session
	if has1(f, 1) {
		s = c.Get1Session()
	}
	if f&1 != 0 {
		s.Free()
	}
}

// HasOther asks for another one.
func HasOther(c *session.Conn, f int) {
	var s *session.Session
	if has1(f, 1) {
		s = c.Get1Session() // want missingfree
	}
	if f&2 != 0 {
		s.Free()
	}
}
