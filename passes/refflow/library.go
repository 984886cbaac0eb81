package refflow

import (
	"bytes"
	"cmp"
	"encoding/gob"
	"slices"
	"strings"

	"github.com/sessionlint/sessionlint/internal/lower"
	"github.com/sessionlint/sessionlint/internal/refprog"
)

// This file chooses which functions of a package a fact carries.

const (
	// maxProgram is the largest function that a fact carries, in operations. Larger
	// ones are not followed from other packages.
	maxProgram = 120
	// maxFact is the most bytes that a fact takes.
	maxFact = 4096
	// leastPrograms is what programs may take however large the rest is.
	leastPrograms = 1024
	// maxReaders bounds the names of functions that only look.
	maxReaders = 100
)

// size is how many bytes the fact takes without programs.
func (f *packageFact) size() int {
	var b bytes.Buffer
	rest := *f
	rest.Programs = make([]byte, leastPrograms) // so that its length is counted
	if err := gob.NewEncoder(&b).Encode(&rest); err != nil {
		panic(err) // it holds nothing but text
	}
	return b.Len() - leastPrograms
}

// programs encodes the functions that importers can reach until the budget is
// used, those first that matter most to them. Of those that do not fit, the names of
// those that only look are left: to importers a call of them is harmless.
func (w *work) programs(budget int) []byte {
	list := w.reachable()
	if len(list) == 0 {
		return nil
	}
	return w.fitting(list, max(budget, leastPrograms))
}

// fitting encodes as many functions of the list, from the first, as the budget
// allows. What it encodes to find out is not more than about twice the budget a
// try, however long the list.
func (w *work) fitting(list []*refprog.Func, budget int) []byte {
	n, most := 0, min(len(list), 64)
	data := w.encode(list, 0)
	for most > 0 {
		try := w.encode(list, most)
		if len(try) > budget {
			break
		}
		n, data = most, try
		if most == len(list) {
			return data
		}
		most = min(len(list), 2*most)
	}
	for n+1 < most {
		middle := (n + most) / 2
		if try := w.encode(list, middle); len(try) <= budget {
			n, data = middle, try
		} else {
			most = middle
		}
	}
	return data
}

// encode is what a fact has of the first n functions of a list, and of the others.
func (w *work) encode(list []*refprog.Func, n int) []byte {
	chosen := make([]*refprog.Func, n)
	for i, f := range list[:n] {
		chosen[i] = w.lean(f)
	}
	slices.SortStableFunc(chosen, func(f, g *refprog.Func) int { return cmp.Compare(f.Key, g.Key) })
	l := refprog.Library{Funcs: chosen, Methods: w.methodsOf(chosen)}
	for _, f := range list[n:] {
		if len(l.Readers) < maxReaders && w.onlyLooks(f) {
			l.Readers = append(l.Readers, f.Key)
		}
	}
	slices.Sort(l.Readers)
	return refprog.Encode(l, w.where)
}

// lean is a function without what only the package itself has a use for: the text that
// an error is made of, the names of variables whose values say themselves what they
// are, and those of types, but where the function names a field that owns.
func (w *work) lean(f *refprog.Func) *refprog.Func {
	if g := w.leaner[f]; g != nil {
		return g
	}
	out := *f
	out.Regs = slices.Clone(f.Regs)
	for i := range out.Regs {
		out.Regs[i].Type.Name = ""
	}
	out.Blocks = make([]*refprog.Block, len(f.Blocks))
	for i, b := range f.Blocks {
		c := *b
		c.Ops = slices.Clone(b.Ops)
		for j := range c.Ops {
			op := &c.Ops[j]
			if op.Dst != refprog.NoReg {
				out.Regs[op.Dst].Name = ""
			}
			if (op.Kind == refprog.FieldAddr || op.Kind == refprog.Field) && w.sim.Judges(fieldKey(f, op)) {
				r := op.Args[0].Reg
				out.Regs[r].Type.Name = f.Regs[r].Type.Name
			}
			if op.Kind != refprog.Unknown || op.Flag&refprog.Harmless == 0 || op.Flag&refprog.NonNil == 0 {
				continue
			}
			op.Args = slices.Clone(op.Args)
			for k := range op.Args {
				if op.Args[k].Kind == refprog.ConstOperand {
					op.Args[k].Name = ""
				}
			}
		}
		out.Blocks[i] = &c
	}
	if w.leaner == nil {
		w.leaner = make(map[*refprog.Func]*refprog.Func)
	}
	w.leaner[f] = &out
	return &out
}

