package simulate

import (
	"fmt"
	"slices"
	"strings"

	"github.com/sessionlint/sessionlint/internal/refprog"
)

// base is where the subject's first reference came from.
type base uint8

const (
	owned    base = iota // acquired here
	borrowed             // lent by subject.lenders
	outside              // from a parameter, field, global, element or unknown result
)

// subject is the reference that a run follows.
type subject struct {
	live  bool
	base  base
	fresh bool // the object is younger than every value that existed before it

	// tokens are the references this activation holds, oldest first: the
	// operation that gave each.
	tokens   []tokenRef
	gaveUp   bool    // it has given up a reference it had acquired
	consumed bool    // base outside: the reference that came from outside is gone
	given    bool    // base outside: a callee has retained it and returned it to the reporting function
	consumer spot    // base outside, or offered: the free that gave it up
	taken    int     // base outside: the length of the trail there
	used     *usage  // where a summary is made: what first needs it to be alive
	put      bool    // where a summary is made: it was put into a container that is not followed
	lenders  []value // who keeps it alive for us: its owner, or owners we gave it to
	lost     bool    // its lenders are all gone
	ended    *ending // the event that has ended its loan, if it may as well not have
	field    string  // what is claimed rests on what the package does with this field
	rule     refprog.Rule

	offered bool // it is the library's until the callback answers that it keeps it
	known   int  // base outside: the places that held it when it became the subject
	// finalized: a finalizer or cleanup can reach it.
	finalized bool
	yielded   bool // it was passed to the body of a loop over an iterator
	shown     bool // a function of another package has called one of this package with it

	// handed counts the references given to known places that are not followed: a
	// channel, a map, a slice from outside.
	handed int
	// piled are those of them that are among the elements of the field piledIn, of
	// which nobody frees any.
	piled   int
	piledIn string
	inside  []int32   // local containers it was put into
	kept    []keeping // borrowed: where it was put so that it may outlive the loan
	placed  []placing // fields that own it
	entry   *entry    // siteTaken: the map element that has it still
	freed   spot      // where its last reference was given up, if gaveUp
	lentTo  *spot     // borrowed: the go statement of a goroutine that uses it and that nothing has waited for

	// racing: a goroutine has changed its count, and nothing has waited for it yet.
	racing bool
	// surely: whichever way it goes, the goroutine gives up a reference.
	surely bool
	// sent, blocked: the goroutine under way has told somebody that it has come that
	// far, or may have to wait for somebody who never comes. late, unsure: what it gave
	// up, it gave up after that.
	sent, blocked, late, unsure bool

	// escaped says that somebody unknown may hold references of it: nothing
	// more is claimed of its count.
	escaped string
	// passed: an unknown function got it, and may have added a reference: where it is
	// kept it may be more than a loan.
	passed bool
}

// keeping is one place where a borrowed reference was put.
type keeping struct {
	at   spot
	root int32  // the memory it was put in; 0: a place that is not followed
	path string // where in that memory
	in   value  // the container it was put in, if that is not followed
	dead bool   // no reference kept it alive any more
}

// usage is an operation, and the length of the trail there.
type usage struct {
	spot
	step int
}

// tokenRef is one reference: the place that gave it, seen from the activation
// that did, and the length of the trail there.
type tokenRef struct {
	ctx  int32
	at   opRef
	step int // index of its outcome step, or -1
}

const maxHeld = 4

func (s subject) clone() subject {
	s.tokens = slices.Clone(s.tokens)
	s.lenders = slices.Clone(s.lenders)
	s.kept = slices.Clone(s.kept)
	s.placed = slices.Clone(s.placed)
	return s
}

func (s *subject) held() int { return len(s.tokens) }

func (s *subject) escape(why string) {
	if s.live && s.escaped == "" {
		s.escaped = why
	}
}

// pass notes that an unknown function gets it, and may add a reference.
func (s *subject) pass(to string) {
	s.escape("passed to " + to)
	s.passed = s.passed || s.live
}

// dead reports whether nothing that we know of keeps the object alive for us.
func (s *subject) dead() bool {
	if !s.live || s.escaped != "" || s.racing || len(s.tokens) > 0 {
		return false
	}
	switch s.base {
	case owned:
		return s.gaveUp && len(s.lenders) == 0
	case borrowed:
		return len(s.lenders) == 0
	}
	return s.consumed && len(s.lenders) == 0
}

// key writes the property.
func (s *subject) key(b *strings.Builder) {
	if !s.live {
		b.WriteString("none;")
		return
	}
	fmt.Fprintf(b, "%d h%d %t %t %t %t e%t r%t", s.base, len(s.tokens), s.gaveUp, s.consumed, s.given, s.lost, s.escaped != "", s.racing)
	for _, t := range s.tokens {
		fmt.Fprintf(b, " %d/%d/%d", t.ctx, t.at.block, t.at.op)
	}
	for _, l := range s.lenders {
		fmt.Fprintf(b, " <%s", l)
	}
	if s.handed > 0 {
		fmt.Fprintf(b, " to%d/%d%s", s.handed, s.piled, s.piledIn)
	}
	for _, k := range s.kept {
		fmt.Fprintf(b, " kept%d/%d/%d", k.at.ctx, k.at.at.block, k.at.at.op)
	}
	for _, p := range s.placed {
		fmt.Fprintf(b, " owned%d/%d/%d", p.at.ctx, p.at.at.block, p.at.at.op)
	}
	if s.used != nil || s.put {
		fmt.Fprintf(b, " u%t p%t", s.used != nil, s.put)
	}
	if s.entry != nil {
		b.WriteString(" in")
	}
	if len(s.placed) > 0 && s.gaveUp {
		fmt.Fprintf(b, " freed%d/%d/%d", s.freed.ctx, s.freed.at.block, s.freed.at.op)
	}
	if s.lentTo != nil {
		b.WriteString(" lent")
	}
	if s.passed {
		b.WriteString(" passed")
	}
	if s.finalized {
		b.WriteString(" finalized")
	}
	if s.yielded {
		b.WriteString(" yielded")
	}
	if s.shown {
		b.WriteString(" shown")
	}
	if s.sent || s.blocked || s.late || s.unsure {
		fmt.Fprintf(b, " s%t b%t l%t u%t", s.sent, s.blocked, s.late, s.unsure)
	}
	b.WriteByte(';')
}
