//go:build go1.26

package zzshim

import (
	"reflect"
	"strings"
	"sync"
	"unsafe"
)

// reached is what can be come to from some values.
type reached struct {
	has       map[uintptr]int // addresses, and in how many places
	functions int             // function values, which may hold anything
	seen      map[visit]bool
}

type visit struct {
	at uintptr
	t  reflect.Type
}

// reach walks everything that values lead to.
func reach(values []any) reached {
	r := reached{has: map[uintptr]int{}, seen: map[visit]bool{}}
	for _, v := range values {
		r.walk(reflect.ValueOf(v), 0)
	}
	return r
}

// each walks what each value leads to by itself.
func each(values []any) (list []reached) {
	for _, v := range values {
		list = append(list, reach([]any{v}))
	}
	return list
}

func (r *reached) walk(v reflect.Value, depth int) {
	if !v.IsValid() || depth > 40 {
		return
	}
	switch v.Kind() {
	case reflect.Pointer:
		r.pointer(v, depth)
	case reflect.UnsafePointer, reflect.Uintptr:
		r.has[word(v)]++
	case reflect.Interface:
		r.walk(v.Elem(), depth+1)
	case reflect.Func:
		if !v.IsNil() {
			r.functions++
		}
	case reflect.Struct:
		if t := v.Type(); t.PkgPath() == "sync/atomic" && strings.HasPrefix(t.Name(), "Pointer[") && v.CanAddr() {
			// type Pointer[T] struct { _ [0]*T; ...; v unsafe.Pointer }
			at := v.FieldByName("v").UnsafePointer()
			r.pointer(reflect.NewAt(t.Field(0).Type.Elem(), unsafe.Pointer(&at)).Elem(), depth)
			return
		}
		for i := range v.NumField() {
			r.walk(v.Field(i), depth+1)
		}
	case reflect.Array, reflect.Slice:
		for i := range v.Len() {
			r.walk(v.Index(i), depth+1)
		}
	case reflect.Map:
		for it := v.MapRange(); it.Next(); {
			r.walk(it.Key(), depth+1)
			r.walk(it.Value(), depth+1)
		}
	case reflect.Chan:
		r.channel(v, depth)
	}
}

func word(v reflect.Value) uintptr {
	if v.Kind() == reflect.Uintptr {
		return uintptr(v.Uint())
	}
	return uintptr(v.UnsafePointer())
}

func (r *reached) pointer(v reflect.Value, depth int) {
	at := uintptr(v.UnsafePointer())
	r.has[at]++
	if at == 0 || r.seen[visit{at, v.Type()}] {
		return
	}
	r.seen[visit{at, v.Type()}] = true
	if handleKind("", v.Type().Elem().Name()) != "" {
		return // behind it is the ledger's memory
	}
	if m, ok := reflect.NewAt(v.Type().Elem(), v.UnsafePointer()).Interface().(*sync.Map); ok {
		m.Range(func(key, value any) bool {
			r.walk(reflect.ValueOf(key), depth+1)
			r.walk(reflect.ValueOf(value), depth+1)
			return true
		})
		return
	}
	if p, ok := reflect.NewAt(v.Type().Elem(), v.UnsafePointer()).Interface().(*sync.Pool); ok && p.New == nil {
		var items []any
		for item := p.Get(); item != nil; item = p.Get() {
			items = append(items, item)
			r.walk(reflect.ValueOf(item), depth+1)
		}
		for _, item := range items {
			p.Put(item)
		}
		return
	}
	r.walk(v.Elem(), depth+1)
}

// channel empties a channel.
func (r *reached) channel(v reflect.Value, depth int) {
	if v.IsNil() {
		return
	}
	at := v.UnsafePointer()
	c := reflect.NewAt(reflect.ChanOf(reflect.BothDir, v.Type().Elem()), unsafe.Pointer(&at)).Elem()
	var items []reflect.Value
	for range c.Len() {
		item, ok := c.TryRecv()
		if !ok {
			break
		}
		items = append(items, item)
		r.walk(item, depth+1)
	}
	for _, item := range items {
		if !safely(func() { c.TrySend(item) }) {
			return // it is closed
		}
	}
}

func safely(f func()) (ok bool) {
	defer func() { ok = recover() == nil }()
	f()
	return true
}
