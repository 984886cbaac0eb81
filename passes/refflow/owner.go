package refflow

import (
	"fmt"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/sessionlint/sessionlint/internal/refprog"
	"github.com/sessionlint/sessionlint/internal/simulate"
)

// A Rule is what a finding takes for granted of a struct field because of what the
// rest of the package does with it.
type Rule uint8

const (
	NoRule Rule = iota
	// Cleared: the object owns what the field holds, and nil is stored over it.
	Cleared
	// Replaced: the object owns what the field holds, and something else is stored
	// over it.
	Replaced
	// Lent: nothing but loans is stored in the field.
	Lent
	// Unfreed: nobody frees what the field holds.
	Unfreed
	// Taken: the object owned what was read from the field until something else was
	// stored there.
	Taken
	// Kept: the object owns what it was given, and still holds it.
	Kept
)

// survey has the simulator learn what the package does with the fields of structs.
// If a function could not be lowered, there may be more.
func (w *work) survey(built *ssa.Package, complete bool) {
	known := simulate.KnownFields{Declared: w.declaredFields(), Elsewhere: w.unfreedElsewhere(built), Lent: w.said.lent}
	for key := range w.said.lent {
		w.lent[key] = true
	}
	if complete {
		known.Closed = w.closedFields(built)
		known.Unfreed = w.unfreedFields(known.Closed)
		w.closeElements(known.Closed)
	}
	w.sim.Survey(w.prog, known)
}

// unfreedElsewhere lists the fields of other packages of which nobody frees what they
// hold. Types that the variables of this package lead to are left out.
func (w *work) unfreedElsewhere(built *ssa.Package) []string {
	if len(w.said.unfreed) == 0 {
		return nil
	}
	kept := map[string]bool{}
	for tn := range w.openTypes(built) {
		if tn.Pkg() != nil {
			kept[tn.Pkg().Path()+"."+tn.Name()] = true
		}
	}
	return slices.DeleteFunc(slices.Clone(w.said.unfreed), func(key string) bool { return kept[key[:strings.LastIndexByte(key, '.')]] })
}

// onlyLoans reports the fields that are declared to own what is only lent.
func (w *work) onlyLoans() {
	for _, f := range w.said.fields {
		if f.Owned && w.holdsLoans(f.Type+"."+f.Field) {
			w.directive(f.Pos, "field %s is declared to own, but only loans are stored there", f.Field)
		}
	}
}

// overwritten describes the loss of what a field holds.
func (w *work) overwritten(out *Finding, c confirmed, op *refprog.Op) {
	g := w.universe.Func(c.Site.Func)
	out.Var = fieldText(g, op.Args[0])
	owner := w.sim.FieldOwner(c.Field)
	out.Rule, out.By = Replaced, owner.Replaces
	if k := op.Args[1].Kind; k == refprog.NilOperand || k == refprog.ZeroOperand {
		out.Rule, out.By = Cleared, owner.Frees
	}
	if owner.Declared {
		out.By = w.owningBy(c.Field)
	}
	out.Handle = owner.Handle
	out.noun(w.table)
}

// owningBy is the function that frees what a field holds, or "" if the field is
// declared to own without one.
func (w *work) owningBy(key string) string {
	if owner := w.sim.FieldOwner(key); !owner.Declared {
		return owner.Frees
	}
	return w.said.shown[key]
}

// freesLoan reports whether a callee frees out of a field that only borrows: that is
// wrong there, whatever is in the field.
func (w *work) freesLoan(f *refprog.Func, c confirmed, all []outcome) bool {
	for _, o := range all {
		for _, d := range o.confirmed {
			if o.fn != f && d.Rule == refprog.Borrowing && endsWith(c.AtChain, d.AtChain) {
				return true
			}
		}
	}
	return false
}

// A storedLoan is a function that puts a loan into a field, as simulate believes.
type storedLoan struct {
	fn    *refprog.Func
	claim simulate.Claim
}

// lacksLoan reports whether a claim stands on loans in a field of which no function
// stores any.
func (w *work) lacksLoan(c confirmed) bool {
	return c.Rule == refprog.Borrowing && !w.holdsLoans(c.Field)
}

// holdsLoans reports whether nothing but loans is stored in a field, and following one
// of them has come to where it is.
func (w *work) holdsLoans(key string) bool {
	if !w.sim.FieldOwner(key).Loans {
		return false
	}
	shown, known := w.lent[key]
	if !known {
		shown = slices.ContainsFunc(w.loans[key], func(l storedLoan) bool {
			_, ok := w.confirm(l.fn, &l.claim, simulate.Options{Strict: w.settings.Strict})
			return ok
		})
		w.lent[key] = shown
	}
	return shown
}

// freedLoan describes the free of what a field only borrows.
func (w *work) freedLoan(out *Finding, c confirmed) {
	out.Rule, out.Handle = Lent, w.sim.FieldOwner(c.Field).Handle
	out.Field = shortField(c.Field)
	for _, r := range c.SiteChain {
		g, op := w.universe.Func(r.Func), w.op(r)
		if g == nil || op == nil {
			break
		}
		for _, a := range op.Args {
			if w.loadsField(g, a, c.Field) {
				out.Var = fieldText(g, a)
			}
		}
	}
	out.noun(w.table)
}

// loadsField reports whether an operand is what a field held.
func (w *work) loadsField(g *refprog.Func, o refprog.Operand, key string) bool {
	load := definition(g, o)
	if load == nil {
		return false
	}
	if load.Kind == refprog.Field {
		return fieldKey(g, load) == key
	}
	if load.Kind != refprog.Load {
		return false
	}
	addr := definition(g, load.Args[0])
	return addr != nil && addr.Kind == refprog.FieldAddr && fieldKey(g, addr) == key
}

// definition is the operation that writes a register, or nil.
func definition(g *refprog.Func, o refprog.Operand) *refprog.Op {
	if o.Kind != refprog.RegOperand {
		return nil
	}
	for _, b := range g.Blocks {
		for i := range b.Ops {
			if b.Ops[i].Dst == o.Reg {
				return &b.Ops[i]
			}
		}
	}
	return nil
}

// shortField is the key of a field, or of its elements, without the package:
// "Client.sess".
func shortField(key string) string {
	i := strings.LastIndexByte(key, '/')
	_, name, _ := strings.Cut(key[i+1:], ".")
	return strings.TrimSuffix(name, "[]")
}

// fieldText is the address of a field as the source writes it: "c.sess".
func fieldText(g *refprog.Func, o refprog.Operand) string {
	if o.Kind != refprog.RegOperand {
		return ""
	}
	if name := g.Regs[o.Reg].Name; name != "" {
		return name
	}
	op := definition(g, o)
	if op == nil {
		return ""
	}
	switch op.Kind {
	case refprog.Load:
		return fieldText(g, op.Args[0])
	case refprog.FieldAddr, refprog.Field:
		if base := fieldText(g, op.Args[0]); base != "" {
			return base + "." + op.Name
		}
		return op.Name
	case refprog.IndexAddr:
		if base := fieldText(g, op.Args[0]); base != "" && op.Args[1].Kind == refprog.IntOperand {
			return fmt.Sprintf("%s[%d]", base, op.Args[1].Int)
		} else if base != "" {
			return base
		}
	}
	return ""
}
