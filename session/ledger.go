package session

import (
	"encoding/binary"
	"reflect"
	"runtime"
	"strings"
	"sync"
	"time"

	"github.com/sessionlint/sessionlint/internal/ledger"
)

// A Violation is one broken rule: Kind says which, Event (Op, At) where, Origin
// where the handle came from, Other what had given its permission up, Fault when
// a real library would touch freed memory.
type Violation = ledger.Violation

// Kind names the rule a violation breaks; its text is the name of a sessionlint
// check.
type Kind = ledger.Kind

// The kinds of violations.
const (
	BorrowedFree   = ledger.BorrowedFree
	MissingFree    = ledger.MissingFree
	DoubleFree     = ledger.DoubleFree
	UseAfterFree   = ledger.UseAfterFree
	DanglingBorrow = ledger.DanglingBorrow
	CallbackRef    = ledger.CallbackRef
	TwoCaches      = ledger.TwoCaches

	MissingKeepAlive = ledger.MissingKeepAlive
)

// Fault says when the freed memory is touched.
type Fault = ledger.Fault

// The faults of a violation.
const (
	NoFault   = ledger.NoFault
	Immediate = ledger.Immediate
	Delayed   = ledger.Delayed
)

// A Place is a position in the code under observation.
type Place = ledger.Place

// An Event is an operation and where it was called.
type Event = ledger.Event

// Kinds of objects, as they stand in Violation.Object.
const (
	SessionObject = "SSL_SESSION"
	ConnObject    = "SSL"
	ContextObject = "SSL_CTX"
	PartObject    = "part of SSL_SESSION"
)

// Outcome is what an operation that can fail is told to do.
type Outcome uint8

const (
	// Natural: succeed if the state of the objects allows it.
	Natural Outcome = iota
	// Succeed: succeed even where this needs an event nobody has modelled, as a
	// handshake that gave the connection the session that Get1Session finds.
	Succeed
	// Fail: return nil or false and change nothing.
	Fail
)

// A Ledger is one world of sessions, connections and contexts together with the
// account of who holds what. Objects of two ledgers must not meet: that panics.
//
// The package functions New, NewContext, D2I and the others work on the ledger
// of the Run or Explore under way, and on a default ledger outside of these.
type Ledger struct {
	mu     sync.Mutex
	led    *ledger.Ledger
	here   func() Place
	decide func(op string) Outcome
	choose func(n int) int
	clock  func() int64
	ids    uint64
	panics bool

	collect    func() // see SetCollector
	collecting bool

	// answers are what the pure operations have answered since the last
	// operation that is not pure; nil: every call is decided anew.
	answers map[answer]Outcome
}

// An answer is one pure operation on one object.
type answer struct {
	op     string
	object *ledger.Object
}

// NewLedger returns an empty ledger. Its places are those of the callers of this
// package, every outcome is Natural, every choice 0, the clock that of the
// system.
func NewLedger() *Ledger {
	l := Attach(new(ledger.Ledger))
	l.led.OnViolation = func(v *Violation) {
		if l.panics {
			panic(v)
		}
	}
	return l
}

// Attach returns a ledger over an account that somebody else keeps, for code of
// this module that mixes the operations of this package with its own. The owner
// of the account hears of violations; PanicOnViolation has no effect. The two
// must not be used at the same time.
func Attach(led *ledger.Ledger) *Ledger { return &Ledger{led: led} }

// SetPlace makes here the source of places, instead of the callers' positions.
func (l *Ledger) SetPlace(here func() Place) { l.here = here }

// SetOutcome makes decide choose the outcome of every operation that can fail.
// op is the operation, "Conn.Get1Session". decide must not call back into l.
func (l *Ledger) SetOutcome(decide func(op string) Outcome) { l.decide = decide }

// SetChoice makes choose answer Choose.
func (l *Ledger) SetChoice(choose func(n int) int) { l.choose = choose }

// SetCollector makes collect run in the middle of every operation that uses a
// handle, as Go's garbage collector may: it frees what the finalizers and cleanups
// of objects free that nothing reaches any more. An operation whose own handle is
// freed by it is a violation, MissingKeepAlive. collect runs outside of every lock
// and may call back into l, from any goroutine; in operations that it makes itself
// it does not run. Nil, as at first: no finalizer runs but between operations.
func (l *Ledger) SetCollector(collect func()) { l.collect = collect }

// SetClock makes clock the source of seconds since 1970.
func (l *Ledger) SetClock(clock func() int64) { l.clock = clock }

