package execute

import (
	"go/ast"
	"go/types"

	"github.com/sessionlint/sessionlint/session"
)

// A machine executes one run.
type machine struct {
	p       *Package
	l       *session.Ledger
	path    *choices
	globals map[*types.Var]*cell
	top     *frame
	steps   int

	kept     *keeping
	entering bool            // an argument is made: nothing fails
	ignoring bool            // the result of the operation under way goes nowhere
	answers  map[answer]int  // what pure operations said last
	pure     *answer         // the pure operation under way
	empty    bool            // the condition under way decides nothing
	visits   []*visit        // of callbacks, in order
	answered int             // the line of the last return
	routines []*routine      // that have not ended
	current  *routine        // nil: the function itself
	moved    int             // how often something has happened that others may wait for
	groups   map[*cell]int64 // what wait groups wait for
	blind    map[int]bool    // lines at which the status of an up_ref is ignored
	reached  *lines          // executed
	live     *lines          // at which an operation, perhaps in a callee, had a session
	objects  map[int]any     // by the event that made a handle
	gifts    []gift
	entries  []entry                    // what places of the package held at the start
	touched  map[string][]int           // lines at which a place was read or written
	freedAt  map[*session.Session][]int // lines at which a session was freed
	foreign  map[any]bool               // objects that an earlier call has left
	before   *keeping                   // what functions are known to leave
}

// An entry is a session that a place of the package held at the start.
type entry struct {
	place string
	s     *session.Session
}

// A gift is a reference or a loan that an operation has given.
type gift struct {
	line   int
	of     *session.Session
	object any
	wrong  int   // how many violations there were before
	calls  []int // the lines of the calls that it is in
}

type answer struct {
	op string
	of any
}

// A frame is one activation of a function.
type frame struct {
	up       *frame
	depth    int
	stack    int // the callers' lines
	line     int
	vars     map[*types.Var]*cell
	targs    typeArgs
	results  []*cell
	deferred []func()
	sig      *types.Signature
	panicked *panicking
	ignored  int  // if not 0: the line of the call whose result goes nowhere
	tail     bool // what is evaluated becomes the result
}

type panicking struct {
	v         any
	recovered bool
}

// Ways to leave a statement.
type kind uint8

const (
	onward kind = iota
	breaks
	continues
	jumps
	returns
)

type leave struct {
	kind  kind
	label string
}

// What unwinds the interpreter's own stack.
type (
	panics  struct{ v any } // the program panics
	exits   struct{}        // the program ends
	endless struct{}        // the program goes on and on
	blocked struct{}        // the goroutine waits for ever
)

// What a run may take; beyond it nobody knows what comes.
const (
	maxSteps = 3000
	maxDepth = 40
)

func (m *machine) unsupported(what string) {
	panic(&Unsupported{What: what, Line: m.top.line})
}

// fault is a panic of Go's runtime.
func (m *machine) fault(why string) { panic(panics{&failure{why}}) }

// ownFile is the file of the places of the program, whose lines are numbers of stacks.
const ownFile = "x"

// here is the place of an operation: the number of the stack.
func (m *machine) here() session.Place {
	if m.top.line == 0 && m.top.stack == 0 {
		return session.Place{} // the owner
	}
	return session.Place{File: ownFile, Line: m.p.intern(stack{m.top.stack, m.top.line})}
}

func (m *machine) push(targs typeArgs) *frame {
	f := &frame{up: m.top, vars: map[*types.Var]*cell{}, targs: targs}
	if m.top != nil && m.unseen() {
		f.ignored = m.ignoredAt()
	}
	m.empty, m.ignoring = false, false // what a callee looks at is its own
	if m.top != nil {
		if f.depth = m.top.depth + 1; f.depth > maxDepth {
			panic(endless{})
		}
	}
	if m.top != nil && m.top.line != 0 {
		f.stack = m.p.intern(stack{m.top.stack, m.top.line})
		f.line = m.top.line
	}
	m.top = f
	return f
}

// unseen reports whether nothing depends on what the operation under way says.
func (m *machine) unseen() bool { return m.ignoring || m.empty || m.top.tail && m.top.ignored != 0 }

// ignoredAt is the line at which that is so.
func (m *machine) ignoredAt() int {
	if !m.ignoring && !m.empty {
		return m.top.ignored
	}
	return m.top.line
}

// callDecl calls a declared function.
func (m *machine) callDecl(fn *types.Func, targs typeArgs, args []any) []any {
	decl := m.p.decls[fn.Origin()]
	if decl == nil || decl.Body == nil {
		m.unsupported("call of " + fn.FullName())
	}
	sig := fn.Origin().Signature()
	f := m.push(targs)
	if r := sig.Recv(); r != nil {
		f.vars[r] = &cell{copied(args[0])}
		args = args[1:]
	}
	return m.run(f, sig, decl.Body, args)
}

// callLit calls a literal.
func (m *machine) callLit(c *closure, args []any) []any {
	f := m.push(c.targs)
	for v, at := range c.captured {
		f.vars[v] = at
	}
	return m.run(f, c.sig, c.lit.Body, args)
}

// run executes a body in a frame that was pushed, and pops it.
func (m *machine) run(f *frame, sig *types.Signature, body *ast.BlockStmt, args []any) []any {
	f.sig = sig
	for i := range sig.Params().Len() {
		p := sig.Params().At(i)
		if sig.Variadic() && i == sig.Params().Len()-1 {
			var rest any
			if len(args) > i {
				rest = args[i]
			}
			f.vars[p] = &cell{rest}
			break
		}
		f.vars[p] = &cell{copied(args[i])}
	}
	for i := range sig.Results().Len() {
		r := sig.Results().At(i)
		at := &cell{m.zero(r.Type())}
		f.results = append(f.results, at)
		f.vars[r] = at
	}
	m.body(f, body)
	m.top = f.up
	out := make([]any, len(f.results))
	for i, r := range f.results {
		out[i] = r.v
	}
	return out
}

// body executes a body and its deferred calls.
func (m *machine) body(f *frame, body *ast.BlockStmt) {
	defer func() {
		if f.panicked != nil {
			m.top = f.up
		}
	}()
	func() {
		defer func() { m.caught(f, recover()) }()
		m.stmts(body.List)
	}()
	for len(f.deferred) > 0 {
		last := f.deferred[len(f.deferred)-1]
		f.deferred = f.deferred[:len(f.deferred)-1]
		func() {
			defer func() { m.caught(f, recover()) }()
			last()
		}()
		if f.panicked != nil && f.panicked.recovered {
			f.panicked = nil
		}
	}
	if f.panicked != nil {
		panic(panics{f.panicked.v})
	}
}

// completes executes something and reports whether it comes to its end, and if it
// does not, whether that is because it never ends.
func (m *machine) completes(f func()) (done, endlessly bool) {
	defer func() {
		switch r := recover(); r.(type) {
		case nil:
		case panics, exits:
		case endless, blocked:
			endlessly = true
		default:
			panic(r)
		}
	}()
	f()
	return true, false
}

// caught notes that the program panics; everything else goes on unwinding.
func (m *machine) caught(f *frame, r any) {
	if r == nil {
		return
	}
	p, ok := r.(panics)
	if !ok {
		f.panicked = nil
		panic(r)
	}
	m.top = f
	f.panicked = &panicking{v: p.v}
}
