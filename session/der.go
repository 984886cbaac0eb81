package session

import (
	"encoding/asn1"

	"github.com/sessionlint/sessionlint/internal/ledger"
)

// derSession is the ASN.1 form that libssl writes (SSL_SESSION_ASN1 in
// ssl/ssl_asn1.c). Fields that mean nothing to a lifetime are read over.
type derSession struct {
	Version      int
	TLSVersion   int
	Cipher       []byte
	ID           []byte
	MasterKey    []byte
	Time         int64         `asn1:"explicit,optional,tag:1"`
	Timeout      int64         `asn1:"explicit,optional,tag:2"`
	Peer         asn1.RawValue `asn1:"optional,tag:3"`
	IDContext    []byte        `asn1:"explicit,optional,tag:4"`
	VerifyResult int64         `asn1:"explicit,optional,tag:5"`
	HostName     []byte        `asn1:"explicit,optional,tag:6"`
	PSKHint      []byte        `asn1:"explicit,optional,tag:7"`
	PSKIdentity  []byte        `asn1:"explicit,optional,tag:8"`
	Lifetime     int64         `asn1:"explicit,optional,tag:9"`
	Ticket       []byte        `asn1:"explicit,optional,tag:10"`
}

const (
	derVersion = 1
	maxID      = 32
	noTimeout  = 3 // seconds, of a session that does not say
)

// I2D returns the session in its DER form, nil for a dead one. It only reads.
// Keys, certificates and ciphers are left out.
func (s *Session) I2D() []byte {
	if s == nil {
		return nil
	}
	defer s.l.mu.Unlock()
	if !s.use("Session.I2D") {
		return nil
	}
	return encode(state(s.h))
}

func encode(o *sessionState) []byte {
	d := derSession{
		Version: derVersion, TLSVersion: int(o.version), Cipher: []byte{0x13, 0x01},
		ID: o.id, MasterKey: []byte{}, Time: o.time, Timeout: o.timeout,
		IDContext: o.idContext, HostName: []byte(o.hostname),
		Lifetime: o.lifetime, Ticket: o.ticket,
	}
	if o.version == 0 {
		d.TLSVersion = int(TLS13)
	}
	b, err := asn1.Marshal(d)
	if err != nil {
		return nil // a time that ASN.1 cannot say
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

// parse reads what libssl accepts; bytes behind the element are left alone.
func parse(data []byte) (derSession, bool) {
	var d derSession
	if _, err := asn1.Unmarshal(data, &d); err != nil {
		return derSession{}, false
	}
	major := d.TLSVersion >> 8
	ok := d.Version == derVersion && len(d.Cipher) == 2 && len(d.ID) <= maxID &&
		len(d.IDContext) <= maxID && (major == 0x03 || major == 0xfe)
	return d, ok
}

func (l *Ledger) overwrite(o *sessionState, d derSession) {
	o.renew(l)
	o.version, o.time, o.timeout = Version(d.TLSVersion), d.Time, d.Timeout
	if o.time == 0 {
		o.time = l.seconds()
	}
	if o.timeout == 0 {
		o.timeout = noTimeout
	}
	o.id = append([]byte(nil), d.ID...)
	o.idContext = append([]byte(nil), d.IDContext...)
	o.hostname = string(d.HostName)
	o.ticket, o.lifetime = append([]byte(nil), d.Ticket...), d.Lifetime
}
