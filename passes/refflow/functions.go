package refflow

import (
	"fmt"
	"slices"

	"github.com/sessionlint/sessionlint/internal/refprog"
	"github.com/sessionlint/sessionlint/internal/replay"
	"github.com/sessionlint/sessionlint/internal/simulate"
)

// rounds bounds how often a site is simulated again because a witness could not
// be.
const rounds = 3

// outcome is what one function's simulation led to.
type outcome struct {
	fn        *refprog.Func
	confirmed []confirmed
	pairs     []simulate.Pair
	unchecked []refprog.Claim // confirmed: frees of what an up_ref may not have added
}

// confirmed is a claim with the verdict that confirms it.
type confirmed struct {
	simulate.Claim
	replay.Verdict
}

// functions analyses every function of the package. A function literal that its
// enclosing function executes is one function with it; it is analysed alone only
// if no enclosing function has reached it. Of a goroutine only its own end is
// looked at alone: what it leaves is lost, whatever the others do. Of one whose summary
// was applied, only what it does to its own.
func (w *work) functions() {
	entered, spawned, applied := map[string]bool{}, map[string]bool{}, map[string]bool{}
	var all []outcome
	// What is called through interfaces counts nothing if nothing here does.
	counts := len(w.universe.facts) > 0 || slices.ContainsFunc(w.prog.Funcs, func(f *refprog.Func) bool { return w.sim.Counts(f.Key) })
	for _, f := range w.prog.Funcs {
		if f.Synthetic || entered[f.Key] || !w.sim.Matters(f.Key) || !counts && f.Callback == "" {
			continue
		}
		o, res := w.function(f)
		if spawned[f.Key] {
			o.confirmed = slices.DeleteFunc(o.confirmed, func(c confirmed) bool { return c.Check != "missingfree" })
		}
		if applied[f.Key] && f.Parent != "" {
			o.confirmed = slices.DeleteFunc(o.confirmed, func(c confirmed) bool { return c.Outside })
		}
		for _, key := range res.Applied {
			applied[key] = true
		}
		for _, key := range res.Entered {
			if g := w.universe.Func(key); g != nil && g.Parent != "" {
				entered[key] = true
			}
		}
		for _, key := range res.Spawned {
			spawned[key] = true
		}
		all = append(all, o)
	}
	for i := range all {
		all[i].confirmed = slices.DeleteFunc(all[i].confirmed, w.lacksLoan)
	}
	w.onlyLoans()
	for _, o := range all {
		for _, c := range o.confirmed {
			if !w.inCallee(o.fn, c, all) {
				w.add(o.fn, c)
			}
		}
		w.pairs(o.fn, o.pairs)
	}
	w.registered()
	w.ignoredStatus(all)
	w.sortFindings()
}

// registered analyses the functions of other packages that this one registers as
// callbacks. What is wrong in them because they are is found here, where that is known.
func (w *work) registered() {
	for _, r := range w.prog.Registered {
		f := w.universe.Func(r.Key)
		o, _ := w.function(f)
		for _, c := range o.confirmed {
			counted := c.Entry && c.Check != "doublefree" && c.Check != "useafterfree"
			if (counted || c.Check == "callbackref") && !w.lacksLoan(c) {
				w.add(f, c)
			}
		}
	}
}

// function analyses one function. A panic becomes one diagnostic on it.
func (w *work) function(f *refprog.Func) (o outcome, res simulate.Result) {
	defer func() {
		if r := recover(); r != nil {
			o = outcome{fn: f}
			w.problem(f.Pos, fmt.Sprintf("%s is not analysed: %s", f.Name, oneLine(fmt.Sprint(r))))
		}
	}()
	o.fn = f
	options := simulate.Options{Strict: w.settings.Strict}
	res = w.sim.Function(f.Key, options)
	w.stats.simulated++
	w.stats.count(w, f, &res)
	o.pairs = res.Pairs
	for _, c := range res.Loans {
		w.loans[c.Field] = append(w.loans[c.Field], storedLoan{f, c})
	}
	for _, c := range res.Claims {
		if o.has(c) {
			continue
		}
		if v, ok := w.confirm(f, &c, options); ok {
			o.confirmed = append(o.confirmed, confirmed{c, v})
		}
	}
	for _, c := range res.Unchecked {
		if replay.Confirm(w.universe, w.table, c).Status == replay.Confirmed {
			o.unchecked = append(o.unchecked, c)
		}
	}
	return o, res
}

// has reports whether an equal finding is confirmed already: the same reference
// leaked at another return, the same operation reached another way.
func (o *outcome) has(c simulate.Claim) bool {
	return slices.ContainsFunc(o.confirmed, func(d confirmed) bool {
		if d.Check != c.Check {
			return false
		}
		if c.Check == "missingfree" {
			return slices.Equal(d.SiteChain, c.SiteChain)
		}
		return slices.Equal(d.AtChain, c.AtChain)
	})
}

