package ledger

import "slices"

// Base is where a handle came from; it decides what a free without a token is
// and whether tokens that are left are leaks.
type Base uint8

const (
	// Owned: an acquiring operation gave it with one token.
	Owned Base = iota
	// Borrowed: somebody lends it; it starts without a token.
	Borrowed
	// Outside: a parameter, a field, a global, an unknown result. It starts with
	// one token that somebody else is answerable for: the first free consumes it,
	// the second is one too many, and what is left is nobody's leak.
	Outside
)

// A Handle is one way by which the code came to an object: object, own tokens,
// loans. Copies of the pointer are the same handle.
type Handle struct {
	ledger *Ledger
	object *Object
	base   Base
	origin Event

	tokens  []Event // operations that gave them, oldest first
	loans   []loan
	spent   Event // the operation that took the last token that went
	spentBy Kind  // what that operation is if the token was not the code's to spend; CallbackRef: the lender took it back
	gaveUp  int   // own tokens spent so far

	failedUpRef Event
	escaped     bool
}

// A loan is one reason besides tokens why a handle may be used.
type loan struct {
	hold    *Hold   // lasts while the hold does, or
	lender  *Handle // while the lending handle may be used
	content *Content
}

func (n loan) live() bool {
	if n.hold != nil {
		return n.hold.Live()
	}
	return n.lender.Valid() && n.content.Live()
}

func (n loan) end() Event {
	if n.hold != nil {
		return n.hold.ended
	}
	if !n.content.Live() {
		return n.content.ended
	}
	return n.lender.Lost()
}

// A Content is one generation of what is inside an object; borrows of it end
// when the object is overwritten, though the object lives on. A nil Content
// lasts as long as the object.
type Content struct{ ended Event }

// Live reports whether the content is still in place.
func (c *Content) Live() bool { return c == nil || c.ended.Seq == 0 }

// End says that the operation under way overwrites the content.
func (l *Ledger) End(c *Content) {
	if c.Live() && c != nil {
		c.ended = l.now
	}
}

func (l *Ledger) handle(o *Object, base Base) *Handle {
	h := &Handle{ledger: l, object: o, base: base, origin: l.now}
	l.handles = append(l.handles, h)
	return h
}

// Acquire gives the code a handle with one token and adds one to the count.
func (l *Ledger) Acquire(o *Object, base Base) *Handle {
	h := l.handle(o, base)
	o.retain()
	h.tokens = []Event{l.now}
	return h
}

// Borrow gives the code a handle without a token that lasts as long as hold.
func (l *Ledger) Borrow(o *Object, hold *Hold) *Handle {
	h := l.handle(o, Borrowed)
	h.AddLender(hold)
	return h
}

// BorrowFrom gives the code a handle to o that lasts as long as lender may be
// used and content, if not nil, is in place.
func (l *Ledger) BorrowFrom(o *Object, lender *Handle, content *Content) *Handle {
	h := l.handle(o, Borrowed)
	h.loans = []loan{{lender: lender, content: content}}
	return h
}

// Object returns what the handle points to.
func (h *Handle) Object() *Object { return h.object }

// Base returns where the handle came from.
func (h *Handle) Base() Base { return h.base }

// Held returns how many tokens the code has on this handle.
func (h *Handle) Held() int { return len(h.tokens) }

// GaveUp reports whether the code has spent a token of this handle.
func (h *Handle) GaveUp() bool { return h.gaveUp > 0 }

// AddLender adds a reason to use the handle: the hold that the code itself has
// just arranged.
func (h *Handle) AddLender(hold *Hold) { h.loans = append(h.loans, loan{hold: hold}) }

// Valid reports whether the handle may be used now: a token or a live loan.
func (h *Handle) Valid() bool {
	if h.escaped || len(h.tokens) > 0 {
		return true
	}
	for _, n := range h.loans {
		if n.live() {
			return true
		}
	}
	return false
}

// Lost returns what took the last permission of a handle that has none.
func (h *Handle) Lost() Event {
	last := h.spent
	for _, n := range h.loans {
		if e := n.end(); e.Seq > last.Seq {
			last = e
		}
	}
	return last
}

// Use checks that the operation under way may use the handle, and reports
// whether the object layer can go on: the object is alive.
func (h *Handle) Use() bool {
	if !slices.Contains(h.ledger.inUse, h) {
		h.ledger.inUse = append(h.ledger.inUse, h)
	}
	if !h.Valid() {
		last := h.Lost()
		kind := DanglingBorrow
		if last.Seq != 0 && last == h.spent && h.spentBy != CallbackRef {
			kind = UseAfterFree
		}
		h.ledger.violate(kind, h, last)
	}
	return h.object.Touch()
}

// UpRef adds a token to the handle and one to the count.
func (h *Handle) UpRef() {
	if h.Use() {
		h.object.count++
		h.tokens = append(h.tokens, h.ledger.now)
	}
}

// UpRefFailed notes that an up_ref of the handle added nothing.
func (h *Handle) UpRefFailed() {
	h.Use()
	h.failedUpRef = h.ledger.now
}

// Free spends the handle's oldest token and takes one from the count. Without a
// token it is a violation, and takes one from the count all the same.
func (h *Handle) Free() {
	if !h.spend(BorrowedFree) && !h.escaped {
		kind := DoubleFree
		if h.base == Borrowed && h.gaveUp == 0 {
			kind = BorrowedFree
		}
		h.ledger.violate(kind, h, h.Lost())
	}
	h.object.release()
}

// spend takes the oldest token out of the handle; the count is not touched.
func (h *Handle) spend(as Kind) bool {
	if len(h.tokens) == 0 {
		return false
	}
	h.tokens = h.tokens[1:]
	h.gaveUp++
	h.spent, h.spentBy = h.ledger.now, as
	return true
}

// HandOver moves the handle's oldest token to a holder and returns the hold,
// which also lends the handle back. Without a token it is the given violation,
// and the hold that is returned has no reference behind it.
func (h *Handle) HandOver(holder string, without Kind) *Hold {
	hold := &Hold{Object: h.object, Holder: holder}
	if !h.spend(without) && !h.escaped {
		if h.Valid() {
			h.ledger.violate(without, h, h.origin)
		} else {
			h.Use()
		}
		return hold
	}
	h.AddLender(hold)
	return hold
}

// TakeBack makes the reference of a live hold a token of the handle.
func (h *Handle) TakeBack(hold *Hold) {
	hold.End()
	h.tokens = append(h.tokens, h.ledger.now)
}

// GiveBack spends a token that was only lent for a call, at the end of that
// call, and releases it. If the code has spent it meanwhile, the spending
// operation was the violation: a free or a keeping of what was not its own.
func (h *Handle) GiveBack() bool {
	ok := h.spend(CallbackRef)
	if ok {
		h.gaveUp-- // it was never the code's own
	}
	if !ok && !h.escaped {
		v := &Violation{Kind: h.spentBy, Object: h.object.Kind, Event: h.spent, Origin: h.origin, Other: h.ledger.now}
		h.ledger.Record(v, h.object)
	}
	h.object.release()
	return ok
}

// Escape hands everything about the handle to code that nobody follows: it is
// never wrong again and leaves no leak.
func (h *Handle) Escape() { h.escaped = true }

// Origin returns the operation that made the handle.
func (h *Handle) Origin() Event { return h.origin }
