package pure

import "github.com/sessionlint/sessionlint/session"

// Structs that hold a session and come from outside: each copy holds the same one.

type item struct {
	s    *session.Session
	host string
}

func (i item) free()       { i.s.Free() }
func (i item) time() int64 { return i.s.Time() }

type nested struct {
	it  item
	n   int
	two [2]*session.Session
}

// CopyUsed reads it through the parameter.
//
//fixture:norun the driver makes no structs
func CopyUsed(it item) int64 {
	it.s.Free()
	return it.s.Time() // want useafterfree
}

// CopyUsedByMethod does so by methods.
//
//fixture:norun the driver makes no structs
func CopyUsedByMethod(it item) int64 {
	it.free()
	return it.time() // want useafterfree
}

// CopyTwice frees it through two copies.
//
//fixture:norun the driver makes no structs
func CopyTwice(it item) {
	other := it
	it.free()
	other.free() // want doublefree
}

// CopySet holds another one by then.
//
//fixture:norun the driver makes no structs
func CopySet(it item, s *session.Session) int64 {
	it.free()
	it.s = s
	return it.time()
}

// CopyOfCall is a result.
//
//fixture:norun the driver makes no structs
func CopyOfCall(next func() (item, error)) int64 {
	it, err := next()
	if err != nil {
		return 0
	}
	it.free()
	return it.time() // want useafterfree
}

// CopyOfEachCall is another one each time.
//
//fixture:norun the driver makes no structs
func CopyOfEachCall(next func() item) (t int64) {
	for range 3 {
		it := next()
		t += it.time()
		it.free()
	}
	return t
}

// CopyOfElement is that of a list.
//
//fixture:norun the driver makes no structs
func CopyOfElement(list []item) (t int64) {
	for _, it := range list {
		it.free()
		t += it.time() // want useafterfree
	}
	return t
}

// CopyOfElements frees each.
//
//fixture:norun the driver makes no structs
func CopyOfElements(list []item) (t int64) {
	for _, it := range list {
		t += it.time()
		it.free()
	}
	return t
}

// CopyOfEntry is that of a map, or of nothing.
//
//fixture:norun the driver makes no structs
func CopyOfEntry(hosts map[string]item) int64 {
	it := hosts["www"]
	it.free()
	return it.time() // want useafterfree
}

// CopyOfAny is in an interface.
//
//fixture:norun the driver makes no structs
func CopyOfAny(v any) int64 {
	it, ok := v.(item)
	if !ok {
		return 0
	}
	it.free()
	return it.time() // want useafterfree
}

// CopyReceived comes through a channel.
//
//fixture:norun the driver makes no structs
func CopyReceived(c chan item) (t int64) {
	it := <-c
	it.free()
	it = <-c
	t = it.time()
	it.free()
	return t
}

// CopyInside is part of a part.
//
//fixture:norun the driver makes no structs
func CopyInside(n nested) int64 {
	n.it.free()
	other := n
	return other.it.time() // want useafterfree
}

// CopyBeside is the other one.
//
//fixture:norun the driver makes no structs
func CopyBeside(n nested) int64 {
	n.two[0].Free()
	return n.two[1].Time() + n.it.time()
}

// CopyKept is held by the caller, who forgets what was added.
//
//fixture:norun the driver makes no structs
func CopyKept(it item) (t int64) {
	if it.s.UpRef() {
		t = it.time()
		it.free()
	}
	return t
}

// CopyOfPointer is what a pointer points to.
//
//fixture:norun the driver makes no structs
func CopyOfPointer(p *item) int64 {
	it := *p
	it.free()
	return p.time() // want useafterfree
}

// CopyOfPointerSet is not what it points to any more.
//
//fixture:norun the driver makes no structs
func CopyOfPointerSet(p *item, s *session.Session) int64 {
	it := *p
	*p = item{s: s}
	it.free()
	return p.time()
}

// CopyMoved frees the first and moves the others up.
//
//fixture:norun the driver makes no structs
func CopyMoved(list []item) int64 {
	list[0].free()
	copy(list, list[1:])
	return list[0].time()
}

// CopyMovedUp does so with sessions.
//
//fixture:norun a list of the driver's may be empty
func CopyMovedUp(list []*session.Session) int64 {
	list[0].Free()
	copy(list, list[1:])
	return list[0].Time()
}
