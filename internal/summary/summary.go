package summary

import (
	"slices"
	"strconv"
	"strings"

	"github.com/sessionlint/sessionlint/internal/contract"
	"github.com/sessionlint/sessionlint/internal/refprog"
)

const (
	// MaxCases is how many cases of different effects a summary may have.
	MaxCases = 8
	// MaxWays is how many ways of one case are remembered.
	MaxWays = 8
)

// Root says where a path starts.
type Root uint8

const (
	Param    Root = iota // parameter Index
	Captured             // captured variable Index of a function literal
	Global               // the address of package variable Name
	Acquired             // no path: what the function acquires
	Nothing              // no path: what it does to everything else
)

// A Path is a place that a caller can name. Steps is what leads there from the root:
// "*" to what a pointer points to, ".f" and "[0]" to a part, "[*]" to an element of
// unknown index. Without Steps it is the root's value itself.
type Path struct {
	Root  Root
	Index int
	Name  string // of the root, for people; "" if it has none
	Steps string
}

// ValueKind tells the variants of Value apart.
type ValueKind uint8

const (
	Unknown   ValueKind = iota
	Nil                 // nil, 0, false
	Number              // N
	Text                // constant Name
	Subject             // the reference that the summary is of
	Entry               // what was at Path on entry: an alias
	Address             // the address of Path
	Object              // the address of new memory, Case.Objects[N]
	Function            // the function with key Name and captures Parts
	Interface           // of dynamic type Name, holding Parts[0]
	Aggregate           // Parts[i+1] is the part Names[i]; Parts[0] is every other part
)

// A Value is the post-state of a place, or a result.
type Value struct {
	Kind  ValueKind
	N     int64
	Name  string
	Path  Path
	Names []string
	Parts []Value

	// Of an Unknown: it is not nil; it is a reference of its own that the function has
	// acquired (Fresh: of a new object); it is lent.
	NotNil, Owned, Fresh, Lent bool
	// Taken is what the analysis believes of it without knowing: a path that needs it
	// otherwise is doubtful.
	Taken Belief
}

// Belief is what is taken to be true of an Unknown.
type Belief uint8

const (
	Free       Belief = iota // it may be anything
	Settled                  // it has one value, which is not known
	LikelyNil                // it is nil
	LikelySome               // it is not nil
	Made                     // it is an error that the function has made
)

// An Effect is how the count of what was at Path changes.
type Effect struct {
	Path Path
	Net  int
}

// A Post says what is at Path afterwards. Without one, what is at the focus is there
// still, and the rest is unknown.
type Post struct {
	Path  Path
	Value Value
}

// A Place is an operation that a way executes: the operations that lead to it, the
// calls first, and how many steps of the witness were taken before.
type Place struct {
	Chain []refprog.OpRef
	Step  int
}

// Base is where an acquired reference comes from.
type Base uint8

const (
	Owned Base = iota
	Borrowed
)

// An Acquisition is how the reference of a summary of Acquired was made.
type Acquisition struct {
	Place  Place
	Handle string
	Base   Base
	Fresh  bool
	Lender Value          // of one that is borrowed
	Until  contract.Until // what ends the loan
	LentBy string         // the function that lends
}

// A Literal is one condition on what a path holds on entry.
type Literal struct {
	Path Path
	Op   string // "zero", "not zero" (nil, 0, false), or one of == != <= >= with N
	N    int64
	Kind refprog.TypeKind // of the path's type, for people
}

// A Way is one way through the function.
type Way struct {
	Guard   []Literal
	Lost    bool           // it depends on more of what is passed than Guard says
	Asks    []int          // parameters, and behind them captured variables, whose state it needs to be a certain one, in ways that are not followed
	At      refprog.OpRef  // the return
	Witness []refprog.Step // from the entry of the function
	Made    *Acquisition   // of Acquired
	Used    *Place         // the first operation that needs the reference to be alive
	Taken   *Place         // gives up the reference that the caller had
	Added   []Place        // references that are left; Step is behind the outcome, or -1
}

