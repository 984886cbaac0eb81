package contract

import (
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// A functionEntry is a function as written: what a `like` leaves out is still
// missing.
type functionEntry struct {
	*Function
	seen   map[string]*yaml.Node // keys that were written
	params map[int]*yaml.Node    // place of each written parameter
	refs   []*yaml.Node          // places that name a parameter: from, by
	sig    signature
}

func (e *entries) function(r *reader, n *yaml.Node, user bool) {
	f := &functionEntry{Function: &Function{Args: -1, ByUser: user}, params: map[int]*yaml.Node{}}
	var ok bool
	f.seen, ok = r.mapping(n, "a function", []field{
		{"name", func(n *yaml.Node) { f.Name = r.name(n, "name") }},
		{"signature", func(n *yaml.Node) { f.Signature = r.text(n, "signature") }},
		{"args", func(n *yaml.Node) { f.Args = r.index(n, "args") }},
		{"like", func(n *yaml.Node) { f.Like = r.name(n, "like") }},
		{"handle", func(n *yaml.Node) { f.Handle = r.name(n, "handle") }},
		{"params", func(n *yaml.Node) { r.params(n, f) }},
		{"result", func(n *yaml.Node) { f.Results = []Result{r.result(n, f)} }},
		{"results", func(n *yaml.Node) {
			r.list(n, "results", func(n *yaml.Node) { f.Results = append(f.Results, r.result(n, f)) })
		}},
		{"success", func(n *yaml.Node) { f.Success = Success(r.word(n, "success", wordsOf(Successes()))) }},
		{"nil_safe", func(n *yaml.Node) { f.NilSafe = r.flag(n, "nil_safe") }},
		{"pure", func(n *yaml.Node) { f.Pure = r.flag(n, "pure") }},
		{"no_return", func(n *yaml.Node) { f.NoReturn = r.flag(n, "no_return") }},
		{"deprecated", func(n *yaml.Node) { f.Deprecated = r.text(n, "deprecated") }},
		{"libraries", func(n *yaml.Node) { f.Libraries = r.libraries(n) }},
		{"variants", func(n *yaml.Node) {
			r.list(n, "variants", func(n *yaml.Node) { f.Variants = append(f.Variants, r.variant(n, f)) })
		}},
		{"verified", func(n *yaml.Node) { f.Verified = r.word(n, "verified", verifieds) }},
		{"source", func(n *yaml.Node) { f.Source = r.text(n, "source") }},
		{"notes", func(n *yaml.Node) { f.Notes = r.text(n, "notes") }},
	})
	if !ok || !r.need(n, "a function", f.seen, "name") || f.Name == "" {
		return
	}
	if f.seen["result"] != nil && f.seen["results"] != nil {
		r.fail(f.seen["results"], "%s has both result and results", f.Name)
	}
	f.Go = strings.Contains(f.Name, ".")
	r.arity(n, f)
	e.functions = append(e.functions, f)
	e.add(r, n, f.Function)
}

// arity settles the number of arguments and holds the parameters against it.
func (r *reader) arity(n *yaml.Node, f *functionEntry) {
	if f.Signature != "" {
		sig, ok := signatureOf(f.Function)
		if !ok && f.Go {
			r.fail(f.seen["signature"], "signature of %s is not a Go function type: %q", f.Name, f.Signature)
			return
		} else if !ok {
			r.fail(f.seen["signature"], "signature does not declare %s: %q", f.Name, f.Signature)
			return
		}
		count := len(sig.params)
		f.sig = sig
		switch {
		case f.seen["args"] != nil && f.Args != count:
			r.fail(f.seen["args"], "%s has args: %d, but its signature has %d", f.Name, f.Args, count)
		case !sig.varies:
			f.Args = count
		}
	}
	if f.Args < 0 {
		return
	}
	for i, at := range f.params {
		if i >= f.Args {
			r.noParam(at, f, i)
		}
	}
	for _, at := range f.refs {
		if i, err := strconv.Atoi(at.Value); err == nil && i >= f.Args && i <= maxArgs {
			r.noParam(at, f, i)
		}
	}
}

func (r *reader) noParam(at *yaml.Node, f *functionEntry, i int) {
	r.fail(at, "%s has no parameter %d, only %d (the first is 0)", f.Name, i, f.Args)
}

func (r *reader) params(n *yaml.Node, f *functionEntry) {
	if n = deref(n); n.Kind != yaml.MappingNode {
		r.fail(n, "params must map parameter numbers to effects, not be %s", kindName(n))
		return
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key := n.Content[i]
		bad := len(r.errs)
		at := r.index(key, "a key of params")
		if len(r.errs) > bad {
			continue
		}
		if f.params[at] != nil {
			r.fail(key, "duplicate parameter %d", at)
			continue
		}
		f.params[at] = key
		for len(f.Params) <= at {
			f.Params = append(f.Params, Param{})
		}
		f.Params[at] = r.param(deref(n.Content[i+1]), f)
	}
}

// param reads an effect, alone or with its details.
func (r *reader) param(n *yaml.Node, f *functionEntry) Param {
	effects := wordsOf(Effects())
	if n.Kind == yaml.ScalarNode {
		p := Param{Effect: Effect(r.word(n, "effect", effects))}
		r.details(n, p, nil)
		return p
	}
	var p Param
	seen, ok := r.mapping(n, "a parameter", []field{
		{"effect", func(n *yaml.Node) { p.Effect = Effect(r.word(n, "effect", effects)) }},
		{"handle", func(n *yaml.Node) { p.Handle = r.name(n, "handle") }},
		{"from", func(n *yaml.Node) { p.From = r.ref(n, "from", f) }},
		{"by", func(n *yaml.Node) {
			if n.Value == "result" {
				p.By = ByResult
				return
			}
			p.By = r.ref(n, "by", f)
		}},
		{"callback", func(n *yaml.Node) { p.Callback = r.name(n, "callback") }},
		{"when", func(n *yaml.Node) { p.When = r.word(n, "when", whens) }},
		{"why", func(n *yaml.Node) { p.Why = r.text(n, "why") }},
		{"uncaches", func(n *yaml.Node) { p.Uncaches = r.text(n, "uncaches") }},
		{"ends", func(n *yaml.Node) { p.Ends = r.names(n, "ends") }},
	})
	if ok && r.need(n, "a parameter", seen, "effect") {
		r.details(n, p, seen)
	}
	return p
}

// ref reads the number of another parameter of f.
func (r *reader) ref(n *yaml.Node, what string, f *functionEntry) int {
	f.refs = append(f.refs, n)
	return r.index(n, what)
}

// details holds the details of a parameter against its effect: each belongs to
// some effects, and some effects cannot be without.
func (r *reader) details(n *yaml.Node, p Param, seen map[string]*yaml.Node) {
	rules := []struct {
		key     string
		effects []Effect
		needed  bool
	}{
		{"from", []Effect{OutBorrowed}, true},
		{"by", []Effect{Own}, true},
		{"callback", []Effect{Callback}, true},
		{"when", []Effect{Take, OutOwned, UpRef, Own}, false},
		{"why", []Effect{MayEnd, DropsCached}, false},
		{"uncaches", []Effect{Free, EndsBorrows, MayEnd}, false},
		{"ends", []Effect{Mutate}, false},
	}
	for _, rule := range rules {
		belongs := false
		for _, e := range rule.effects {
			belongs = belongs || e == p.Effect
		}
		if at := seen[rule.key]; at != nil && !belongs && p.Effect != "" {
			r.fail(at, "%q says nothing about effect %s", rule.key, p.Effect)
		} else if at == nil && belongs && rule.needed {
			r.fail(n, "effect %s needs %q", p.Effect, rule.key)
		}
	}
}

// result reads an ownership, alone or with its details.
func (r *reader) result(n *yaml.Node, f *functionEntry) Result {
	words := wordsOf(Ownerships())
	n = deref(n)
	if n.Kind == yaml.ScalarNode {
		res := Result{Ownership: Ownership(r.word(n, "ownership", words))}
		if res.Ownership == Borrowed || res.Ownership == OwnedUnlessReuse {
			r.fail(n, "a result that is %s needs \"from\"", res.Ownership)
		}
		return res
	}
	var res Result
	seen, ok := r.mapping(n, "a result", []field{
		{"ownership", func(n *yaml.Node) { res.Ownership = Ownership(r.word(n, "ownership", words)) }},
		{"handle", func(n *yaml.Node) { res.Handle = r.name(n, "handle") }},
		{"from", func(n *yaml.Node) { res.From = r.ref(n, "from", f) }},
		{"fresh", func(n *yaml.Node) { res.Fresh = r.flag(n, "fresh") }},
		{"until", func(n *yaml.Node) {
			res.Until = Until(r.word(n, "until", wordsOf(Untils())))
		}},
		{"nil_when", func(n *yaml.Node) { res.NilWhen = r.text(n, "nil_when") }},
		{"non_nil", func(n *yaml.Node) { res.NonNil = r.flag(n, "non_nil") }},
	})
	if !ok || !r.need(n, "a result", seen, "ownership") || res.Ownership == "" {
		return res
	}
	lent := res.Ownership == Borrowed || res.Ownership == OwnedUnlessReuse
	switch {
	case lent && seen["from"] == nil:
		r.fail(n, "a result that is %s needs \"from\"", res.Ownership)
	case !lent && seen["from"] != nil:
		r.fail(seen["from"], "\"from\" says nothing about a result that is %s", res.Ownership)
	}
	if res.Until != AnyEnd && res.Ownership != Borrowed {
		r.fail(seen["until"], "a result that is %s is not lent", res.Ownership)
	}
	if res.Fresh && res.Ownership != Owned && res.Ownership != OwnedUnlessReuse {
		r.fail(seen["fresh"], "a result that is %s cannot be fresh", res.Ownership)
	}
	return res
}

func (r *reader) libraries(n *yaml.Node) []Availability {
	var list []Availability
	var fields []field
	for _, lib := range libraries {
		fields = append(fields, field{lib, func(n *yaml.Node) { list = append(list, Availability{lib, r.name(n, lib)}) }})
	}
	r.mapping(n, "libraries", fields)
	return list
}

func (r *reader) variant(n *yaml.Node, of *functionEntry) Variant {
	v := Variant{Args: -1}
	differs := &functionEntry{Function: &Function{Name: of.Name}, params: map[int]*yaml.Node{}}
	seen, ok := r.mapping(n, "a variant", []field{
		{"library", func(n *yaml.Node) {
			v.Library = r.name(n, "library")
			if base, _, _ := strings.Cut(v.Library, "-"); !slices.Contains(libraries, base) {
				r.fail(n, "unknown library %q (known: %s)", v.Library, strings.Join(libraries, ", "))
			}
		}},
		{"args", func(n *yaml.Node) { v.Args = r.index(n, "args") }},
		{"params", func(n *yaml.Node) { r.params(n, differs) }},
		{"success", func(n *yaml.Node) { v.Success = Success(r.word(n, "success", wordsOf(Successes()))) }},
		{"reused", func(n *yaml.Node) { v.Reused = Reused(r.word(n, "reused", reuses)) }},
		{"note", func(n *yaml.Node) { v.Note = r.text(n, "note") }},
	})
	if ok {
		r.need(n, "a variant", seen, "library", "note")
	}
	v.Params = differs.Params
	return v
}

// uses reads a list of C functions that only use their arguments, and whose
// results nobody counts.
func (e *entries) uses(r *reader, n *yaml.Node, user bool) {
	for _, name := range r.names(n, "uses") {
		f := &Function{Name: name, Args: -1, Go: strings.Contains(name, "."), ByUser: user, Results: []Result{{Ownership: Value}}}
		e.functions = append(e.functions, &functionEntry{Function: f, seen: map[string]*yaml.Node{}})
		e.add(r, n, f)
	}
}
