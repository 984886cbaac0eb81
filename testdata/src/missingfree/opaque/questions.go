package opaque

/*
#include "opaque.h"
*/
import "C"

// The same question asked twice has the same answer, unless something has
// happened in between (trap: correlated conditions).

type version struct{ major, minor int }

// AskedMap acquires and frees where a map has the key.
func AskedMap(ssl *C.SSL, hosts map[string]int) {
	var s *C.SSL_SESSION
	if _, ok := hosts["www"]; ok {
		s = C.SSL_get1_session(ssl)
	}
	C.SSL_pending(ssl)
	if _, ok := hosts["www"]; ok {
		C.SSL_SESSION_free(s)
	}
}

// AskedMapOtherKey frees where it has another.
func AskedMapOtherKey(ssl *C.SSL, hosts map[string]int) {
	var s *C.SSL_SESSION
	if _, ok := hosts["www"]; ok {
		s = C.SSL_get1_session(ssl) // want missingfree
	}
	C.SSL_pending(ssl)
	if _, ok := hosts["mail"]; ok {
		C.SSL_SESSION_free(s)
	}
}

// AskedError compares what an error says.
func AskedError(ssl *C.SSL, err error) {
	s := C.SSL_get1_session(ssl)
	if err != nil && err.Error() == "closed" {
		C.SSL_SESSION_free(s)
	}
	C.SSL_pending(ssl)
	if err == nil || err.Error() != "closed" {
		C.SSL_SESSION_free(s)
	}
}

// AskedErrorOtherText compares it with something else.
func AskedErrorOtherText(ssl *C.SSL, err error) {
	s := C.SSL_get1_session(ssl) // want missingfree
	if err != nil && err.Error() == "closed" {
		C.SSL_SESSION_free(s)
		return
	}
	C.SSL_pending(ssl)
	if err == nil || err.Error() == "reset" {
		C.SSL_SESSION_free(s)
	}
}

// AskedByte looks at the first byte of a string.
func AskedByte(ssl *C.SSL, name string) {
	var s *C.SSL_SESSION
	if len(name) > 0 && name[0] == '.' {
		s = C.SSL_get1_session(ssl)
	}
	C.SSL_pending(ssl)
	if len(name) > 0 && name[0] == '.' {
		C.SSL_SESSION_free(s)
	}
}

// AskedOtherByte looks at the second when it frees.
func AskedOtherByte(ssl *C.SSL, name string) {
	var s *C.SSL_SESSION
	if len(name) > 1 && name[0] == '.' {
		s = C.SSL_get1_session(ssl) // want missingfree
	}
	C.SSL_pending(ssl)
	if len(name) > 1 && name[1] == '.' {
		C.SSL_SESSION_free(s)
	}
}

// AskedStruct compares structs.
func AskedStruct(ssl *C.SSL, ours, theirs version) {
	var s *C.SSL_SESSION
	if ours == theirs {
		s = C.SSL_get1_session(ssl)
	}
	C.SSL_pending(ssl)
	if ours == theirs {
		C.SSL_SESSION_free(s)
	}
}

// AskedStructChanged changes one of them.
func AskedStructChanged(ssl *C.SSL, ours, theirs version) {
	var s *C.SSL_SESSION
	if ours == theirs {
		s = C.SSL_get1_session(ssl) // want missingfree
	}
	ours.minor++
	if ours == theirs {
		C.SSL_SESSION_free(s)
	}
}

// AskedFloat compares with a fraction.
func AskedFloat(ssl *C.SSL, load float64) {
	s := C.SSL_get1_session(ssl)
	if load > 0.75 {
		C.SSL_SESSION_free(s)
	}
	C.SSL_pending(ssl)
	if !(load > 0.75) {
		C.SSL_SESSION_free(s)
	}
}

// AskedRole asks another connection what it is.
func AskedRole(ssl, other *C.SSL) {
	var s *C.SSL_SESSION
	if C.SSL_is_server(other) == 1 {
		s = C.SSL_get1_session(ssl)
	}
	C.SSL_pending(ssl)
	if C.SSL_is_server(other) == 1 {
		C.SSL_SESSION_free(s)
	}
}

// AskedResumable asks another session.
func AskedResumable(ssl *C.SSL, other *C.SSL_SESSION) {
	s := C.SSL_get1_session(ssl)
	if C.SSL_SESSION_is_resumable(other) == 1 {
		C.SSL_SESSION_free(s)
	}
	C.SSL_pending(ssl)
	if C.SSL_SESSION_is_resumable(other) != 1 {
		C.SSL_SESSION_free(s)
	}
}

