package above

import "fixtures/directive/below"

// LookedUp is right on both ways.
func LookedUp(id int) error {
	s, err := below.Lookup(id)
	if err != nil {
		return err
	}
	below.Put(s)
	return nil
}

// LookedUpAndLost forgets on success.
func LookedUpAndLost(id int) error {
	s, err := below.Lookup(id) // want missingfree
	if err != nil {
		return err
	}
	below.Look(s)
	return nil
}

// Tried is right on both ways.
func Tried(id int) bool {
	s, ok := below.Try(id)
	if !ok {
		return false
	}
	below.Put(s)
	return true
}

// TriedAndLost forgets on success.
func TriedAndLost(id int) bool {
	s, ok := below.Try(id) // want missingfree
	if ok {
		below.Look(s)
	}
	return ok
}

// Kept hands back what it got, by methods.
func Kept(r *below.Registry) {
	s := r.Get(1)
	r.Note(s)
	r.Keep(s)
}

// KeptNot only looks.
func KeptNot(r *below.Registry) {
	s := r.Get(1) // want missingfree
	r.Note(s)
}

// KeptTwice hands back too much.
func KeptTwice(r *below.Registry) {
	s := r.Get(1)
	r.Keep(s)
	r.Keep(s) // want doublefree
}

// KeptLoan hands back what was lent.
func KeptLoan(r *below.Registry) {
	s := r.Lend(1)
	r.Note(s)
	r.Keep(s) // want borrowedfree
}

// Promoted does all that by promoted methods.
func Promoted(d *below.Directory) {
	s := d.Get(1)
	d.Keep(s)
}

// PromotedNot forgets it.
func PromotedNot(d *below.Directory) string {
	s := d.Get(1) // want missingfree
	d.Note(s)
	return d.Name
}

// ByInterface does so through an interface of the other package.
func ByInterface(k below.Keeper) {
	s := k.Get(1)
	k.Note(s)
	k.Keep(s)
}

// ByInterfaceNot forgets it.
func ByInterfaceNot(k below.Keeper) {
	s := k.Get(1) // want missingfree
	k.Note(s)
}

// ByInterfaceTwice hands back too much.
func ByInterfaceTwice(k below.Keeper) {
	s := k.Get(1)
	k.Keep(s)
	k.Keep(s) // want doublefree
}

// Boxed stores over nothing.
func Boxed(id int) *below.Box {
	b := &below.Box{Own: below.Find(id)}
	return b
}

// Reboxed gives away what was there first.
func Reboxed(b *below.Box, id int) {
	below.Put(b.Own)
	b.Own = below.Find(id)
}

// Unboxed clears what the box owns.
func Unboxed(b *below.Box) {
	b.Lent = nil
	b.Any = nil
	b.Own = nil // want missingfree
}

// BoxDropped drops the box with what it owns.
func BoxDropped(id int) bool {
	b := &below.Box{}
	b.Own = below.Find(id) // want missingfree
	return b.Any == nil
}

// BoxedLoan keeps a loan in each of its fields.
func BoxedLoan(b *below.Box, c *below.Context) {
	b.Lent = below.Peek(c)
	b.Any = below.Peek(c) // want danglingborrow
	b.Own = below.Peek(c) // want danglingborrow
}

// Posted hands over a struct with what it holds.
func Posted(id int) { below.Post(below.Seal(below.Find(id))) }

// PostedNot forgets it.
func PostedNot(id int) bool {
	e := below.Seal(below.Find(id)) // want missingfree
	return e == nil
}

// Assumed says at the call what the function does not.
func Assumed(id int) {
	s := below.Find(id)
	below.Hand(s) //sessionlint:assume consumed
}

// AssumedTwice takes it at its word.
func AssumedTwice(id int) {
	s := below.Find(id)
	below.Hand(s) //sessionlint:assume consumed
	below.Put(s)  // want doublefree
}

// AssumedAbove has it above the call, and on one way only.
func AssumedAbove(id int, really bool) {
	s := below.Find(id) // want missingfree
	if really {
		//sessionlint:assume consumed
		below.Hand(s)
	}
}

// AssumedOfLoan gives away what it was lent.
func AssumedOfLoan(c *below.Context) {
	s := below.Peek(c)
	below.Hand(s) //sessionlint:assume consumed // want borrowedfree
}

// AssumedNowhere has no call to speak of.
func AssumedNowhere(id int) bool {
	s := below.Find(id)
	//sessionlint:assume consumed // want directive "no call"
	same := s != nil
	below.Put(s)
	return same
}

// Renewed gives one and frees the other.
func Renewed(id int) {
	s := below.Renews(below.Find(id))
	below.Put(s)
}

// RenewedOld gives both back, of which one is gone.
func RenewedOld(id int) {
	s := below.Find(id)
	t := below.Renews(s)
	below.Put(s) // want doublefree
	below.Put(t)
}

// find is a function of this package that passes on what the other declares.
func find(id int) *below.Session { return below.Find(id) }

// FoundThrough is right.
func FoundThrough(id int) { below.Put(find(id)) }

// FoundThroughAndLost is not.
func FoundThroughAndLost(id int) {
	s := find(id) // want missingfree
	below.Look(s)
}

// takes contradicts what the other package declares of what it calls.
//
//sessionlint:consumes s // want directive "no path frees it or hands it over"
func takes(s *below.Session) { below.Look(s) }

// lends contradicts it as well.
//
//sessionlint:returns owned // want directive "only lends"
func lends(c *below.Context) *below.Session { return below.Peek(c) }

// keeps contradicts it as well.
//
//sessionlint:borrows s // want directive "declared to borrow s, but frees it"
func keeps(s *below.Session) { below.Put(s) }

// gives contradicts it as well.
//
//sessionlint:returns borrowed from r // want directive "its caller has to free"
func gives(r *below.Registry) *below.Session { return r.Get(1) }

// A slot contradicts what its methods do with the other package's functions.
type slot struct {
	own  *below.Session //sessionlint:owned // want directive "declared to own, but only loans are stored there"
	last *below.Session //sessionlint:borrowed // want directive "declared to borrow, but"
}

func (s *slot) fill(c *below.Context) {
	s.own = below.Peek(c) // want danglingborrow
}

func (s *slot) close() { below.Put(s.last) }

//sessionlint:returns owned // want directive "belongs to the comment of a function declaration"
var source = below.Find

func misplaced(id int) {
	//sessionlint:consumes s // want directive "belongs to the comment of a function declaration"
	below.Put(below.Find(id))
	//sessionlint:borrowed // want directive "belongs to a struct field"
	var s *below.Session
	below.Look(s)
}

var _ = []any{takes, lends, keeps, gives, (*slot).fill, (*slot).close, source, misplaced}

// ToldWrong keeps what the other package says it consumes and does not: a directive
// that is wrong has no effect.
func ToldWrong(id int) {
	s := below.Find(id) // want missingfree
	below.Forgets(s)
}

// ToldWrongFreed frees twice what the other package says it borrows and does not.
func ToldWrongFreed(id int) {
	s := below.Find(id)
	below.Frees(s)
	below.Put(s) // want doublefree
}

// ToldWrongLent frees what the other package says is owned and is not.
func ToldWrongLent(c *below.Conn) {
	s := below.Lends(c)
	below.Put(s) // want borrowedfree
}

// ToldWrongGiven forgets what the other package says is lent and is not.
func ToldWrongGiven(c *below.Conn) {
	s := below.Gives(c) // want missingfree
	below.Look(s)
}
