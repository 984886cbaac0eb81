package drive

import (
	"reflect"
	"strings"
	"sync"
	"unsafe"

	"github.com/sessionlint/sessionlint/session"
)

// owner plays whoever owns what a function leaves behind.
type owner struct {
	places  map[*session.Session]int // handle -> number of places that hold it
	order   []*session.Session
	results map[*session.Session]bool // held by a result
	outside map[*session.Session]bool // held by a place that outlives the connections passed
	funcs   []func()
	seen    map[unsafe.Pointer]bool
}

func newOwner() *owner {
	return &owner{
		places:  map[*session.Session]int{},
		results: map[*session.Session]bool{},
		outside: map[*session.Session]bool{},
		seen:    map[unsafe.Pointer]bool{},
	}
}

// kept takes over what a package variable holds.
func (o *owner) kept(v reflect.Value) { o.walk(v, o.outside) }

// argument takes over what was put into an argument. A session passed directly
// stays the caller's.
func (o *owner) argument(v reflect.Value) {
	if v.Type() == sessionType || v.Type() == connType {
		return
	}
	o.walk(v, o.outside)
}

// result takes over what the function returned.
func (o *owner) result(v reflect.Value) { o.walk(v, o.results) }

// settle looks whether what was lent with a result is there, lets the connections
// go, calls the functions that were left, frees one reference for every place
// that still holds one, and looks whether what was kept without a reference is
// still there.
func (o *owner) settle(conns []*session.Conn) {
	for _, s := range o.order {
		if s.Handle().Held() == 0 && o.results[s] {
			session.Lent(s)
		}
	}
	for _, c := range conns {
		for c.Handle().Held() > 0 {
			c.Free()
		}
	}
	for _, f := range o.funcs {
		f()
	}
	for _, s := range o.order {
		n := min(s.Handle().Held(), o.places[s])
		if n == 0 && o.outside[s] {
			session.Lent(s)
		}
		for range n {
			session.Owned(s)
		}
	}
}

// walk finds the handles below v.
func (o *owner) walk(v reflect.Value, where map[*session.Session]bool) {
	if !holds(v.Type()) {
		return
	}
	v = open(v)
	if v.Type() == sessionType {
		if s := (*session.Session)(v.UnsafePointer()); s != nil {
			if o.places[s] == 0 {
				o.order = append(o.order, s)
			}
			o.places[s]++
			where[s] = true
		}
		return
	}
	switch v.Kind() {
	case reflect.Pointer:
		o.pointer(v, where)
	case reflect.Interface:
		if !v.IsNil() {
			o.walk(v.Elem(), where)
		}
	case reflect.Struct:
		if v.Type() == syncMapType && v.CanAddr() {
			v.Addr().Interface().(*sync.Map).Range(func(_, value any) bool {
				o.walk(reflect.ValueOf(value), where)
				return true
			})
			return
		}
		if load := loader(v); load.IsValid() {
			o.walk(load.Call(nil)[0], where)
			return
		}
		for i := range v.NumField() {
			o.walk(v.Field(i), where)
		}
	case reflect.Array, reflect.Slice:
		for i := range v.Len() {
			o.walk(v.Index(i), where)
		}
	case reflect.Map:
		for it := v.MapRange(); it.Next(); {
			o.walk(it.Value(), where)
		}
	case reflect.Chan:
		if !v.IsNil() && v.Type().ChanDir() != reflect.SendDir {
			for {
				x, ok := v.TryRecv()
				if !ok {
					break
				}
				o.walk(x, where)
			}
		}
	case reflect.Func:
		if !v.IsNil() && v.Type().NumIn() == 0 && v.CanInterface() {
			o.funcs = append(o.funcs, func() { v.Call(nil) })
		}
	}
}

func (o *owner) pointer(v reflect.Value, where map[*session.Session]bool) {
	if v.IsNil() || o.seen[v.UnsafePointer()] {
		return
	}
	o.seen[v.UnsafePointer()] = true
	o.walk(v.Elem(), where)
}

// loader returns the Load method of an atomic pointer.
func loader(v reflect.Value) reflect.Value {
	if v.Type().PkgPath() == "sync/atomic" && strings.HasPrefix(v.Type().Name(), "Pointer[") && v.CanAddr() {
		return v.Addr().MethodByName("Load")
	}
	return reflect.Value{}
}

var syncMapType = reflect.TypeFor[sync.Map]()

// open makes an unexported field accessible.
func open(v reflect.Value) reflect.Value {
	if v.CanAddr() && !v.CanInterface() {
		return reflect.NewAt(v.Type(), v.Addr().UnsafePointer()).Elem()
	}
	return v
}

// holds reports whether a value of the type can lead to a session.
func holds(t reflect.Type) bool { return reaches(t, map[reflect.Type]bool{}) }

func reaches(t reflect.Type, seen map[reflect.Type]bool) bool {
	if t == sessionType {
		return true
	}
	if seen[t] || t == connType || t == ctxType || t == errorType || t == contextType {
		return false
	}
	seen[t] = true
	switch t.Kind() {
	case reflect.Pointer, reflect.Slice, reflect.Array, reflect.Chan:
		return reaches(t.Elem(), seen)
	case reflect.Map:
		return reaches(t.Key(), seen) || reaches(t.Elem(), seen)
	case reflect.Interface, reflect.Func:
		return true
	case reflect.Struct:
		if t.PkgPath() == "sync" || t.PkgPath() == "testing" {
			return t == syncMapType
		}
		if t.PkgPath() == "sync/atomic" {
			return strings.HasPrefix(t.Name(), "Pointer[")
		}
		for i := range t.NumField() {
			if reaches(t.Field(i).Type, seen) {
				return true
			}
		}
	}
	return false
}
