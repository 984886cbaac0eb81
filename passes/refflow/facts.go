package refflow

import (
	"cmp"
	"fmt"
	"go/token"
	"go/types"
	"path/filepath"
	"slices"
	"sort"
	"strings"

	"golang.org/x/tools/go/analysis"

	"github.com/sessionlint/sessionlint/internal/keepalive"
	"github.com/sessionlint/sessionlint/internal/lower"
	"github.com/sessionlint/sessionlint/internal/noreturn"
	"github.com/sessionlint/sessionlint/internal/refprog"
)

// packageFact is what other packages learn of a package: the reference programs
// of the functions they can reach (of generic ones the templates), so that a call
// across the border is followed like any other; and which of its types stand for a
// handle. There is one such fact a package: it is small, and it is complete or
// absent.
//
// All lists are sorted, and positions are text without a folder, so that equal
// sources give equal bytes wherever they lie.
type packageFact struct {
	Readers []string // full names of exported functions that only look at what they are given
	Handles []string // "Type=HANDLE" for types of this package
	// Contracts are what directives say of functions (encodeContract). Fields are
	// those of which a directive says whether they own ("Type.field=owned"), and
	// those that importers can name and the package frees ("Type.field=owned by
	// Type.Close").
	Contracts []string
	Fields    []string
	Finalized []keepalive.Field // handles in types of this package that the collector frees
	Programs  []byte            // refprog.Encode; nil if there are none
}

func (*packageFact) AFact() {}

func (f *packageFact) String() string {
	i := f.decode()
	names := make([]string, 0, len(i.funcs))
	for k := range i.funcs {
		names = append(names, shortName(k))
	}
	sort.Strings(names)
	return fmt.Sprintf("handles(%s) functions(%s)", strings.Join(f.Handles, " "), strings.Join(names, " "))
}

func factTypes() []analysis.Fact { return []analysis.Fact{new(packageFact), new(noreturn.Fact)} }

// maxProgram is the largest function that a fact carries, in operations. Larger
// ones are not followed from other packages.
const maxProgram = 120

// factBudget is the most bytes of programs that one package may give its
// importers; functions that count nothing, and then the largest, are left out
// first. The rest of the 4 kB is for the names of types and the encoding.
const factBudget = 4096 - 512

// export makes the package's facts, if it has any.
func (w *work) export() {
	if len(w.prog.NoReturn) > 0 {
		w.pass.ExportPackageFact(&noreturn.Fact{Functions: w.prog.NoReturn})
	}
	if !w.counts {
		return
	}
	f := &packageFact{Handles: w.ownHandles()}
	f.Contracts, f.Fields = w.declarations(), w.ownFields()
	f.Finalized = w.finalized()
	f.Programs, f.Readers = w.programs()
	if len(f.Finalized) == 0 && len(f.Handles) == 0 && len(f.Contracts) == 0 && len(f.Fields) == 0 && f.Programs == nil && !w.exposesHandles() {
		return
	}
	w.pass.ExportPackageFact(f)
}

// programs encodes the functions that importers can reach until the budget is
// used: those that have to do with a session first, then those that count
// references in what they call, then the others, the smallest first. Of those that do not fit, readers
// are the ones that only look: to importers a call of them is harmless.
func (w *work) programs() (data []byte, readers []string) {
	reach := w.reachable()
	ranks := make(map[*refprog.Func]int, len(reach))
	for _, f := range reach {
		ranks[f] = w.rank(f)
	}
	slices.SortStableFunc(reach, func(f, g *refprog.Func) int {
		return cmp.Or(cmp.Compare(ranks[f], ranks[g]), cmp.Compare(f.Size, g.Size))
	})
	n, data := w.fitting(reach)
	for _, f := range reach[n:] {
		if exportedKey(f.Key) && f.Parent == "" && ranks[f] == rankHandle && w.sim.OnlyReads(f.Key) && len(readers) < maxReaders {
			readers = append(readers, f.Key)
		}
	}
	slices.Sort(readers)
	return data, readers
}

