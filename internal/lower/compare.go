package lower

import (
	"go/constant"
	"go/token"
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"

	rp "github.com/sessionlint/sessionlint/internal/refprog"
)

// This file gives one form to conditions that ask the same.

func (b *body) binop(v *ssa.BinOp) {
	x, y := b.val(v.X), b.val(v.Y)
	kind := kindOf(v.X.Type())
	name := v.Op.String()
	switch v.Op {
	case token.EQL, token.NEQ:
		if kind == rp.Bool && b.sameTruth(v) {
			return
		}
		if kind == rp.Aggregate {
			b.sameParts(v, x, y)
			return
		}
		// A string is empty or has a length: one question.
		switch empty := rp.Const(`""`); {
		case y == empty:
			x, y = b.determinedOp("len", types.Typ[types.Int], v.Pos(), x), rp.Int64(0)
		case x == empty:
			x, y = b.determinedOp("len", types.Typ[types.Int], v.Pos(), y), rp.Int64(0)
		}
		if isBit(v.X, v.Y) { // a bit is set if it is not 0
			name, y = map[string]string{"==": "!=", "!=": "=="}[name], rp.Int64(0)
		}
		b.define(v, rp.Compare, name, x, y)
	case token.LSS, token.LEQ, token.GTR, token.GEQ:
		if kind == rp.Int {
			unsigned := isUnsigned(v.X.Type())
			if unsigned {
				name, y = aboveZero(name, y)
			}
			op := b.define(v, rp.Compare, name, x, y)
			if unsigned {
				op.Flag |= rp.Unsigned
			}
			return
		}
		// One form for all: NaN is left out of account.
		if v.Op == token.GTR || v.Op == token.LEQ {
			x, y = y, x
		}
		b.oneOrder(v, "<", x, y, v.Op == token.LEQ || v.Op == token.GEQ)
	default:
		if kind == rp.Int {
			b.define(v, rp.Arith, name, x, y)
			return
		}
		b.determined(v, name, x, y)
	}
}

// isBit reports whether y is a constant of one bit, and x what that bit is in
// something else.
func isBit(x, y ssa.Value) bool {
	and, ok := x.(*ssa.BinOp)
	if !ok || and.Op != token.AND {
		return false
	}
	bit, ok := integer(y)
	if !ok || bit <= 0 || bit&(bit-1) != 0 {
		return false
	}
	for _, mask := range []ssa.Value{and.X, and.Y} {
		if m, ok := integer(mask); ok && m == bit {
			return true
		}
	}
	return false
}

// integer is the value of a constant.
func integer(v ssa.Value) (int64, bool) {
	c, ok := v.(*ssa.Const)
	if !ok || c.Value == nil || c.Value.Kind() != constant.Int {
		return 0, false
	}
	return constant.Int64Val(c.Value)
}

func isUnsigned(t types.Type) bool {
	basic, ok := types.Unalias(t).Underlying().(*types.Basic)
	return ok && basic.Info()&types.IsUnsigned != 0
}

// aboveZero asks whether an unsigned number is 0 where its order says no more.
func aboveZero(op string, y rp.Operand) (string, rp.Operand) {
	switch {
	case y == rp.Int64(1) && op == ">=", y == rp.Int64(0) && op == ">":
		return "!=", rp.Int64(0)
	case y == rp.Int64(1) && op == "<", y == rp.Int64(0) && op == "<=":
		return "==", rp.Int64(0)
	}
	return op, y
}

// maxCompared bounds the parts of a comparison of two structs or arrays that is
// followed.
const maxCompared = 8

// sameParts compares two structs or arrays, part by part if they have few.
func (b *body) sameParts(v *ssa.BinOp, x, y rp.Operand) {
	parts, ok := comparedParts(v.X.Type(), nil)
	if !ok {
		b.oneOrder(v, "==", x, y, v.Op == token.NEQ)
		return
	}
	boolean := types.Typ[types.Bool]
	all := rp.Int64(1)
	for i, way := range parts {
		px, py := x, y
		for _, p := range way {
			px, py = b.partOf(px, p, v.Pos()), b.partOf(py, p, v.Pos())
		}
		same := b.op(rp.Compare, "==", boolean, v.Pos(), px, py)
		if i > 0 {
			same = b.op(rp.Arith, "&", boolean, v.Pos(), all, same)
		}
		all = same
	}
	if v.Op == token.NEQ {
		b.define(v, rp.Not, "", all)
	} else {
		b.define(v, rp.Copy, "", all)
	}
}

// A part is a field of a struct, or an element of an array if it has no name.
type part struct {
	name  string
	index int
	typ   types.Type
}

func (b *body) partOf(x rp.Operand, p part, pos token.Pos) rp.Operand {
	if p.name == "" {
		return b.op(rp.Index, "", p.typ, pos, x, rp.Int64(int64(p.index)))
	}
	return b.op(rp.Field, p.name, p.typ, pos, x)
}

// comparedParts lists the ways to the parts that == compares. It reports false if
// there are many.
func comparedParts(t types.Type, way []part) (all [][]part, ok bool) {
	var parts []part
	switch u := types.Unalias(t).Underlying().(type) {
	case *types.Struct:
		for i := range u.NumFields() {
			if f := u.Field(i); f.Name() != "_" {
				parts = append(parts, part{name: fieldName(t, i), typ: f.Type()})
			}
		}
	case *types.Array:
		for i := range min(u.Len(), maxCompared+1) {
			parts = append(parts, part{index: int(i), typ: u.Elem()})
		}
	default:
		return nil, false
	}
	for _, p := range parts {
		more := [][]part{append(slices.Clone(way), p)}
		if kindOf(p.typ) == rp.Aggregate {
			if more, ok = comparedParts(p.typ, more[0]); !ok {
				return nil, false
			}
		}
		if all = append(all, more...); len(all) > maxCompared {
			return nil, false
		}
	}
	return all, true
}

// oneOrder is a comparison that is not followed, or its negation.
func (b *body) oneOrder(v *ssa.BinOp, op string, x, y rp.Operand, negated bool) {
	if !negated {
		b.determined(v, op, x, y)
		return
	}
	b.define(v, rp.Not, "", b.determinedOp(op, v.Type(), v.Pos(), x, y))
}

// sameTruth defines a boolean that is compared with a constant: it is that
// boolean, or its negation.
func (b *body) sameTruth(v *ssa.BinOp) bool {
	x, y := v.X, v.Y
	if _, ok := x.(*ssa.Const); ok {
		x, y = y, x
	}
	c, ok := y.(*ssa.Const)
	if !ok || c.Value == nil || c.Value.Kind() != constant.Bool {
		return false
	}
	if constant.BoolVal(c.Value) == (v.Op == token.EQL) {
		b.define(v, rp.Copy, "", b.val(x))
	} else {
		b.define(v, rp.Not, "", b.val(x))
	}
	return true
}
