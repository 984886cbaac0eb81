package refflow

import (
	"cmp"
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"maps"
	"slices"
	"strings"

	"github.com/sessionlint/sessionlint/internal/contract"
	"github.com/sessionlint/sessionlint/internal/directive"
	"github.com/sessionlint/sessionlint/internal/lower"
)

// checkNames are the checks that an ignore can name: all but the one that reports
// on directives.
var checkNames = []string{
	"borrowedfree", "callbackref", "danglingborrow", "doublefree", "missingfree",
	"missingkeepalive", "refflow", "uncheckedupref", "useafterfree",
}

// assumption is the contract of "assume consumed": the call takes over one
// reference of its argument.
var assumption = &contract.Function{
	Name: directive.Prefix + "assume consumed", Args: 1, ByUser: true,
	Params: []contract.Param{{Effect: contract.Take}},
}

// directives are what the package's comments declare, and what became of it.
type directives struct {
	set       *directive.Set
	functions []*declared
	fields    []FieldOwner
	imported  map[string]bool      // "path.T.f" of imports -> owned
	shown     map[string]string    // "path.T.f" of imports -> the function that shows it, if no directive does
	unfreed   []string             // "path.T.f" of imports of which nobody frees what they hold
	lent      map[string]string    // "path.T.f" of imports in which nothing but loans is stored -> their handle
	ignored   map[[2]int]bool      // ignore and check in it that had something to ignore
	assumed   map[int]bool         // assumption that had something to consume
	base      *contract.Table      // without contracts that directives made
	contracts []*contract.Function // those of imports, and what an assumption means
}

// declared is one function with directives.
type declared struct {
	directive.Function
	obj      *types.Func
	contract *contract.Function
	silent   []int // parameters of which nothing is said
	wrong    bool  // the body contradicts it
}

// A FieldOwner is a struct field of which a directive says whether it owns what
// it holds.
type FieldOwner struct {
	Type   string // full name of the struct type
	Field  string
	Handle string // contract name of what it holds, or ""
	Owned  bool
	Pos    token.Pos
}

func (w *work) directive(pos token.Pos, format string, args ...any) {
	w.addPlain(Finding{Check: "directive", Pos: pos, Text: fmt.Sprintf(format, args...)})
}

// readDirectives collects the comments, before anything is reported that they
// could suppress.
func (w *work) readDirectives() {
	w.said.set = directive.Read(w.pass.Fset, w.pass.Files, checkNames)
	w.said.ignored = map[[2]int]bool{}
	w.said.assumed = map[int]bool{}
}

// declare makes contracts of what this package and its imports declare, and adds
// them to the table.
func (w *work) declare(in lower.Input) {
	w.said.base = w.table
	w.said.contracts = []*contract.Function{assumption}
	w.said.imported, w.said.shown = map[string]bool{}, map[string]string{}
	w.said.unfreed, w.said.lent = nil, map[string]string{}
	for _, path := range slices.Sorted(maps.Keys(w.universe.facts)) {
		fact := w.universe.facts[path]
		for _, text := range fact.Contracts {
			if f := decodeContract(text); f != nil {
				w.said.contracts = append(w.said.contracts, f)
			}
		}
		for _, text := range fact.Fields {
			name, owner, _ := strings.Cut(text, "=")
			if owner == unfreed {
				w.said.unfreed = append(w.said.unfreed, path+"."+name)
				continue
			}
			if handle, ok := strings.CutPrefix(owner, lent+" "); ok {
				w.said.lent[path+"."+name] = handle
				continue
			}
			owner, by, _ := strings.Cut(owner, " by ")
			w.said.imported[path+"."+name] = owner == "owned"
			if by != "" {
				w.said.shown[path+"."+name] = by
			}
		}
	}
	handle := lower.Handles(in)
	for _, f := range w.said.set.Functions {
		obj, ok := w.pass.TypesInfo.Defs[f.Name].(*types.Func)
		if !ok {
			continue // the blank function
		}
		d := &declared{Function: f, obj: obj}
		w.contractOf(d, handle)
		if d.contract != nil {
			w.said.functions = append(w.said.functions, d)
		}
	}
	w.declareFields(handle)
	w.believe()
}

// believe makes a table of what the settings and the directives say. What the
// settings say of a function counts more.
func (w *work) believe() {
	functions := slices.Clone(w.said.contracts)
	for _, d := range w.said.functions {
		functions = append(functions, d.contract)
	}
	functions = slices.DeleteFunc(functions, func(f *contract.Function) bool {
		_, exists := w.said.base.Lookup(f.Name)
		return exists
	})
	w.table = w.said.base.Add(functions...)
}

