package generate

import "fmt"

// Goroutines that are waited for, and panics that are recovered.

// concurrent are steps.
var concurrent = []form{
	{trap: "goroutine-use", fits: noLoop, write: func(b *builder, e *episode) {
		wg := b.name("wg")
		b.addf("var %s sync.WaitGroup", wg)
		b.addf("%s.Add(1)", wg)
		b.add("go func() {")
		b.addf("defer %s.Done()", wg)
		b.addf("%s.SetTimeout(5)", e.v)
		b.add("}()")
		b.addf("%s.Wait()", wg)
		b.choices++
	}},
	{trap: "goroutine-own", fits: noLoop, write: func(b *builder, e *episode) {
		done, s := b.name("done"), b.name("s")
		b.addf("%s := make(chan bool)", done)
		b.addf("go func(k *session.Conn) {")
		b.addf("%s := k.Get1Session()", s)
		b.addf("%s.Free()", s)
		b.addf("%s <- true", done)
		b.addf("}(%s)", b.conn())
		b.addf("<-%s", done)
		b.choices += 2
	}},
	{trap: "recover-helper", write: func(b *builder, _ *episode) {
		b.helper("func guarded$(c *session.Conn) {\ns := c.Get1Session()\ndefer func() {\nif recover() != nil {\ns.SetTimeout(1)\n}\ns.Free()\n}()\nif c.Handshake() {\npanic(\"lost\")\n}\n}")
		b.addf("guarded$(%s)", b.conn())
		b.choices += 2
	}},
}

// concurrentReleases are releases of the same kind.
var concurrentReleases = []form{
	{trap: "goroutine-free", fits: noLoop, write: func(b *builder, e *episode) {
		done := b.name("done")
		e.fire = []string{fmt.Sprintf("%s := make(chan bool, 1)", done), "go func() {", e.v + ".Free()", done + " <- true", "}()", "<-" + done}
		e.early = []string{e.v + ".Free()"}
		b.choices++
	}},
	{trap: "goroutine-takes", fits: noLoop, write: func(b *builder, e *episode) {
		wg := b.name("wg")
		e.fire = []string{"var " + wg + " sync.WaitGroup", wg + ".Go(func() {", e.v + ".Free()", "})", wg + ".Wait()"}
		e.early = []string{e.v + ".Free()"}
		b.choices++
	}},
	armed("defer-repanic", "defer func() {", "%s.Free()", "if r := recover(); r != nil {", "panic(r)", "}", "}()"),
}