// PanicOnViolation makes every violation panic with its *Violation, where it
// happens, instead of only being recorded.
func (l *Ledger) PanicOnViolation(on bool) { l.panics = on }

// Violations returns what was found so far, in the order of happening.
func (l *Ledger) Violations() []Violation {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.led.Violations()
}

// Leaks returns one MissingFree for every reference that is owed now, in the
// order of acquiring. Nothing is settled by it: a leak is what Leaks returns
// when the code has ended.
func (l *Ledger) Leaks() []Violation {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.led.Leaks()
}

// Live returns how many objects of a kind (SessionObject, ...) are alive.
func (l *Ledger) Live(kind string) int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.led.Live(kind)
}

// Choose returns a number in [0, n), decided by the function of SetChoice.
func (l *Ledger) Choose(n int) int {
	if l.choose == nil || n < 2 {
		return 0
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.choose(n)
}

// enter begins an operation; the caller defers l.leave.
func (l *Ledger) enter(op string) {
	at := l.place()
	l.mu.Lock()
	l.led.Begin(op, at)
	if len(l.answers) > 0 && !pure(op) {
		clear(l.answers)
	}
}

// leave ends an operation, for which the last moment has come to be overtaken by
// the collector.
func (l *Ledger) leave() {
	defer l.mu.Unlock()
	if l.collect == nil || l.collecting {
		return
	}
	l.collecting = true
	l.led.Collect(func() { l.calling(l.collect) })
	l.collecting = false
}

// pure reports whether the operation answers the same as long as no other one
// comes between.
func pure(op string) bool {
	switch op {
	case "Conn.Get0Session", "Conn.Holds", "Session.Time", "Session.Timeout", "Session.Resumable":
		return true
	}
	return false
}

// outcomeOn is outcome for a pure operation on an object.
func (l *Ledger) outcomeOn(op string, o *ledger.Object) (fail, forced bool) {
	if l.answers == nil || l.decide == nil {
		return l.outcome(op)
	}
	key := answer{op, o}
	if _, known := l.answers[key]; !known {
		l.answers[key] = l.decide(op)
	}
	return l.answers[key] == Fail, l.answers[key] == Succeed
}

func (l *Ledger) place() Place {
	if l.here != nil {
		return l.here()
	}
	return callerPlace()
}

// outcome reports whether the operation under way must fail; forced reports
// whether it must succeed whatever the state.
func (l *Ledger) outcome(op string) (fail, forced bool) {
	if l.decide == nil {
		return false, false
	}
	o := l.decide(op)
	return o == Fail, o == Succeed
}

// calling runs code of the program under observation in the middle of an
// operation: unlocked, so that it may use the ledger.
func (l *Ledger) calling(f func()) {
	l.led.Interrupt(func() {
		l.mu.Unlock()
		defer l.mu.Lock()
		f()
	})
}

// entering makes the entry of a callback the operation under way: what is lent
// to the callback comes from there. leave returns to the operation before.
func (l *Ledger) entering(kind string, callback any) (leave func()) {
	before := l.led.Now()
	at := Place{}
	if f := runtime.FuncForPC(reflect.ValueOf(callback).Pointer()); f != nil {
		file, line := f.FileLine(f.Entry())
		at = Place{Func: f.Name(), File: file, Line: line}
	}
	l.led.Resume(Event{Op: kind + " callback", At: at})
	return func() { l.led.Resume(before) }
}

func (l *Ledger) seconds() int64 {
	if l.clock != nil {
		return l.clock()
	}
	return time.Now().Unix()
}

// newID returns a session id that no other session of this ledger has.
func (l *Ledger) newID() []byte {
	l.ids++
	id := make([]byte, 32)
	binary.BigEndian.PutUint64(id, l.ids)
	return id
}

func (l *Ledger) same(m *Ledger) {
	if l != m {
		panic("session: objects of two ledgers meet")
	}
}

const (
	ownPrefix    = "github.com/sessionlint/sessionlint/session."
	ledgerPrefix = "github.com/sessionlint/sessionlint/internal/ledger."
)

// callerPlace returns the innermost caller outside of this package.
func callerPlace() Place {
	var pcs [16]uintptr
	frames := runtime.CallersFrames(pcs[:runtime.Callers(3, pcs[:])])
	for {
		f, more := frames.Next()
		if !strings.HasPrefix(f.Function, ownPrefix) && !strings.HasPrefix(f.Function, ledgerPrefix) {
			return Place{Func: f.Function, File: f.File, Line: f.Line}
		}
		if !more {
			return Place{}
		}
	}
}