// confirm asks replay. If it says that the witness cannot happen, the site is
// simulated again with what contradicts it kept apart.
func (w *work) confirm(f *refprog.Func, c *simulate.Claim, options simulate.Options) (replay.Verdict, bool) {
	v := replay.Confirm(w.universe, w.table, c.Claim)
	options.Only = &c.ID
	options.Track = map[string][]refprog.Reg{}
	for round := 0; round < rounds && v.Status == replay.Refuted; round++ {
		if !w.track(options.Track, v.Conflict) {
			break
		}
		again := w.sim.Function(f.Key, options)
		claims := slices.Concat(again.Claims, again.Loans)
		i := slices.IndexFunc(claims, func(d simulate.Claim) bool {
			return d.Check == c.Check && slices.Equal(d.SiteChain, c.SiteChain) && (c.Check == "missingfree" || slices.Equal(d.AtChain, c.AtChain))
		})
		if i < 0 {
			w.stats.refute(c, v.Reason)
			return v, false
		}
		*c = claims[i]
		for _, d := range claims[i:] {
			if d.Check != c.Check || !slices.Equal(d.SiteChain, c.SiteChain) {
				continue
			}
			if v = replay.Confirm(w.universe, w.table, d.Claim); v.Status == replay.Confirmed {
				*c = d
				return v, true
			}
		}
	}
	switch v.Status {
	case replay.Confirmed:
		return v, true
	case replay.Refuted:
		w.stats.refute(c, v.Reason)
	default:
		w.stats.unconfirmed(c, v.Reason)
	}
	return v, false
}

// track adds the registers of a conflict and reports whether any is new.
func (w *work) track(track map[string][]refprog.Reg, conflict []replay.Literal) bool {
	grew := false
	add := func(fn string, reg refprog.Reg) {
		if !slices.Contains(track[fn], reg) {
			track[fn] = append(track[fn], reg)
			grew = true
		}
	}
	for _, l := range conflict {
		if l.Reg != refprog.NoReg {
			add(l.Func, l.Reg)
			continue
		}
		g := w.universe.Func(l.Func)
		if g == nil {
			continue
		}
		cond := g.Blocks[l.Block].Term.Cond
		if cond.Kind != refprog.RegOperand {
			continue
		}
		add(l.Func, cond.Reg)
		for _, reg := range computedOnce(g, cond) {
			add(l.Func, reg)
		}
	}
	return grew
}

// computedOnce are the operands of a comparison that have the same value wherever
// the same is computed from the same, as the length of a list has: another function
// may ask for it as well.
func computedOnce(g *refprog.Func, cond refprog.Operand) []refprog.Reg {
	var out []refprog.Reg
	if d := definition(g, cond); d != nil && d.Kind == refprog.Compare {
		for _, a := range d.Args {
			if n := definition(g, a); n != nil && n.Flag&refprog.Determined != 0 {
				out = append(out, a.Reg)
			}
		}
	}
	return out
}

// inCallee reports whether a finding lies wholly inside a callee for which it was
// found as well: it is reported there, once.
func (w *work) inCallee(f *refprog.Func, c confirmed, all []outcome) bool {
	if c.Rule == refprog.NoRule && c.Check == "borrowedfree" && w.freesLoan(f, c, all) {
		return true
	}
	k := w.foreign(f, c.SiteChain)
	if k < 0 {
		return false
	}
	inner := c.SiteChain[k:]
	for i := range all {
		o := &all[i]
		if o.fn == f {
			continue
		}
		for _, d := range o.confirmed {
			if d.Check == c.Check && endsWith(inner, d.SiteChain) && (c.Check == "missingfree" || endsWith(c.AtChain, d.AtChain)) {
				return true
			}
		}
	}
	return false
}

func endsWith(chain, tail []refprog.OpRef) bool {
	return len(chain) >= len(tail) && slices.Equal(chain[len(chain)-len(tail):], tail)
}

// foreign returns the index of the first element of a chain that lies in another
// function than f and its literals, or -1.
func (w *work) foreign(f *refprog.Func, chain []refprog.OpRef) int {
	for i, r := range chain {
		if !w.sameBody(f.Key, r.Func) {
			return i
		}
	}
	return -1
}

// sameBody reports whether the function with key inner is outer or a literal
// written inside it.
func (w *work) sameBody(outer, inner string) bool {
	for inner != "" {
		if inner == outer {
			return true
		}
		g := w.universe.Func(inner)
		if g == nil {
			return false
		}
		inner = g.Parent
	}
	return false
}
