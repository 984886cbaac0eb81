// Package uncheckedupref reports that the status of an up_ref is ignored.
//
// # Analyzer uncheckedupref
//
// uncheckedupref: the status of an up_ref is ignored
//
// The check reports a call of SSL_SESSION_up_ref whose result nobody reads. If it
// fails, no reference was added, and the free that belongs to it gives up somebody
// else's.
//
//	C.SSL_SESSION_up_ref(s)
//	cache = s
//
// If the reference is given back on some path whether it was added or not, the
// message says so: that free takes one that somebody else still needs.
//
//	C.SSL_SESSION_up_ref(s)
//	defer C.SSL_SESSION_free(s)
//
// Not reported: a result assigned to the blank identifier, which says that the
// failure was considered; under -strict that is reported as well.
package uncheckedupref