// fitting encodes as many functions of the list, from the first, as the budget
// allows. What it encodes to find out is not more than about twice the budget a
// try, however long the list.
func (w *work) fitting(list []*refprog.Func) (n int, data []byte) {
	most := min(len(list), 64)
	for most > 0 {
		try := w.encode(list[:most])
		if len(try) > factBudget {
			break
		}
		n, data = most, try
		if most == len(list) {
			return n, data
		}
		most = min(len(list), 2*most)
	}
	for n+1 < most {
		middle := (n + most) / 2
		if try := w.encode(list[:middle]); len(try) <= factBudget {
			n, data = middle, try
		} else {
			most = middle
		}
	}
	return n, data
}

// encode is what a fact has of functions.
func (w *work) encode(chosen []*refprog.Func) []byte {
	chosen = slices.Clone(chosen)
	slices.SortStableFunc(chosen, func(f, g *refprog.Func) int { return cmp.Compare(f.Key, g.Key) })
	return refprog.Encode(chosen, w.methodsOf(chosen), w.where)
}

// maxReaders bounds the names of functions that only look.
const maxReaders = 24

const (
	rankHandle = iota // speaks of a session itself
	rankCounts        // may change who holds one, or end a loan
	rankRest
)

func (w *work) rank(f *refprog.Func) int {
	for _, b := range f.Blocks {
		for i := range b.Ops {
			if fn, ok := w.table.Lookup(b.Ops[i].Name); ok && b.Ops[i].Kind == refprog.API && w.reported(fn.Handle) {
				return rankHandle
			}
		}
	}
	for _, p := range f.Params {
		if w.reported(f.Regs[p].Type.Handle) {
			return rankHandle
		}
	}
	if w.sim.Counts(f.Key) || slices.Contains(w.prog.Templates, f) {
		return rankCounts
	}
	return rankRest
}

// reported reports whether faults of a handle are reported, and not only those of
// what it owns.
func (w *work) reported(handle string) bool {
	h, ok := w.table.Handle(handle)
	return ok && !h.OwnerOnly
}

// methodsOf keeps the interface methods that chosen functions implement.
func (w *work) methodsOf(chosen []*refprog.Func) map[string]string {
	keys := make(map[string]bool, len(chosen))
	for _, f := range chosen {
		keys[f.Key] = true
	}
	out := map[string]string{}
	for k, key := range w.prog.Methods {
		if keys[key] {
			out[k] = key
		}
	}
	return out
}

// reachable lists the functions of the program that an importer's calls can lead
// to: exported ones, and what they call.
func (w *work) reachable() []*refprog.Func {
	seen := map[string]bool{}
	templates := map[string]*refprog.Func{}
	for _, f := range w.prog.Templates {
		templates[f.Key] = f
	}
	var out []*refprog.Func
	var visit func(key string)
	visit = func(key string) {
		key, _, _ = strings.Cut(key, lower.GenericMark)
		f := w.prog.Func(key)
		if f == nil {
			f = templates[key]
		}
		if f == nil || seen[key] || f.Size > maxProgram {
			return
		}
		seen[key] = true
		out = append(out, f)
		for _, b := range f.Blocks {
			for i := range b.Ops {
				op := &b.Ops[i]
				if op.Kind == refprog.Call || op.Kind == refprog.Closure {
					visit(op.Name)
				}
				for _, a := range op.Args {
					if a.Kind == refprog.FuncOperand {
						visit(a.Name)
					}
				}
			}
		}
	}
	for _, f := range slices.Concat(w.prog.Funcs, w.prog.Templates) {
		if f.Parent == "" && exportedKey(f.Key) && !strings.HasSuffix(w.file(f.Pos), "_test.go") {
			visit(f.Key)
		}
	}
	return out
}

// exportedKey reports whether the last name of a key is exported.
func exportedKey(key string) bool {
	return token.IsExported(key[strings.LastIndexByte(key, '.')+1:])
}

