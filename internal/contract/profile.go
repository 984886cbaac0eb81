package contract

import (
	"fmt"
	"slices"
)

// A Profile says what is known about the contracts as one library has them: who
// executes them, and which are beyond it.
type Profile struct {
	Library  string
	Package  string   // folder of the tests that execute the entries, or "": nothing does
	Tag      string   // their build tag
	Why      string   // why nothing executes them
	Untested []Untest // functions of the library that are not executed, by name
}

// An Untest is an exception, and its reason.
type Untest struct{ Name, Why string }

// Profiles returns the profile of each library. It is data about the tests of
// session/libssl, which hold it against what they do: an exception that is none
// fails them.
func Profiles() []Profile {
	const later = "newer than OpenSSL 3.0"
	return []Profile{
		{Library: "openssl", Package: "session/libssl", Tag: "libssl", Untested: []Untest{
			{"SSL_CTX_flush_sessions_ex", later},
			{"d2i_SSL_SESSION_ex", later},
			{"SSL_SESSION_get0_peer_rpk", later},
			{"SSL_SESSION_set_time_ex", later},
			{"SSL_SESSION_get_time_ex", later},
		}},
		{Library: "libressl", Why: "Debian ships no development package of it"},
		{Library: "boringssl", Package: "session/libssl", Tag: "boringssl", Untested: []Untest{
			{"SSL_renegotiate", "fails unless a server has asked for it, which BoringSSL's never does"},
			{"SSL_process_tls13_new_session_ticket", "takes a ticket as QUIC delivers it"},
			{"SSL_SESSION_get0_peer_rpk", "newer than Debian's package"},
		}},
		{Library: "awslc", Why: "Debian ships no development package of it"},
		{Library: "wolfssl", Package: "session/libssl", Tag: "wolfssl", Untested: []Untest{
			{"SSL_renegotiate", "always fails in Debian's build"},
			{"SSL_SESSION_set1_id", "a stub in 5.5.4: it always fails"},
			{"SSL_SESSION_set1_id_context", "a stub in 5.5.4: it always fails"},
			{"SSL_SESSION_get_max_early_data", "Debian's build has no early data"},
		}},
	}
}

// Statement says in one line who executes the entries of a table that the
// profile's library has.
func (p Profile) Statement(t *Table) string {
	if p.Package == "" {
		return p.Library + ": nothing executes its entries: " + p.Why
	}
	has, executed := 0, 0
	for _, f := range t.Functions() {
		if _, ok := f.In(p.Library); ok {
			has++
			if p.executes(f) {
				executed++
			}
		}
	}
	text := fmt.Sprintf("%s: %d of %d functions are executed by the tests of %s (build tag %s)", p.Library, executed, has, p.Package, p.Tag)
	for i, u := range p.Untested {
		sep := "; "
		if i == 0 {
			sep = "; not "
		}
		text += sep + u.Name + ": " + u.Why
	}
	return text
}

// executes reports whether the profile's tests execute a function.
func (p Profile) executes(f *Function) bool {
	_, has := f.In(p.Library)
	return has && !f.ByUser && p.Package != "" &&
		!slices.ContainsFunc(p.Untested, func(u Untest) bool { return u.Name == f.Name })
}

// ExecutedIn returns the libraries against which the entry is executed.
func (f *Function) ExecutedIn() []string {
	var list []string
	for _, p := range Profiles() {
		if p.executes(f) {
			list = append(list, p.Library)
		}
	}
	return list
}

// In returns the contract as a library has it, with its variant, and reports
// whether the library has the function at all.
func (f *Function) In(library string) (*Function, bool) {
	has := slices.IndexFunc(f.Libraries, func(a Availability) bool { return a.Library == library })
	if has >= 0 && f.Libraries[has].Has == "no" {
		return nil, false
	}
	at := slices.IndexFunc(f.Variants, func(v Variant) bool { return v.Library == library })
	if at < 0 {
		return f, has >= 0
	}
	v, there := f.Variants[at], *f
	if v.Args >= 0 {
		there.Args = v.Args
	}
	if v.Success != "" {
		there.Success = v.Success
	}
	there.Params = slices.Clone(f.Params)
	for i, p := range v.Params {
		if p.Effect == "" {
			continue
		}
		if p.Handle == "" {
			p.Handle = f.Param(i).Handle
		}
		for len(there.Params) <= i {
			there.Params = append(there.Params, Param{})
		}
		there.Params[i] = p
	}
	return &there, has >= 0
}

// ReusedIn returns what becomes of the object of a Reuse parameter in a library.
func (f *Function) ReusedIn(library string) Reused {
	for _, v := range f.Variants {
		if v.Library == library {
			return v.Reused
		}
	}
	return Overwritten
}
