package lower

import (
	"go/types"
	"strconv"
	"strings"

	"golang.org/x/tools/go/ssa"

	rp "github.com/sessionlint/sessionlint/internal/refprog"
)

// This file makes instances of another package's templates.

// typeArg is what is known of one type argument.
type typeArg struct {
	name    string // as typeName prints it
	kind    rp.TypeKind
	handle  string     // the handle that a value is, or ""
	pointee string     // the handle that a pointer to a value is, or ""
	typ     types.Type // nil if a template's text is all that there is
}

// maxInstances bounds the instances that one package needs: a generic function may
// call itself with ever larger types.
const maxInstances = 200

// instance returns the key of the instance of another package's template that a
// call means, if there is one.
func (p *pkg) instance(fn *ssa.Function) (key string, ok bool) {
	if p.in.Template == nil || home(fn) == p.in.SSA.Pkg || fn.Parent() != nil {
		return "", false
	}
	list := typeArgs(fn)
	if len(list) == 0 || parameterized(list) {
		return "", false
	}
	args := make([]typeArg, len(list))
	for i, t := range list {
		at := p.typ(t)
		args[i] = typeArg{name: typeName(t), kind: at.Kind, handle: at.Handle, pointee: p.handleOf(types.NewPointer(t)), typ: t}
	}
	return p.instantiate(fullName(fn), args)
}

// instantiate makes an instance, unless it exists, and returns its key: one of
// this package's, so that packages that import this one find it.
func (p *pkg) instantiate(name string, args []typeArg) (key string, ok bool) {
	names := make([]string, len(args))
	for i, a := range args {
		names[i] = a.name
	}
	// A literal is its function's: the arguments go in front of its number.
	base, suffix := name, ""
	if i := strings.IndexByte(name, '$'); i >= 0 {
		base, suffix = name[:i], name[i:]
	}
	key = p.in.SSA.Pkg.Path() + ".[" + base + "[" + strings.Join(names, ",") + "]]" + suffix
	if p.instances[key] != nil {
		return key, true
	}
	t := p.in.Template(name)
	if t == nil || len(p.instances) >= maxInstances {
		return "", false
	}
	f := &rp.Func{
		Key: key, Name: t.Name, Where: t.Where, Params: t.Params, Free: t.Free, Results: t.Results,
		Size: t.Size, Synthetic: true,
	}
	p.instances[key] = f
	p.keys[key] = true
	in := &instancer{p: p, f: f, args: args}
	if t.Parent != "" {
		f.Parent, _ = p.instantiate(t.Parent, args)
	}
	in.fill(t)
	if rp.Verify(f) != nil {
		p.instances[key] = nil
		return "", false
	}
	p.instanceOrder = append(p.instanceOrder, f)
	return key, true
}

// instancer fills one instance in.
type instancer struct {
	p    *pkg
	f    *rp.Func
	args []typeArg
}

// arg returns the type argument that a text of a template stands for.
func (in *instancer) arg(text string) (typeArg, bool) {
	number, ok := strings.CutPrefix(text, "$")
	number, last := strings.CutSuffix(number, "$")
	n, err := strconv.Atoi(number)
	if !ok || !last || err != nil || n < 0 || n >= len(in.args) {
		return typeArg{}, false
	}
	return in.args[n], true
}

// text replaces the type parameters in a name.
func (in *instancer) text(name string) string {
	if !strings.Contains(name, "$") {
		return name
	}
	for i, a := range in.args {
		name = strings.ReplaceAll(name, "$"+strconv.Itoa(i)+"$", a.name)
	}
	return name
}

func (in *instancer) fill(t *rp.Func) {
	params := make([]typeArg, len(t.Regs)) // registers of a type parameter
	for i, r := range t.Regs {
		if a, ok := in.arg(r.Type.Handle); ok {
			r.Type.Kind, r.Type.Handle, params[i] = a.kind, a.handle, a
		} else if a, ok := in.arg(strings.TrimPrefix(r.Type.Handle, "*")); ok {
			r.Type.Handle = a.pointee
		}
		in.f.Regs = append(in.f.Regs, r)
	}
	for _, from := range t.Blocks {
		b := &rp.Block{Index: from.Index, Preds: from.Preds, Term: from.Term, Counted: from.Counted}
		for _, ph := range from.Phis {
			b.Phis = append(b.Phis, rp.Phi{Dst: ph.Dst, Args: in.operands(ph.Args)})
		}
		for _, op := range from.Ops {
			op.Args = in.operands(op.Args)
			in.op(&op, params)
			b.Ops = append(b.Ops, op)
		}
		b.Term.Cond = in.operand(b.Term.Cond)
		b.Term.Args = in.operands(b.Term.Args)
		in.f.Blocks = append(in.f.Blocks, b)
	}
}

