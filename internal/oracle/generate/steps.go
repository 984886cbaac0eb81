package generate

// steps are what happens between acquire and release.
var steps = []form{
	{trap: "use", write: func(b *builder, e *episode) { b.addf("%s.SetTimeout(%d)", e.v, b.r.IntN(9)) }},
	{trap: "early-exit", write: func(b *builder, e *episode) {
		b.addf("if %s {", b.condition())
		b.exit()
		b.add("}")
	}},
	{trap: "branch", write: branch},
	{trap: "borrow", write: func(b *builder, e *episode) {
		t := b.name("b")
		b.addf("%s := %s.Get0Session()", t, b.conn())
		b.addf("if %s != nil {", t)
		b.addf("%s.SetTimeout(4)", t)
		b.add("}")
		b.choices++
	}},
	{trap: "upref-pair", write: func(b *builder, e *episode) {
		b.addf("if %s != nil && %s.UpRef() {", e.v, e.v)
		b.addf("%s.SetTimeout(6)", e.v)
		b.addf("%s.Free()", e.v)
		b.add("}")
		b.choices++
	}},
	{trap: "upref-ignored", write: func(b *builder, e *episode) {
		b.addf("if %s != nil {", e.v)
		b.addf("%s.UpRef()", e.v)
		b.addf("%s.Free()", e.v)
		b.add("}")
	}},
	{trap: "resume", write: func(b *builder, e *episode) {
		b.addf("if %s.SetSession(%s) {", b.conn(), e.v)
		b.addf("%s.SetTimeout(7)", e.v)
		b.add("}")
		b.choices++
	}},
	{trap: "alias", write: func(b *builder, e *episode) {
		t := b.name("t")
		b.addf("%s := %s", t, e.v)
		b.addf("%s.SetTimeout(8)", t)
	}},
	{trap: "closure-use", write: func(b *builder, e *episode) {
		b.add("func() {")
		b.addf("%s.SetTimeout(9)", e.v)
		b.add("}()")
	}},
	{trap: "panic", write: func(b *builder, e *episode) {
		b.addf("if %s {", b.condition())
		b.add("panic(\"lost\")", "}")
	}},
	{trap: "exit", write: func(b *builder, e *episode) {
		b.addf("if %s {", b.condition())
		b.add("os.Exit(1)", "}")
	}},
	{trap: "range-loop", fits: shallow, write: func(b *builder, e *episode) {
		one := b.name("one")
		b.addf("for _, %s := range %s {", one, b.param("conns", "[]*session.Conn"))
		b.loop(one)
	}},
	{trap: "counted-loop", fits: shallow, write: func(b *builder, e *episode) {
		i := b.name("i")
		b.addf("for %s := 0; %s < %s; %s++ {", i, i, b.param("n", "int"), i)
		b.loop("")
	}},
	{trap: "labelled-loop", fits: shallow, write: func(b *builder, e *episode) {
		l := b.name("L")
		one := b.name("one")
		b.addf("%s:", l)
		b.addf("for _, %s := range %s {", one, b.param("conns", "[]*session.Conn"))
		b.add("for range 2 {")
		b.addf("if %s.Handshake() {", one)
		b.addf("%s %s", []string{"break", "continue"}[b.r.IntN(2)], l)
		b.add("}", "}")
		b.choices += 2
		b.loop(one)
	}},
	{trap: "read-helper", write: func(b *builder, e *episode) {
		b.helper("func look$(s *session.Session) int64 {\nif s == nil {\nreturn 0\n}\nreturn s.Time() + s.Timeout()\n}")
		b.addf("look$(%s)", e.v)
	}},
	{trap: "callback-helper", write: func(b *builder, e *episode) {
		b.helper("func scoped$(c *session.Conn, f func(*session.Session)) {\ns := c.Get1Session()\nif s == nil {\nreturn\n}\ndefer s.Free()\nf(s)\n}")
		b.addf("scoped$(%s, func(t *session.Session) {", b.conn())
		b.add("t.SetTimeout(3)", "})")
		b.choices++
	}},
	{trap: "owner-free", write: func(b *builder, e *episode) {
		k, t := b.name("k"), b.name("b")
		b.addf("%s := %s.NewConn()", k, b.param("x", "*session.Context"))
		b.addf("if %s.Handshake() {", k)
		b.addf("%s := %s.Get0Session()", t, k)
		b.addf("%s.SetTimeout(2)", t)
		b.add("}")
		b.addf("%s.Free()", k)
		b.choices += 2
	}},
}

func branch(b *builder, e *episode) {
	b.addf("if %s {", b.condition())
	b.addf("%s.SetTimeout(1)", e.v)
	b.add("} else {")
	b.addf("%s.SetTimeout(2)", e.v)
	b.add("}")
}

// shallow reports whether there is room for a loop; a second one comes only where
// it is wanted.
func shallow(b *builder) bool {
	return b.loops == 0 && (b.choices < b.room-1 || len(b.wanted) == 1 && b.choices < b.room+3)
}

// loop writes the body of a loop that is open, and closes it.
func (b *builder) loop(conn string) {
	b.loops++
	outer := b.open
	b.choices += 2
	e := &episode{conn: conn}
	if conn == "" {
		e.conn = b.conn()
	} else {
		b.add("_ = " + conn)
	}
	b.pick(allAcquires).write(b, e)
	b.pick(guards).write(b, e)
	b.pick(allReleases).write(b, e)
	b.open = append(b.open, e)
	switch b.r.IntN(4) {
	case 0:
		b.used["continue"] = true
		b.addf("if %s {", b.condition())
		b.add(e.early...)
		b.add("continue", "}")
	case 1:
		b.used["break"] = true
		b.addf("if %s {", b.condition())
		b.add(e.early...)
		b.add("break", "}")
	}
	b.open = outer
	b.add(e.fire...)
	for range e.close {
		b.add("}")
	}
	b.add("}")
	b.loops--
}
