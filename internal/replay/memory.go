package replay

import (
	"strconv"
	"strings"

	"github.com/sessionlint/sessionlint/internal/refprog"
)

var pathSafe = strings.NewReplacer("]", ")", "[", "(", ".", ",")

// memory executes the operations on cells and containers.
func (r *run) memory(f *frame, op *refprog.Op, args []value) {
	switch op.Kind {
	case refprog.Alloc:
		r.set(f, op.Dst, address{cell: r.newCell(zeroValue{}, false)})
	case refprog.FieldAddr:
		r.set(f, op.Dst, r.inside(op, args[0], "."+op.Name))
	case refprog.IndexAddr:
		r.set(f, op.Dst, r.inside(op, args[0], r.elementKey(args[1])))
	case refprog.Load:
		r.loadOp(f, op, args[0])
		r.takenFrom(f, op, args[0])
	case refprog.Store:
		if a, ok := r.deref(args[0]); ok {
			r.write(a, args[1])
		}
	case refprog.Field:
		r.set(f, op.Dst, r.part(args[0], "."+op.Name))
	case refprog.Index:
		r.set(f, op.Dst, r.part(args[0], r.elementKey(args[1])))
	default:
		r.containers(f, op, args)
	}
}

// deref returns the address that a pointer holds. A path on which a nil pointer
// is followed does not exist.
func (r *run) deref(v value) (address, bool) {
	if r.at == r.claim.At {
		r.followed(r.resolve(v))
	}
	if u, ok := r.resolve(v).(*unknown); ok {
		if !r.assume("!=", u, nilValue{}, r.here()) {
			r.refuted("follows a pointer that was assumed to be nil")
			return address{}, false
		}
	}
	a, ok := r.target(v)
	if !ok {
		r.blame(v)
		r.refuted("follows a nil pointer")
	}
	return a, ok
}

// followed uses the object whose memory is read or written. It is asked only
// where the claim says that this is the wrong use: reading a field of an object
// is no operation of the runtime.
func (r *run) followed(v value) {
	var x *ref
	switch v := v.(type) {
	case *ref:
		x = v
	case address:
		x = v.cell.of
	}
	r.mark()
	r.begin("dereference")
	r.use(x)
}

// inside returns the address of a component of what v points to.
func (r *run) inside(op *refprog.Op, v value, key string) value {
	a, ok := r.deref(v)
	if !ok {
		return nil
	}
	if c, ok := r.resolve(v).(*container); ok && c.drop != nil {
		delete(c.drop, key)
	}
	return address{cell: a.cell, path: a.path + key}
}

func (r *run) loadOp(f *frame, op *refprog.Op, from value) {
	a, ok := r.deref(from)
	if !ok {
		return
	}
	v := r.load(a)
	r.noteReading(a, v)
	if op.Flag&refprog.NonNil != 0 {
		if u, ok := r.resolve(v).(*unknown); ok {
			u.nonNil = true
		}
	}
	r.set(f, op.Dst, v)
}

// write stores a value; what is stored where somebody else can see it is public.
func (r *run) write(a address, v value) {
	r.stores++
	r.store(a, v)
	if a.cell.outside {
		r.seen()
		r.publish(v)
	}
	r.written()
}

// written forgets what pure functions have answered.
func (r *run) written() {
	r.writes++
	if len(r.pure) > 0 {
		r.pure = make(map[string]*apiCall)
	}
}

// containers executes the operations on slices, maps and channels.
func (r *run) containers(f *frame, op *refprog.Op, args []value) {
	switch op.Kind {
	case refprog.MakeContainer:
		r.set(f, op.Dst, r.newContainer(op.Name, r.newCell(zeroValue{}, false)))
	case refprog.SliceOf:
		r.set(f, op.Dst, r.sliceOf(args[0]))
	case refprog.Append:
		r.set(f, op.Dst, r.appended(args[0], args[1]))
	case refprog.MapLoad:
		r.mapLoad(f, op, args)
	case refprog.MapStore:
		r.mapStore(f, op, args)
	case refprog.MapDelete:
		r.mapDelete(args)
	case refprog.Send:
		r.send(args)
	case refprog.Recv:
		r.receive(f, op, args[0])
	case refprog.Next:
		r.set(f, op.Dst, r.next(f, op, args[0]))
	default:
		r.unconfirmed("operation kind %d is not known", op.Kind)
	}
}

