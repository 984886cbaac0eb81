package refflow

import (
	"fmt"
	"go/token"
	"go/types"
	"path/filepath"
	"slices"
	"sort"
	"strings"

	"golang.org/x/tools/go/analysis"

	"github.com/sessionlint/sessionlint/internal/keepalive"
	"github.com/sessionlint/sessionlint/internal/noreturn"
	"github.com/sessionlint/sessionlint/internal/refprog"
)

// packageFact is what other packages learn of a package: the reference programs
// of the functions they can reach (of generic ones the templates), so that a call
// across the border is followed like any other; which functions only look at what they
// are given; and which of its types stand for a handle. There is one such fact a
// package: it is small, and it is there or not.
//
// All lists are sorted, and positions are text without a folder, so that equal
// sources give equal bytes wherever they lie.
type packageFact struct {
	Handles []string // "Type=HANDLE" for types of this package
	// Contracts are what directives say of functions (encodeContract). Fields are
	// those of which a directive says whether they own ("Type.field=owned"), and
	// those out of which the package frees ("Type.field=owned by Type.Close").
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
	f.Programs = w.programs(maxFact - f.size())
	if len(f.Finalized) == 0 && len(f.Handles) == 0 && len(f.Contracts) == 0 && len(f.Fields) == 0 && f.Programs == nil && !w.exposesHandles() {
		return
	}
	w.pass.ExportPackageFact(f)
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
	i := &imported{funcs: map[string]*refprog.Func{}, handles: f.Handles}
	if len(f.Programs) == 0 {
		return i
	}
	l, err := refprog.Decode(f.Programs)
	if err != nil {
		return i
	}
	for _, fn := range l.Funcs {
		i.funcs[fn.Key] = fn
	}
	i.methods, i.readers = l.Methods, l.Readers
	return i
}
