package lower

import (
	"fmt"
	"go/types"
	"strings"

	"github.com/sessionlint/sessionlint/internal/refprog"
)

// typeName is the full printed form of a type; two types with the same name are
// the same type. Aliases are resolved inside composite types as well: cgo names
// most C types twice.
func typeName(t types.Type) string {
	switch t := types.Unalias(t).(type) {
	case *types.Pointer:
		return "*" + typeName(t.Elem())
	case *types.Slice:
		return "[]" + typeName(t.Elem())
	case *types.Array:
		return fmt.Sprintf("[%d]%s", t.Len(), typeName(t.Elem()))
	case *types.Map:
		return "map[" + typeName(t.Key()) + "]" + typeName(t.Elem())
	case *types.TypeParam:
		return param(t)
	case *types.Named:
		if t.TypeArgs().Len() == 0 || !hasTypeParam(t) {
			return types.TypeString(t, nil)
		}
		args := make([]string, t.TypeArgs().Len())
		for i := range args {
			args[i] = typeName(t.TypeArgs().At(i))
		}
		return types.TypeString(t.Origin().Obj().Type(), nil) + "[" + strings.Join(args, ",") + "]"
	default:
		return types.TypeString(t, nil)
	}
}

func hasTypeParam(t types.Type) bool {
	switch t := types.Unalias(t).(type) {
	case *types.TypeParam:
		return true
	case *types.Pointer:
		return hasTypeParam(t.Elem())
	case *types.Named:
		for i := range t.TypeArgs().Len() {
			if hasTypeParam(t.TypeArgs().At(i)) {
				return true
			}
		}
		return t.TypeParams().Len() > 0 && t.TypeArgs().Len() == 0
	}
	return false
}

var errorType = types.Universe.Lookup("error").Type()

// typ keeps as much of a Go type as matters.
func (p *pkg) typ(t types.Type) refprog.Type {
	if t == nil {
		return refprog.Type{}
	}
	t = types.Unalias(t)
	r := refprog.Type{Kind: kindOf(t), Handle: p.handleOf(t)}
	switch u := t.(type) {
	case *types.TypeParam:
		r.Handle = param(u)
	case *types.Pointer:
		if elem, ok := types.Unalias(u.Elem()).(*types.TypeParam); ok {
			r.Handle = "*" + param(elem)
		}
	}
	if n, ok := t.(*types.Named); ok {
		r.Name = typeName(n)
	}
	if ptr, ok := t.(*types.Pointer); ok {
		if n, ok := types.Unalias(ptr.Elem()).(*types.Named); ok {
			r.Name = "*" + typeName(n)
		}
	}
	return r
}

func kindOf(t types.Type) refprog.TypeKind {
	switch t := types.Unalias(t).(type) {
	case *types.Named:
		if types.Identical(t, errorType) {
			return refprog.Error
		}
	case *types.TypeParam:
		return refprog.Other
	}
	switch u := t.Underlying().(type) {
	case *types.Pointer:
		return refprog.Pointer
	case *types.Basic:
		switch {
		case u.Kind() == types.UnsafePointer:
			return refprog.Pointer
		case u.Kind() == types.UntypedNil:
			return refprog.Pointer
		case u.Info()&types.IsBoolean != 0:
			return refprog.Bool
		case u.Info()&types.IsInteger != 0:
			return refprog.Int
		}
	case *types.Interface:
		return refprog.Interface
	case *types.Signature:
		return refprog.Function
	case *types.Struct, *types.Array:
		return refprog.Aggregate
	case *types.Slice, *types.Map, *types.Chan:
		return refprog.Container
	case *types.Tuple:
		return refprog.Tuple
	}
	return refprog.Other
}

// handleOf returns the contract name of the handle that a value of type t is a
// reference to, or "".
func (p *pkg) handleOf(t types.Type) string {
	switch t := types.Unalias(t).(type) {
	case *types.Pointer:
		elem, ok := types.Unalias(t.Elem()).(*types.Named)
		if !ok {
			return ""
		}
		if _, pointer := elem.Underlying().(*types.Pointer); pointer {
			return ""
		}
		return p.handleOfName(elem.Obj())
	case *types.Named:
		if _, structure := t.Underlying().(*types.Struct); structure {
			return ""
		}
		return p.handleOfName(t.Obj())
	}
	return ""
}

// handleOfName finds the handle that a named type stands for: by the C name that
// cgo gave it, by its Go name, or by what it was defined as.
func (p *pkg) handleOfName(tn *types.TypeName) string {
	if h, ok := p.handles[tn]; ok {
		return h
	}
	p.handles[tn] = "" // recursive types
	p.handles[tn] = p.findHandle(tn)
	return p.handles[tn]
}

func (p *pkg) findHandle(tn *types.TypeName) string {
	if tn.Pkg() == nil {
		return ""
	}
	if c, ok := cTypeName(tn); ok {
		if h, ok := p.in.Table.HandleOfC(c); ok {
			return h.Name
		}
	}
	if h, ok := p.in.Table.HandleOfGo(tn.Pkg().Path() + "." + tn.Name()); ok {
		return h.Name
	}
	if expr, ok := p.typeSpecs[tn]; ok {
		switch t := types.Unalias(p.in.TypesInfo.TypeOf(expr)).(type) {
		case *types.Named:
			return p.handleOfName(t.Obj())
		case *types.Pointer:
			return p.handleOf(t)
		}
		return ""
	}
	if p.in.HandleType != nil && tn.Pkg() != p.in.SSA.Pkg {
		return p.in.HandleType(tn)
	}
	return ""
}

// cTypeName is the C name of a type of cgo's, in both of its forms: _Ctype_name
// in the package itself, and C.name as gopls checks it.
func cTypeName(tn *types.TypeName) (string, bool) {
	if name, ok := strings.CutPrefix(tn.Name(), "_Ctype_"); ok {
		return name, true
	}
	if tn.Pkg().Path() == "C" {
		return tn.Name(), true
	}
	return "", false
}

// mayHold reports whether a value of type t can contain or lead to a reference.
func mayHold(t types.Type) bool { return holds(t, 0) }

func holds(t types.Type, depth int) bool {
	if depth > 4 {
		return true
	}
	switch u := types.Unalias(t).Underlying().(type) {
	case *types.Basic:
		return u.Kind() == types.UnsafePointer
	case *types.Array:
		return holds(u.Elem(), depth+1)
	case *types.Slice:
		return holds(u.Elem(), depth+1)
	case *types.Chan:
		return holds(u.Elem(), depth+1)
	case *types.Map:
		return holds(u.Key(), depth+1) || holds(u.Elem(), depth+1)
	case *types.Struct:
		for i := range u.NumFields() {
			if holds(u.Field(i).Type(), depth+1) {
				return true
			}
		}
		return false
	case *types.Tuple:
		for i := range u.Len() {
			if holds(u.At(i).Type(), depth+1) {
				return true
			}
		}
		return false
	}
	return true
}
