package session

import (
	"github.com/sessionlint/sessionlint/internal/ledger"
	"github.com/sessionlint/sessionlint/session/der"
)

// Version is a protocol version, with TLS's own numbers.
type Version uint16

// The versions that differ in what they do to sessions.
const (
	TLS12 Version = 0x0303
	TLS13 Version = 0x0304
)

// sessionState is what an SSL_SESSION keeps, as far as lifetimes depend on it.
// It follows ssl/ssl_sess.c of OpenSSL 3.0.
type sessionState struct {
	object       *ledger.Object
	id           []byte
	version      Version
	time         int64
	timeout      int64
	idContext    []byte
	ticket       []byte
	lifetime     int64 // of the ticket, seconds
	notResumable bool

	// One cache at most: the links are inside the object.
	cache      *contextState
	cacheHold  *ledger.Hold
	prev, next *sessionState

	kept []*ledger.Hold // references given away by Keep

	// What parts borrow; replaced when the object is overwritten.
	content  *ledger.Content
	parts    []*ledger.Hold
	hostname string

	rest der.Session // what was read from DER and is not interpreted
}

const (
	defaultTimeout = 304  // seconds, as SSL_SESSION_new sets it
	contextTimeout = 7200 // seconds, of the sessions that a handshake makes
)

func (l *Ledger) newSessionState(version Version) *sessionState {
	s := &sessionState{time: l.seconds(), timeout: defaultTimeout, version: version, content: &ledger.Content{}, rest: blank()}
	s.object = l.led.NewObject(SessionObject, s, s.dropParts)
	return s
}

// dup copies what SSL_SESSION_dup copies: everything but count, links and owner.
func (l *Ledger) dup(s *sessionState) *sessionState {
	d := *s
	d.id = append([]byte(nil), s.id...)
	d.cache, d.cacheHold, d.prev, d.next = nil, nil, nil, nil
	d.content, d.parts, d.kept = &ledger.Content{}, nil, nil
	d.object = l.led.NewObject(SessionObject, &d, d.dropParts)
	return &d
}

// newPart makes something inside the session.
func (s *sessionState) newPart(l *Ledger) *ledger.Object {
	o := l.led.NewObject(PartObject, nil, nil)
	s.parts = append(s.parts, l.led.Hold("session", o))
	return o
}

// dropParts frees what is inside: at the end, and when it is overwritten.
func (s *sessionState) dropParts() {
	for _, part := range s.parts {
		part.Drop()
	}
	s.parts = nil
}

// renew ends all borrows of what is inside.
func (s *sessionState) renew(l *Ledger) {
	l.led.End(s.content)
	s.content = &ledger.Content{}
	s.dropParts()
}

// renewed is the copy that a handshake makes of a session that others may see,
// to change it (ssl_session_dup): without the ticket, and resumable again.
func (l *Ledger) renewed(s *sessionState) *sessionState {
	d := l.dup(s)
	d.ticket, d.lifetime, d.notResumable = nil, 0, false
	return d
}

func (s *sessionState) expires() int64 { return s.time + s.timeout }

func (s *sessionState) resumable() bool {
	return !s.notResumable && (len(s.id) > 0 || len(s.ticket) > 0)
}

func state(h *ledger.Handle) *sessionState { return h.Object().Body.(*sessionState) }
