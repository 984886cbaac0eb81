package lower

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"runtime/debug"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/sessionlint/sessionlint/internal/contract"
	"github.com/sessionlint/sessionlint/internal/refprog"
)

// Contracts is what lower asks of the contract tables; *contract.Table is one.
type Contracts interface {
	CShim(name string, args int) (*contract.Function, bool)
	Go(name string) (*contract.Function, bool)
	Lookup(name string) (*contract.Function, bool)
	HandleOfC(ctype string) (*contract.Handle, bool)
	HandleOfGo(name string) (*contract.Handle, bool)
	Behaviour(name string) (*contract.Behaviour, bool)
	Callbacks() []*contract.CallbackKind
}

// Input is one package to lower.
type Input struct {
	SSA       *ssa.Package // built, see Build
	Fset      *token.FileSet
	Files     []*ast.File
	TypesInfo *types.Info
	Table     Contracts

	// Known reports whether the function with this key, in another package,
	// has a reference program or a summary that a Call may refer to. Nil: none.
	Known func(key string) bool
	// Func returns that reference program, or nil. Func itself may be nil.
	Func func(key string) *refprog.Func
	// Template returns the template (see Program.Templates) of a generic function
	// of another package by its full name without type arguments, or of a literal
	// in one, or nil. Template itself may be nil.
	Template func(name string) *refprog.Func
	// NoReturn reports whether a function of another package never returns,
	// beyond what the tables say. Nil: none.
	NoReturn func(fn *types.Func) bool
	// HandleType names the handle that a Go type of another package stands for
	// (a type defined on a C handle there), or "". Nil: none.
	HandleType func(name *types.TypeName) string
	// Consumed returns the contract of what a directive at the call at pos says
	// happens to an argument that is a handle with this contract name, or nil.
	// Consumed itself may be nil.
	Consumed func(pos token.Pos, handle string) *contract.Function
	// Finalized: types of other packages occur whose handles a finalizer frees.
	Finalized bool
	// All keeps functions that cannot matter to reference counts.
	All bool
}

// A Problem is one function that could not be lowered.
type Problem struct {
	Func  string // key
	Pos   token.Pos
	Err   string // one line
	Stack string // where lowering failed, if it panicked
}

// Package lowers every function of a package that can matter.
func Package(in Input) (*refprog.Program, []Problem) {
	p := newPkg(in)
	prog := &refprog.Program{Package: in.SSA.Pkg.Path(), Methods: make(map[string]string), NoReturn: p.ending}
	var problems []Problem
	for _, fn := range p.order {
		f, problem := p.function(fn)
		if problem != nil {
			problems = append(problems, *problem)
			continue
		}
		prog.Funcs = append(prog.Funcs, f)
	}
	p.markRegistered(prog)
	for _, f := range prog.Funcs {
		f.Callback = p.callbacks[f.Key]
	}
	prog.Registered = p.registered
	prog.Templates = p.lowerTemplates()
	prog.Funcs = append(prog.Funcs, p.instanceOrder...)
	p.fillMethods(prog)
	dropUnusedWrappers(prog)
	return prog, problems
}

// dropUnusedWrappers removes wrappers that no operation and no dispatch needs.
func dropUnusedWrappers(prog *refprog.Program) {
	used := make(map[string]bool)
	for _, key := range prog.Methods {
		used[key] = true
	}
	operands := func(os []refprog.Operand) {
		for _, o := range os {
			if o.Kind == refprog.FuncOperand {
				used[o.Name] = true
			}
		}
	}
	for _, f := range slices.Concat(prog.Funcs, prog.Templates) {
		for _, b := range f.Blocks {
			for _, ph := range b.Phis {
				operands(ph.Args)
			}
			for _, op := range b.Ops {
				operands(op.Args)
				if op.Kind == refprog.Call || op.Kind == refprog.Closure {
					used[op.Name] = true
				}
			}
			operands(b.Term.Args)
		}
	}
	kept := make([]*refprog.Func, 0, len(prog.Funcs))
	for _, f := range prog.Funcs {
		if !f.Synthetic || used[f.Key] {
			kept = append(kept, f)
		}
	}
	*prog = refprog.Program{Package: prog.Package, Funcs: kept, Methods: prog.Methods, Templates: prog.Templates, Registered: prog.Registered, NoReturn: prog.NoReturn}
}

// function lowers one function; a panic on the way becomes a Problem.
func (p *pkg) function(fn *ssa.Function) (f *refprog.Func, problem *Problem) {
	defer func() {
		if r := recover(); r != nil {
			problem = &Problem{Func: p.key(fn), Pos: fn.Pos(), Err: fmt.Sprint(r), Stack: string(debug.Stack())}
		}
	}()
	b := newBody(p, fn)
	b.lower()
	b.finish()
	if err := refprog.Verify(b.f); err != nil {
		return nil, &Problem{Func: b.f.Key, Pos: fn.Pos(), Err: "invalid reference program: " + err.Error()}
	}
	return b.f, nil
}
