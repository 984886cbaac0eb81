// Package always counts objects of a C library of its own, whose up_ref has no
// status: it cannot fail (trap: an up_ref without a status taken for one that may
// fail).
package always

/*
typedef struct obj obj;
extern obj *obj_new(void);
extern void obj_ref(obj *o);
extern int obj_inc(obj *o);
extern int obj_try(obj *o);
extern void obj_unref(obj *o);
extern int obj_len(obj *o);
extern obj *obj_make(void);
extern void obj_drop(obj *o);
*/
import "C"

// Twice frees both references.
func Twice() {
	o := C.obj_new()
	if o == nil {
		return
	}
	C.obj_ref(o)
	C.obj_unref(o)
	C.obj_unref(o)
}

// TwiceOnce frees one of them.
func TwiceOnce() {
	o := C.obj_new()
	if o == nil {
		return
	}
	C.obj_ref(o) // want missingfree
	C.obj_unref(o)
}

// Thrice frees one too many.
func Thrice() {
	o := C.obj_new()
	if o == nil {
		return
	}
	C.obj_ref(o)
	C.obj_unref(o)
	C.obj_unref(o)
	C.obj_unref(o) // want doublefree
}

// Counted does not look at the new count.
func Counted() {
	o := C.obj_new()
	if o == nil {
		return
	}
	C.obj_inc(o)
	C.obj_unref(o)
	C.obj_unref(o)
}

// CountedRead does, and it is no status.
func CountedRead() bool {
	o := C.obj_new()
	if o == nil {
		return false
	}
	n := C.obj_inc(o)
	C.obj_unref(o)
	C.obj_unref(o)
	return n == 2
}

// CountedLost takes the count for a status.
func CountedLost() {
	o := C.obj_new()
	if o == nil {
		return
	}
	if C.obj_inc(o) != 1 { // want missingfree
		C.obj_unref(o)
		return
	}
	C.obj_unref(o)
	C.obj_unref(o)
}

// Tried may fail, and takes it for granted.
func Tried() {
	o := C.obj_new()
	if o == nil {
		return
	}
	ok := C.obj_try(o) == 1
	C.obj_unref(o)
	if ok {
		C.obj_unref(o)
	}
}

// TriedBlind frees what may not have been added.
func TriedBlind() bool {
	o := C.obj_new()
	if o == nil {
		return false
	}
	ok := C.obj_try(o) == 1
	C.obj_unref(o)
	C.obj_unref(o) // want doublefree
	return ok
}

// share hands a second reference to its caller.
func share(o *C.obj) *C.obj {
	C.obj_ref(o)
	return o
}

// Shared frees both.
func Shared() C.int {
	o := C.obj_new()
	if o == nil {
		return 0
	}
	p := share(o)
	C.obj_unref(o)
	defer C.obj_unref(p)
	return C.obj_len(p)
}

// SharedLost frees one.
func SharedLost() C.int {
	o := C.obj_new()
	if o == nil {
		return 0
	}
	p := share(o) // want missingfree
	C.obj_unref(o)
	return C.obj_len(p)
}

// Passed balances what it is given.
func Passed(o *C.obj) C.int {
	C.obj_ref(o)
	defer C.obj_unref(o)
	return C.obj_len(o)
}

// PassedTwice does it once more.
func PassedTwice(o *C.obj) C.int {
	n := Passed(o)
	C.obj_ref(o)
	C.obj_unref(o)
	return n
}

// Made frees by a function that is like the one that frees.
func Made() bool {
	o := C.obj_make()
	C.obj_drop(o)
	return o != nil
}

// MadeLost does not free it.
func MadeLost() bool {
	o := C.obj_make() // want missingfree "object o from obj_make"
	return o != nil
}

// MadeTwice frees it twice.
func MadeTwice() {
	o := C.obj_make()
	C.obj_drop(o)
	C.obj_drop(o) // want doublefree
}
