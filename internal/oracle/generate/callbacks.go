package generate

import "fmt"

// Callbacks that are registered, and that a handshake or the cache runs at once.

// What lets the library run them.
const (
	dial  = "func dial$(x *session.Context) {\nx.SetVersion(session.TLS12)\nx.SetCacheMode(session.CacheClient | session.CacheNoInternalStore)\nc := x.NewConn()\nc.Handshake()\nc.Free()\n}"
	serve = "func serve$(x *session.Context) {\nx.SetVersion(session.TLS12)\nx.SetCacheMode(session.CacheServer | session.CacheNoInternal)\nc := x.NewConn()\nc.SetAccept()\nc.Handshake()\nc.Free()\n}"
	flush = "func flush$(x *session.Context) {\ns := session.New()\nx.AddSession(s)\ns.Free()\nx.FlushSessions(0)\n}"

	kept = "var kept$ *session.Session"
)

// onNew is a new-session callback; %s is the session that it is offered.
func onNew(trap string, lines []string, helpers ...string) form {
	return form{trap: trap, fits: once("OnNewSession"), write: func(b *builder, e *episode) {
		b.called("OnNewSession", "k *session.Conn, %s *session.Session", " bool", dial, "dial$", lines, helpers)
	}}
}

// once reports whether no callback of a kind is registered yet; in a loop it would
// be registered again and again.
func once(kind string) func(b *builder) bool {
	return func(b *builder) bool { return b.loops == 0 && !b.has[kind] }
}

// called writes a callback, and what runs it.
func (b *builder) called(kind, params, result, runner, name string, lines, helpers []string) {
	b.has[kind] = true
	b.helper(runner)
	for _, h := range helpers {
		b.helper(h)
	}
	x, s := b.param("x", "*session.Context"), b.name("s")
	b.addf("%s.%s(func(%s)%s {", x, kind, fillIn(params, s, ""), result)
	for _, l := range lines {
		b.add(fillIn(l, s, "k"))
	}
	b.add("})", fmt.Sprintf("%s(%s)", name, x))
	b.choices++
}

// callbacks are steps.
var callbacks = []form{
	onNew("new-kept", []string{"kept$.Free()", "kept$ = %s", "return true"}, kept),
	onNew("new-read", []string{"%s.SetTimeout(1)", "return false"}),
	onNew("new-freed", []string{"%s.SetTimeout(2)", "%s.Free()", "return true"}),
	onNew("new-deferred", []string{"defer %s.Free()", "%s.SetTimeout(3)", "return true"}),
	onNew("new-retained", []string{"if !%s.UpRef() {", "return false", "}", "kept$.Free()", "kept$ = %s", "return false"}, kept),
	onNew("new-answered", []string{"taken := false", "if %c.Handshake() {", "kept$.Free()", "kept$ = %s", "taken = true", "}", "return taken"}, kept),
	onNew("new-helper", []string{"return remember$(%s)"}, kept, "func remember$(s *session.Session) bool {\nif s == nil {\nreturn false\n}\nkept$.Free()\nkept$ = s\nreturn true\n}"),
	{trap: "new-named", fits: once("OnNewSession"), write: func(b *builder, _ *episode) {
		b.has["OnNewSession"] = true
		b.helper(dial)
		b.helper(kept)
		b.helper("func keepNew$(c *session.Conn, s *session.Session) bool {\nkept$.Free()\nkept$ = s\nreturn true\n}")
		x := b.param("x", "*session.Context")
		b.addf("%s.OnNewSession(keepNew$)", x)
		b.addf("dial$(%s)", x)
		b.choices++
	}},
	{trap: "new-captured", fits: once("OnNewSession"), write: func(b *builder, _ *episode) {
		into := b.param("newest", "*holder$")
		b.called("OnNewSession", "k *session.Conn, %s *session.Session", " bool", dial, "dial$", []string{into + ".Close()", into + ".s = %s", "return true"}, []string{holder})
	}},
	{trap: "remove-read", fits: once("OnRemoveSession"), write: func(b *builder, _ *episode) {
		b.called("OnRemoveSession", "_ *session.Context, %s *session.Session", "", flush, "flush$", []string{"%s.SetTimeout(4)"}, nil)
	}},
	{trap: "remove-retained", fits: once("OnRemoveSession"), write: func(b *builder, _ *episode) {
		b.called("OnRemoveSession", "_ *session.Context, %s *session.Session", "", flush, "flush$", []string{"if %s.UpRef() {", "kept$.Free()", "kept$ = %s", "}"}, []string{kept})
	}},
	{trap: "get-lent", fits: once("OnGetSession"), write: func(b *builder, _ *episode) {
		b.add("kept$.Free()", "kept$ = session.New()")
		b.called("OnGetSession", "k *session.Conn, id []byte", " (*session.Session, bool)", serve, "serve$", []string{"return kept$, true"}, []string{kept})
	}},
	{trap: "get-retained", fits: once("OnGetSession"), write: func(b *builder, _ *episode) {
		b.add("kept$.Free()", "kept$ = session.New()")
		b.called("OnGetSession", "k *session.Conn, id []byte", " (*session.Session, bool)", serve, "serve$", []string{"if kept$ == nil || !kept$.UpRef() {", "return nil, false", "}", "return kept$, false"}, []string{kept})
	}},
}
