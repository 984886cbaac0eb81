package refflow

import (
	"go/token"
	"slices"

	"github.com/sessionlint/sessionlint/internal/contract"
	"github.com/sessionlint/sessionlint/internal/refprog"
	"github.com/sessionlint/sessionlint/internal/simulate"
)

// This file tries repairs on the reference program. A repair is offered only if
// the function, so changed, is simulated without the finding, without a new one,
// and without losing sight of the reference.

// repaired is the universe with one function changed.
type repaired struct {
	*universe
	f *refprog.Func
}

// Func implements refprog.Universe.
func (u repaired) Func(key string) *refprog.Func {
	if key == u.f.Key {
		return u.f
	}
	return u.universe.Func(key)
}

// cloneFunc copies what a repair changes: the lists of operations.
func cloneFunc(f *refprog.Func) *refprog.Func {
	g := *f
	g.Blocks = make([]*refprog.Block, len(f.Blocks))
	for i, b := range f.Blocks {
		c := *b
		c.Ops = slices.Clone(b.Ops)
		g.Blocks[i] = &c
	}
	return &g
}

// simulated runs a changed function.
func (w *work) simulated(f *refprog.Func) simulate.Result {
	sim := simulate.New(repaired{w.universe, f}, w.table)
	return sim.Function(f.Key, simulate.Options{Strict: w.settings.Strict})
}

// A claimPlace is a claim without indices, which a repair shifts.
type claimPlace struct {
	check    string
	site, at token.Pos
}

// mends reports whether the change of f to g takes away every claim about the
// reference of c, and brings in none.
func (w *work) mends(f, g *refprog.Func, c confirmed) bool {
	if f.Parent != "" {
		return false // its claims are partly those of the function around it
	}
	place := func(h *refprog.Func, d simulate.Claim) claimPlace {
		pos := func(r refprog.OpRef) token.Pos {
			if r.Func == h.Key && r.Op >= 0 {
				if b := h.Blocks[r.Block]; r.Op < len(b.Ops) {
					return b.Ops[r.Op].Pos
				}
			}
			return w.opPos(r)
		}
		return claimPlace{d.Check, pos(d.Site), pos(d.At)}
	}
	before, after := w.simulated(f), w.simulated(g)
	if before.GaveUp != "" || after.GaveUp != "" {
		return false
	}
	known := map[claimPlace]bool{}
	for _, d := range before.Claims {
		known[place(f, d)] = true
	}
	for _, d := range after.Claims {
		if slices.Equal(d.SiteChain, c.SiteChain) || !known[place(g, d)] {
			return false
		}
	}
	return !slices.ContainsFunc(after.Sites, func(s simulate.Site) bool {
		return slices.Equal(s.Chain, c.SiteChain) && s.Lost != ""
	})
}

// leaks reports whether something is never freed in a function.
func (w *work) leaks(f *refprog.Func) bool {
	return slices.ContainsFunc(w.simulated(f).Claims, func(d simulate.Claim) bool { return d.Check == "missingfree" })
}

// direct returns the operation that a chain names if it is one of f itself.
func direct(f *refprog.Func, chain []refprog.OpRef) *refprog.Op {
	if len(chain) != 1 || chain[0].Func != f.Key || chain[0].Op < 0 {
		return nil
	}
	b := f.Blocks[chain[0].Block]
	if chain[0].Op >= len(b.Ops) {
		return nil
	}
	return &b.Ops[chain[0].Op]
}

// without returns f without an operation.
func without(f *refprog.Func, at refprog.OpRef) *refprog.Func {
	g := cloneFunc(f)
	g.Blocks[at.Block].Ops[at.Op] = refprog.Op{Kind: refprog.Nop, Dst: refprog.NoReg, Stack: refprog.NoReg}
	return g
}

// An exit is a return of a function, and the source range of the statement.
type exit struct {
	block    int
	from, to token.Pos
}

// addFree puts a free of reg in front of a return, where a statement in front of
// the return statement stands: before its own operations and the deferred calls.
func addFree(g *refprog.Func, e exit, release string, reg refprog.Reg) {
	b := g.Blocks[e.block]
	at := slices.IndexFunc(b.Ops, func(op refprog.Op) bool {
		return op.Kind == refprog.RunDefers || op.Pos.IsValid() && e.from <= op.Pos && op.Pos < e.to
	})
	if at < 0 {
		at = len(b.Ops)
	}
	b.Ops = slices.Insert(b.Ops, at, refprog.Op{
		Kind: refprog.API, Name: release, Args: []refprog.Operand{refprog.R(reg)}, Dst: refprog.NoReg, Stack: refprog.NoReg, Pos: e.from,
	})
}

// dominated lists the returns that can be reached only through a block.
func dominated(f *refprog.Func, block int) []int {
	seen := map[int]bool{block: true}
	work := []int{0}
	for len(work) > 0 {
		n := work[len(work)-1]
		work = work[:len(work)-1]
		if !seen[n] {
			seen[n] = true
			work = append(work, f.Blocks[n].Term.Succs...)
		}
	}
	var out []int
	for _, b := range f.Blocks {
		if b.Term.Kind == refprog.Return && (b.Index == block || !seen[b.Index]) {
			out = append(out, b.Index)
		}
	}
	return out
}

// onlyLent reports whether an operand can be nothing but nil or what contracted
// calls lend.
func (w *work) onlyLent(f *refprog.Func, o refprog.Operand, asked map[refprog.Reg]bool) bool {
	if o.Kind != refprog.RegOperand {
		return o.Kind == refprog.NilOperand
	}
	if asked[o.Reg] {
		return true
	}
	asked[o.Reg] = true
	found := false
	for _, b := range f.Blocks {
		for _, ph := range b.Phis {
			if ph.Dst != o.Reg {
				continue
			}
			found = true
			for _, a := range ph.Args {
				if !w.onlyLent(f, a, asked) {
					return false
				}
			}
		}
		for i := range b.Ops {
			op := &b.Ops[i]
			if op.Dst != o.Reg {
				continue
			}
			found = true
			switch op.Kind {
			case refprog.Copy:
				if !w.onlyLent(f, op.Args[0], asked) {
					return false
				}
			case refprog.API:
				c, ok := w.table.Lookup(op.Name)
				if !ok || len(c.Results) == 0 || c.Results[0].Ownership != contract.Borrowed {
					return false
				}
			default:
				return false
			}
		}
	}
	return found
}