// onlyLooks reports whether importers can call a function and it only looks at what it
// is given: what it returns is nothing of it.
func (w *work) onlyLooks(f *refprog.Func) bool {
	if !exportedKey(f.Key) || f.Parent != "" || slices.Contains(w.prog.Templates, f) || !w.sim.OnlyReads(f.Key) {
		return false
	}
	for _, b := range f.Blocks {
		for _, a := range b.Term.Args {
			if b.Term.Kind == refprog.Return && a.Kind == refprog.RegOperand && refers(f.Regs[a.Reg].Type) {
				return false
			}
		}
	}
	return true
}

// How much functions matter to importers.
const (
	rankSession = iota // may change who holds a session
	rankSpeaks         // returns a session, or asks one: its answer may decide a branch
	rankCounts         // may change who holds something, or end a loan
	rankRest
)

// rank says how much a function matters, by what it does and what those do that it
// calls.
func (w *work) rank(unit []*refprog.Func) int {
	speaks := slices.ContainsFunc(unit, w.speaks)
	counts := w.sim.Counts(unit[0].Key) || slices.Contains(w.prog.Templates, unit[0])
	switch {
	case speaks && counts:
		return rankSession
	case speaks:
		return rankSpeaks
	case counts:
		return rankCounts
	}
	return rankRest
}

// speaks reports whether a function has to do with a handle of which faults are
// reported.
func (w *work) speaks(f *refprog.Func) bool {
	return slices.ContainsFunc(f.Regs, func(r refprog.RegInfo) bool { return w.reported(r.Type.Handle) })
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
// to: the exported ones, those first that matter most and then those that take least,
// each followed by what it calls.
func (w *work) reachable() []*refprog.Func {
	templates := map[string]*refprog.Func{}
	for _, f := range w.prog.Templates {
		templates[f.Key] = f
	}
	type unit struct {
		funcs      []*refprog.Func
		rank, size int
	}
	var units []unit
	for _, f := range slices.Concat(w.prog.Funcs, w.prog.Templates) {
		if f.Parent != "" || !exportedKey(f.Key) || f.Size > maxProgram || strings.HasSuffix(w.file(f.Pos), "_test.go") {
			continue
		}
		u := unit{funcs: w.leadsTo(f, templates)}
		u.rank = w.rank(u.funcs)
		for _, g := range u.funcs {
			u.size += g.Size
		}
		units = append(units, u)
	}
	slices.SortStableFunc(units, func(a, b unit) int {
		return cmp.Or(cmp.Compare(a.rank, b.rank), cmp.Compare(a.size, b.size))
	})
	seen := map[*refprog.Func]bool{}
	var out []*refprog.Func
	for _, u := range units {
		for _, f := range u.funcs {
			if !seen[f] {
				seen[f] = true
				out = append(out, f)
			}
		}
	}
	return out
}

// leadsTo lists a function and what it calls, directly or not.
func (w *work) leadsTo(f *refprog.Func, templates map[string]*refprog.Func) []*refprog.Func {
	out := []*refprog.Func{f}
	seen := map[*refprog.Func]bool{f: true}
	add := func(key string) {
		key, _, _ = strings.Cut(key, lower.GenericMark)
		g := w.prog.Func(key)
		if g == nil {
			g = templates[key]
		}
		if g != nil && !seen[g] && g.Size <= maxProgram {
			seen[g] = true
			out = append(out, g)
		}
	}
	for i := 0; i < len(out); i++ {
		for _, b := range out[i].Blocks {
			for j := range b.Ops {
				op := &b.Ops[j]
				if op.Kind == refprog.Call || op.Kind == refprog.Closure {
					add(op.Name)
				}
				for _, a := range op.Args {
					if a.Kind == refprog.FuncOperand {
						add(a.Name)
					}
				}
			}
		}
	}
	return out
}
