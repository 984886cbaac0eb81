package contract

import "go.yaml.in/yaml/v3"

func (e *entries) behaviour(r *reader, n *yaml.Node, user bool) {
	b := &Behaviour{ByUser: user}
	seen, ok := r.mapping(n, "a behaviour", []field{
		{"name", func(n *yaml.Node) { b.Name = r.name(n, "name") }},
		{"no_return", func(n *yaml.Node) { b.NoReturn = r.flag(n, "no_return") }},
		{"unwinds", func(n *yaml.Node) { b.Unwinds = r.flag(n, "unwinds") }},
		{"harmless", func(n *yaml.Node) { b.Harmless = r.flag(n, "harmless") }},
		{"non_nil", func(n *yaml.Node) { b.NonNil = r.flag(n, "non_nil") }},
		{"non_nil_if", func(n *yaml.Node) { b.NonNilIf = 1 + r.index(n, "non_nil_if") }},
		{"calls", func(n *yaml.Node) {
			r.list(n, "calls", func(n *yaml.Node) { b.Calls = append(b.Calls, r.callsArg(n)) })
		}},
		{"nil_if_nil", func(n *yaml.Node) { b.NilIfNil = r.indices(n, "nil_if_nil") }},
		{"keeps", func(n *yaml.Node) { b.Keeps = r.indices(n, "keeps") }},
		{"keeps_when", func(n *yaml.Node) { b.KeepsWhen = r.word(n, "keeps_when", boolWords) }},
		{"cell", func(n *yaml.Node) { b.Cell = r.word(n, "cell", cellWords) }},
		{"returns", func(n *yaml.Node) { b.Returns = r.condition(n) }},
		{"keep_alive", func(n *yaml.Node) { b.KeepAlive = r.flag(n, "keep_alive") }},
	})
	if !ok || !r.need(n, "a behaviour", seen, "name") {
		return
	}
	if len(seen) == 1 {
		r.fail(n, "behaviour %s says nothing", b.Name)
	}
	if b.Unwinds && !b.NoReturn {
		r.fail(seen["unwinds"], "unwinds says nothing about a function that returns")
	}
	if b.KeepsWhen != "" && len(b.Keeps) == 0 {
		r.fail(seen["keeps_when"], "keeps_when without keeps")
	}
	e.behaviours = append(e.behaviours, b)
	e.add(r, n, b)
}

func (r *reader) callsArg(n *yaml.Node) CallsArg {
	c := CallsArg{Object: -1, Of: -1}
	seen, ok := r.mapping(n, "an entry of calls", []field{
		{"param", func(n *yaml.Node) { c.Param = r.index(n, "param") }},
		{"when", func(n *yaml.Node) { c.When = r.word(n, "when", callWhens) }},
		{"times", func(n *yaml.Node) { c.Times = r.word(n, "times", callTimes) }},
		{"object", func(n *yaml.Node) { c.Object = r.index(n, "object") }},
		{"of", func(n *yaml.Node) { c.Of = r.index(n, "of") }},
	})
	if !ok || !r.need(n, "an entry of calls", seen, "param", "when", "times") {
		return c
	}
	if (c.When == "collected") != (seen["of"] != nil) {
		r.fail(n, "\"of\" goes with when: collected, and only with it")
	}
	return c
}

func (r *reader) condition(n *yaml.Node) *Condition {
	c := &Condition{}
	seen, ok := r.mapping(n, "returns", []field{
		{"param", func(n *yaml.Node) { c.Param = r.index(n, "param") }},
		{"is", func(n *yaml.Node) { c.Is = r.word(n, "condition", conditions) }},
	})
	if ok {
		r.need(n, "returns", seen, "param", "is")
	}
	return c
}

// harmless reads a list of Go functions, or families of them, that only read
// their arguments during the call.
func (e *entries) harmless(r *reader, n *yaml.Node, user bool) {
	for _, name := range r.names(n, "harmless") {
		b := &Behaviour{Name: name, Harmless: true, ByUser: user}
		e.behaviours = append(e.behaviours, b)
		e.add(r, n, b)
	}
}
