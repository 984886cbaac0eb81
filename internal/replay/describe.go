package replay

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/sessionlint/sessionlint/internal/contract"
	"github.com/sessionlint/sessionlint/internal/ledger"
	"github.com/sessionlint/sessionlint/internal/refprog"
)

// This file makes the text of a trace.

// EventKind says what an event is about.
type EventKind uint8

const (
	Acquired EventKind = iota // the reference came to the program, or a borrow began
	Counted                   // the count changed
	Ended                     // a lender died, or ended what it lent
	Failed                    // a call that could have changed the count failed
	Assumed                   // a branch went one way
	Left                      // the return where a reference is lost
)

// An Event is one thing on the way that a person has to know.
type Event struct {
	At   refprog.OpRef
	Kind EventKind
	Text string // without the count: "SSL_SESSION_up_ref returned 1"
	Held int    // own references after it; -1 if it is about no reference

	on *ref
}

// Note is the event's text with the count.
func (e Event) Note() string {
	if e.Kind == Assumed || e.Kind == Ended || e.Kind == Left {
		return e.Text
	}
	return fmt.Sprintf("%s: held %d", e.Text, e.Held)
}

// A standing is what a reference was worth before an operation.
type standing struct {
	on    *ref
	held  int
	valid bool
}

// balance notes what the references are worth that a call could change: its
// arguments and the claimed one.
func (r *run) balance(c *apiCall) []standing {
	var out []standing
	add := func(x *ref) {
		if x != nil && !slices.ContainsFunc(out, func(s standing) bool { return s.on == x }) {
			out = append(out, standing{x, x.h.Held(), x.h.Valid()})
		}
	}
	for i := range c.args {
		add(c.ref(r, i))
	}
	r.spend(len(r.siteRefs) * len(r.siteRefs)) // a loop may have made many
	for _, x := range r.siteRefs {
		add(x)
	}
	return out
}

// noteCall writes down what a contracted call has changed.
func (r *run) noteCall(c *apiCall, known int, before []standing) {
	note := func(kind EventKind, text string, x *ref) {
		r.events = append(r.events, Event{At: r.at, Kind: kind, Text: text, Held: x.held(), on: x})
	}
	for _, x := range r.refs[known:] {
		if x.h.Base() != ledger.Outside {
			note(Acquired, lastName(c.fn.Name), x)
		}
	}
	for _, s := range before {
		switch now := s.on.h.Held(); {
		case now != s.held:
			note(Counted, c.said(), s.on)
		case s.valid && !s.on.h.Valid():
			note(Ended, lastName(c.fn.Name)+" ends the borrow", s.on)
		case !c.ok && s.on == c.counted(r):
			note(Failed, c.said(), s.on)
		}
	}
}

// counted returns the argument whose count the call would have changed.
func (c *apiCall) counted(r *run) *ref {
	for i := range c.args {
		if c.fn.Param(i).Effect == contract.UpRef {
			return c.ref(r, i)
		}
	}
	return nil
}

// said is a call with its status: "SSL_SESSION_up_ref returned 1".
func (c *apiCall) said() string {
	name := lastName(c.fn.Name)
	if len(c.results) > 0 {
		switch v := c.results[0].(type) {
		case intValue:
			if c.fn.Success == contract.True {
				return name + " returned " + strconv.FormatBool(v != 0)
			}
			return name + " returned " + strconv.FormatInt(int64(v), 10)
		case nilValue:
			return name + " returned nil"
		}
	}
	return name
}

// noteExit writes down the return at which a reference is lost.
func (r *run) noteExit(x *ref) {
	n := x.held()
	r.events = append(r.events, Event{At: r.at, Kind: Left, Text: fmt.Sprintf("returns here with held %d, expected 0", n), Held: n, on: x})
}

// noteBranch writes down the side of a branch that the witness takes, unless it
// follows from constants.
func (r *run) noteBranch(f *frame, b *refprog.Block, taken, assumed bool) {
	if !assumed && !r.decisive(f.fn, b.Term.Cond, 8) {
		return
	}
	text := r.condition(f.fn, b.Term.Cond, taken, 8)
	if text == "" {
		return
	}
	r.events = append(r.events, Event{At: r.at, Kind: Assumed, Text: "assuming " + text, Held: -1})
}

