package der_test

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"reflect"
	"testing"

	"github.com/sessionlint/sessionlint/session/der"
)

func full() *der.Session {
	return &der.Session{
		Version: 1, TLSVersion: 0x0304, Cipher: []byte{0x13, 1}, ID: bytes.Repeat([]byte{7}, 32), MasterKey: bytes.Repeat([]byte{9}, 48),
		Time: 1700000000, Timeout: 7200, Peer: []byte{0x30, 0x03, 0x02, 0x01, 0x05}, IDContext: []byte{}, VerifyResult: -20,
		HostName: []byte("example.org"), PSKIdentityHint: []byte("hint"), PSKIdentity: []byte("who"),
		TicketLifetime: math.MaxUint64, Ticket: bytes.Repeat([]byte{1}, 300), CompressionID: []byte{1}, SRPUsername: []byte("u"),
		Flags: 1, TicketAgeAdd: 0xffffffff, MaxEarlyData: 128, ALPN: []byte("h2"), MaxFragmentLength: 4, TicketAppData: []byte{0}, KeyExchangeGroup: 29,
	}
}

func minimal() *der.Session {
	return &der.Session{Version: 1, TLSVersion: 0x0303, Cipher: []byte{0, 1}, ID: []byte{}, MasterKey: []byte{}}
}

func marshal(t testing.TB, s *der.Session) []byte {
	t.Helper()
	b, err := s.Marshal()
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestRoundTrip(t *testing.T) {
	for _, s := range []*der.Session{full(), minimal()} {
		b := marshal(t, s)
		got, rest, err := der.Parse(append(b, 1, 2, 3))
		if err != nil || len(rest) != 3 || !reflect.DeepEqual(got, s) {
			t.Errorf("got %+v, %d bytes left, %v", got, len(rest), err)
		}
	}
}

func TestMinimalBytes(t *testing.T) {
	want := "300f020101020203030402000104000400"
	if got := fmt.Sprintf("%x", marshal(t, minimal())); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestErrorsNameTheField(t *testing.T) {
	with := func(change func(*der.Session)) []byte {
		s := minimal()
		change(s)
		return marshal(t, s)
	}
	// What Marshal refuses is made by hand.
	replace := func(b []byte, old, new string) []byte {
		if !bytes.Contains(b, []byte(old)) {
			t.Fatalf("%x does not contain %x", b, old)
		}
		return bytes.Replace(b, []byte(old), []byte(new), 1)
	}
	base := with(func(*der.Session) {})
	timed := with(func(s *der.Session) { s.Time = 5 })
	named := with(func(s *der.Session) { s.HostName = []byte("abc") })
	for _, test := range []struct {
		data   []byte
		field  string
		offset int
	}{
		{nil, "SSL_SESSION", 0},
		{[]byte{0x30}, "SSL_SESSION", 0},
		{[]byte{0x30, 0x80, 0, 0}, "SSL_SESSION", 0},
		{[]byte{0x30, 0x81, 0x01, 0}, "SSL_SESSION", 0},
		{[]byte{0x30, 0x85, 1, 1, 1, 1, 1}, "SSL_SESSION", 0},
		{[]byte{0x31, 0}, "SSL_SESSION", 0},
		{[]byte{0x30, 0}, "version", 2},
		{base[:len(base)-1], "SSL_SESSION", 0},
		{replace(base, "\x02\x01\x01", "\x02\x01\x02"), "version", 0},
		{replace(base, "\x02\x01\x01", "\x04\x01\x01"), "version", 2},
		{replace(base, "\x02\x02\x03\x03", "\x02\x02\x07\x03"), "ssl_version", 0},
		{replace(base, "\x02\x02\x03\x03", "\x02\x02\x00\x03"), "ssl_version", 5},
		{replace(base, "\x04\x02\x00\x01", "\x04\x01\x00\x01"), "session_id", 12},
		{replace(timed, "\xa1\x03\x02\x01\x05", "\xa1\x03\x02\x01\x00"), "time", 19},
		{replace(timed, "\xa1\x03\x02\x01\x05", "\xa1\x03\x04\x01\x05"), "time", 19},
		{replace(timed, "\xa1\x03\x02\x01\x05", "\xb4\x03\x02\x01\x05"), "SSL_SESSION", 17},
		{replace(named, "\xa6\x05\x04\x03", "\xa6\x05\x04\x02"), "tlsext_hostname", 23},
	} {
		_, _, err := der.Parse(test.data)
		var e *der.Error
		if !errors.As(err, &e) || e.Field != test.field || e.Offset != test.offset {
			t.Errorf("%x: got %v, want %s at %d", test.data, err, test.field, test.offset)
		}
	}
}

func TestMarshalRefuses(t *testing.T) {
	for field, change := range map[string]func(*der.Session){
		"version":            func(s *der.Session) { s.Version = 2 },
		"ssl_version":        func(s *der.Session) { s.TLSVersion = 0 },
		"cipher":             func(s *der.Session) { s.Cipher = nil },
		"session_id":         func(s *der.Session) { s.ID = make([]byte, 33) },
		"master_key":         func(s *der.Session) { s.MasterKey = make([]byte, 257) },
		"session_id_context": func(s *der.Session) { s.IDContext = make([]byte, 33) },
	} {
		s := full()
		change(s)
		_, err := s.Marshal()
		var e *der.Error
		if !errors.As(err, &e) || e.Field != field {
			t.Errorf("%s: got %v", field, err)
		}
	}
}

// What is accepted is written back byte for byte.
func FuzzParse(f *testing.F) {
	f.Add(marshal(f, full()))
	f.Add(marshal(f, minimal()))
	f.Fuzz(func(t *testing.T, data []byte) {
		s, rest, err := der.Parse(data)
		if err != nil {
			var e *der.Error
			if !errors.As(err, &e) || e.Field == "" {
				t.Errorf("got %v", err)
			}
			return
		}
		if got := marshal(t, s); !bytes.Equal(append(got, rest...), data) {
			t.Errorf("%x becomes %x", data, got)
		}
	})
}
