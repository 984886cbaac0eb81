package generate

import "fmt"

// free is a form that frees explicitly, in the given lines; %s is the session.
func free(trap string, lines ...string) form {
	return form{trap: trap, write: func(b *builder, e *episode) {
		for _, l := range lines {
			e.fire = append(e.fire, fillIn(l, e.v, e.conn))
		}
		e.early = []string{e.v + ".Free()"}
	}}
}

// armed is a form that releases by what is written at once.
func armed(trap string, lines ...string) form {
	return form{trap: trap, fits: noLoop, write: func(b *builder, e *episode) {
		for _, l := range lines {
			b.add(fillIn(l, e.v, e.conn))
		}
		e.armed = true
	}}
}

// with adds a declaration that a form needs.
func with(f form, helpers ...string) form {
	inner := f.write
	f.write = func(b *builder, e *episode) {
		for _, h := range helpers {
			b.helper(h)
		}
		inner(b, e)
	}
	return f
}

func fillIn(l, v, conn string) string {
	out := ""
	for i := 0; i < len(l); i++ {
		if l[i] == '%' && i+1 < len(l) {
			i++
			switch l[i] {
			case 's':
				out += v
				continue
			case 'c':
				out += conn
				continue
			}
			out += "%"
		}
		out += string(l[i])
	}
	return out
}

func noLoop(b *builder) bool { return b.loops == 0 }

func atTop(want ...resultKind) func(b *builder) bool {
	return func(b *builder) bool {
		for _, k := range want {
			if b.result == k && b.atTop && !b.has["named results"] {
				return true
			}
		}
		return false
	}
}

const letGo = "func letGo$(s *session.Session) {\nif s == nil {\nreturn\n}\ns.Free()\n}"

