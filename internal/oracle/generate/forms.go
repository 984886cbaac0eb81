package generate

import (
	"fmt"
	"strings"
)

// The forms are data: what each trap looks like.

// chosen is a condition that nothing else answers: the same question twice, with
// nothing in between, may be taken to have one answer.
func (b *builder) chosen() string {
	b.questions++
	return fmt.Sprintf("session.Choose(%d) == 1", 1+b.questions)
}

// conditions are what a branch can depend on.
var conditions = []form{
	{trap: "cond-flag", write: func(b *builder, e *episode) {
		name := fmt.Sprintf("flag%d", len(b.flags))
		if len(b.flags) == 2 {
			name = b.flags[b.r.IntN(2)]
			b.used["cond-correlated"] = true
		} else {
			b.flags = append(b.flags, name)
		}
		e.cond = b.param(name, "bool")
	}},
	{trap: "cond-correlated", fits: func(b *builder) bool { return len(b.flags) > 0 }, write: func(b *builder, e *episode) {
		e.cond = b.flags[b.r.IntN(len(b.flags))]
		if b.r.IntN(3) == 0 {
			e.cond = "!" + e.cond
		}
	}},
	{trap: "cond-call", write: func(b *builder, e *episode) { e.cond = b.conn() + ".Handshake()" }},
	{trap: "cond-int", write: func(b *builder, e *episode) {
		e.cond = fmt.Sprintf("%s %s %d", b.param("n", "int"), []string{"==", ">", "<", "!="}[b.r.IntN(4)], 1+b.r.IntN(2))
	}},
	{trap: "cond-choose", write: func(b *builder, e *episode) { e.cond = b.chosen() }},
	{trap: "cond-err", write: func(b *builder, e *episode) {
		e.cond = b.param("failed", "error") + []string{" != nil", " == nil"}[b.r.IntN(2)]
	}},
	{trap: "cond-shortcircuit", write: func(b *builder, e *episode) {
		e.cond = fmt.Sprintf("%s %s %s.Handshake()", b.param("also", "bool"), []string{"&&", "||"}[b.r.IntN(2)], b.conn())
	}},
}

func acquired(b *builder, e *episode, format string) {
	b.choices++
	e.v = b.name("s")
	b.add(strings.NewReplacer("%s", e.v, "%c", e.conn).Replace(format))
}

