package replay

import "slices"

// A truth is the answer to a comparison under what is assumed so far.
type truth int8

const (
	maybe truth = iota
	yes
	no
)

func truthOf(b bool) truth {
	if b {
		return yes
	}
	return no
}

func (t truth) not() truth {
	switch t {
	case yes:
		return no
	case no:
		return yes
	}
	return maybe
}

func both(a, b truth) truth {
	switch {
	case a == no || b == no:
		return no
	case a == yes && b == yes:
		return yes
	}
	return maybe
}

var negated = map[string]string{"==": "!=", "!=": "==", "<": ">=", ">=": "<", ">": "<=", "<=": ">"}
var mirrored = map[string]string{"==": "==", "!=": "!=", "<": ">", ">": "<", "<=": ">=", ">=": "<="}

// compare answers x op y.
func (r *run) compare(op string, x, y value) truth {
	x, y = balanced(r.resolve(x), r.resolve(y))
	switch op {
	case "==":
		return r.equal(x, y)
	case "!=":
		return r.equal(x, y).not()
	}
	if a, ok := x.(intValue); ok {
		if b, ok := y.(intValue); ok {
			return truthOf(ordered(op, int64(a), int64(b)))
		}
		if u, ok := y.(*unknown); ok {
			return u.against(mirrored[op], int64(a))
		}
	}
	if u, ok := x.(*unknown); ok {
		if b, ok := y.(intValue); ok {
			return u.against(op, int64(b))
		}
	}
	return maybe
}

// balanced takes a constant that was added on one side of a comparison to the
// other side.
func balanced(x, y value) (value, value) {
	u, n := split(x)
	w, m := split(y)
	switch {
	case u == nil && w == nil || n == 0 && m == 0:
		return x, y
	case w == nil:
		if c, ok := y.(intValue); ok {
			return u, c - intValue(n)
		}
	case u == nil:
		if c, ok := x.(intValue); ok {
			return c - intValue(m), w
		}
	case u == w:
		return intValue(n), intValue(m)
	case n == m:
		return u, w
	}
	return x, y
}

// split takes a number apart: what is unknown of it, and the constant. It is nil
// if all is known.
func split(x value) (*unknown, int64) {
	u, ok := x.(*unknown)
	switch {
	case !ok:
		return nil, 0
	case u.sum == nil:
		return u, 0
	}
	return u.sum.of.root(), u.sum.add
}

func ordered(op string, a, b int64) bool {
	switch op {
	case "<":
		return a < b
	case "<=":
		return a <= b
	case ">":
		return a > b
	}
	return a >= b
}

// against compares a root with a constant by its interval.
func (u *unknown) against(op string, c int64) truth {
	switch {
	case ordered(op, u.lo, c) && ordered(op, u.hi, c):
		return yes
	case !ordered(op, u.lo, c) && !ordered(op, u.hi, c):
		return no
	}
	return maybe
}

// equal answers x == y for resolved values.
func (r *run) equal(x, y value) truth {
	if u, ok := x.(*unknown); ok {
		return r.equalUnknown(u, y)
	}
	if u, ok := y.(*unknown); ok {
		return r.equalUnknown(u, x)
	}
	if _, ok := x.(zeroValue); ok {
		x = zeroLike(y)
	}
	if _, ok := y.(zeroValue); ok {
		y = zeroLike(x)
	}
	if b, ok := y.(*aggregate); ok {
		return r.sameParts(b, x)
	}
	switch a := x.(type) {
	case nilValue:
		_, isNil := y.(nilValue)
		return truthOf(isNil)
	case zeroValue:
		_, isZero := y.(zeroValue)
		return truthOf(isZero)
	case intValue, constValue:
		return truthOf(x == y)
	case address:
		return equalAddress(a, y)
	case *ref:
		b, ok := y.(*ref)
		if !ok {
			return no
		}
		return r.sameObject(a, b)
	case *iface:
		b, ok := y.(*iface)
		if !ok {
			return no
		}
		if a.typ != b.typ {
			return no
		}
		return r.equal(r.resolve(a.val), r.resolve(b.val))
	case *container:
		return truthOf(x == y)
	case *aggregate:
		return r.sameParts(a, y)
	}
	if _, ok := y.(nilValue); ok {
		return no
	}
	return maybe
}

