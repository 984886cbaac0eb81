// Package hooksuser is the upper one of two packages: it registers functions of package
// hooks as callbacks, so that what is wrong in them as such is known only here (trap:
// callback and registration in two packages).
package hooksuser

import (
	"fixtures/across/hooks"
	"github.com/sessionlint/sessionlint/session"
)

// dial lets a client have a new session.
func dial(x *session.Context) {
	x.SetVersion(session.TLS12)
	x.SetCacheMode(session.CacheClient | session.CacheNoInternalStore)
	c := x.NewConn()
	c.Handshake()
	c.Free()
}

// Kept has a store that keeps what it says it keeps.
func Kept(x *session.Context) {
	st := new(hooks.Store)
	x.OnNewSession(st.Keep)
	dial(x)
	st.Close()
}

// KeptRefused has one that keeps what it gives back.
//
//fixture:norun the runtime notices it in the other package
func KeptRefused(x *session.Context, st *hooks.Store) {
	x.OnNewSession(st.KeepRefused) // want callbackref "in (*hooks.Store).KeepRefused, which is registered here" // want danglingborrow
	dial(x)
}

// Refused has one that only looks.
func Refused(x *session.Context) {
	x.OnNewSession(new(hooks.Store).Refuse)
	dial(x)
}

// Dropped registers a function that frees what it refuses.
//
//fixture:norun the runtime notices it in the other package
func Dropped(x *session.Context) {
	x.OnNewSession(hooks.Drop) // want callbackref "in hooks.Drop, which is registered here: callback Drop frees session s" // want borrowedfree
	dial(x)
}

// DroppedBy hands it to a helper of the other package.
//
//fixture:norun the runtime notices it in the other package
func DroppedBy(x *session.Context) {
	hooks.On(x, hooks.Reject) // want callbackref "in hooks.Reject, which is registered here" // want borrowedfree
	dial(x)
}

// DroppedIf registers what the other package makes.
//
//fixture:norun the runtime notices it in the other package
func DroppedIf(x *session.Context, really bool) {
	x.OnNewSession(hooks.Dropper(really)) // want callbackref "frees session s" // want borrowedfree
	dial(x)
}

// Taken registers one that says what it does.
func Taken(x *session.Context) {
	x.OnNewSession(hooks.Take)
	dial(x)
}

// Used registers one whose fault is one without that: it is found there.
//
//fixture:norun the runtime notices it in the other package
func Used(x *session.Context) {
	x.OnNewSession(hooks.Used)
	dial(x)
}

// Installed lets the other package register its own: it is found there.
//
//fixture:norun the runtime notices it in the other package
func Installed(x *session.Context) {
	hooks.Install(x)
	dial(x)
}

// Removed registers a function that frees what it is lent.
//
//fixture:norun the runtime notices it in the other package
func Removed(x *session.Context) {
	x.OnRemoveSession(hooks.Removed) // want borrowedfree "in hooks.Removed, which is registered here"
	dial(x)
}

// Watched registers one that reads it.
func Watched(x *session.Context) {
	x.OnRemoveSession(hooks.Watched)
	dial(x)
}

// A watcher has what is to be called.
type watcher struct {
	find func(*session.Conn, []byte) (*session.Session, bool)
}

func (w *watcher) install(x *session.Context) { x.OnGetSession(w.find) }

// Found gives the library a reference of its own.
func Found(x *session.Context, st *hooks.Store) {
	w := &watcher{find: st.Find}
	w.install(x)
}

// FoundBare gives it the one that the store keeps.
//
//fixture:norun the runtime notices it in the other package
func FoundBare(x *session.Context, st *hooks.Store) {
	b := bare{find: st.FindBare} // want callbackref "in (*hooks.Store).FindBare, which is registered here"
	b.install(x)
}

// A bare is like watcher.
type bare struct {
	find func(*session.Conn, []byte) (*session.Session, bool)
}

func (b *bare) install(x *session.Context) { x.OnGetSession(b.find) }
