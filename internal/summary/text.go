package summary

import (
	"fmt"
	"slices"
	"strings"

	"github.com/sessionlint/sessionlint/internal/refprog"
)

// String is the path as in Go, as far as there is a notation: "s", "*out", "c.session",
// "list[*]". What is captured and what a package variable holds stand without the star
// that their addresses have.
func (p Path) String() string {
	name := p.Name
	if p.Root == Global {
		name = shortKey(name)
	}
	switch {
	case p.Root == Acquired:
		return "acquired"
	case p.Root == Nothing:
		return "else"
	case name == "" && p.Root == Captured:
		name = fmt.Sprintf("captured %d", p.Index)
	case name == "":
		name = fmt.Sprintf("parameter %d", p.Index)
	}
	steps := p.Steps
	if p.Root == Captured || p.Root == Global {
		if steps == "" {
			return "&" + name
		}
		steps = strings.TrimPrefix(steps, "*")
	}
	for _, sel := range []string{".", "["} {
		steps = strings.ReplaceAll(steps, "*"+sel, sel) // c.f is (*c).f
	}
	steps = strings.ReplaceAll(steps, "[]", "[*]")
	if rest, ok := strings.CutSuffix(steps, "*"); ok && !strings.HasSuffix(steps, "[*]") {
		return "*" + name + rest
	}
	return name + steps
}

// String is the post-state as a person would say it.
func (v Value) String() string {
	parts := func(list []Value) string {
		var out []string
		for _, p := range list {
			out = append(out, p.String())
		}
		return strings.Join(out, ", ")
	}
	switch v.Kind {
	case Nil:
		return "nil"
	case Number:
		return fmt.Sprint(v.N)
	case Text:
		return v.Name
	case Subject:
		return "it"
	case Entry:
		return v.Path.String()
	case Address:
		return "&" + strings.TrimPrefix(v.Path.String(), "&")
	case Object:
		return fmt.Sprintf("new %d", v.N)
	case Function:
		out := shortKey(v.Name)
		if len(v.Parts) > 0 {
			out += "[" + parts(v.Parts) + "]"
		}
		return out
	case Interface:
		return shortKey(v.Name) + "(" + parts(v.Parts) + ")"
	case Aggregate:
		var out []string
		for i, n := range v.Names {
			if p := v.Parts[i+1]; p.Kind != Unknown || p.Owned || p.Lent {
				out = append(out, strings.TrimPrefix(n, ".")+": "+p.String())
			}
		}
		return "{" + strings.Join(out, ", ") + "}"
	}
	switch {
	case v.Owned && v.Fresh:
		return "fresh owned"
	case v.Owned:
		return "owned"
	case v.Lent:
		return "borrowed"
	case v.NotNil && v.Taken != Made:
		return "not nil"
	}
	switch v.Taken {
	case Settled:
		return "one value"
	case LikelyNil:
		return "nil, it seems"
	case LikelySome:
		return "not nil, it seems"
	case Made:
		return "an error"
	}
	return "unknown"
}

// shortKey is a key without import paths.
func shortKey(key string) string {
	i := strings.LastIndexByte(key, '/')
	if i < 0 {
		return key
	}
	n := max(0, strings.IndexFunc(key, func(r rune) bool { return r != '(' && r != '*' }))
	return key[:n] + key[i+1:]
}

// String is the condition as in Go.
func (l Literal) String() string {
	p := l.Path.String()
	switch l.Op {
	case "zero", "not zero":
		no := l.Op == "zero"
		switch l.Kind {
		case refprog.Bool:
			if no {
				return "!" + p
			}
			return p
		case refprog.Int:
			if no {
				return p + " == 0"
			}
			return p + " != 0"
		}
		if no {
			return p + " == nil"
		}
		return p + " != nil"
	}
	return fmt.Sprintf("%s %s %d", p, l.Op, l.N)
}

// key is what makes two cases one: everything but when it happens and how. What people
// read of it comes first, for the order; it is not all, as names are shortened there.
func (c *Case) key(on Path) string {
	return fmt.Sprintf("%s\x00%#v%#v%#v%#v", c.effects(on), c.Effects, c.Posts, c.Results, c.Objects)
}

