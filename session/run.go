package session

import (
	"sync"
	"sync/atomic"
)

var (
	fallback = sync.OnceValue(NewLedger)
	current  atomic.Pointer[Ledger]
	running  sync.Mutex
)

// Default returns the ledger that the package functions work on now: that of the
// Run or Explore under way, else one for the whole process.
func Default() *Ledger {
	if l := current.Load(); l != nil {
		return l
	}
	return fallback()
}

// New is Ledger.New on the default ledger.
func New() *Session { return Default().New() }

// NewContext is Ledger.NewContext on the default ledger.
func NewContext() *Context { return Default().NewContext() }

// D2I is Ledger.D2I on the ledger of *reuse, or on the default ledger.
func D2I(reuse **Session, data []byte) *Session {
	if reuse != nil && *reuse != nil {
		return (*reuse).l.D2I(reuse, data)
	}
	return Default().D2I(reuse, data)
}

// Param is Ledger.Param on the default ledger.
func Param() *Session { return Default().Param() }

// ParamConn is Ledger.ParamConn on the default ledger.
func ParamConn() *Conn { return Default().ParamConn() }

// ParamContext is Ledger.ParamContext on the default ledger.
func ParamContext() *Context { return Default().ParamContext() }

// Choose returns a number in [0, n). Explore tries them all; anywhere else it
// is 0.
func Choose(n int) int { return Default().Choose(n) }

// Keep says that one reference of s now belongs to a place that outlives the
// run, a global or a process-wide table: it is owed by nobody here. s may still
// be used. A session without an own reference cannot be kept: DanglingBorrow.
func Keep(s *Session) {
	if s == nil {
		return
	}
	s.l.enter("Keep")
	defer s.l.leave()
	o := state(s.h)
	hold := s.h.HandOver("outside", DanglingBorrow)
	o.kept = append(o.kept, hold)
}

// TakeBack makes a reference that Keep gave away the caller's again, on this
// handle, and reports whether there was one. A remove callback that frees what
// the new-session callback has kept says so by it.
func TakeBack(s *Session) bool {
	if s == nil {
		return false
	}
	s.l.enter("TakeBack")
	defer s.l.leave()
	o := state(s.h)
	if len(o.kept) == 0 {
		return false
	}
	s.h.TakeBack(o.kept[0])
	o.kept = o.kept[1:]
	return true
}

// Owned frees what a function under test returned as its caller's own: s must
// come with a reference. Nil is a no-op.
func Owned(s *Session) { s.Free() }

// Lent uses what a function under test returned as a borrow: s must be alive.
func Lent(s *Session) { s.Time() }

// A Report is what one Run, or all runs of an Explore, have found.
type Report struct {
	// Violations in the order of happening, leaks last; those of later runs of
	// an Explore follow, each (Kind, Op, At, Origin) once.
	Violations []Violation
	Runs       int  // how often the function ran
	Truncated  bool // Explore: there were more choices than its limit
}

// Of returns the violations of one kind.
func (r Report) Of(k Kind) []Violation {
	var out []Violation
	for _, v := range r.Violations {
		if v.Kind == k {
			out = append(out, v)
		}
	}
	return out
}

// Clean reports whether nothing was found.
func (r Report) Clean() bool { return len(r.Violations) == 0 }

// Run executes f with a new ledger as the default one, for all goroutines, and
// returns its violations and what is still owed when f returns. f must wait for
// its goroutines. Runs wait for each other and do not nest.
func Run(f func()) Report {
	running.Lock()
	defer running.Unlock()
	return Report{Violations: once(NewLedger(), f), Runs: 1}
}

func once(l *Ledger, f func()) []Violation {
	current.Store(l)
	defer current.Store(nil)
	f()
	return append(l.Violations(), l.Leaks()...)
}

// Explore executes f once for every way that Choose and the operations that can
// fail may go, at most limit times, and returns what all runs found together.
// never lists operations ("Session.UpRef") that always succeed. Get0Session goes
// the same way twice if only reading operations come between.
func Explore(f func(), limit int, never ...string) Report {
	running.Lock()
	defer running.Unlock()
	var report Report
	var path choices
	skip := make(map[string]bool, len(never))
	for _, op := range never {
		skip[op] = true
	}
	seen := make(map[violationKey]bool)
	for more := true; more; more = path.next() {
		if report.Runs == limit {
			report.Truncated = true
			break
		}
		l := NewLedger()
		l.answers = make(map[answer]Outcome)
		l.SetChoice(path.choose)
		l.SetOutcome(func(op string) Outcome {
			if !skip[op] && path.choose(2) == 1 {
				return Fail
			}
			return Natural
		})
		path.at = 0
		for _, v := range once(l, f) {
			if k := keyOf(v); !seen[k] {
				seen[k] = true
				report.Violations = append(report.Violations, v)
			}
		}
		report.Runs++
	}
	return report
}

type violationKey struct {
	kind         Kind
	op, originOp string
	at, origin   Place
}

func keyOf(v Violation) violationKey {
	return violationKey{v.Kind, v.Op, v.Origin.Op, v.At, v.Origin.At}
}

// choices enumerates the decision tree depth first: the path that was taken, and
// at each decision how many ways there are.
type choices struct {
	taken []int
	ways  []int
	at    int
}

// choose takes the next decision of the path, the first way where it is new.
func (c *choices) choose(n int) int {
	if c.at == len(c.taken) {
		c.taken = append(c.taken, 0)
		c.ways = append(c.ways, n)
	}
	c.ways[c.at] = n
	c.at++
	return min(c.taken[c.at-1], n-1)
}

// next moves to the next path and reports whether there is one. Decisions that
// the last run did not reach are forgotten.
func (c *choices) next() bool {
	c.taken, c.ways = c.taken[:c.at], c.ways[:c.at]
	for i := len(c.taken) - 1; i >= 0; i-- {
		if c.taken[i]+1 < c.ways[i] {
			c.taken[i]++
			c.taken, c.ways = c.taken[:i+1], c.ways[:i+1]
			return true
		}
	}
	return false
}