func (in *instancer) operands(list []rp.Operand) []rp.Operand {
	out := make([]rp.Operand, len(list))
	for i, o := range list {
		out[i] = in.operand(o)
	}
	return out
}

func (in *instancer) operand(o rp.Operand) rp.Operand {
	switch o.Kind {
	case rp.ConstOperand:
		if a, ok := in.arg(o.Name); ok {
			return a.zero()
		}
	case rp.FuncOperand:
		o.Name = in.rename(o.Name)
	}
	return o
}

// zero is the zero value of a type argument.
func (a typeArg) zero() rp.Operand {
	switch {
	case a.typ != nil:
		return zero(a.typ)
	case a.kind == rp.Bool || a.kind == rp.Int:
		return rp.Int64(0)
	case a.kind == rp.Aggregate || a.kind == rp.Tuple || a.kind == rp.Other:
		return rp.Zero()
	}
	return rp.Nil()
}

// rename is the key of a function that a template refers to: of an instance if it
// is another template.
func (in *instancer) rename(name string) string {
	base, list, generic := strings.Cut(name, GenericMark)
	args := in.args
	switch {
	case generic:
		args = nil
		for part := range strings.SplitSeq(list, GenericMark) {
			args = append(args, in.derived(part))
		}
	case in.p.in.Template(name) == nil || !strings.Contains(name, "$"):
		return name
	}
	if key, ok := in.p.instantiate(base, args); ok {
		return key
	}
	return base
}

// derived reads a type argument that a template passes on.
func (in *instancer) derived(part string) typeArg {
	kind, rest, _ := strings.Cut(part, ":")
	handle, name, _ := strings.Cut(rest, ":")
	if a, ok := in.arg(handle); ok {
		return a
	}
	n, _ := strconv.Atoi(kind)
	a := typeArg{name: in.text(name), kind: rp.TypeKind(n), handle: handle}
	if inner, ok := in.arg(strings.TrimPrefix(handle, "*")); ok {
		a.handle = inner.pointee
	}
	return a
}

// op makes an operation on type parameters one on the arguments.
func (in *instancer) op(op *rp.Op, params []typeArg) {
	switch op.Kind {
	case rp.Call, rp.Closure:
		op.Name = in.rename(op.Name)
		if op.Kind == rp.Call && !in.p.callable(op.Name) {
			op.Kind = rp.Unknown
		}
	case rp.Method:
		if o := op.Args[0]; o.Kind == rp.RegOperand && params[o.Reg].name != "" && params[o.Reg].kind != rp.Interface {
			in.method(op, params[o.Reg])
		}
	case rp.MakeIface:
		if o := op.Args[0]; o.Kind == rp.RegOperand && params[o.Reg].kind == rp.Interface {
			op.Kind, op.Name = rp.Copy, ""
			break
		}
		op.Name = in.text(op.Name)
	case rp.TypeAssert:
		if a, ok := in.arg(op.Name); ok && a.kind == rp.Interface {
			op.Flag |= rp.ToIface
		}
		op.Name = in.text(op.Name)
	}
}

// callable reports whether a call of the key can be followed.
func (p *pkg) callable(key string) bool { return p.keys[key] || p.known(key) }

// method finds the method that a type argument has.
func (in *instancer) method(op *rp.Op, a typeArg) {
	op.Kind = rp.Unknown // unless it is found
	if a.typ == nil {
		return
	}
	obj, _, _ := types.LookupFieldOrMethod(a.typ, true, in.p.in.SSA.Pkg, op.Name)
	fn, ok := obj.(*types.Func)
	if !ok {
		return
	}
	name := withoutTypeArgs(fn.Origin().FullName())
	if c, ok := in.p.in.Table.Go(name); ok {
		op.Kind, op.Name = rp.API, c.Name
		if len(c.Results) > 0 && c.Results[0].NonNil {
			op.Flag |= rp.NonNil
		}
		return
	}
	set := in.p.in.SSA.Prog.MethodSets.MethodSet(a.typ)
	sel := set.Lookup(fn.Pkg(), fn.Name())
	if sel == nil {
		return
	}
	callee := in.p.in.SSA.Prog.MethodValue(sel)
	if callee == nil {
		return
	}
	if key, ok := in.p.instance(callee); ok {
		op.Kind, op.Name = rp.Call, key
	} else if key := in.p.key(callee); in.p.callable(key) {
		op.Kind, op.Name = rp.Call, key
	}
}
