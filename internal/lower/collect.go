package lower

import (
	"fmt"
	"go/types"
	"sort"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/sessionlint/sessionlint/internal/refprog"
)

// key is the unique name of a function.
func (p *pkg) key(fn *ssa.Function) string {
	if key, ok := p.renamed[fn]; ok {
		return key
	}
	return fn.RelString(nil)
}

// fullName is the name of a function in contract tables: that of its origin.
func fullName(fn *ssa.Function) string {
	if obj, ok := fn.Object().(*types.Func); ok {
		return withoutTypeArgs(obj.Origin().FullName())
	}
	return withoutTypeArgs(fn.RelString(nil))
}

// withoutTypeArgs drops [T] from a full name.
func withoutTypeArgs(name string) string {
	var sb strings.Builder
	depth := 0
	for _, r := range name {
		switch r {
		case '[':
			depth++
		case ']':
			depth--
		default:
			if depth == 0 {
				sb.WriteRune(r)
			}
		}
	}
	return sb.String()
}

// isGenerated reports whether cmd/cgo made the function.
func isGenerated(fn *ssa.Function) bool {
	name := fn.Name()
	for _, prefix := range []string{"_Cfunc_", "_C2func_", "_cgo", "_Cgo", "_Cmacro_"} {
		if strings.HasPrefix(name, prefix) {
			return true
		}
	}
	return name == "runtime_throw" && fn.Blocks == nil
}

// home is the package a function belongs to: for instances that of the origin,
// for literals that of the function around them.
func home(fn *ssa.Function) *types.Package {
	for fn.Parent() != nil {
		fn = fn.Parent()
	}
	if fn.Pkg != nil {
		return fn.Pkg.Pkg
	}
	if obj := fn.Object(); obj != nil {
		return obj.Pkg()
	}
	return nil
}

// isWrapper reports whether the compiler made the function to adapt another.
func isWrapper(fn *ssa.Function) bool {
	return fn.Synthetic != "" && fn.Syntax() == nil
}

// collect finds the functions to lower: those declared here, their literals,
// instances of generic functions declared here, and the wrappers they mention.
func (p *pkg) collect() {
	var work []*ssa.Function
	seen := make(map[*ssa.Function]bool)
	push := func(fn *ssa.Function) {
		if fn == nil || seen[fn] || fn.Blocks == nil || isGenerated(fn) {
			return
		}
		if home(fn) != p.in.SSA.Pkg && !isWrapper(fn) {
			return
		}
		seen[fn] = true
		work = append(work, fn)
	}
	p.roots(push)
	for len(work) > 0 {
		fn := work[len(work)-1]
		work = work[:len(work)-1]
		for _, anon := range fn.AnonFuncs {
			push(anon)
		}
		for _, b := range fn.Blocks {
			for _, instr := range b.Instrs {
				p.mentions(instr, push)
			}
		}
	}
	if init := p.in.SSA.Func("init"); init != nil {
		delete(seen, init)
	}
	p.markSpliced(seen)
	for fn := range seen {
		if fn.Parent() == nil {
			p.numberLiterals(fn, p.key(fn), new(int))
		}
		p.everything = append(p.everything, fn)
		if !isGenericOrigin(fn) && !p.spliced[fn] {
			p.own[fn] = true
		}
	}
}

// operands returns the operands of an instruction, in a list that is good until the
// next call.
func (p *pkg) operands(instr ssa.Instruction) []*ssa.Value {
	p.operandList = instr.Operands(p.operandList[:0])
	return p.operandList
}

// mentions passes the functions that an instruction refers to.
func (p *pkg) mentions(instr ssa.Instruction, push func(*ssa.Function)) {
	for _, op := range p.operands(instr) {
		if fn, ok := (*op).(*ssa.Function); ok {
			push(fn)
		}
	}
	if mi, ok := instr.(*ssa.MakeInterface); ok {
		p.addDynamic(mi.X.Type(), push)
	}
}

// addDynamic notes a type that is put into an interface, and its methods.
func (p *pkg) addDynamic(t types.Type, push func(*ssa.Function)) {
	name := typeName(t)
	if _, ok := p.dynamic[name]; ok || hasTypeParam(t) {
		return
	}
	p.dynamic[name] = t
	prog := p.in.SSA.Prog
	set := prog.MethodSets.MethodSet(t)
	for i := range set.Len() {
		if fn := prog.MethodValue(set.At(i)); fn != nil {
			push(fn)
		}
	}
}