// decisive reports whether a condition that is known on this path depends on how
// a call went.
func (r *run) decisive(fn *refprog.Func, cond refprog.Operand, depth int) bool {
	if cond.Kind != refprog.RegOperand || depth == 0 {
		return false
	}
	d, _ := r.definition(fn, cond.Reg)
	if d.op == nil {
		return false
	}
	switch d.op.Kind {
	case refprog.API, refprog.Call, refprog.Invoke, refprog.Method, refprog.Unknown:
		return true
	case refprog.Compare, refprog.Not, refprog.Copy, refprog.Extract:
		for _, a := range d.op.Args {
			if r.decisive(fn, a, depth-1) {
				return true
			}
		}
	}
	return false
}

// condition describes a condition as it is assumed: "err != nil", "!ok".
func (r *run) condition(fn *refprog.Func, o refprog.Operand, want bool, depth int) string {
	if o.Kind != refprog.RegOperand || depth == 0 {
		return ""
	}
	if d, ok := r.definition(fn, o.Reg); ok && d.op != nil {
		switch d.op.Kind {
		case refprog.Not:
			return r.condition(fn, d.op.Args[0], !want, depth-1)
		case refprog.Compare:
			x, y := r.describe(fn, d.op.Args[0], 4), r.describe(fn, d.op.Args[1], 4)
			if x == "" || y == "" {
				return ""
			}
			op := d.op.Name
			if !want {
				op = negated[op]
			}
			return x + " " + op + " " + y
		}
	}
	text := r.describe(fn, o, 4)
	if text == "" || want {
		return text
	}
	return "!" + text
}

// describe names an operand as a person would: its variable, the call it came
// from, a field of something that has a name. "" if there is no name.
func (r *run) describe(fn *refprog.Func, o refprog.Operand, depth int) string {
	switch o.Kind {
	case refprog.NilOperand:
		return "nil"
	case refprog.IntOperand:
		return strconv.FormatInt(o.Int, 10)
	case refprog.ConstOperand:
		return o.Name
	case refprog.GlobalOperand, refprog.FuncOperand:
		return lastName(o.Name)
	case refprog.ZeroOperand:
		return ""
	}
	if name := fn.Regs[o.Reg].Name; name != "" || depth == 0 {
		return name
	}
	d, _ := r.definition(fn, o.Reg)
	if d.op == nil {
		return ""
	}
	switch op := d.op; op.Kind {
	case refprog.API, refprog.Call, refprog.Unknown:
		return lastName(op.Name) + "(...)"
	case refprog.Method:
		return op.Name + "(...)"
	case refprog.Load: // of a captured variable, whose address is called &v
		return strings.TrimPrefix(r.describe(fn, op.Args[0], depth-1), "&")
	case refprog.Copy, refprog.Extract, refprog.MakeIface:
		return r.describe(fn, op.Args[0], depth-1)
	case refprog.FieldAddr, refprog.Field:
		if base := r.describe(fn, op.Args[0], depth-1); base != "" {
			return base + "." + op.Name
		}
	case refprog.MapLoad, refprog.Index, refprog.IndexAddr:
		base, key := r.describe(fn, op.Args[0], depth-1), r.describe(fn, op.Args[1], depth-1)
		if base != "" && key != "" {
			return base + "[" + key + "]"
		}
	}
	return ""
}

// lastName cuts the package path off a key: "path/pkg.F" is "F", "(*path/pkg.T).M"
// is "T.M".
func lastName(key string) string {
	key = strings.NewReplacer("(*", "", "(", "", ")", "").Replace(key)
	key = key[strings.LastIndexByte(key, '/')+1:]
	if i := strings.IndexByte(key, '.'); i >= 0 && i+1 < len(key) {
		return key[i+1:]
	}
	return key
}

// trace picks the events that belong to the claim: the assumptions, and what
// happened to the claimed reference.
func (r *run) trace() []Event {
	var out []Event
	for _, e := range r.events {
		if e.on == nil || r.isFound(e.on) {
			e.on = nil
			out = append(out, e)
		}
	}
	return out
}
