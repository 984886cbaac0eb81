package refflow

import (
	"go/types"
	"maps"
	"slices"
	"strings"

	"golang.org/x/tools/go/analysis"

	"github.com/sessionlint/sessionlint/internal/contract"
	"github.com/sessionlint/sessionlint/internal/noreturn"
	"github.com/sessionlint/sessionlint/internal/refprog"
)

// universe finds functions in the package's own program and in the facts of its
// imports, which are decoded when they are first asked for.
type universe struct {
	own   *refprog.Program
	facts map[string]*packageFact // by import path
	read  map[string]*imported
	never map[string]bool // full names of functions of other packages that never return
}

// imported is a decoded fact.
type imported struct {
	funcs   map[string]*refprog.Func
	methods map[string]string
	readers []string
	handles []string // "Type=HANDLE"
}

func newUniverse(pass *analysis.Pass) *universe {
	u := &universe{facts: map[string]*packageFact{}, read: map[string]*imported{}, never: map[string]bool{}}
	for _, f := range pass.AllPackageFacts() {
		if f.Package == pass.Pkg {
			continue
		}
		switch fact := f.Fact.(type) {
		case *packageFact:
			u.facts[f.Package.Path()] = fact
		case *noreturn.Fact:
			for _, name := range fact.Functions {
				u.never[name] = true
			}
		}
	}
	return u
}

func (u *universe) imported(path string) *imported {
	if i, ok := u.read[path]; ok {
		return i
	}
	i := &imported{}
	if f, ok := u.facts[path]; ok {
		i = f.decode()
	}
	u.read[path] = i
	return i
}

// packageOf is the import path in a function key or type name:
// "(*a/b.T).M", "a/b.F$1" and "*a/b.T" are of "a/b".
func packageOf(key string) string {
	key = strings.TrimLeft(key, "(*[]")
	if i := strings.IndexByte(key, '['); i >= 0 {
		key = key[:i] // type arguments have paths of their own
	}
	slash := strings.LastIndexByte(key, '/')
	if dot := strings.IndexByte(key[slash+1:], '.'); dot >= 0 {
		return key[:slash+1+dot]
	}
	return key
}

// Func implements refprog.Universe.
func (u *universe) Func(key string) *refprog.Func {
	if u.own != nil {
		if f := u.own.Func(key); f != nil {
			return f
		}
	}
	if f := u.imported(packageOf(key)).funcs[key]; f != nil || !wrapper(key) {
		return f
	}
	for _, path := range slices.Sorted(maps.Keys(u.facts)) {
		if f := u.imported(path).funcs[key]; f != nil {
			return f
		}
	}
	return nil
}

// wrapper reports whether a function is one that the compiler makes of a method that is
// taken as a value: each package that takes it has its own, all of them alike.
func wrapper(key string) bool {
	return strings.HasSuffix(key, "$bound") || strings.HasSuffix(key, "$thunk")
}

// register makes a function of another package the callback as which it is registered
// here. It reports whether the function is known.
func (u *universe) register(r refprog.Registration) bool {
	for _, path := range slices.Sorted(maps.Keys(u.read)) {
		if f := u.read[path].funcs[r.Key]; f != nil {
			callback := *f
			callback.Callback, callback.Pos = r.Kind, r.Pos
			u.read[path].funcs[r.Key] = &callback
			return true
		}
	}
	return false
}

// MethodKey implements refprog.Universe.
func (u *universe) MethodKey(typ, method string) string {
	if u.own != nil {
		if key := u.own.MethodKey(typ, method); key != "" {
			return key
		}
	}
	return u.imported(packageOf(typ)).methods[typ+"\x00"+method]
}

func (u *universe) known(key string) bool {
	return u.imported(packageOf(key)).funcs[key] != nil
}

// template returns a generic function of another package, or nil.
func (u *universe) template(name string) *refprog.Func {
	return u.imported(packageOf(name)).funcs[name]
}

// onlyReads reports whether a function of another package, by full name, only
// looks at what it is given.
func (u *universe) onlyReads(name string) bool {
	_, ok := slices.BinarySearch(u.imported(packageOf(name)).readers, name)
	return ok
}

// contracts are the tables together with what facts say of functions that need no
// contract.
type contracts struct {
	*contract.Table
	u *universe
}

// Behaviour adds the readers of other packages to what the tables know.
func (c contracts) Behaviour(name string) (*contract.Behaviour, bool) {
	if b, ok := c.Table.Behaviour(name); ok {
		return b, true
	}
	if c.u.onlyReads(name) {
		return &contract.Behaviour{Name: name, Harmless: true}, true
	}
	return nil, false
}

func (u *universe) noReturn(fn *types.Func) bool { return u.never[fn.Origin().FullName()] }

// handleType names the handle that a type of another package stands for, or "".
func (u *universe) handleType(tn *types.TypeName) string {
	if tn.Pkg() == nil {
		return ""
	}
	for _, h := range u.imported(tn.Pkg().Path()).handles {
		if name, handle, _ := strings.Cut(h, "="); name == tn.Name() {
			return handle
		}
	}
	return ""
}
