package lower

import (
	"go/types"

	"golang.org/x/tools/go/ssa"

	rp "github.com/sessionlint/sessionlint/internal/refprog"
)

// keepRelevant leaves out functions that cannot matter to reference counts. What
// matters: a function that mentions a handle, a contracted function or one with a
// summary; everything that leads to such a function (its callers, the function
// around a literal, the literals inside); and everything those call, because
// even a function without handles sets flags that paths depend on.
func (p *pkg) keepRelevant() {
	if p.in.All {
		return
	}
	uses := make(map[*ssa.Function][]*ssa.Function)   // what a function refers to
	usedBy := make(map[*ssa.Function][]*ssa.Function) // and the reverse
	var seeds []*ssa.Function
	for _, fn := range p.everything {
		link := func(other *ssa.Function) {
			uses[fn] = append(uses[fn], other)
			usedBy[other] = append(usedBy[other], fn)
		}
		for _, anon := range fn.AnonFuncs {
			link(anon)
		}
		if p.links(fn, link) {
			seeds = append(seeds, fn)
		}
	}
	up := closure(seeds, usedBy)
	roots := make([]*ssa.Function, 0, len(up))
	for fn := range up {
		roots = append(roots, fn)
	}
	// What other packages can call matters to them: functions without which they
	// lose a reference or the way.
	for fn := range p.own {
		if p.offers(fn) {
			roots = append(roots, fn)
		}
	}
	for fn := range p.templates {
		roots = append(roots, fn)
	}
	keep := closure(roots, uses)
	for fn := range p.own {
		if !keep[fn] {
			delete(p.own, fn)
		}
	}
}

// maxOffered is the size, in SSA instructions, up to which functions are kept only
// because other packages can call them.
const maxOffered = 40

// offers reports whether fn is a function that others, in other packages, can hand
// something to that leads to a handle, or get something from that will hold one (a
// constructor), or by whose answer they can decide what to do: is this error that
// one, is the flag set.
func (p *pkg) offers(fn *ssa.Function) bool {
	obj, ok := fn.Object().(*types.Func)
	if !ok || !obj.Exported() || fn.Synthetic != "" {
		return false
	}
	for _, v := range fn.Params {
		if p.leadsToHandle(v.Type()) {
			return true
		}
	}
	for v := range fn.Signature.Results().Variables() {
		if p.leadsToHandle(v.Type()) {
			return true
		}
	}
	size := 0
	for _, sb := range fn.Blocks {
		size += len(sb.Instrs)
	}
	if size > maxOffered {
		return false
	}
	for _, v := range fn.Params {
		switch kindOf(v.Type()) {
		case rp.Function, rp.Interface, rp.Error:
			return true
		}
	}
	if fn.Signature.Results().Len() != 1 {
		return false
	}
	switch kindOf(fn.Signature.Results().At(0).Type()) {
	case rp.Bool, rp.Int, rp.Error:
		return true
	}
	return false
}

// leadsToHandle reports whether a handle can be reached from a value of type t.
func (p *pkg) leadsToHandle(t types.Type) bool {
	seen := make(map[types.Type]bool)
	found := p.handleBelow(t, seen)
	if !found {
		for t := range seen {
			p.leads[t] = false
		}
	}
	p.leads[t] = found
	return found
}

// handleBelow is leadsToHandle for a part of a type; seen are those under way.
func (p *pkg) handleBelow(t types.Type, seen map[types.Type]bool) bool {
	t = types.Unalias(t)
	if found, ok := p.leads[t]; ok || seen[t] {
		return found
	}
	seen[t] = true
	if p.mentionsHandle(t) {
		return true
	}
	switch u := t.Underlying().(type) {
	case *types.Struct:
		for v := range u.Fields() {
			if p.handleBelow(v.Type(), seen) {
				return true
			}
		}
	case *types.Map:
		return p.handleBelow(u.Key(), seen) || p.handleBelow(u.Elem(), seen)
	case interface{ Elem() types.Type }:
		return p.handleBelow(u.Elem(), seen)
	}
	return false
}

// closure is the set of functions reachable from roots.
func closure(roots []*ssa.Function, edges map[*ssa.Function][]*ssa.Function) map[*ssa.Function]bool {
	seen := make(map[*ssa.Function]bool)
	work := append([]*ssa.Function(nil), roots...)
	for len(work) > 0 {
		fn := work[len(work)-1]
		work = work[:len(work)-1]
		if seen[fn] {
			continue
		}
		seen[fn] = true
		work = append(work, edges[fn]...)
	}
	return seen
}

// links passes the functions that fn refers to, and reports whether fn itself
// is about a handle.
func (p *pkg) links(fn *ssa.Function, link func(*ssa.Function)) bool {
	found := false
	about := func(v ssa.Value) {
		if v.Type() != nil && !found {
			found = p.mentionsHandle(v.Type())
		}
	}
	for _, v := range fn.Params {
		about(v)
	}
	for _, v := range fn.FreeVars {
		about(v)
	}
	for _, sb := range fn.Blocks {
		for _, instr := range sb.Instrs {
			if v, ok := instr.(ssa.Value); ok {
				about(v)
			}
			for _, op := range p.operands(instr) {
				if g, ok := (*op).(*ssa.Global); ok && p.initialFuncs[g] != nil {
					link(p.initialFuncs[g])
				}
				if callee, ok := (*op).(*ssa.Function); ok {
					link(callee)
					found = found || p.contracted(callee)
				}
			}
			if c, ok := instr.(ssa.CallInstruction); ok && c.Common().IsInvoke() {
				_, ok := p.in.Table.Go(c.Common().Method.FullName())
				found = found || ok
			}
		}
	}
	return found
}

// contracted reports whether calling fn does something to references by itself.
func (p *pkg) contracted(fn *ssa.Function) bool {
	if name, _, ok := cFunction(fn); ok {
		_, ok := p.in.Table.CShim(name, fn.Signature.Params().Len())
		return ok
	}
	if _, ok := p.in.Table.Go(fullName(fn)); ok {
		return true
	}
	if home(fn) == p.in.SSA.Pkg {
		return false
	}
	return p.known(p.key(fn)) || p.in.Template != nil && fn.Origin() != nil && p.in.Template(fullName(fn)) != nil
}

// mentionsHandle reports whether a value of type t is a handle, or leads to one
// in one step.
func (p *pkg) mentionsHandle(t types.Type) bool {
	switch u := types.Unalias(t).(type) {
	case *types.Pointer:
		return p.handleOf(u) != "" || p.handleOf(u.Elem()) != ""
	case *types.Slice:
		return p.handleOf(u.Elem()) != ""
	case *types.Named:
		return p.handleOf(u) != ""
	case *types.Tuple:
		for i := range u.Len() {
			if p.handleOf(u.At(i).Type()) != "" {
				return true
			}
		}
	}
	return false
}