// roots passes the declared functions and methods of the package.
func (p *pkg) roots(push func(*ssa.Function)) {
	prog := p.in.SSA.Prog
	for _, name := range sortedMembers(p.in.SSA) {
		switch m := p.in.SSA.Members[name].(type) {
		case *ssa.Function:
			push(m)
		case *ssa.Type:
			named, ok := types.Unalias(m.Type()).(*types.Named)
			if !ok {
				continue
			}
			for i := range named.NumMethods() {
				push(prog.FuncValue(named.Method(i)))
			}
		}
	}
	// Methods of types declared inside functions are no members.
	for _, obj := range p.in.TypesInfo.Defs {
		if fn, ok := obj.(*types.Func); ok && fn.Pkg() == p.in.SSA.Pkg {
			if f := prog.FuncValue(fn); f != nil {
				push(f)
			}
		}
	}
}

func sortedMembers(pkg *ssa.Package) []string {
	names := make([]string, 0, len(pkg.Members))
	for name := range pkg.Members {
		names = append(names, name)
	}
	sort.Strings(names)
	return names
}

func isGenericOrigin(fn *ssa.Function) bool {
	for ; fn != nil; fn = fn.Parent() {
		if fn.TypeParams().Len() > 0 && len(fn.TypeArgs()) == 0 {
			return true
		}
		if recv := fn.Signature.Recv(); recv != nil && hasTypeParam(recv.Type()) {
			return true
		}
	}
	return false
}

// sortOwn puts the functions in source order, literals behind their parents.
func (p *pkg) sortOwn() {
	var top []*ssa.Function
	for fn := range p.own {
		if fn.Parent() == nil {
			top = append(top, fn)
		}
	}
	sort.Slice(top, func(i, j int) bool {
		a, b := p.in.Fset.Position(top[i].Pos()), p.in.Fset.Position(top[j].Pos())
		if isWrapper(top[i]) != isWrapper(top[j]) {
			return isWrapper(top[j])
		}
		if a.Filename != b.Filename {
			return a.Filename < b.Filename
		}
		if a.Offset != b.Offset {
			return a.Offset < b.Offset
		}
		return p.key(top[i]) < p.key(top[j])
	})
	var add func(fn *ssa.Function)
	add = func(fn *ssa.Function) {
		if p.own[fn] {
			p.order = append(p.order, fn)
		}
		for _, anon := range fn.AnonFuncs {
			add(anon)
		}
	}
	for _, fn := range top {
		add(fn)
	}
	if init := p.in.SSA.Func("init"); init != nil {
		add(init) // literals in the values of package variables
	}
	p.makeUnique()
}

// numberLiterals names the literals of a function F$1, F$2 in the order of the
// source, leaving out those that were spliced: what cmd/cgo adds must not change
// the names of what people wrote.
func (p *pkg) numberLiterals(fn *ssa.Function, key string, n *int) {
	for _, anon := range fn.AnonFuncs {
		if p.spliced[anon] {
			p.numberLiterals(anon, key, n)
			continue
		}
		*n++
		p.renamed[anon] = fmt.Sprintf("%s$%d", key, *n)
		p.numberLiterals(anon, p.renamed[anon], new(int))
	}
}

// makeUnique gives instances with types of the same name different keys, and
// keeps one of several wrappers that do the same.
func (p *pkg) makeUnique() {
	seen := make(map[string]int)
	kept := p.order[:0]
	for _, fn := range p.order {
		key := p.key(fn)
		seen[key]++
		if n := seen[key]; n > 1 {
			if isWrapper(fn) {
				continue
			}
			p.renamed[fn] = fmt.Sprintf("%s#%d", key, n)
			p.numberLiterals(fn, p.renamed[fn], new(int))
		}
		kept = append(kept, fn)
		p.keys[p.key(fn)] = true
	}
	p.order = kept
}

// fillMethods completes the dispatch table from the types put into interfaces.
func (p *pkg) fillMethods(prog *refprog.Program) {
	for name, t := range p.dynamic {
		set := p.in.SSA.Prog.MethodSets.MethodSet(t)
		for i := range set.Len() {
			fn := p.in.SSA.Prog.MethodValue(set.At(i))
			if fn == nil {
				continue
			}
			if key := p.key(fn); prog.Func(key) != nil || p.known(key) {
				prog.Methods[name+"\x00"+set.At(i).Obj().Name()] = key
			}
		}
	}
}

func (p *pkg) known(key string) bool { return p.in.Known != nil && p.in.Known(key) }
