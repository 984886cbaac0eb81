package der

import (
	"fmt"
	"math"
)

// The identifier octets that occur.
const (
	tagInteger  = 0x02
	tagOctets   = 0x04
	tagSequence = 0x30
	tagExplicit = 0xa0 // with the number added
)

// Parse reads a session from the start of data and returns it with the bytes
// behind it. The error is an *Error. The session shares no memory with data.
func Parse(data []byte) (s *Session, rest []byte, err error) {
	r := &reader{data: data}
	body, bad := r.next("SSL_SESSION", tagSequence)
	if bad != nil {
		return nil, nil, bad
	}
	s = new(Session)
	if bad := s.parse(body); bad != nil {
		return nil, nil, bad
	}
	if bad := s.check(); bad != nil {
		return nil, nil, bad
	}
	return s, data[r.at:], nil
}

func (s *Session) parse(r *reader) (err *Error) {
	if s.Version, err = r.signed("version"); err != nil {
		return err
	}
	if s.TLSVersion, err = r.signed("ssl_version"); err != nil {
		return err
	}
	for _, f := range []struct {
		name string
		to   *[]byte
	}{{"cipher", &s.Cipher}, {"session_id", &s.ID}, {"master_key", &s.MasterKey}} {
		if *f.to, err = r.octets(f.name); err != nil {
			return err
		}
	}
	for _, f := range fields() {
		if r.empty() || r.data[r.at] != tagExplicit+f.tag {
			continue
		}
		inner, err := r.next(f.name, tagExplicit+f.tag)
		if err == nil {
			err = f.parse(s, inner)
		}
		if err == nil && !inner.empty() {
			err = inner.fail(f.name, "more than one element")
		}
		if err != nil {
			return err
		}
	}
	if !r.empty() {
		return r.fail("SSL_SESSION", "an unknown or misplaced element %#02x", r.data[r.at])
	}
	return nil
}

func (f field) parse(s *Session, r *reader) (err *Error) {
	at := *r
	switch {
	case f.signed != nil:
		if *f.signed(s), err = r.signed(f.name); err == nil && *f.signed(s) == 0 {
			err = at.fail(f.name, "0 is written by leaving the field out")
		}
	case f.unsigned != nil:
		if *f.unsigned(s), err = r.unsigned(f.name); err == nil && *f.unsigned(s) == 0 {
			err = at.fail(f.name, "0 is written by leaving the field out")
		}
	case f.octets != nil:
		*f.octets(s), err = r.octets(f.name)
	default:
		*f.element(s), err = r.element(f.name)
	}
	return err
}

// A reader walks through the elements of a piece of the input.
type reader struct {
	data []byte
	at   int
	base int // of data, in the whole input
}

func (r *reader) empty() bool { return r.at == len(r.data) }

func (r *reader) fail(field, format string, args ...any) *Error {
	return &Error{Field: field, Offset: r.base + r.at, Problem: fmt.Sprintf(format, args...)}
}

// next enters the element with the given identifier.
func (r *reader) next(field string, tag byte) (*reader, *Error) {
	if r.empty() {
		return nil, r.fail(field, "missing")
	}
	if r.data[r.at] != tag {
		return nil, r.fail(field, "identifier %#02x instead of %#02x", r.data[r.at], tag)
	}
	start, n, err := r.length(field)
	if err != nil {
		return nil, err
	}
	inner := &reader{data: r.data[start : start+n], base: r.base + start}
	r.at = start + n
	return inner, nil
}

// length reads the length of the element here and returns where its content
// starts and how long it is.
func (r *reader) length(field string) (start, n int, err *Error) {
	rest := r.data[r.at+1:]
	if len(rest) == 0 {
		return 0, 0, r.fail(field, "ends before its length")
	}
	first, size := int(rest[0]), 1
	switch {
	case first == 0x80:
		return 0, 0, r.fail(field, "indefinite length")
	case first > 0x80:
		size += first - 0x80
		if size > 5 || size > len(rest) {
			return 0, 0, r.fail(field, "ends in, or is too large for, its length")
		}
		for _, b := range rest[1:size] {
			n = n<<8 | int(b)
		}
		if n < 0x80 || rest[1] == 0 {
			return 0, 0, r.fail(field, "length is not in its shortest form")
		}
	default:
		n = first
	}
	if n > len(rest)-size {
		return 0, 0, r.fail(field, "%d bytes long, %d are there", n, len(rest)-size)
	}
	return r.at + 1 + size, n, nil
}

func (r *reader) octets(field string) ([]byte, *Error) {
	inner, err := r.next(field, tagOctets)
	if err != nil {
		return nil, err
	}
	return append([]byte{}, inner.data...), nil
}

// element returns the whole of the element here, whatever it is.
func (r *reader) element(field string) ([]byte, *Error) {
	if r.empty() {
		return nil, r.fail(field, "empty")
	}
	if r.data[r.at]&0x1f == 0x1f {
		return nil, r.fail(field, "identifier of more than one byte")
	}
	start, n, err := r.length(field)
	if err != nil {
		return nil, err
	}
	whole := append([]byte{}, r.data[r.at:start+n]...)
	r.at = start + n
	return whole, nil
}

// integer returns the content of an INTEGER in its shortest form.
func (r *reader) integer(field string) ([]byte, *Error) {
	at := *r
	inner, err := r.next(field, tagInteger)
	if err != nil {
		return nil, err
	}
	b := inner.data
	switch {
	case len(b) == 0:
		return nil, at.fail(field, "a number without digits")
	case len(b) > 1 && (b[0] == 0 && b[1] < 0x80 || b[0] == 0xff && b[1] >= 0x80):
		return nil, at.fail(field, "a number that is not in its shortest form")
	}
	return b, nil
}

func (r *reader) signed(field string) (int64, *Error) {
	at := *r
	b, err := r.integer(field)
	if err != nil {
		return 0, err
	}
	if len(b) > 8 {
		return 0, at.fail(field, "a number of %d bytes", len(b))
	}
	n := int64(int8(b[0]))
	for _, c := range b[1:] {
		n = n<<8 | int64(c)
	}
	return n, nil
}

func (r *reader) unsigned(field string) (uint64, *Error) {
	at := *r
	b, err := r.integer(field)
	if err != nil {
		return 0, err
	}
	if b[0] >= 0x80 {
		return 0, at.fail(field, "negative")
	}
	if len(b) > 9 || len(b) == 9 && b[0] != 0 {
		return 0, at.fail(field, "more than %d", uint64(math.MaxUint64))
	}
	var n uint64
	for _, c := range b {
		n = n<<8 | uint64(c)
	}
	return n, nil
}
