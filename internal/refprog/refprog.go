package refprog

import (
	"fmt"
	"go/token"
)

// A Program is every lowered function of one package, with what is needed to
// follow calls through interfaces.
type Program struct {
	Package string  // import path
	Funcs   []*Func // in source order; closures directly behind the function that makes them

	// Methods maps "type\x00method" to the key of the function that implements
	// it, for every concrete type that a MakeIface of this package names.
	Methods map[string]string

	// Templates are the generic functions that other packages can call, with type
	// parameters where their types are to be: see package lower. They are not in
	// Funcs, and nothing is reported in them.
	Templates []*Func

	// Registered lists the functions of other packages that this one registers as
	// callbacks, by position.
	Registered []Registration

	// NoReturn lists the exported functions and methods that never return, by full
	// name, sorted: they end the process, the goroutine or the test, or panic. They
	// need not be among Funcs.
	NoReturn []string

	byKey map[string]*Func
}

// A Registration is a function that a package registers as a callback.
type Registration struct {
	Key  string
	Kind string // see Func.Callback
	Pos  token.Pos
}

// A Func is one function, method or function literal.
type Func struct {
	Key    string // unique name: "path.F", "(*path.T).M", "path.F$1" for literals
	Name   string // as a person would say it: "F", "Conn.Close", "F$1"
	Pos    token.Pos
	Where  string // "file.go:12:3"; set only on functions that came from a fact
	Parent string // key of the function whose literal this is, or ""

	Params  []Reg // receiver first
	Free    []Reg // captured variables: each holds the address of the captured cell, or a value
	Results int
	Answer  TypeKind // kind of the last result; unset on functions that came from a fact
	Regs    []RegInfo
	Blocks  []*Block // Blocks[0] is the entry

	// Callback is the kind of the callback contract this function is registered
	// or exported for ("new_session", ...), or "".
	Callback string

	Synthetic bool // wrapper or thunk made by the compiler: nothing is reported in it
	Size      int  // number of operations; the unit of inlining limits
}

// Handed returns parameter i of a callback that is called with n arguments, as an
// index into Params; false if there is no such parameter. A method has its receiver
// before them.
func (f *Func) Handed(i, n int) (param int, ok bool) {
	param = i + max(0, len(f.Params)-n)
	return param, param < len(f.Params)
}

// A Reg is an index into Func.Regs.
type Reg int32

// NoReg is the destination of an operation without a result.
const NoReg Reg = -1

// RegInfo says what a person should know of a register.
type RegInfo struct {
	Name string // source name of the variable that first receives the value, or ""
	Type Type
}

// A Type is as much of a Go type as matters to reference counts.
type Type struct {
	Kind   TypeKind
	Handle string // contract name of the handle ("SSL_SESSION") for a handle pointer or a Go type that stands for one; else ""
	Name   string // Go type name with package path, for interface dispatch and owning fields; "" if unnamed
}

// TypeKind classifies the run-time values of a type.
type TypeKind uint8

const (
	Other   TypeKind = iota // numbers we do not follow, strings, type parameters, unsafe values
	Pointer                 // nil or an address, a handle or an unknown pointer
	Bool
	Int
	Error
	Interface
	Function
	Aggregate // struct or array
	Container // slice, map or channel
	Tuple
)

// A Block is a straight line of operations between control-flow joins.
type Block struct {
	Index int
	Phis  []Phi
	Ops   []Op
	Term  Term
	Preds []int // block indices; a Phi has one argument for each, in this order
	// Counted is set on the header of a loop whose trip count is a constant.
	Counted *CountedLoop
}

// A Phi takes the argument that belongs to the edge by which the block is entered. All
// phis of a block are evaluated at once.
type Phi struct {
	Dst  Reg
	Args []Operand
}

// CountedLoop describes `for i := Init; i OP Bound; i += Step`.
type CountedLoop struct {
	Var   Reg // the phi
	Init  int64
	Step  int64
	Trips int64 // how often the body runs; at least 0
}

// OperandKind tells the variants of Operand apart.
type OperandKind uint8

const (
	RegOperand    OperandKind = iota // value of Reg
	NilOperand                       // nil pointer, interface, function, slice, map, channel
	IntOperand                       // constant Int; booleans are 0 and 1
	ConstOperand                     // some other constant (string, float): equal to itself if Name is equal; Name is its printed form
	ZeroOperand                      // zero value of an aggregate
	GlobalOperand                    // address of the package variable Name ("path.V")
	FuncOperand                      // the function with key Name, without captures
)

// An Operand is what an operation reads.
type Operand struct {
	Kind OperandKind
	Reg  Reg
	Int  int64
	Name string
}

// R, Nil, Int, Global and FuncRef build operands.
func R(r Reg) Operand              { return Operand{Kind: RegOperand, Reg: r} }
func Nil() Operand                 { return Operand{Kind: NilOperand} }
func Int64(n int64) Operand        { return Operand{Kind: IntOperand, Int: n} }
func Zero() Operand                { return Operand{Kind: ZeroOperand} }
func Const(text string) Operand    { return Operand{Kind: ConstOperand, Name: text} }
func Global(name string) Operand   { return Operand{Kind: GlobalOperand, Name: name} }
func FuncRef(key string) Operand   { return Operand{Kind: FuncOperand, Name: key} }
func (o Operand) IsReg(r Reg) bool { return o.Kind == RegOperand && o.Reg == r }

// Kind is the operation code.
type Kind uint8

