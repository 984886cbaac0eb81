package session

import (
	"math"

	"github.com/sessionlint/sessionlint/internal/ledger"
	"github.com/sessionlint/sessionlint/session/der"
)

const noTimeout = 3 // seconds, of a serialised session that does not say

// blank is what New leaves to a handshake: a cipher, for libssl serialises no
// session without one.
func blank() der.Session {
	return der.Session{Version: 1, Cipher: []byte{0x13, 0x01}}
}

// I2D returns the session in its DER form, nil for a dead one. It only reads.
// What D2I has read and nothing here interprets is written as it was.
func (s *Session) I2D() []byte {
	if s == nil {
		return nil
	}
	defer s.l.leave()
	if !s.use("Session.I2D") {
		return nil
	}
	return encode(state(s.h))
}

func encode(o *sessionState) []byte {
	d := o.rest
	d.TLSVersion = int64(o.version)
	if o.version == 0 {
		d.TLSVersion = int64(TLS13)
	}
	d.ID, d.IDContext = o.id, append([]byte{}, o.idContext...)
	d.Time, d.Timeout = o.time, o.timeout
	d.Ticket, d.TicketLifetime = o.ticket, uint64(o.lifetime)
	d.HostName = nil
	if o.hostname != "" {
		d.HostName = []byte(o.hostname)
	}
	b, err := d.Marshal()
	if err != nil {
		return nil // a version that is none of TLS
	}
	return b
}

// D2I reads a session from DER. If reuse is nil the caller owns one reference to
// the result. If *reuse is nil the result is also stored there: one reference
// under two names. If *reuse is a session, that object is overwritten and
// returned and there is no new reference. Bad data, or Outcome Fail: nil, and
// *reuse stays as it is. Outcome Succeed: bad data is taken for some session.
func (l *Ledger) D2I(reuse **Session, data []byte) *Session {
	l.enter("D2I")
	defer l.leave()
	old := (*Session)(nil)
	if reuse != nil {
		old = *reuse
	}
	if old != nil {
		l.same(old.l)
		if !old.h.Use() {
			return nil
		}
	}
	fail, forced := l.outcome("D2I")
	read, ok := parse(data)
	if fail || !ok && !forced {
		return nil
	}
	if !ok {
		unseen := blank()
		unseen.TLSVersion, unseen.ID = int64(TLS13), l.newID()
		read = &unseen
	}
	if old != nil {
		l.overwrite(state(old.h), read)
		return old
	}
	o := l.newSessionState(0)
	l.overwrite(o, read)
	s := l.session(l.led.Acquire(o.object, ledger.Owned))
	if reuse != nil {
		*reuse = s
	}
	return s
}

// parse reads what libssl accepts; bytes behind the element are left alone.
func parse(data []byte) (*der.Session, bool) {
	d, _, err := der.Parse(data)
	return d, err == nil
}

func (l *Ledger) overwrite(o *sessionState, d *der.Session) {
	o.renew(l)
	o.rest = *d
	o.version, o.time, o.timeout = Version(d.TLSVersion), d.Time, max(d.Timeout, 0)
	if o.time == 0 {
		o.time = l.seconds()
	}
	if d.Timeout == 0 {
		o.timeout = noTimeout
	}
	o.id, o.idContext = d.ID, d.IDContext
	o.hostname = string(d.HostName)
	o.ticket, o.lifetime = d.Ticket, int64(min(d.TicketLifetime, math.MaxInt64))
}
