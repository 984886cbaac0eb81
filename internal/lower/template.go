package lower

import (
	"fmt"
	"go/types"
	"sort"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/sessionlint/sessionlint/internal/refprog"
)

// A template is the reference program of a generic function whose type arguments
// are not known yet. Other packages, which have no source to instantiate, make
// instances of it (instance.go). In a template
//
//   - a register whose type is type parameter i has "$i$" as its handle, one that
//     points to such a value "*$i$", and the parameter's zero value is the constant
//     "$i$";
//   - a call of another generic function names it with its type arguments, see
//     genericName;
//   - types in names have "$i$" where the parameter stood.

// param is the name of a type parameter in a template.
func param(t *types.TypeParam) string { return fmt.Sprintf("$%d$", t.Index()) }

// has reports whether fn gets a program, or a template of one.
func (p *pkg) has(fn *ssa.Function) bool { return p.own[fn] || p.templates[fn] }

// findTemplates finds the generic functions that other packages can call, and
// those that they call.
func (p *pkg) findTemplates() {
	var add func(fn *ssa.Function)
	add = func(fn *ssa.Function) {
		if fn == nil || p.templates[fn] || fn.Blocks == nil || !isGenericOrigin(fn) || home(fn) != p.in.SSA.Pkg {
			return
		}
		p.templates[fn] = true
		if fn.Parent() == nil {
			p.renamed[fn] = fullName(fn)
			p.numberLiterals(fn, p.renamed[fn], new(int))
		}
		for _, anon := range fn.AnonFuncs {
			add(anon)
		}
		var buf [8]*ssa.Value
		for _, sb := range fn.Blocks {
			for _, instr := range sb.Instrs {
				for _, op := range instr.Operands(buf[:0]) {
					if callee, ok := (*op).(*ssa.Function); ok && callee.Origin() != nil {
						add(callee.Origin())
					}
				}
			}
		}
	}
	for _, fn := range p.everything {
		if obj, ok := fn.Object().(*types.Func); ok && fn.Parent() == nil && obj.Exported() {
			add(fn)
		}
	}
	for fn := range p.templates {
		if !p.spliced[fn] {
			p.templateOrder = append(p.templateOrder, fn)
		}
	}
	sort.Slice(p.templateOrder, func(i, j int) bool { return p.key(p.templateOrder[i]) < p.key(p.templateOrder[j]) })
	for _, fn := range p.templateOrder {
		p.keys[p.key(fn)] = true
	}
}

// lowerTemplates makes the templates. One that cannot be made is left out: then
// calls of the function are not followed.
func (p *pkg) lowerTemplates() []*refprog.Func {
	var out []*refprog.Func
	for _, fn := range p.templateOrder {
		if f, problem := p.function(fn); problem == nil {
			out = append(out, f)
		}
	}
	return out
}

// typeArgs are the type arguments of an instance of a generic function or of a
// method of a generic type, or nil.
func typeArgs(fn *ssa.Function) []types.Type {
	if args := fn.TypeArgs(); len(args) > 0 {
		return args
	}
	recv := fn.Signature.Recv()
	if recv == nil {
		return nil
	}
	t := types.Unalias(recv.Type())
	if ptr, ok := t.(*types.Pointer); ok {
		t = types.Unalias(ptr.Elem())
	}
	named, ok := t.(*types.Named)
	if !ok {
		return nil
	}
	var args []types.Type
	for i := range named.TypeArgs().Len() {
		args = append(args, named.TypeArgs().At(i))
	}
	return args
}

// GenericMark stands between the name of a generic function and each of its type
// arguments in a template's call of it.
const GenericMark = "\x1f"

// genericName writes a call of a generic function for a template: its full name
// and, for each type argument, the kind of its values and its name.
func (p *pkg) genericName(fn *ssa.Function, args []types.Type) string {
	var b strings.Builder
	b.WriteString(fullName(fn))
	for _, a := range args {
		t := p.typ(a)
		fmt.Fprintf(&b, "%s%d:%s:%s", GenericMark, t.Kind, t.Handle, typeName(a))
	}
	return b.String()
}

// parameterized reports whether a type argument is not known yet.
func parameterized(args []types.Type) bool {
	for _, a := range args {
		if strings.Contains(typeName(a), "$") {
			return true
		}
	}
	return false
}