const (
	Nop Kind = iota

	// Values.
	Copy       // Dst = Args[0]
	Opaque     // Dst = a value nobody knows; Flag NonNil: but not nil. Args are read without effect
	Compare    // Dst = Args[0] Name Args[1]; Name is one of == != < <= > >=
	Arith      // Dst = Args[0] Name Args[1]; Name is one of + - * / % & | ^ << >> &^
	Not        // Dst = !Args[0]
	MakeTuple  // Dst = (Args...)
	Extract    // Dst = component N of tuple Args[0]
	MakeIface  // Dst = interface holding Args[0], whose dynamic type is Name; never nil
	TypeAssert // Dst = Args[0].(Name); Flag CommaOk: Dst is a tuple (value, ok); Flag ToIface: Name is an interface type
	Closure    // Dst = function Name with captures Args

	// Memory.
	Alloc     // Dst = address of a new zeroed cell. N = 1: the cell is a heap object (escape analysis may still find it local)
	FieldAddr // Dst = &Args[0].Name
	IndexAddr // Dst = &Args[0][Args[1]]; on an array cell or on a slice
	Load      // Dst = *Args[0]; Flag NonNil: the value is known not to be nil
	Store     // *Args[0] = Args[1]
	Field     // Dst = field Name of aggregate Args[0]
	Index     // Dst = element Args[1] of aggregate Args[0]

	// Containers.
	MakeContainer // Dst = new empty slice, map or channel; Name says which: "slice", "map", "chan"
	SliceOf       // Dst = slice over the cell (array) Args[0], or re-slice of slice Args[0]; Name "part": of some of its elements, which then have other indices
	Append        // Dst = append(Args[0], Args[1]...); Args[1] is a slice
	MapLoad       // Dst = Args[0][Args[1]]; Flag CommaOk: Dst is a tuple (value, ok)
	MapStore      // Args[0][Args[1]] = Args[2]
	MapDelete     // delete(Args[0], Args[1])
	Send          // Args[0] <- Args[1]
	Recv          // Dst = <-Args[0]; Flag CommaOk: Dst is a tuple (value, ok)
	Next          // Dst = tuple (ok, key, value): one step of ranging over container Args[0]

	// Calls. Dst is the result, a tuple of results, or NoReg. Mode says when.
	API     // contract Name is applied to Args
	Call    // function with key Name
	Invoke  // function value Args[0] on Args[1:]
	Method  // method Name of interface value Args[0] on Args[1:]
	Unknown // a function nobody knows, Name for people; Args may be kept, changed and released by it. Flag Harmless: only reads its arguments during the call

	// Others.
	RunDefers  // runs the function's deferred calls, last first
	DeferStack // Dst = this activation's defer stack, for the bodies of range-over-func loops
	Escape     // Args reach somewhere nobody follows; Name is the reason for a person. Flag Harmless: only once nothing else can reach them. N = 1: they are in what the call just before got as its first argument, as in a map
	KeepAlive  // Args are alive until here
)

// Flag is a set of operation attributes.
type Flag uint8

const (
	NonNil     Flag = 1 << iota // result is never nil
	CommaOk                     // the two-result form
	Harmless                    // an Unknown call that only reads its arguments
	ToIface                     // TypeAssert to an interface type
	NoStatus                    // an API call whose status result is never read; a Call whose only result, a bool, number or error, is not
	Blank                       // the same, assigned to _
	Determined                  // an Opaque whose result follows from its Name and Args alone; an Unknown call that asks what its Args are
	Unsigned                    // a Compare of numbers that are not below zero
)

// Mode says when a call runs.
type Mode uint8

const (
	Now      Mode = iota
	Deferred      // arguments are evaluated here, the call runs at RunDefers
	Spawned       // go statement
)

// An Op is one operation. Which fields mean something is written at its Kind.
type Op struct {
	Kind Kind
	Mode Mode
	Flag Flag
	Dst  Reg
	N    int
	Name string
	Args []Operand
	Pos  token.Pos
	// Stack is the DeferStack register of a deferred call that belongs to an
	// enclosing function (the body of a range-over-func loop); NoReg otherwise.
	Stack Reg
	Where string // text position; set only on operations that came from a fact
}

// TermKind is the kind of a block's terminator.
type TermKind uint8

const (
	Jump   TermKind = iota // to Succs[0]
	If                     // to Succs[0] if Cond is true, else to Succs[1]
	Choose                 // to any of Succs: nothing we know decides
	Return                 // with Args
	Panic                  // unwinds; deferred calls run
	Exit                   // the process, goroutine or test ends here
)

// Term ends a block.
type Term struct {
	Kind  TermKind
	Cond  Operand
	Args  []Operand
	Succs []int
	Pos   token.Pos
	Note  string // Choose, Exit: what decides, for people ("os.Exit", "iterator body runs")
}

// Func returns the function with the given key, or nil.
func (p *Program) Func(key string) *Func {
	if p.byKey == nil {
		p.byKey = make(map[string]*Func, len(p.Funcs))
		for _, f := range p.Funcs {
			p.byKey[f.Key] = f
		}
	}
	return p.byKey[key]
}

// MethodKey returns the key of the function that implements method on the
// concrete type, or "".
func (p *Program) MethodKey(typ, method string) string {
	return p.Methods[typ+"\x00"+method]
}

// OpRef names one operation of a program, for witnesses and findings.
type OpRef struct {
	Func  string // function key
	Block int
	Op    int // index into Ops; len(Ops) is the terminator, -1 the block's entry (parameters)
}

// String is "key:block:op", for debugging and for keys.
func (r OpRef) String() string { return fmt.Sprintf("%s:%d:%d", r.Func, r.Block, r.Op) }
