package generate

import (
	"fmt"
	"slices"
)

// All forms.
var (
	allAcquires = slices.Concat(acquires, moreAcquires)
	allReleases = slices.Concat(releases, moreReleases, concurrentReleases)
	allSteps    = slices.Concat(steps, moreSteps, callbacks, concurrent)
)

// Forms that need the whole function, or several sessions.

// moreAcquires are ways to come to a session through more than one function.
var moreAcquires = []form{
	{trap: "cleanup-result", fits: noLoop, write: func(b *builder, e *episode) {
		b.helper("func open$(c *session.Conn) (*session.Session, func()) {\ns := c.Get1Session()\nreturn s, func() {\ns.Free()\n}\n}")
		cleanup, t := b.name("cleanup"), b.name("s")
		b.addf("%s, %s := open$(%s)", t, cleanup, e.conn)
		b.addf("defer %s()", cleanup)
		// What the cleanup frees is not the episode's: it takes a copy.
		acquired(b, e, "%s := "+t+".Dup()")
		b.choices++
	}},
	{trap: "method-get", write: func(b *builder, e *episode) {
		b.helper("type source$ struct {\nc *session.Conn\n}\n\nfunc (s source$) get() *session.Session {\nreturn s.c.Get1Session()\n}")
		acquired(b, e, "%s := source${c: %c}.get()")
	}},
	{trap: "interface-get", write: func(b *builder, e *episode) {
		b.helper("type getter$ interface {\nGet1Session() *session.Session\n}")
		g := b.name("g")
		b.addf("var %s getter$ = %s", g, e.conn)
		acquired(b, e, "%s := "+g+".Get1Session()")
	}},
	{trap: "d2i", write: func(b *builder, e *episode) {
		b.param("data", "[]byte")
		acquired(b, e, "%s := session.D2I(nil, data)")
	}},
	{trap: "select-first", write: func(b *builder, e *episode) {
		e.v = b.name("s")
		b.addf("%s := %s.Get1Session()", e.v, e.conn)
		b.addf("if %s == nil {", e.v)
		b.addf("%s = session.New()", e.v)
		b.add("}")
		b.choices += 2
	}},
	{trap: "helper-must", write: func(b *builder, e *episode) {
		b.helper("func must$(s *session.Session) *session.Session {\nif s == nil {\npanic(\"no session\")\n}\nreturn s\n}")
		acquired(b, e, "%s := must$(%c.Get1Session())")
	}},
}

// moreReleases are ways to give one up.
var moreReleases = []form{
	with(free("helper-status", "if err := give$(%c, %s); err != nil {", "%s.SetTimeout(3)", "%s.Free()", "}"),
		"func give$(c *session.Conn, s *session.Session) error {\nif !c.Handshake() {\nreturn errNone$\n}\ns.Free()\nreturn nil\n}"),
	{trap: "embedded-close", write: func(b *builder, e *episode) {
		b.helper(holder)
		b.helper("type named$ struct {\nholder$\nname string\n}")
		h := b.name("h")
		b.addf("%s := named${name: \"a\"}", h)
		b.addf("%s.s = %s", h, e.v)
		e.fire = []string{h + ".Close()"}
		e.early = e.fire
	}},
	{trap: "defer-in-branch", fits: noLoop, write: func(b *builder, e *episode) {
		b.addf("if %s != nil {", e.v)
		b.addf("defer %s.Free()", e.v)
		b.add("}")
	}},
	{trap: "defer-flag", fits: noLoop, write: func(b *builder, e *episode) {
		keep := b.name("keep")
		b.addf("%s := false", keep)
		b.add("defer func() {")
		b.addf("if !%s {", keep)
		b.addf("%s.Free()", e.v)
		b.add("}", "}()")
		e.fire = []string{fmt.Sprintf("if %s.SetSession(%s) {", e.conn, e.v), keep + " = true", e.v + ".Free()", "}"}
		b.choices++
	}},
	{trap: "reassigned", write: func(b *builder, e *episode) {
		e.fire = []string{e.v + ".Free()", e.v + " = session.New()", e.v + ".Free()"}
		e.early = []string{e.v + ".Free()"}
		b.choices++
	}},
	{trap: "struct-returned", fits: func(b *builder) bool { return b.atTop && b.result == nothing && !b.has["holder result"] }, write: func(b *builder, e *episode) {
		b.helper(holder)
		b.param("into", "*holder$")
		e.fire = []string{"into.Close()", "into.s = " + e.v}
		e.early = []string{e.v + ".Free()"}
	}},
	{trap: "slice-param", fits: noLoop, write: func(b *builder, e *episode) {
		b.helper("type list$ struct {\nall []*session.Session\n}")
		b.param("keep", "*list$")
		e.fire = []string{fmt.Sprintf("keep.all = append(keep.all, %s)", e.v)}
		e.early = []string{e.v + ".Free()"}
	}},
	{trap: "channel-param", fits: noLoop, write: func(b *builder, e *episode) {
		b.param("queue", "chan *session.Session")
		e.fire = []string{fmt.Sprintf("if %s != nil {", e.v), "queue <- " + e.v, "}"}
		e.early = []string{e.v + ".Free()"}
	}},
	{trap: "type-switch-free", write: func(b *builder, e *episode) {
		v := b.name("v")
		b.addf("var %s any = %s", v, e.v)
		e.fire = []string{fmt.Sprintf("switch t := %s.(type) {", v), "case *session.Session:", "t.Free()", "}"}
		e.early = []string{e.v + ".Free()"}
	}},
}