// sameParts answers x == y for two structs or arrays, of which what is not named is
// zero or not known.
func (r *run) sameParts(x *aggregate, y value) truth {
	keys := slices.Clone(x.order)
	base := r.isZero(x.base)
	switch y := y.(type) {
	case *aggregate:
		keys = append(keys, y.order...)
		base = both(base, r.isZero(y.base))
	case zeroValue:
	default:
		return maybe
	}
	for _, key := range keys {
		same := r.equal(r.resolve(r.part(x, key)), r.resolve(r.part(y, key)))
		if same == no {
			return no
		}
		base = both(base, same)
	}
	return base
}

// isZero answers whether what is not named of an aggregate is zero.
func (r *run) isZero(base value) truth {
	if base == nil {
		return yes
	}
	if _, ok := r.resolve(base).(zeroValue); ok {
		return yes
	}
	return maybe
}

func zeroLike(other value) value {
	switch v := other.(type) {
	case intValue:
		return intValue(0)
	case constValue:
		if v == `""` || v == "" || v == "0" || v == "0.0" {
			return v
		}
		return constValue("zero value")
	case zeroValue, *aggregate, tuple:
		return zeroValue{}
	}
	return nilValue{}
}

func equalAddress(a address, y value) truth {
	b, ok := y.(address)
	switch {
	case !ok:
		return no
	case a == b:
		return yes
	case a.cell != b.cell && a.cell.outside && b.cell.outside:
		return maybe
	}
	return no
}

// equalUnknown answers u == y for a root u and a resolved y.
func (r *run) equalUnknown(u *unknown, y value) truth {
	if u == y {
		return yes
	}
	for _, other := range u.notEqual {
		if r.resolve(other) == y {
			return no
		}
	}
	switch y := y.(type) {
	case nilValue:
		if u.nonNil {
			return no
		}
		return maybe
	case zeroValue:
		return maybe
	case intValue:
		if int64(y) < u.lo || int64(y) > u.hi || slices.Contains(u.notInt, int64(y)) {
			return no
		}
	case constValue:
		if slices.Contains(u.notConst, y) {
			return no
		}
	case *unknown:
		return r.equalUnknowns(u, y)
	case *ref:
		if u.ref != nil {
			return r.sameObject(u.ref, y)
		}
		if y.hidden() && y.fresh || u.born < y.born && y.fresh {
			return no
		}
	case address:
		if !y.cell.outside || u.born < y.cell.born {
			return no
		}
	}
	return maybe
}

func (r *run) equalUnknowns(u, w *unknown) truth {
	for _, other := range w.notEqual {
		if r.resolve(other) == u {
			return no
		}
	}
	if u.hi < w.lo || w.hi < u.lo {
		return no
	}
	if u.ref != nil && w.ref != nil {
		return r.sameObject(u.ref, w.ref)
	}
	return maybe
}

// assume makes x op y true. It reports false, with what it contradicts, if
// that cannot be.
func (r *run) assume(op string, x, y value, why Literal) bool {
	switch r.compare(op, x, y) {
	case yes:
		return true
	case no:
		r.blame(x)
		r.blame(y)
		return false
	}
	x, y = balanced(r.resolve(x), r.resolve(y))
	switch op {
	case "==":
		r.assumeEqual(x, y, why)
	case "!=":
		r.assumeDifferent(x, y, why)
	default:
		if c, ok := y.(intValue); ok {
			x.(*unknown).bound64(op, int64(c), why)
		} else if c, ok := x.(intValue); ok {
			y.(*unknown).bound64(mirrored[op], int64(c), why)
		}
	}
	return true
}

// bound64 narrows the interval of a root.
func (u *unknown) bound64(op string, c int64, why Literal) {
	switch op {
	case "<":
		u.hi = min(u.hi, c-1)
	case "<=":
		u.hi = min(u.hi, c)
	case ">":
		u.lo = max(u.lo, c+1)
	case ">=":
		u.lo = max(u.lo, c)
	}
	u.trim()
	u.addCauses(why)
}

// trim moves the ends of the interval past the values that are excluded.
func (u *unknown) trim() {
	for u.lo < u.hi && slices.Contains(u.notInt, u.lo) {
		u.lo++
	}
	for u.lo < u.hi && slices.Contains(u.notInt, u.hi) {
		u.hi--
	}
}

func (r *run) assumeEqual(x, y value, why Literal) {
	u, ok := x.(*unknown)
	if !ok {
		if u, ok = y.(*unknown); ok {
			x, y = y, x
		}
	}
	if !ok {
		r.unify(x, y)
		return
	}
	u.addCauses(why)
	if w, ok := y.(*unknown); ok {
		r.merge(u, w)
		return
	}
	if h, ok := y.(*ref); ok { // two ways to one object: each keeps its own permissions
		r.unify(r.handle(u, h.what), h)
		u.nonNil = true
		return
	}
	switch y.(type) {
	case nilValue, intValue, constValue, address, *container:
		u.bound = y
	case *iface, *closure:
		u.nonNil = true
	}
}