// contractOf makes the contract of one function. What cannot be is a finding;
// what is left may be nothing.
func (w *work) contractOf(d *declared, handle func(types.Type) string) {
	sig := d.obj.Signature()
	params := variables(sig)
	c := &contract.Function{
		Name: withoutTypeArgs(d.obj.FullName()), Go: true, Args: len(params), ByUser: true,
		Params: make([]contract.Param, len(params)), Results: make([]contract.Result, sig.Results().Len()),
	}
	c.Like = c.Name
	for i, p := range params {
		c.Params[i] = contract.Param{Effect: contract.Use, Handle: handle(p.Type())}
	}
	said := map[int]bool{}
	for _, p := range d.Params {
		t := params[p.Index].Type()
		if basic, ok := t.Underlying().(*types.Basic); ok && basic.Kind() != types.UnsafePointer {
			w.directive(p.Pos, "parameter %s of %s can hold no handle", p.Name, d.Name.Name)
			continue
		}
		said[p.Index] = true
		switch {
		case p.Consumed && c.Params[p.Index].Handle != "":
			c.Params[p.Index].Effect = contract.Take
		case p.Consumed: // whatever it holds is in other hands
			c.Params[p.Index].Effect = contract.StorePointer
		}
	}
	if d.Returns != nil && w.results(d, c, handle) && !d.Returns.Owned {
		said[d.Returns.Lender] = true
	}
	if len(said) == 0 && !slices.ContainsFunc(c.Results, func(r contract.Result) bool { return r.Handle != "" }) {
		return
	}
	for _, p := range c.Params {
		c.Handle = cmp.Or(c.Handle, p.Handle)
	}
	for _, r := range c.Results {
		c.Handle = cmp.Or(r.Handle, c.Handle)
	}
	for i, p := range params {
		if basic, ok := p.Type().Underlying().(*types.Basic); !said[i] && (!ok || basic.Kind() == types.UnsafePointer) {
			d.silent = append(d.silent, i)
		}
	}
	d.contract = c
}

// results fills in the results and reports whether one of them is a handle. An
// error or a bool beside the handle says whether there is one.
func (w *work) results(d *declared, c *contract.Function, handle func(types.Type) string) bool {
	list := d.obj.Signature().Results()
	found := false
	for i := range list.Len() {
		r, t := &c.Results[i], list.At(i).Type()
		r.Ownership = contract.Value
		switch h := handle(t); {
		case h != "" && d.Returns.Owned:
			*r, found = contract.Result{Ownership: contract.Owned, Handle: h}, true
		case h != "":
			*r, found = contract.Result{Ownership: contract.Borrowed, Handle: h, From: d.Returns.Lender}, true
		case types.Identical(t, types.Universe.Lookup("error").Type()):
			r.Ownership = contract.ErrorResult
		default:
			if basic, ok := t.Underlying().(*types.Basic); ok && basic.Kind() == types.Bool {
				r.Ownership, c.Success = contract.Status, contract.True
			}
		}
	}
	if !found {
		w.directive(d.Returns.Pos, "%s returns no handle", d.Name.Name)
		c.Results = make([]contract.Result, list.Len())
		c.Success = ""
	}
	return found
}

// variables lists the parameters of a function, receiver first.
func variables(sig *types.Signature) []*types.Var {
	var list []*types.Var
	if r := sig.Recv(); r != nil {
		list = append(list, r)
	}
	for i := range sig.Params().Len() {
		list = append(list, sig.Params().At(i))
	}
	return list
}

// withoutTypeArgs drops type parameters: "(*p.T[K]).M" is "(*p.T).M".
func withoutTypeArgs(name string) string {
	var b strings.Builder
	depth := 0
	for _, r := range name {
		switch {
		case r == '[':
			depth++
		case r == ']':
			depth--
		case depth == 0:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// consumed is lower's question whether a directive at a call consumes a handle.
func (w *work) consumed(pos token.Pos, handle string) *contract.Function {
	h, ok := w.table.Handle(handle)
	if !ok || h.OwnerOnly {
		return nil
	}
	at := w.pass.Fset.Position(pos)
	for i, l := range w.said.set.Assumes {
		if l.Covers(at) {
			w.said.assumed[i] = true
			return assumption
		}
	}
	return nil
}

// fieldName is how a directive's field is known: the declared name, or that of
// the embedded type.
func fieldName(f directive.Field) []*ast.Ident {
	if len(f.Names) > 0 {
		return f.Names
	}
	t := f.Type
	if star, ok := t.(*ast.StarExpr); ok {
		t = star.X
	}
	switch t := t.(type) {
	case *ast.Ident:
		return []*ast.Ident{t}
	case *ast.SelectorExpr:
		return []*ast.Ident{t.Sel}
	}
	return nil
}
