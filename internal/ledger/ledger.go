package ledger

// A Ledger holds objects, handles, the violations found so far and the operation
// under way. The zero Ledger is ready for use.
type Ledger struct {
	now        Event
	handles    []*Handle
	violations []*Violation
	objects    int
	inUse      []*Handle // what the operation under way uses
	live       map[string]int

	// OnViolation, if set, is called for each violation as it is recorded.
	OnViolation func(*Violation)
}

// Begin opens an operation: what happens until the next Begin is part of it.
func (l *Ledger) Begin(op string, at Place) {
	l.now = Event{Seq: l.now.Seq + 1, Op: op, At: at}
	l.inUse = l.inUse[:0]
}

// Resume makes an earlier operation the one under way again, after code that it
// called back has run operations of its own.
func (l *Ledger) Resume(e Event) {
	l.now = Event{Seq: l.now.Seq + 1, Op: e.Op, At: e.At}
}

// Interrupt runs code that may have operations of its own in the middle of the
// operation under way.
func (l *Ledger) Interrupt(f func()) {
	now, used := l.now, l.inUse
	l.inUse = nil
	defer func() {
		l.Resume(now)
		l.inUse = used
	}()
	f()
}

// Collect runs collect in the middle of the operation under way, as a garbage
// collector may that finds Go objects dead: their finalizers can free what the
// operation uses. That is a violation, for each handle that may be used no longer.
func (l *Ledger) Collect(collect func()) {
	var before []*Handle
	for _, h := range l.inUse {
		if h.Valid() {
			before = append(before, h)
		}
	}
	if len(before) == 0 {
		return
	}
	l.Interrupt(collect)
	for _, h := range before {
		if !h.Valid() {
			l.violate(MissingKeepAlive, h, h.Lost())
		}
	}
}

// Now returns the operation under way.
func (l *Ledger) Now() Event { return l.now }

// Violations returns what was found so far, in the order of happening.
func (l *Ledger) Violations() []Violation {
	out := make([]Violation, len(l.violations))
	for i, v := range l.violations {
		out[i] = *v
	}
	return out
}

// Live returns how many objects of a kind have a count above 0.
func (l *Ledger) Live(kind string) int { return l.live[kind] }

// born and died keep the number of living objects.
func (o *Object) born() {
	if o.ledger.live == nil {
		o.ledger.live = make(map[string]int)
	}
	o.ledger.live[o.Kind]++
}

func (o *Object) died() { o.ledger.live[o.Kind]-- }

// Leaks returns one MissingFree for every reference that the code still holds
// and that no parameter brought in, in the order of acquiring. It changes
// nothing: code that goes on may still give them back.
func (l *Ledger) Leaks() []Violation {
	var out []Violation
	for _, h := range l.handles {
		if h.base == Outside || h.escaped {
			continue
		}
		for _, t := range h.tokens {
			out = append(out, Violation{Kind: MissingFree, Object: h.object.Kind, Event: t, Origin: h.origin})
		}
	}
	sortBySeq(out)
	return out
}

// Gained lists the references that the program has added to handles from outside
// and has not given back. Whether they are owed depends on who was to keep them.
func (l *Ledger) Gained() []Violation {
	var out []Violation
	for _, h := range l.handles {
		if h.base != Outside || h.escaped {
			continue
		}
		// The oldest one left stands for what it came with, whichever that was.
		for _, t := range h.tokens[min(1, len(h.tokens)):] {
			out = append(out, Violation{Kind: MissingFree, Object: h.object.Kind, Event: t, Origin: h.origin})
		}
	}
	sortBySeq(out)
	return out
}

func sortBySeq(vs []Violation) {
	for i := 1; i < len(vs); i++ {
		for j := i; j > 0 && vs[j].Seq < vs[j-1].Seq; j-- {
			vs[j], vs[j-1] = vs[j-1], vs[j]
		}
	}
}

// violate records a violation of h by the operation under way.
func (l *Ledger) violate(kind Kind, h *Handle, other Event) *Violation {
	v := &Violation{
		Kind: kind, Object: h.object.Kind, Event: l.now,
		Origin: h.origin, Other: other, FailedUpRef: h.failedUpRef,
	}
	l.Record(v, h.object)
	return v
}

// Record adds a violation that the caller has found, about object o.
func (l *Ledger) Record(v *Violation, o *Object) {
	l.violations = append(l.violations, v)
	o.wrong = append(o.wrong, v)
	if o.Dead() && v.Kind != CallbackRef && v.Seq == l.now.Seq {
		v.Fault = Immediate
	}
	if l.OnViolation != nil {
		l.OnViolation(v)
	}
}

// An Object is one counted thing. Its count is the number of tokens and holds on
// it as long as no rule is broken.
type Object struct {
	Kind string // "SSL_SESSION"
	ID   int    // number in its ledger, from 1
	Body any    // what package session keeps there

	ledger  *Ledger
	count   int
	death   Event
	destroy func()
	wrong   []*Violation
}

// NewObject makes an object with count 0; the first Acquire or Hold makes it 1.
// destroy, which may be nil, runs when the count comes back to 0.
func (l *Ledger) NewObject(kind string, body any, destroy func()) *Object {
	l.objects++
	return &Object{Kind: kind, ID: l.objects, Body: body, ledger: l, destroy: destroy}
}

// Count returns the reference count; 0 if the object is dead.
func (o *Object) Count() int { return o.count }

// Dead reports whether the count has come to 0.
func (o *Object) Dead() bool { return o.death.Seq != 0 }

// Death returns the operation that took the last reference; zero while alive.
func (o *Object) Death() Event { return o.death }

// Touch notes that the library reads or writes the object now. It reports
// whether the object is alive; if not, this is the delayed fault of every
// violation that has been recorded for it and has shown none yet.
func (o *Object) Touch() bool {
	if !o.Dead() {
		return true
	}
	for _, v := range o.wrong {
		if v.Fault == NoFault && v.Kind != CallbackRef {
			v.Fault, v.FaultBy = Delayed, o.ledger.now
		}
	}
	return false
}

func (o *Object) retain() bool {
	if !o.Touch() {
		return false
	}
	if o.count == 0 {
		o.born()
	}
	o.count++
	return true
}

func (o *Object) release() {
	if !o.Touch() {
		return
	}
	o.count--
	if o.count > 0 {
		return
	}
	o.count = 0
	o.death = o.ledger.now
	o.died()
	if o.destroy != nil {
		o.destroy()
	}
}

// A Hold is one reference that is not the code's: an owner's, a cache's, an
// outside keeper's. A handle that borrows through it may be used while it lasts.
type Hold struct {
	Object *Object
	Holder string // for people: "SSL", "cache", "outside"
	ended  Event
}

// Hold adds one to o's count in the name of holder.
func (l *Ledger) Hold(holder string, o *Object) *Hold {
	o.retain()
	return &Hold{Object: o, Holder: holder}
}

// Live reports whether the hold lasts; a nil one does not.
func (h *Hold) Live() bool { return h != nil && h.ended.Seq == 0 }

// Drop ends the hold and takes its reference from the count. A second Drop does
// nothing.
func (h *Hold) Drop() {
	if !h.Live() {
		return
	}
	h.End()
	h.Object.release()
}

// End ends the hold without touching the count: its reference has gone to
// somebody else, or it was only the permission to look during a call.
func (h *Hold) End() {
	if h.Live() {
		h.ended = h.Object.ledger.now
	}
}