// releases are the ways to give a session up.
var releases = []form{
	free("free", "%s.Free()"),
	armed("defer", "defer %s.Free()"),
	armed("defer-closure", "defer func() {", "%s.Free()", "}()"),
	armed("defer-argument", "defer func(t *session.Session) {", "t.Free()", "}(%s)"),
	with(free("free-helper", "letGo$(%s)"), letGo),
	with(armed("defer-helper", "defer letGo$(%s)"), letGo),
	with(free("helper-bool", "letGoIf$(%s, true)"), "func letGoIf$(s *session.Session, really bool) {\nif really {\ns.Free()\n}\n}"),
	with(free("helper-result", "if !tryFree$(%s, %c) {", "%s.Free()", "}"), "func tryFree$(s *session.Session, c *session.Conn) bool {\nif c.Handshake() {\ns.Free()\nreturn true\n}\nreturn false\n}"),
	with(free("helper-recursive", "drain$(%s, 2)"), "func drain$(s *session.Session, depth int) {\nif depth == 0 {\ns.Free()\nreturn\n}\ndrain$(s, depth-1)\n}"),
	with(free("helper-variadic", "freeAll$(%s)"), "func freeAll$(all ...*session.Session) {\nfor _, s := range all {\ns.Free()\n}\n}"),
	with(free("generic-release", "release$(%s)"), "func release$[T interface{ Free() }](v T) {\nv.Free()\n}"),
	free("set-session", "%c.SetSession(%s)", "%s.Free()"),
	{trap: "add-session", write: func(b *builder, e *episode) {
		x := b.param("x", "*session.Context")
		e.fire = []string{fmt.Sprintf("%s.AddSession(%s)", x, e.v), e.v + ".Free()"}
		e.early = []string{e.v + ".Free()"}
		b.choices++
	}},
	{trap: "closure-release", write: func(b *builder, e *episode) {
		f := b.name("free")
		b.addf("%s := func() {", f)
		b.addf("%s.Free()", e.v)
		b.add("}")
		e.fire = []string{f + "()"}
		e.early = e.fire
	}},
	{trap: "closure-once", write: func(b *builder, e *episode) {
		f, done := b.name("free"), b.name("done")
		b.addf("%s := false", done)
		b.addf("%s := func() {", f)
		b.addf("if !%s {", done)
		b.addf("%s.Free()", e.v)
		b.addf("%s = true", done)
		b.add("}", "}")
		if noLoop(b) {
			b.addf("defer %s()", f)
		}
		e.fire = []string{f + "()"}
		e.early = e.fire
	}},
	{trap: "method-value-free", write: func(b *builder, e *episode) {
		f := b.name("free")
		b.addf("%s := %s.Free", f, e.v)
		e.fire = []string{f + "()"}
		e.early = e.fire
	}},
	{trap: "interface-release", write: func(b *builder, e *episode) {
		b.helper("type freer$ interface{ Free() }")
		f := b.name("f")
		b.addf("var %s freer$ = %s", f, e.v)
		e.fire = []string{f + ".Free()"}
		e.early = []string{e.v + ".Free()"}
	}},
	{trap: "slice-range", write: func(b *builder, e *episode) {
		l := b.name("list")
		e.fire = []string{fmt.Sprintf("%s := []*session.Session{%s}", l, e.v), fmt.Sprintf("for _, one := range %s {", l), "one.Free()", "}"}
		e.early = []string{e.v + ".Free()"}
	}},
	{trap: "map-range", write: func(b *builder, e *episode) {
		l := b.name("table")
		e.fire = []string{fmt.Sprintf("%s := map[string]*session.Session{\"a\": %s}", l, e.v), fmt.Sprintf("for _, one := range %s {", l), "one.Free()", "}"}
		e.early = []string{e.v + ".Free()"}
	}},
	{trap: "channel", write: func(b *builder, e *episode) {
		ch := b.name("ch")
		e.fire = []string{ch + " := make(chan *session.Session, 1)", ch + " <- " + e.v, "(<-" + ch + ").Free()"}
		e.early = []string{e.v + ".Free()"}
	}},
	{trap: "struct-close", write: func(b *builder, e *episode) {
		b.helper(holder)
		h := b.name("h")
		b.addf("%s := &holder${s: %s}", h, e.v)
		e.fire = []string{h + ".Close()"}
		e.early = e.fire
	}},
	{trap: "struct-defer-close", fits: noLoop, write: func(b *builder, e *episode) {
		b.helper(holder)
		h := b.name("h")
		b.addf("%s := holder${s: %s}", h, e.v)
		b.addf("defer %s.Close()", h)
		e.armed = true
	}},
	{trap: "field-free", write: func(b *builder, e *episode) {
		b.helper(holder)
		h := b.name("h")
		b.addf("%s := holder${}", h)
		b.addf("%s.s = %s", h, e.v)
		e.fire = []string{h + ".s.Free()", h + ".s = nil"}
		e.early = []string{h + ".s.Free()"}
	}},
	{trap: "branches-free", write: func(b *builder, e *episode) {
		cond := b.condition()
		e.fire = []string{"if " + cond + " {", e.v + ".Free()", "} else {", e.v + ".SetTimeout(2)", e.v + ".Free()", "}"}
		e.early = []string{e.v + ".Free()"}
	}},
	{trap: "switch-free", write: func(b *builder, e *episode) {
		n := b.param("n", "int")
		e.fire = []string{"switch " + n + " {", "case 1:", e.v + ".Free()", "case 2:", e.v + ".SetTimeout(3)", "fallthrough", "default:", e.v + ".Free()", "}"}
		e.early = []string{e.v + ".Free()"}
		b.choices++
	}},
	{trap: "correlated-free", write: func(b *builder, e *episode) {
		b.param("flag0", "bool")
		if len(b.flags) == 0 {
			b.flags = append(b.flags, "flag0")
		}
		e.fire = []string{"if flag0 {", e.v + ".Free()", "}", e.conn + ".Handshake()", "if !flag0 {", e.v + ".Free()", "}"}
		e.early = []string{e.v + ".Free()"}
		b.choices++
	}},
	{trap: "loop-free", write: func(_ *builder, e *episode) {
		e.fire = []string{"for {", e.v + ".Free()", "break", "}"}
		e.early = []string{e.v + ".Free()"}
	}},
	{trap: "alias-free", write: func(b *builder, e *episode) {
		a := b.name("t")
		b.addf("%s := %s", a, e.v)
		e.fire = []string{a + ".Free()"}
		e.early = e.fire
	}},
	{trap: "free-and-nil", fits: func(b *builder) bool { return true }, write: func(_ *builder, e *episode) {
		e.fire = []string{e.v + ".Free()", e.v + " = nil", "if " + e.v + " != nil {", e.v + ".Free()", "}"}
		e.early = []string{e.v + ".Free()"}
	}},
	{trap: "goto", fits: func(b *builder) bool { return b.loops == 0 }, write: func(b *builder, e *episode) {
		l := b.name("L")
		cond := b.condition()
		e.fire = []string{"if " + cond + " {", "goto " + l, "}", e.v + ".SetTimeout(1)", l + ":", e.v + ".Free()"}
		e.early = []string{e.v + ".Free()"}
	}},
	{trap: "returned", fits: atTop(found), write: func(_ *builder, e *episode) {
		e.fire = []string{"return " + e.v}
		e.early = []string{e.v + ".Free()"}
		e.final = true
	}},
	{trap: "returned-err", fits: atTop(foundOr), write: func(_ *builder, e *episode) {
		e.fire = []string{"return " + e.v + ", nil"}
		e.early = []string{e.v + ".Free()"}
		e.final = true
	}},
	{trap: "named-result-defer", fits: atTop(foundOr), write: func(b *builder, e *episode) {
		if b.used["returned-err"] || b.has["named results"] {
			e.fire = []string{"return " + e.v + ", nil"}
			e.early = []string{e.v + ".Free()"}
			e.final = true
			return
		}
		b.has["named results"] = true
		b.add("defer func() {", "if err != nil {", e.v+".Free()", "}", "}()")
		e.fire = []string{"return " + e.v + ", nil"}
		e.final = true
	}},
	{trap: "global", write: func(b *builder, e *episode) {
		b.helper("var last$ *session.Session")
		e.fire = []string{"last$.Free()", "last$ = " + e.v}
		e.early = []string{e.v + ".Free()"}
	}},
	{trap: "map-param", fits: noLoop, write: func(b *builder, e *episode) {
		m := b.param("cache", "map[string]*session.Session")
		e.fire = []string{fmt.Sprintf("%s[%q] = %s", m, b.name("k"), e.v)}
		e.early = []string{e.v + ".Free()"}
	}},
	{trap: "out-param", fits: func(b *builder) bool { return !b.has["out"] && b.loops == 0 }, write: func(b *builder, e *episode) {
		b.param("out", "**session.Session")
		e.fire = []string{"*out = " + e.v}
		e.early = []string{e.v + ".Free()"}
	}},
}