func (w *work) file(pos token.Pos) string { return w.pass.Fset.Position(pos).Filename }

// where is a position without its folder.
func (w *work) where(pos token.Pos) string {
	p := w.pass.Fset.Position(pos)
	return fmt.Sprintf("%s:%d:%d", filepath.Base(p.Filename), p.Line, p.Column)
}

// ownHandles lists the package's types that stand for a handle.
func (w *work) ownHandles() []string {
	var out []string
	seen := map[string]bool{}
	for _, f := range w.prog.Funcs {
		for _, r := range f.Regs {
			name := strings.TrimPrefix(r.Type.Name, "*")
			if r.Type.Handle == "" || packageOf(name) != w.pass.Pkg.Path() || seen[name] {
				continue
			}
			seen[name] = true
			short := name[strings.LastIndexByte(name, '.')+1:]
			if token.IsExported(short) || strings.HasPrefix(short, "_Ctype_") {
				out = append(out, short+"="+r.Type.Handle)
			}
		}
	}
	slices.Sort(out)
	return out
}

// exposesHandles reports whether a type that the package's interface leads to
// holds a handle: then its importers have to be analysed.
func (w *work) exposesHandles() bool {
	leads := w.leadsToHandle()
	scope := w.pass.Pkg.Scope()
	for _, name := range scope.Names() {
		if token.IsExported(name) && leads(scope.Lookup(name).Type()) {
			return true
		}
	}
	return false
}

// leadsToHandle returns a function that reports whether a value of a type holds a
// handle, or gives one through its methods, results or elements. It remembers
// types: one that was asked about before does not lead to a handle again.
func (w *work) leadsToHandle() func(types.Type) bool {
	seen := map[types.Type]bool{}
	var holds func(t types.Type) bool
	holds = func(t types.Type) bool {
		t = types.Unalias(t)
		if seen[t] {
			return false
		}
		seen[t] = true
		switch t := t.(type) {
		case *types.Named:
			if w.isHandleName(t.Obj()) {
				return true
			}
			for i := range t.NumMethods() {
				if m := t.Method(i); m.Exported() && holds(m.Type()) {
					return true
				}
			}
			return holds(t.Underlying())
		case *types.Struct:
			for i := range t.NumFields() {
				if holds(t.Field(i).Type()) {
					return true
				}
			}
		case *types.Interface:
			for m := range t.Methods() {
				if m.Exported() && holds(m.Type()) {
					return true
				}
			}
		case *types.Signature:
			return holds(t.Params()) || holds(t.Results())
		case *types.Tuple:
			for i := range t.Len() {
				if holds(t.At(i).Type()) {
					return true
				}
			}
		case *types.Map:
			return holds(t.Key()) || holds(t.Elem())
		case interface{ Elem() types.Type }:
			return holds(t.Elem())
		}
		return false
	}
	return holds
}

func (w *work) isHandleName(tn *types.TypeName) bool {
	if tn.Pkg() == nil {
		return false
	}
	if c, ok := strings.CutPrefix(tn.Name(), "_Ctype_"); ok {
		if _, ok := w.table.HandleOfC(c); ok {
			return true
		}
	}
	if _, ok := w.table.HandleOfGo(tn.Pkg().Path() + "." + tn.Name()); ok {
		return true
	}
	return w.universe.handleType(tn) != ""
}

// decode opens a fact. A fact that cannot be read is one without programs: it
// came from another version of the tool, and silence is right.
func (f *packageFact) decode() *imported {
	i := &imported{funcs: map[string]*refprog.Func{}, readers: f.Readers, handles: f.Handles}
	if len(f.Programs) == 0 {
		return i
	}
	funcs, methods, err := refprog.Decode(f.Programs)
	if err != nil {
		return i
	}
	for _, fn := range funcs {
		i.funcs[fn.Key] = fn
	}
	i.methods = methods
	return i
}
