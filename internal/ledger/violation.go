package ledger

import (
	"fmt"
	"path/filepath"
	"strconv"
)

// Kind is the rule that a violation breaks. Its text is the name of the check
// that reports the same fault in source code.
type Kind string

const (
	// BorrowedFree is a free of a reference the code does not own.
	BorrowedFree Kind = "borrowedfree"
	// MissingFree is a reference that the code owned and never gave up.
	MissingFree Kind = "missingfree"
	// DoubleFree is one free more than references owned.
	DoubleFree Kind = "doublefree"
	// UseAfterFree is a use after the code's last own reference was given up.
	UseAfterFree Kind = "useafterfree"
	// DanglingBorrow is a use of a borrow whose lender is gone, or the keeping
	// of a borrow without a reference of its own.
	DanglingBorrow Kind = "danglingborrow"
	// CallbackRef is a callback whose answer does not fit what it did with the
	// reference it was handed or that it hands out.
	CallbackRef Kind = "callbackref"
	// MissingKeepAlive is an object that the garbage collector freed while an
	// operation worked on it: a finalizer had run in between.
	MissingKeepAlive Kind = "missingkeepalive"
	// TwoCaches is an object linked into a second cache. Nothing in Go code
	// finds it: an object has room for one.
	TwoCaches Kind = "twocaches"
)

// A Place is a position in the code under observation.
type Place struct {
	Func string // function, with package path; may be empty
	File string // path as the compiler recorded it
	Line int
}

// IsZero reports whether nothing is known of the place.
func (p Place) IsZero() bool { return p == Place{} }

// String returns "file.go:12", without folders, or "-".
func (p Place) String() string {
	if p.File == "" {
		return "-"
	}
	return filepath.Base(p.File) + ":" + strconv.Itoa(p.Line)
}

// An Event is something that happened: the operation and where it was called.
type Event struct {
	Seq int    // position in the ledger's history, from 1; 0: nothing happened
	Op  string // operation, "Session.Free"
	At  Place
}

// String returns "Session.Free at file.go:12".
func (e Event) String() string { return e.Op + " at " + e.At.String() }

// Fault says when the object layer, and with it a real library, meets the memory
// that a violation left dangling.
type Fault string

const (
	// NoFault: the object was still alive for another reason, or nobody looked.
	NoFault Fault = ""
	// Immediate: the violating operation itself touched a dead object.
	Immediate Fault = "immediate"
	// Delayed: a later operation did (Violation.FaultBy).
	Delayed Fault = "delayed"
)

// A Violation is one broken rule.
type Violation struct {
	Kind   Kind
	Object string // kind of the object: "SSL_SESSION"
	Event         // the violating operation; of a leak the operation that acquired the lost reference

	// Origin made the handle: an acquire, a borrow, the entry of a callback.
	Origin Event
	// Other is the other half of the contradiction: the free that gave up the
	// last reference, the death of the lender; zero if there is none.
	Other Event

	Fault   Fault
	FaultBy Event // set if Fault is Delayed

	// FailedUpRef is an earlier up_ref on this handle that failed; zero if there
	// was none. Where it is set the code has ignored, or misread, its status.
	FailedUpRef Event
}

// Error says what happened in one line.
func (v *Violation) Error() string {
	text := fmt.Sprintf("%s: %s: %s of %s from %s", v.At, v.Kind, v.Op, v.Object, v.Origin)
	if v.Kind == MissingFree {
		text = fmt.Sprintf("%s: %s: reference from %s is never given back", v.At, v.Kind, v.Op)
	}
	if v.Other.Seq != 0 {
		text += ", after " + v.Other.String()
	}
	switch v.Fault {
	case Immediate:
		text += "; touches dead memory at once"
	case Delayed:
		text += "; touches dead memory in " + v.FaultBy.String()
	}
	return text
}
