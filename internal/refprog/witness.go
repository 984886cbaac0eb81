package refprog

// A Universe finds functions by key and methods by type: a package's own
// program together with what its imports' facts hold.
type Universe interface {
	Func(key string) *Func
	MethodKey(typ, method string) string
}

// A Witness is one way through a function: which edges were taken and how the
// calls that can go two ways went. It contains no effects: whoever follows it
// works those out alone.
type Witness struct {
	Func  string // key of the reporting function
	Steps []Step // in the order of execution, callees' steps in the middle
}

// StepKind tells the variants of Step apart.
type StepKind uint8

const (
	// EdgeStep: the If or Choose terminator of block At.Block went to
	// Succs[Choice]. Jump needs no step.
	EdgeStep StepKind = iota
	// OutcomeStep: the API call At succeeded or returned non-nil (Choice 1), or
	// failed or returned nil (Choice 0). Calls that cannot go two ways (a free,
	// a getter of a number) have no step.
	OutcomeStep
	// EnterStep: the Call, Invoke or Method operation At (or the deferred call
	// pushed there, when it runs) executes the body of function Name; its steps
	// follow.
	EnterStep
	// SkipStep: the same operation is not followed: no effect is known, its
	// result is unknown, memory that it can reach is unknown afterwards.
	SkipStep
	// EventStep: what the API call At may do to what its arguments lend, depending
	// on a state that nobody sees, it does (Choice is 1). It stands behind the
	// call's outcome. Without it the call does not.
	EventStep
)

// A Step is one decision of a witness.
type Step struct {
	Kind   StepKind
	At     OpRef
	Choice int
	Name   string
}

// A Claim is what simulate believes: following the witness to its end, the
// operation At commits the violation Check on the reference that site gave.
type Claim struct {
	Check string // "missingfree", "doublefree", "borrowedfree", "useafterfree", "danglingborrow"; LoanStored
	// Site is the operation that gave the reference: an acquire, borrow or
	// up_ref, the first consuming free of a reference that came from outside, or
	// (Op == -1) the entry of a callback. SiteStep is the index in Steps of the
	// outcome that made it, or -1.
	Site     OpRef
	SiteStep int
	// At is the violating operation. For a leak it is the terminator of the
	// return at which the reference is lost, or, in a function that never returns,
	// of the block that starts its loop again. For a deferred call it is the
	// operation that runs: the Deferred operation itself if it is an API call,
	// else the operation inside the deferred function.
	At      OpRef
	Witness Witness
	// Beside is set for a leak of a reference that the function added to one that
	// came from outside: a way on which it gives that reference back, although its
	// results do not say so.
	Beside *Witness
	// Rule, if it is not NoRule, is what the claim takes for granted of the struct
	// field Field ("path.T.f"), because of what the whole package does with it.
	Rule  Rule
	Field string
}

// LoanStored is the Check of a claim that is no violation: the operation At puts the
// reference that site gave, which is only lent, into the struct field Field, or among
// its elements.
const LoanStored = "loan stored"

// A Rule says what the references in a struct field are to the object.
type Rule uint8

const (
	NoRule Rule = iota
	// Owning: the object frees what it holds, so that whoever stores something
	// else there, and leaves what was there before, loses a reference.
	Owning
	// Borrowing: what is there is only lent.
	Borrowing
	// Unfreed: nobody frees what is there or gets it to somebody who could.
	Unfreed
)