func (r *run) newContainer(kind string, c *cell, bag ...value) *container {
	r.ids++
	return &container{id: r.ids, kind: kind, cell: c, bag: bag, size: -1}
}

// sliceOf makes a slice over an array, or re-slices. Which elements a re-slice
// keeps is not known.
func (r *run) sliceOf(v value) value {
	switch v := r.resolve(v).(type) {
	case address:
		if v.path == "" {
			return r.newContainer("slice", v.cell)
		}
		return r.newContainer("slice", r.newCell(r.fresh(""), false), v)
	case *container:
		return r.newContainer("slice", v.cell, v)
	default:
		return v
	}
}

// appended makes the slice append(s, more...).
func (r *run) appended(s, more value) value {
	old, added := r.elements(s), r.elements(more)
	if old == nil || added == nil {
		return r.newContainer("slice", r.newCell(&aggregate{base: r.fresh("")}, false), s, more)
	}
	out := r.newContainer("slice", r.newCell(zeroValue{}, false))
	all := append(append([]value{}, old...), added...)
	out.size = len(all)
	for i, v := range all {
		r.store(address{cell: out.cell, path: r.elementKey(intValue(i))}, v)
	}
	return out
}

// elements lists what is in a slice, nil if that is not known.
func (r *run) elements(v value) []value {
	switch v := r.resolve(v).(type) {
	case nilValue, zeroValue:
		return []value{}
	case *container:
		agg, _ := v.cell.val.(*aggregate)
		n := v.size
		switch {
		case agg == nil && n < 0 && (!isZero(v.cell.val) || len(v.bag) > 0 || v.cell.outside):
			return nil
		case agg != nil && (agg.hazy || agg.base != nil && !isZero(agg.base) || v.cell.outside || len(v.bag) > 0):
			return nil
		case agg != nil && n < 0:
			n = len(agg.parts)
		}
		out := make([]value, max(n, 0))
		for i := range out {
			out[i] = r.part(v.cell.val, r.elementKey(intValue(i)))
		}
		return out
	}
	return nil
}

// length is len or cap of a container: asking twice for the same slice gives the
// same identity, and what is known to be in it is counted.
func (r *run) length(name string, v value) value {
	v = r.resolve(v)
	key := name
	least := 0
	switch v := v.(type) {
	case nilValue, zeroValue:
		return intValue(0)
	case constValue:
		if text, err := strconv.Unquote(string(v)); err == nil {
			return intValue(len(text))
		}
	case *container:
		if v.kind != "slice" {
			return r.atLeast(r.fresh(name), 0)
		}
		least = len(r.elements(v))
	case *unknown:
		if v.changing { // a map
			key += " after " + strconv.Itoa(r.havocs+r.writes)
		}
	}
	return r.atLeast(r.symbol(key, v, nilValue{}), least)
}

func (r *run) atLeast(v value, n int) value {
	if u, ok := r.resolve(v).(*unknown); ok {
		u.lo = max(u.lo, int64(n))
	}
	return v
}

// mapLoad reads an element and whether it is there.
func (r *run) mapLoad(f *frame, op *refprog.Op, args []value) {
	v, ok := r.element(args[0], r.elementKey(args[1]))
	if op.Flag&refprog.CommaOk == 0 {
		r.set(f, op.Dst, v)
		return
	}
	var present value = intValue(0)
	switch ok {
	case yes:
		present = intValue(1)
	case maybe:
		u := r.fresh("ok")
		u.lo, u.hi = 0, 1
		present = u
	}
	r.set(f, op.Dst, tuple{v, present})
}

