package der

import "fmt"

// A Session is the fields of a serialised session. Octet fields are nil if they
// are absent, which is not the same as empty; numbers are 0 if they are absent.
type Session struct {
	Version    int64  // of the format: 1
	TLSVersion int64  // 0x0304
	Cipher     []byte // two bytes
	ID         []byte // at most 32
	MasterKey  []byte // at most 256

	Time              int64  // seconds since 1970
	Timeout           int64  // seconds
	Peer              []byte // the peer's certificate, a DER element
	IDContext         []byte // at most 32
	VerifyResult      int64
	HostName          []byte
	PSKIdentityHint   []byte
	PSKIdentity       []byte
	TicketLifetime    uint64 // seconds
	Ticket            []byte
	CompressionID     []byte
	SRPUsername       []byte
	Flags             uint64
	TicketAgeAdd      uint64
	MaxEarlyData      uint64
	ALPN              []byte
	MaxFragmentLength uint64
	TicketAppData     []byte
	KeyExchangeGroup  uint64
}

// limits of what libssl accepts, in bytes.
const (
	formatVersion = 1
	cipherSize    = 2
	maxID         = 32
	maxMasterKey  = 256
)

// A field is one optional element of the sequence, explicitly tagged. Exactly
// one of its functions is set.
type field struct {
	tag      byte
	name     string
	signed   func(*Session) *int64
	unsigned func(*Session) *uint64
	octets   func(*Session) *[]byte
	element  func(*Session) *[]byte // any one DER element
}

// fields returns the optional fields in the order of their tags.
func fields() []field {
	return []field{
		{tag: 1, name: "time", signed: func(s *Session) *int64 { return &s.Time }},
		{tag: 2, name: "timeout", signed: func(s *Session) *int64 { return &s.Timeout }},
		{tag: 3, name: "peer", element: func(s *Session) *[]byte { return &s.Peer }},
		{tag: 4, name: "session_id_context", octets: func(s *Session) *[]byte { return &s.IDContext }},
		{tag: 5, name: "verify_result", signed: func(s *Session) *int64 { return &s.VerifyResult }},
		{tag: 6, name: "tlsext_hostname", octets: func(s *Session) *[]byte { return &s.HostName }},
		{tag: 7, name: "psk_identity_hint", octets: func(s *Session) *[]byte { return &s.PSKIdentityHint }},
		{tag: 8, name: "psk_identity", octets: func(s *Session) *[]byte { return &s.PSKIdentity }},
		{tag: 9, name: "tlsext_tick_lifetime_hint", unsigned: func(s *Session) *uint64 { return &s.TicketLifetime }},
		{tag: 10, name: "tlsext_tick", octets: func(s *Session) *[]byte { return &s.Ticket }},
		{tag: 11, name: "comp_id", octets: func(s *Session) *[]byte { return &s.CompressionID }},
		{tag: 12, name: "srp_username", octets: func(s *Session) *[]byte { return &s.SRPUsername }},
		{tag: 13, name: "flags", unsigned: func(s *Session) *uint64 { return &s.Flags }},
		{tag: 14, name: "tlsext_tick_age_add", unsigned: func(s *Session) *uint64 { return &s.TicketAgeAdd }},
		{tag: 15, name: "max_early_data", unsigned: func(s *Session) *uint64 { return &s.MaxEarlyData }},
		{tag: 16, name: "alpn_selected", octets: func(s *Session) *[]byte { return &s.ALPN }},
		{tag: 17, name: "tlsext_max_fragment_len_mode", unsigned: func(s *Session) *uint64 { return &s.MaxFragmentLength }},
		{tag: 18, name: "ticket_appdata", octets: func(s *Session) *[]byte { return &s.TicketAppData }},
		{tag: 19, name: "kex_group", unsigned: func(s *Session) *uint64 { return &s.KeyExchangeGroup }},
	}
}

// An Error is input that is not a session, or not in DER.
type Error struct {
	Field   string // as ssl/ssl_asn1.c has it: "session_id"; "SSL_SESSION" for the whole
	Offset  int    // in bytes, of the element at fault
	Problem string
}

func (e *Error) Error() string {
	return fmt.Sprintf("session in DER: %s at byte %d: %s", e.Field, e.Offset, e.Problem)
}

// check holds the values against what libssl accepts.
func (s *Session) check() *Error {
	bad := func(field, format string, args ...any) *Error {
		return &Error{Field: field, Problem: fmt.Sprintf(format, args...)}
	}
	major := s.TLSVersion >> 8
	switch {
	case s.Version != formatVersion:
		return bad("version", "%d instead of %d", s.Version, formatVersion)
	case major != 0x03 && major != 0xfe && s.TLSVersion != 0x0100:
		return bad("ssl_version", "%#x is no version of TLS or DTLS", s.TLSVersion)
	case len(s.Cipher) != cipherSize:
		return bad("cipher", "%d bytes instead of %d", len(s.Cipher), cipherSize)
	case len(s.ID) > maxID:
		return bad("session_id", "%d bytes, at most %d are possible", len(s.ID), maxID)
	case len(s.MasterKey) > maxMasterKey:
		return bad("master_key", "%d bytes, at most %d are possible", len(s.MasterKey), maxMasterKey)
	case len(s.IDContext) > maxID:
		return bad("session_id_context", "%d bytes, at most %d are possible", len(s.IDContext), maxID)
	}
	return nil
}