// AskedResumableOfTwo asks two sessions.
func AskedResumableOfTwo(ssl *C.SSL, one, two *C.SSL_SESSION) {
	s := C.SSL_get1_session(ssl) // want missingfree
	if C.SSL_SESSION_is_resumable(one) == 1 {
		C.SSL_SESSION_free(s)
		return
	}
	C.SSL_pending(ssl)
	if C.SSL_SESSION_is_resumable(two) == 1 {
		C.SSL_SESSION_free(s)
	}
}

// AskedTime compares the time of another session.
func AskedTime(ssl *C.SSL, other *C.SSL_SESSION) {
	s := C.SSL_get1_session(ssl)
	if C.SSL_SESSION_get_time(other) > 60 {
		C.SSL_SESSION_free(s)
	}
	C.SSL_pending(ssl)
	if C.SSL_SESSION_get_time(other) <= 60 {
		C.SSL_SESSION_free(s)
	}
}

// AskedLength asks a string whether it is empty in two ways.
func AskedLength(ssl *C.SSL, name string) {
	var s *C.SSL_SESSION
	if name != "" {
		s = C.SSL_get1_session(ssl)
	}
	C.SSL_pending(ssl)
	if len(name) > 0 {
		C.SSL_SESSION_free(s)
	}
}

// AskedMask tests one bit twice.
func AskedMask(ssl *C.SSL, flags uint) {
	s := C.SSL_get1_session(ssl)
	if flags&4 != 0 {
		C.SSL_SESSION_free(s)
	}
	C.SSL_pending(ssl)
	if flags&4 == 0 {
		C.SSL_SESSION_free(s)
	}
}

// AskedOtherMask tests two bits.
func AskedOtherMask(ssl *C.SSL, flags uint) {
	s := C.SSL_get1_session(ssl) // want missingfree
	if flags&4 != 0 {
		C.SSL_SESSION_free(s)
		return
	}
	C.SSL_pending(ssl)
	if flags&8 == 0 {
		C.SSL_SESSION_free(s)
	}
}

// AskedRemainder asks twice whether a number is odd.
func AskedRemainder(ssl *C.SSL, n int) {
	var s *C.SSL_SESSION
	if n%2 == 1 {
		s = C.SSL_get1_session(ssl)
	}
	C.SSL_pending(ssl)
	if n%2 == 1 {
		C.SSL_SESSION_free(s)
	}
}

// AskedThrice leaves out one of the ranges of a number.
func AskedThrice(ssl *C.SSL, n int) {
	s := C.SSL_get1_session(ssl) // want missingfree
	switch {
	case n == 0:
		C.SSL_SESSION_free(s)
	case n > 0 && n < 10:
		C.SSL_SESSION_free(s)
	case n > 100:
	default:
		C.SSL_SESSION_free(s)
	}
}

// AskedThriceFreed frees in each.
func AskedThriceFreed(ssl *C.SSL, n int) {
	s := C.SSL_get1_session(ssl)
	switch {
	case n == 0:
		C.SSL_SESSION_free(s)
	case n > 0 && n < 10:
		C.SSL_SESSION_free(s)
	case n > 100:
		C.SSL_SESSION_free(s)
	}
	if n < 0 || n >= 10 && n <= 100 {
		C.SSL_SESSION_free(s)
	}
}

// wrap is what errutil.Wrap is: it makes no error of none, which nobody here sees.
var wrap func(error) error

// openedWrapped gives a session or an error that was made of one.
func openedWrapped(ssl *C.SSL, step func() error) (*C.SSL_SESSION, error) {
	s := C.SSL_get1_session(ssl)
	err := step()
	if err != nil {
		C.SSL_SESSION_free(s)
		s = nil
	}
	return s, wrap(err)
}

// WrappedErrors believes the error that it gets.
func WrappedErrors(ssl *C.SSL, step func() error) error {
	s, err := openedWrapped(ssl, step)
	if err != nil {
		return err
	}
	C.SSL_SESSION_free(s)
	return nil
}

// WrappedErrorsForget forgets the session where there is an error.
func WrappedErrorsForget(ssl *C.SSL, step func() error) error {
	s := C.SSL_get1_session(ssl) // want missingfree
	if err := wrap(step()); err != nil {
		return err
	}
	C.SSL_SESSION_free(s)
	return nil
}