// moreSteps are what happens in between.
var moreSteps = []form{
	{trap: "defer-in-loop", fits: func(b *builder) bool { return shallow(b) }, write: func(b *builder, e *episode) {
		one, s := b.name("one"), b.name("s")
		b.addf("for _, %s := range %s {", one, b.param("conns", "[]*session.Conn"))
		b.addf("%s := %s.Get1Session()", s, one)
		b.addf("defer %s.Free()", s)
		b.add("}")
		b.choices += 2
	}},
	{trap: "loop-newest", fits: func(b *builder) bool { return shallow(b) }, write: func(b *builder, e *episode) {
		one, s, t := b.name("one"), b.name("s"), b.name("t")
		b.addf("var %s *session.Session", s)
		b.addf("for _, %s := range %s {", one, b.param("conns", "[]*session.Conn"))
		b.addf("%s := %s.Get1Session()", t, one)
		b.addf("if %s == nil {", t)
		b.add("continue", "}")
		b.addf("%s.Free()", s)
		b.addf("%s = %s", s, t)
		b.add("}")
		b.addf("%s.Free()", s)
		b.choices += 2
	}},
	{trap: "collect-and-free", fits: func(b *builder) bool { return shallow(b) }, write: func(b *builder, e *episode) {
		one, l := b.name("one"), b.name("all")
		b.addf("var %s []*session.Session", l)
		b.addf("for _, %s := range %s {", one, b.param("conns", "[]*session.Conn"))
		b.addf("%s = append(%s, %s.Get1Session())", l, l, one)
		b.add("}")
		b.addf("for _, s := range %s {", l)
		b.add("s.Free()", "}")
		b.choices += 2
	}},
	{trap: "range-func", fits: func(b *builder) bool { return shallow(b) }, write: func(b *builder, e *episode) {
		b.helper("func each$(conns []*session.Conn) func(yield func(*session.Conn) bool) {\nreturn func(yield func(*session.Conn) bool) {\nfor _, c := range conns {\nif !yield(c) {\nreturn\n}\n}\n}\n}")
		one := b.name("one")
		b.addf("for %s := range each$(%s) {", one, b.param("conns", "[]*session.Conn"))
		b.loop(one)
	}},
	{trap: "owner-deferred", fits: noLoop, write: func(b *builder, e *episode) {
		k, t := b.name("k"), b.name("b")
		b.addf("%s := %s.NewConn()", k, b.param("x", "*session.Context"))
		b.addf("defer %s.Free()", k)
		b.addf("if %s.SetSession(%s) {", k, e.v)
		b.addf("%s := %s.Get0Session()", t, k)
		b.addf("%s.SetTimeout(2)", t)
		b.add("}")
		b.choices += 3
	}},
	{trap: "borrow-helper", write: func(b *builder, e *episode) {
		b.helper("func peek$(c *session.Conn) *session.Session {\nreturn c.Get0Session()\n}")
		t := b.name("b")
		b.addf("%s := peek$(%s)", t, b.conn())
		b.addf("%s.SetTimeout(4)", t)
		b.choices++
	}},
	{trap: "swap", fits: noLoop, write: func(b *builder, e *episode) {
		s, t := b.name("s"), b.name("t")
		b.addf("%s, %s := session.New(), session.New()", s, t)
		b.addf("%s, %s = %s, %s", s, t, t, s)
		b.addf("%s.Free()", s)
		b.addf("%s.Free()", t)
		b.choices += 2
	}},
	{trap: "while", fits: shallow, write: func(b *builder, e *episode) {
		s, i := b.name("s"), b.name("i")
		b.addf("for %s := 0; %s < 2 && %s; %s++ {", i, i, b.chosen(), i)
		b.addf("%s := %s.Get1Session()", s, b.conn())
		b.addf("if %s == nil {", s)
		b.add("break", "}")
		b.addf("%s.Free()", s)
		b.add("}")
		b.choices += 4
	}},
}