// acquires are the ways to come to a session that has to be freed.
var acquires = []form{
	{trap: "get1", write: func(b *builder, e *episode) { acquired(b, e, "%s := %c.Get1Session()") }},
	{trap: "new", write: func(b *builder, e *episode) { acquired(b, e, "%s := session.New()") }},
	{trap: "dup", write: func(b *builder, e *episode) {
		b.param("other", "*session.Session")
		acquired(b, e, "%s := other.Dup()")
	}},
	{trap: "get0-upref", write: func(b *builder, e *episode) {
		acquired(b, e, "%s := %c.Get0Session()")
		b.addf("if %s == nil || !%s.UpRef() {", e.v, e.v)
		b.exit()
		b.add("}")
		b.choices++
	}},
	{trap: "helper-err", write: func(b *builder, e *episode) {
		b.helper("func load$(c *session.Conn) (*session.Session, error) {\ns := c.Get1Session()\nif s == nil {\nreturn nil, errNone$\n}\nreturn s, nil\n}")
		e.fails = b.name("err")
		acquired(b, e, "%s, "+e.fails+" := load$(%c)")
		e.fails += " != nil"
	}},
	{trap: "helper-ok", write: func(b *builder, e *episode) {
		b.helper("func find$(c *session.Conn) (*session.Session, bool) {\ns := c.Get1Session()\nreturn s, s != nil\n}")
		e.fails = b.name("ok")
		acquired(b, e, "%s, "+e.fails+" := find$(%c)")
		e.fails = "!" + e.fails
	}},
	{trap: "helper-two-levels", write: func(b *builder, e *episode) {
		b.helper("func inner$(c *session.Conn) *session.Session {\nreturn c.Get1Session()\n}")
		b.helper("func outer$(c *session.Conn) *session.Session {\ns := inner$(c)\nif s != nil {\ns.SetTimeout(5)\n}\nreturn s\n}")
		acquired(b, e, "%s := outer$(%c)")
	}},
	{trap: "helper-out", write: func(b *builder, e *episode) {
		b.helper("func fetch$(c *session.Conn, out **session.Session) bool {\n*out = c.Get1Session()\nreturn *out != nil\n}")
		e.v = b.name("s")
		e.fails = b.name("ok")
		b.addf("var %s *session.Session", e.v)
		b.addf("%s := fetch$(%s, &%s)", e.fails, e.conn, e.v)
		e.fails = "!" + e.fails
		b.choices++
	}},
	{trap: "helper-retain", write: func(b *builder, e *episode) {
		b.helper("func retain$(s *session.Session) bool {\nreturn s != nil && s.UpRef()\n}")
		acquired(b, e, "%s := %c.Get0Session()")
		b.addf("if !retain$(%s) {", e.v)
		b.exit()
		b.add("}")
		b.choices++
	}},
	{trap: "closure-fills", write: func(b *builder, e *episode) {
		e.v = b.name("s")
		fill := b.name("fill")
		b.addf("var %s *session.Session", e.v)
		b.addf("%s := func() {", fill)
		b.addf("%s = %s.Get1Session()", e.v, e.conn)
		b.add("}")
		b.addf("%s()", fill)
		b.choices++
	}},
	{trap: "phi-nil", write: func(b *builder, e *episode) {
		cond := b.condition()
		e.v = b.name("s")
		b.addf("var %s *session.Session", e.v)
		b.addf("if %s {", cond)
		b.addf("%s = %s.Get1Session()", e.v, e.conn)
		b.add("}")
		b.choices++
	}},
	{trap: "flag-variable", write: func(b *builder, e *episode) {
		cond := b.condition()
		e.v = b.name("s")
		mine := b.name("mine")
		b.addf("var %s *session.Session", e.v)
		b.addf("%s := false", mine)
		b.addf("if %s {", cond)
		b.addf("%s = %s.Get1Session()", e.v, e.conn)
		b.addf("%s = true", mine)
		b.add("}")
		e.fails = "!" + mine
		b.choices++
	}},
	{trap: "method-value-get", write: func(b *builder, e *episode) {
		get := b.name("get")
		b.addf("%s := %s.Get1Session", get, e.conn)
		acquired(b, e, "%s := "+get+"()")
	}},
	{trap: "tuple-assign", write: func(b *builder, e *episode) {
		acquired(b, e, "%s, _ := %c.Get1Session(), 1")
	}},
	{trap: "generic-identity", write: func(b *builder, e *episode) {
		b.helper("func same$[T any](v T) T {\nreturn v\n}")
		acquired(b, e, "%s := same$(%c.Get1Session())")
	}},
	{trap: "retry-loop", write: func(b *builder, e *episode) {
		e.v = b.name("s")
		i := b.name("i")
		b.addf("var %s *session.Session", e.v)
		b.addf("for %s := 0; %s < 2 && %s == nil; %s++ {", i, i, e.v, i)
		b.addf("%s = %s.Get1Session()", e.v, e.conn)
		b.add("}")
		b.choices += 2
	}},
	{trap: "immediate-closure", write: func(b *builder, e *episode) {
		e.v = b.name("s")
		b.addf("%s := func() *session.Session {", e.v)
		b.addf("return %s.Get1Session()", e.conn)
		b.add("}()")
		b.choices++
	}},
	{trap: "constructor", write: func(b *builder, e *episode) {
		b.helper(holder)
		b.helper("func newHolder$(c *session.Conn) *holder$ {\nreturn &holder${s: c.Get1Session()}\n}")
		h := b.name("h")
		b.addf("%s := newHolder$(%s)", h, e.conn)
		e.v = h + ".s"
		e.kind = h
		b.choices++
	}},
}

const holder = "type holder$ struct {\ns *session.Session\nn int\n}\n\nfunc (h *holder$) Close() {\nif h.s != nil {\nh.s.Free()\nh.s = nil\n}\n}"

func failsIf(e *episode) string {
	if e.fails != "" {
		return e.fails
	}
	return e.v + " == nil"
}

// unguarded looks at nothing.
func unguarded(b *builder, e *episode) {
	if e.fails != "" {
		b.add("_ = " + e.fails)
	}
}

// guards see whether there is a session.
var guards = []form{
	{trap: "guard-none", write: unguarded},
	{trap: "guard-exit", write: func(b *builder, e *episode) {
		b.addf("if %s {", failsIf(e))
		b.exit()
		b.add("}")
	}},
	{trap: "guard-nested", write: func(b *builder, e *episode) {
		cond := "!(" + failsIf(e) + ")"
		switch {
		case e.fails == "":
			cond = e.v + " != nil"
		case strings.HasPrefix(e.fails, "!"):
			cond = e.fails[1:]
		case strings.HasSuffix(e.fails, " != nil"):
			cond = strings.TrimSuffix(e.fails, " != nil") + " == nil"
		}
		b.addf("if %s {", cond)
		e.close++
	}},
	{trap: "guard-switch", write: func(b *builder, e *episode) {
		b.add("switch {")
		b.addf("case %s:", failsIf(e))
		b.exit()
		b.add("}")
	}},
	{trap: "guard-nil", write: func(b *builder, e *episode) {
		unguarded(b, e)
		b.addf("if %s == nil {", e.v)
		b.exit()
		b.add("}")
	}},
	{trap: "guard-bool", write: func(b *builder, e *episode) {
		unguarded(b, e)
		there := b.name("there")
		b.addf("%s := %s != nil", there, e.v)
		b.addf("if !%s {", there)
		b.exit()
		b.add("}")
	}},
}
