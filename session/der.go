package session

import (
	"encoding/asn1"

	"github.com/sessionlint/sessionlint/internal/ledger"
)

// derSession is the ASN.1 form that libssl writes, with the fields that matter
// to a lifetime (ssl/ssl_asn1.c; the tags are those of SSL_SESSION_ASN1).
type derSession struct {
	Version    int
	TLSVersion int
	Cipher     []byte
	ID         []byte
	MasterKey  []byte
	Time       int64  `asn1:"explicit,tag:1"`
	Timeout    int64  `asn1:"explicit,tag:2"`
	HostName   string `asn1:"explicit,optional,tag:6"`
}

const derVersion = 1

// I2D returns the session in its DER form, nil for a dead one. It only reads.
func (s *Session) I2D() []byte {
	if s == nil {
		return nil
	}
	defer s.l.mu.Unlock()
	if !s.use("Session.I2D") {
		return nil
	}
	o := state(s.h)
	b, err := asn1.Marshal(derSession{
		Version: derVersion, TLSVersion: int(o.version), Cipher: []byte{0x13, 0x01},
		ID: o.id, MasterKey: []byte{}, Time: o.time, Timeout: o.timeout, HostName: o.hostname,
	})
	if err != nil {
		return nil
	}
	return b
}

// D2I reads a session from DER. If reuse is nil the caller owns one reference to
// the result. If *reuse is nil the result is also stored there: one reference
// under two names. If *reuse is a session, that object is overwritten and
// returned and there is no new reference. Bad data, or Outcome Fail: nil, and
// *reuse stays as it is.
func (l *Ledger) D2I(reuse **Session, data []byte) *Session {
	l.enter("D2I")
	defer l.mu.Unlock()
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
	if old != nil {
		l.overwrite(state(old.h), read)
		return old
	}
	o := l.newSessionState(0)
	if ok {
		l.overwrite(o, read)
	}
	s := l.session(l.led.Acquire(o.object, ledger.Owned))
	if reuse != nil {
		*reuse = s
	}
	return s
}

func parse(data []byte) (derSession, bool) {
	var d derSession
	rest, err := asn1.Unmarshal(data, &d)
	if err != nil || d.Version != derVersion || len(d.Cipher) != 2 || len(d.ID) > 32 {
		return derSession{}, false
	}
	_ = rest // libssl reads one element and leaves what follows
	return d, true
}

func (l *Ledger) overwrite(o *sessionState, d derSession) {
	o.renew(l)
	o.version, o.time, o.timeout = Version(d.TLSVersion), d.Time, d.Timeout
	o.id = append([]byte(nil), d.ID...)
	o.hostname = d.HostName
}
