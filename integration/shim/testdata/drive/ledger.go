//go:build go1.26

package zzshim

/*
#include "ledger.h"
*/
import "C"

import (
	"strings"
	"unsafe"
)

// handOver tells the ledger that a session was passed to somebody.
func handOver(at uintptr) { C.shim_passed(C.ulonglong(at)) }

func endOwners() { C.shim_end_owners() }

func draw(n int) int { return int(C.shim_draw(C.unsigned(n))) }

// A session is one that the ledger has, after a run.
type session struct {
	at       uintptr
	owns     int  // references that the program may give back, its caller's among them
	param    bool // the caller's, and not only for the call
	usable   bool
	ended    bool // not usable because what lent it has ended
	onlyLent bool
	index    C.int
}

func sessions() (list []session) {
	for i := range C.shim_objects() {
		at := uintptr(C.shim_session(i))
		if at == 0 {
			continue
		}
		s := session{
			at: at, index: i, owns: int(C.shim_owns(i)), param: C.shim_param_of(i) == 1,
			usable: C.shim_usable(i) == 1, ended: C.shim_ended(i) == 1, onlyLent: C.shim_only_lent(i) == 1,
		}
		list = append(list, s)
	}
	return list
}

// lentBy reports whether one of the handles that were reached lends the session.
func (s session) lentBy(r reached) bool {
	for at := range r.has {
		if C.shim_lent_by(s.index, C.ulonglong(at)) == 1 {
			return true
		}
	}
	return false
}

// noticed is what the ledger noticed during a run.
func noticed() (list []Record) {
	for i := range C.shim_violations() {
		list = append(list, Record{Check: C.GoString(C.shim_check(i)), Call: C.GoString(C.shim_call(i))})
	}
	return list
}

// How sessions are passed.
const (
	offered = C.SHIM_OFFERED
	lent    = C.SHIM_LENT
)

// handle makes a handle for a parameter.
func handle(kind string, how int) unsafe.Pointer {
	var k C.int = C.SHIM_OTHER
	switch kind {
	case "session":
		k = C.SHIM_SESSION
	case "conn":
		k = C.SHIM_CONN
	case "context":
		k = C.SHIM_CONTEXT
	case "certificate":
		k = C.SHIM_CERTIFICATE
	}
	return C.shim_param(k, C.int(how))
}

// kinds are the types of handles: as they are written, and as cgo names them.
var kinds = []struct{ written, tag, kind string }{
	{"C.SSL_SESSION", "ssl_session_st", "session"},
	{"C.SSL_CTX", "ssl_ctx_st", "context"},
	{"C.SSL", "ssl_st", "conn"},
	{"C.X509", "x509_st", "certificate"},
	{"C.BIO", "bio_st", "other"},
}

// handleKind says which handle a type is, by what was written ("name type") or,
// without that, by the name that cgo gave it; "" for none.
func handleKind(written, name string) string {
	word, typ, _ := strings.Cut(written, " ")
	for _, k := range kinds {
		if strings.HasSuffix(typ, k.written) || strings.HasSuffix(name, k.tag) || strings.HasSuffix(name, strings.Replace(k.written, "C.", "_Ctype_", 1)) {
			return k.kind
		}
	}
	if !strings.HasSuffix(typ, "unsafe.Pointer") {
		return ""
	}
	word = strings.ToLower(word)
	switch {
	case strings.Contains(word, "ssl"), strings.Contains(word, "conn"), word == "c":
		return "conn"
	case strings.Contains(word, "ctx"):
		return "context"
	case strings.HasPrefix(word, "s"):
		return "session"
	}
	return "other"
}