// merge makes two roots one class.
func (r *run) merge(u, w *unknown) {
	if w.id < u.id {
		u, w = w, u
	}
	w.up = u
	u.nonNil = u.nonNil || w.nonNil
	u.lo, u.hi = max(u.lo, w.lo), min(u.hi, w.hi)
	u.notInt = append(u.notInt, w.notInt...)
	u.notConst = append(u.notConst, w.notConst...)
	u.notEqual = append(u.notEqual, w.notEqual...)
	u.addCauses(w.because...)
	u.trim()
	if u.cell == nil {
		u.cell = w.cell
	}
	if u.ref == nil {
		u.ref = w.ref
	} else if w.ref != nil {
		r.unify(u.ref, w.ref)
	}
	for key, part := range w.parts {
		if u.parts == nil {
			u.parts = make(map[string]*unknown)
		}
		if _, ok := u.parts[key]; !ok {
			u.parts[key] = part
		}
	}
}

func (r *run) assumeDifferent(x, y value, why Literal) {
	u, ok := x.(*unknown)
	if !ok {
		if u, ok = y.(*unknown); ok {
			x, y = y, x
		}
	}
	if !ok {
		r.separate(x, y)
		return
	}
	u.addCauses(why)
	switch y := y.(type) {
	case nilValue:
		u.nonNil = true
	case intValue:
		u.notInt = append(u.notInt, int64(y))
		u.trim()
	case constValue:
		u.notConst = append(u.notConst, y)
	case *ref:
		if u.ref != nil {
			r.separate(u.ref, y)
			return
		}
		u.notEqual = append(u.notEqual, y)
	default:
		u.notEqual = append(u.notEqual, y)
	}
}

// decide makes an unknown truth value true or false.
func (r *run) decide(v value, want bool, why Literal) bool {
	whole := v
	switch v := r.resolve(v).(type) {
	case intValue:
		if (v != 0) != want {
			r.blame(whole)
		}
		return (v != 0) == want
	case zeroValue:
		return !want
	case *unknown:
		if d := v.def; d != nil {
			switch d.op {
			case "!":
				if !r.decide(d.x, !want, why) {
					return false
				}
			case "&":
				if !r.decideBoth(d, want, why) {
					return false
				}
			default:
				op := d.op
				if !want {
					op = negated[op]
				}
				if !r.assume(op, d.x, d.y, why) {
					return false
				}
			}
		}
		n := intValue(0)
		if want {
			n = 1
		}
		if r.equalUnknown(v, n) == no {
			r.blame(v)
			return false
		}
		v.addCauses(why)
		v.bound = n
	}
	return r.neverBoth()
}

// decideBoth makes "both are true" true or false.
func (r *run) decideBoth(d *definition, want bool, why Literal) bool {
	switch {
	case want:
		return r.decide(d.x, true, why) && r.decide(d.y, true, why)
	case r.known(d.x) == yes:
		return r.decide(d.y, false, why)
	case r.known(d.y) == yes:
		return r.decide(d.x, false, why)
	}
	r.notBoth = append(r.notBoth, d)
	return true
}

// neverBoth reports whether no two conditions have become true that were found
// not to be both.
func (r *run) neverBoth() bool {
	for _, d := range r.notBoth {
		if r.known(d.x) == yes && r.known(d.y) == yes {
			r.blame(d.x)
			r.blame(d.y)
			return false
		}
	}
	return true
}

// known answers whether a condition is true under what is assumed so far.
func (r *run) known(v value) truth {
	switch v := r.resolve(v).(type) {
	case intValue:
		return truthOf(v != 0)
	case zeroValue:
		return no
	case *unknown:
		if d := v.def; d != nil {
			switch d.op {
			case "!":
				return r.known(d.x).not()
			case "&":
				return both(r.known(d.x), r.known(d.y))
			}
			return r.compare(d.op, d.x, d.y)
		}
	}
	return maybe
}

// blame adds the branches behind what is assumed of v to the conflict.
func (r *run) blame(v value) {
	u, ok := v.(*unknown)
	if !ok {
		return
	}
	r.conflict = append(r.conflict, u.root().because...)
	if u.sum != nil {
		r.blame(u.sum.of)
	}
	if u.def != nil {
		r.blame(u.def.x)
		r.blame(u.def.y)
	}
}
