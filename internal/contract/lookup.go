package contract

// A Table is a set of contracts that can be looked up. It is immutable once built.
type Table struct {
	functions map[string]*Function // by canonical name
	order     []string
	handles   []*Handle
	callbacks []*CallbackKind
	events    []*Event
}

// C finds the contract of a C function by the name written in the source
// (without _Cfunc_ or _C2func_), looking through prefix shims.
func (t *Table) C(name string) (*Function, bool) { panic("helper") }

// Go finds the contract of a Go function or method by its full name.
func (t *Table) Go(name string) (*Function, bool) { panic("helper") }

// Lookup finds a contract by canonical name, as reference programs write it.
func (t *Table) Lookup(name string) (*Function, bool) { panic("helper") }

// HandleOfC finds the handle that a C type name stands for.
func (t *Table) HandleOfC(ctype string) (*Handle, bool) { panic("helper") }

// HandleOfGo finds the handle that a Go type stands for, by full type name.
func (t *Table) HandleOfGo(name string) (*Handle, bool) { panic("helper") }

// Handle finds a handle by contract name.
func (t *Table) Handle(name string) (*Handle, bool) { panic("helper") }

// CallbackKind finds a callback contract by kind.
func (t *Table) CallbackKind(kind string) (*CallbackKind, bool) { panic("helper") }

// Behaviour finds what is known of a Go function that is about no handle.
func (t *Table) Behaviour(name string) (*Behaviour, bool) { panic("helper") }