// A Case is one thing that a call may do.
type Case struct {
	Effects []Effect
	Posts   []Post
	Results []Value
	Objects []Value // contents of the new memory
	// Balanced: a reference that was added was given back.
	Balanced bool
	// Opaque says why nothing is known; the rest is empty then.
	Opaque string
	Ways   []Way
	Lost   bool // there are more ways than are remembered
}

// A Summary is what a function does to what is at On.
type Summary struct {
	Func    string // key
	On      Path
	Cases   []Case
	Widened string // why there are no cases, or ""
	// Partial: of Acquired, the function makes calls that may acquire more.
	Partial bool
	// Kept are the parameters, and behind them the captured variables, whose value the
	// function may have put where others find it; sorted.
	Kept []int
}

// Add joins a case to the summary. It reports whether there were too many.
func (s *Summary) Add(c Case) bool {
	if s.Widened != "" {
		return true
	}
	key := c.key(s.On)
	for i := range s.Cases {
		if s.Cases[i].key(s.On) == key {
			s.Cases[i].join(c.Ways)
			return false
		}
	}
	if len(s.Cases) == MaxCases {
		s.Widen("more than " + strconv.Itoa(MaxCases) + " cases")
		return true
	}
	s.Cases = append(s.Cases, c)
	slices.SortFunc(s.Cases, func(a, b Case) int { return strings.Compare(a.key(s.On), b.key(s.On)) })
	return false
}

// Widen drops all cases.
func (s *Summary) Widen(why string) {
	s.Cases, s.Widened = nil, why
}

// Whole reports whether every way is among the cases.
func (s *Summary) Whole() bool {
	return s.Widened == "" && !s.Partial && !slices.ContainsFunc(s.Cases, func(c Case) bool { return c.Lost })
}

// join adds ways that no other one covers.
func (c *Case) join(ways []Way) {
	for _, w := range ways {
		if slices.ContainsFunc(c.Ways, func(v Way) bool { return !v.Lost && v.same(w) && v.weaker(w) && slices.Equal(v.Asks, w.Asks) }) {
			continue
		}
		if len(c.Ways) == MaxWays {
			c.Lost = true
			continue
		}
		c.Ways = append(c.Ways, w)
	}
}

// same reports whether two ways come to what they do at the same operations: a caller
// reports them by these.
func (w Way) same(v Way) bool {
	at := func(p *Place) []refprog.OpRef {
		if p == nil {
			return nil
		}
		return p.Chain
	}
	if w.Made != nil && !slices.Equal(w.Made.Place.Chain, v.Made.Place.Chain) {
		return false
	}
	return slices.Equal(at(w.Taken), at(v.Taken)) && slices.EqualFunc(w.Added, v.Added, func(p, q Place) bool { return slices.Equal(p.Chain, q.Chain) })
}

// weaker reports whether w is possible wherever v is.
func (w Way) weaker(v Way) bool {
	return !slices.ContainsFunc(w.Guard, func(l Literal) bool { return !slices.Contains(v.Guard, l) })
}

// Guard is what all ways of the case need. lost says that it is not all they need.
func (c *Case) Guard() (guard []Literal, lost bool) {
	for i, w := range c.Ways {
		lost = lost || w.Lost
		if i == 0 {
			guard = slices.Clone(w.Guard)
			continue
		}
		n := len(guard)
		guard = slices.DeleteFunc(guard, func(l Literal) bool { return !slices.Contains(w.Guard, l) })
		lost = lost || len(guard) < n || len(guard) < len(w.Guard)
	}
	return guard, lost || c.Lost
}

// Same reports whether two summaries say the same, whatever ways they remember.
func (s *Summary) Same(t *Summary) bool {
	return s.essence() == t.essence() && slices.Equal(s.Kept, t.Kept)
}
