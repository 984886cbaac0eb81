package refflow

import (
	"fmt"
	"go/types"
	"slices"

	"github.com/sessionlint/sessionlint/internal/refprog"
)

// callbacks marks the functions that the settings call callbacks: ones whose
// registration cannot be seen. A name of this package that no function has is
// reported, because whoever wrote it relies on it. It marks as well the functions of
// other packages that this one registers.
func (w *work) callbacks() {
	w.prog.Registered = slices.DeleteFunc(w.prog.Registered, func(r refprog.Registration) bool { return !w.universe.register(r) })
	for _, c := range w.settings.Callbacks {
		if packageOf(c.Func) != w.pass.Pkg.Path() {
			continue
		}
		if !w.declares(c.Func) {
			w.problem(w.packagePos(), fmt.Sprintf("the settings call %s a callback, but there is no such function", shortName(c.Func)))
		}
		for _, f := range w.prog.Funcs {
			if f.Key == c.Func {
				f.Callback = c.Kind
			}
		}
	}
}

// declares reports whether the package has a function or method with this full
// name.
func (w *work) declares(name string) bool {
	for _, obj := range w.pass.TypesInfo.Defs {
		if fn, ok := obj.(*types.Func); ok && fn.FullName() == name {
			return true
		}
	}
	return false
}