// element returns the element of a map under key and whether there is one.
func (r *run) element(m value, key string) (value, truth) {
	switch m := r.resolve(m).(type) {
	case nilValue, zeroValue:
		return zeroValue{}, no
	case *unknown:
		m.changing = true
		from := address{cell: r.pointee(m), path: key}
		v := r.load(from)
		r.noteReading(from, v)
		return v, maybe
	case *container:
		agg, _ := m.cell.val.(*aggregate)
		if m.drop[key] {
			return zeroValue{}, no
		}
		if agg == nil {
			if _, ok := m.cell.val.(zeroValue); ok && !m.cell.outside {
				return zeroValue{}, no
			}
			return r.part(m.cell.val, key), maybe
		}
		v, ok := agg.parts[key]
		switch {
		case ok && (!agg.hazy || agg.last == key):
			return v, yes
		case !agg.hazy && !m.cell.outside && exactKey(key) && agg.base != nil && isZero(agg.base):
			return zeroValue{}, no
		}
		return r.fresh(""), maybe
	}
	return r.fresh(""), maybe
}

func isZero(v value) bool {
	_, ok := v.(zeroValue)
	return ok
}

func (r *run) mapStore(f *frame, op *refprog.Op, args []value) {
	r.seen()
	r.entryGone(args[0], args[1])
	key := r.elementKey(args[1])
	a, ok := r.deref(args[0])
	if !ok {
		return
	}
	if c, ok := r.resolve(args[0]).(*container); ok {
		delete(c.drop, key)
		c.bag = append(c.bag, args[1])
	}
	if u, ok := r.resolve(args[0]).(*unknown); ok {
		u.changing = true
	}
	a.path += key
	r.write(a, args[2])
	r.putInField(f, op, a)
}

func (r *run) mapDelete(args []value) {
	r.stores++
	r.seen()
	r.removed = true
	r.entryGone(args[0], args[1])
	a, ok := r.target(args[0])
	if !ok {
		return
	}
	key := r.elementKey(args[1])
	if c, ok := r.resolve(args[0]).(*container); ok && exactKey(key) {
		if c.drop == nil {
			c.drop = make(map[string]bool)
		}
		c.drop[key] = true
	}
	if exactKey(key) {
		a.path += key
		r.write(a, zeroValue{})
	}
}

func (r *run) send(args []value) {
	r.seen()
	if r.at == r.claim.At {
		r.passes(args[1:])
	}
	c, ok := r.resolve(args[0]).(*container)
	if !ok {
		r.handOver(args[1:])
		return
	}
	c.queue = append(c.queue, args[1])
	if c.cell.outside {
		r.handOver(args[1:])
	}
}

func (r *run) receive(f *frame, op *refprog.Op, from value) {
	var v, ok value
	if c, isChan := r.resolve(from).(*container); isChan && len(c.queue) > 0 && !c.cell.outside {
		v, ok = c.queue[0], intValue(1)
		c.queue = c.queue[1:]
	} else {
		u := r.fresh("ok")
		u.lo, u.hi = 0, 1
		v, ok = r.fresh(""), u
	}
	if op.Flag&refprog.CommaOk != 0 {
		v = tuple{v, ok}
	}
	r.set(f, op.Dst, v)
}

// next makes one step of ranging over a container. The elements of a map made
// here come in the order of their first store; any order is possible.
func (r *run) next(f *frame, op *refprog.Op, over value) value {
	if f.ranges == nil {
		f.ranges = make(map[*refprog.Op]int)
	}
	switch c := r.resolve(over).(type) {
	case nilValue, zeroValue:
		return tuple{intValue(0), zeroValue{}, zeroValue{}}
	case *container:
		if c.cell.outside {
			break
		}
		agg, _ := c.cell.val.(*aggregate)
		if agg == nil && isZero(c.cell.val) {
			return tuple{intValue(0), zeroValue{}, zeroValue{}}
		}
		if agg == nil || agg.hazy {
			break
		}
		for i := f.ranges[op]; i < len(agg.order); i++ {
			if key := agg.order[i]; !c.drop[key] {
				f.ranges[op] = i + 1
				return tuple{intValue(1), r.fresh(""), agg.parts[key]}
			}
		}
		delete(f.ranges, op)
		return tuple{intValue(0), zeroValue{}, zeroValue{}}
	}
	ok := r.fresh("ok")
	ok.lo, ok.hi = 0, 1
	return tuple{ok, r.fresh(""), r.fresh("")}
}