// effects is what a case does, for people.
func (c *Case) effects(on Path) string {
	if c.Opaque != "" {
		return "unknown: " + c.Opaque
	}
	var out []string
	made := c.made()
	if made != nil {
		out = append(out, made.String())
	}
	for _, e := range c.Effects {
		if e.Path == on {
			out = slices.Insert(out, 0, fmt.Sprintf("%+d", e.Net))
		} else {
			out = append(out, fmt.Sprintf("%s %+d", e.Path, e.Net))
		}
	}
	if len(out) == 0 {
		out = append(out, "no change")
	}
	for _, p := range c.Posts {
		out = append(out, p.Path.String()+" = "+p.Value.String())
	}
	if len(c.Results) > 0 {
		var list []string
		for _, r := range c.Results {
			list = append(list, r.String())
		}
		out = append(out, "returns "+strings.Join(list, ", "))
	}
	for i, o := range c.Objects {
		out = append(out, fmt.Sprintf("new %d is %s", i, o))
	}
	if c.Balanced {
		out = append(out, "gives back what it adds")
	}
	return strings.Join(out, "; ")
}

func (c *Case) made() *Acquisition {
	if len(c.Ways) == 0 {
		return nil
	}
	return c.Ways[0].Made
}

// String says what was acquired and how it is held.
func (a *Acquisition) String() string {
	switch {
	case a.Base == Borrowed:
		return a.Handle + " borrowed from " + a.Lender.String()
	case a.Fresh:
		return a.Handle + " fresh owned"
	}
	return a.Handle + " owned"
}

// line is a case in a line, its condition last.
func (s *Summary) line(c *Case) string {
	guard, lost := c.Guard()
	var when []string
	for _, l := range guard {
		when = append(when, l.String())
	}
	if lost {
		when = append(when, "...")
	}
	if len(when) == 0 {
		return s.On.String() + ": " + c.effects(s.On)
	}
	return s.On.String() + ": " + c.effects(s.On) + " when " + strings.Join(when, " && ")
}

// String lists the cases, a line each.
func (s *Summary) String() string {
	return strings.Join(s.Lines(), "\n")
}

// Lines are the lines of String.
func (s *Summary) Lines() []string {
	switch {
	case s.Widened != "":
		return []string{s.On.String() + ": unknown: " + s.Widened}
	case len(s.Cases) == 0 && !s.Partial:
		return []string{s.On.String() + ": no way out"}
	}
	var out []string
	for i := range s.Cases {
		out = append(out, s.line(&s.Cases[i]))
	}
	if s.Partial {
		out = append(out, s.On.String()+": perhaps more: it makes calls that are not followed")
	}
	return out
}

// essence is what a fixed point is a fixed point of.
func (s *Summary) essence() string {
	out := []string{s.Widened}
	for i := range s.Cases {
		out = append(out, s.Cases[i].key(s.On))
	}
	return strings.Join(out, "\n")
}

// Compare orders paths: by root, then by their steps.
func Compare(a, b Path) int {
	switch {
	case a.Root != b.Root:
		return int(a.Root) - int(b.Root)
	case a.Index != b.Index:
		return a.Index - b.Index
	case a.Name != b.Name:
		return strings.Compare(a.Name, b.Name)
	}
	return strings.Compare(a.Steps, b.Steps)
}

// Sorted puts what a case lists into order.
func (c *Case) Sorted() {
	slices.SortFunc(c.Effects, func(a, b Effect) int { return Compare(a.Path, b.Path) })
	slices.SortFunc(c.Posts, func(a, b Post) int { return Compare(a.Path, b.Path) })
	for i := range c.Ways {
		slices.SortFunc(c.Ways[i].Guard, func(a, b Literal) int {
			if d := Compare(a.Path, b.Path); d != 0 {
				return d
			}
			if d := strings.Compare(a.Op, b.Op); d != 0 {
				return d
			}
			return int(a.N - b.N)
		})
	}
}
