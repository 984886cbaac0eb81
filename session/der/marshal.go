package der

import "encoding/binary"

// Marshal returns the DER form of the session, byte for byte as libssl writes
// it. The error is an *Error: a value that no session can have.
func (s *Session) Marshal() ([]byte, error) {
	if bad := s.check(); bad != nil {
		return nil, bad
	}
	var body []byte
	body = element(body, tagInteger, signed(s.Version))
	body = element(body, tagInteger, signed(s.TLSVersion))
	body = element(body, tagOctets, s.Cipher)
	body = element(body, tagOctets, s.ID)
	body = element(body, tagOctets, s.MasterKey)
	for _, f := range fields() {
		if inner := f.marshal(s); inner != nil {
			body = element(body, tagExplicit+f.tag, inner)
		}
	}
	return element(nil, tagSequence, body), nil
}

// marshal returns the field's element, nil if the field is absent.
func (f field) marshal(s *Session) []byte {
	switch {
	case f.signed != nil:
		if n := *f.signed(s); n != 0 {
			return element(nil, tagInteger, signed(n))
		}
	case f.unsigned != nil:
		if n := *f.unsigned(s); n != 0 {
			return element(nil, tagInteger, unsigned(n))
		}
	case f.octets != nil:
		if b := *f.octets(s); b != nil {
			return element(nil, tagOctets, b)
		}
	default:
		return *f.element(s)
	}
	return nil
}

// element appends one element.
func element(to []byte, tag byte, content []byte) []byte {
	to = append(to, tag)
	n := len(content)
	if n < 0x80 {
		return append(append(to, byte(n)), content...)
	}
	size := 0
	for m := n; m > 0; m >>= 8 {
		size++
	}
	to = append(to, 0x80+byte(size))
	for i := size - 1; i >= 0; i-- {
		to = append(to, byte(n>>(8*i)))
	}
	return append(to, content...)
}

// signed returns the shortest two's complement form of n.
func signed(n int64) []byte {
	size := 1
	for m := n; m > 0x7f || m < -0x80; m >>= 8 {
		size++
	}
	b := make([]byte, size)
	for i := range b {
		b[i] = byte(n >> (8 * (size - 1 - i)))
	}
	return b
}

func unsigned(n uint64) []byte {
	if n>>63 == 0 {
		return signed(int64(n))
	}
	return binary.BigEndian.AppendUint64([]byte{0}, n)
}
