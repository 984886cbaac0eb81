//go:build go1.26

package zzshim

import (
	"bytes"
	"context"
	"errors"
	"io"
	"reflect"
	"strings"
	"testing"
	"unsafe"
)

// arguments makes the values that are passed to a case, and drawn for the
// functions among them.
type arguments struct {
	how    int              // how sessions are passed
	values []any            // the arguments
	given  reached          // what they led to before the call
	direct map[uintptr]bool // handles that are arguments
	handed map[uintptr]int  // handles that were passed to a function that we made
	yields map[uintptr]int  // those passed to the loop over an iterator, which may only lend them
	over   bool             // what comes now is only passed to such loops
	t      *testing.T       // of a case that is a test
	ending []reflect.Value  // channels of which nothing more will come
	words  dictionary
	got    answer
}

// newArguments prepares those of one call.
func newArguments(c Case) *arguments {
	words := read(c.Literals)
	if c.Lent {
		words = plain() // the library says how long things are, and does not lie
	}
	a := &arguments{direct: map[uintptr]bool{}, handed: map[uintptr]int{}, yields: map[uintptr]int{}, words: words}
	return a
}

// call calls a function with arguments of its types and returns its results.
func (a *arguments) call(c Case) []any {
	fn := reflect.ValueOf(c.Fn)
	t := fn.Type()
	switch {
	case c.Offers:
		a.how = offered
	case c.Lent:
		a.how = lent
	}
	var in []reflect.Value
	for i := range t.NumIn() {
		v := a.value(t.In(i), c.Params[i], 0)
		for _, other := range in {
			if other.Type() == v.Type() && plainType(v.Type()) && draw(4) == 0 {
				v = other // equal arguments are rare otherwise
			}
		}
		in = append(in, v)
		if v.Kind() == reflect.Pointer || v.Kind() == reflect.UnsafePointer {
			a.direct[uintptr(v.UnsafePointer())] = true
		}
		a.values = append(a.values, v.Interface())
	}
	a.given = reach(a.values)
	for _, c := range a.ending {
		c.Close()
	}
	var out []reflect.Value
	if t.IsVariadic() {
		out = fn.CallSlice(in)
	} else {
		out = fn.Call(in)
	}
	var results []any
	for _, v := range out {
		results = append(results, v.Interface())
	}
	return results
}

var (
	errorType   = reflect.TypeFor[error]()
	contextType = reflect.TypeFor[context.Context]()
	writerType  = reflect.TypeFor[io.Writer]()
	wrapperType = reflect.TypeFor[func(error) error]()
	testType    = reflect.TypeFor[*testing.T]()
)

// value makes a value of a type. written is "name type" of a parameter, or "".
func (a *arguments) value(t reflect.Type, written string, depth int) reflect.Value {
	v := reflect.New(t).Elem()
	if depth > 6 {
		return v
	}
	if t.Kind() == reflect.Pointer || t.Kind() == reflect.UnsafePointer {
		elem := ""
		if t.Kind() == reflect.Pointer {
			elem = t.Elem().Name()
		}
		if kind := handleKind(single(written), elem); kind != "" {
			if draw(8) > 0 {
				p := handle(kind, a.how)
				*(*unsafe.Pointer)(v.Addr().UnsafePointer()) = p
			}
			return v
		}
	}
	switch t {
	case testType:
		v.Set(reflect.ValueOf(a.t))
		return v
	case errorType:
		if draw(2) == 1 {
			v.Set(reflect.ValueOf(errors.New("chosen")))
		}
		return v
	case contextType:
		ctx, cancel := context.WithCancel(context.Background())
		if draw(2) == 1 {
			cancel()
		}
		v.Set(reflect.ValueOf(ctx))
		return v
	case writerType:
		v.Set(reflect.ValueOf(&bytes.Buffer{}))
		if draw(2) == 1 {
			v.Set(reflect.ValueOf(refusing{}))
		}
		return v
	}
	a.fill(v, inner(written), depth)
	return v
}

// plainType reports whether the values of a type hold no others.
func plainType(t reflect.Type) bool {
	switch t.Kind() {
	case reflect.Struct:
		for f := range t.Fields() {
			if !plainType(f.Type) {
				return false
			}
		}
		return true
	case reflect.Array:
		return plainType(t.Elem())
	}
	return t.Kind() <= reflect.Complex128 || t.Kind() == reflect.String
}

// refusing is a writer that fails.
type refusing struct{}

func (refusing) Write([]byte) (int, error) { return 0, errors.New("refused") }

// single returns a parameter as written if it is a pointer to no pointer.
func single(written string) string {
	_, typ, _ := strings.Cut(written, " ")
	if strings.HasPrefix(typ, "*") && !strings.HasPrefix(typ, "**") || typ == "unsafe.Pointer" {
		return written
	}
	return ""
}

// inner returns what is written about the elements of a slice, or behind a pointer.
func inner(written string) string {
	name, typ, ok := strings.Cut(written, " ")
	for _, prefix := range []string{"[]", "...", "*"} {
		if rest, cut := strings.CutPrefix(typ, prefix); ok && cut {
			return name + " " + rest
		}
	}
	return ""
}

// fill makes a value by its kind.
func (a *arguments) fill(v reflect.Value, of string, depth int) {
	t := v.Type()
	switch t.Kind() {
	case reflect.Bool:
		v.SetBool(draw(2) == 1)
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		v.SetInt(a.words.integer())
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		v.SetUint(uint64(a.words.integer()))
	case reflect.Float32, reflect.Float64:
		v.SetFloat(a.words.float())
	case reflect.String:
		v.SetString(a.words.text())
	case reflect.Slice:
		n := draw(4)
		v.Set(reflect.MakeSlice(t, n, n))
		for i := range n {
			v.Index(i).Set(a.value(t.Elem(), of, depth+1))
		}
	case reflect.Array:
		for i := range v.Len() {
			v.Index(i).Set(a.value(t.Elem(), of, depth+1))
		}
	case reflect.Map:
		v.Set(reflect.MakeMap(t))
		for range draw(3) {
			v.SetMapIndex(a.value(t.Key(), "", depth+1), a.value(t.Elem(), "", depth+1))
		}
	case reflect.Chan:
		a.channel(v)
	case reflect.Func:
		v.Set(a.function(t))
	case reflect.Pointer:
		if t.Elem().Kind() == reflect.Uint8 {
			// The start of a buffer.
			*(*unsafe.Pointer)(v.Addr().UnsafePointer()) = unsafe.Pointer(&make([]byte, 64)[0])
			return
		}
		v.Set(reflect.New(t.Elem()))
		if elem := t.Elem(); elem.Kind() == reflect.Pointer && draw(2) == 0 {
			return // a place for a pointer, still empty
		} else if elem.PkgPath() != "sync" {
			v.Elem().Set(a.value(elem, of, depth+1))
		}
	case reflect.Struct:
		for i := range t.NumField() {
			f := v.Field(i)
			if strings.HasPrefix(f.Type().PkgPath(), "sync") {
				continue
			}
			open := reflect.NewAt(f.Type(), f.Addr().UnsafePointer()).Elem()
			open.Set(a.value(f.Type(), t.Field(i).Name+" ", depth+1))
		}
	}
}

// channel makes a channel, mostly with room; one that can only be received from holds
// something.
func (a *arguments) channel(v reflect.Value) {
	t := v.Type()
	room := 8
	if draw(6) == 0 {
		room = 0
	}
	c := reflect.MakeChan(reflect.ChanOf(reflect.BothDir, t.Elem()), room)
	if t.ChanDir() == reflect.RecvDir && room > 0 {
		for range draw(3) {
			c.Send(a.value(t.Elem(), "", 1))
		}
		a.ending = append(a.ending, c)
	}
	v.Set(c.Convert(t))
}

// function makes a function that draws its results; what it is passed is handed
// over to it.
func (a *arguments) function(t reflect.Type) reflect.Value {
	return reflect.MakeFunc(t, func(in []reflect.Value) []reflect.Value {
		var passed []any
		for _, v := range in {
			passed = append(passed, v.Interface())
		}
		for at, n := range reach(passed).has {
			handOver(at)
			a.handed[at] += n
			if a.over {
				a.yields[at] += n
			}
		}
		if t.NumIn() == 1 && t.NumOut() == 0 && t.In(0).Kind() == reflect.Func {
			a.iterate(in[0])
			return nil
		}
		if t == wrapperType {
			return in // no error is made of none, nor none of one
		}
		var out []reflect.Value
		for i := range t.NumOut() {
			out = append(out, a.value(t.Out(i), "", 1))
		}
		return out
	})
}

// iterate is an iterator: it calls yield until that has enough.
func (a *arguments) iterate(yield reflect.Value) {
	t := yield.Type()
	if t.NumOut() != 1 || t.Out(0).Kind() != reflect.Bool {
		return
	}
	for range draw(4) {
		if !yield.Call(a.drawn(t))[0].Bool() {
			return
		}
	}
}

// drawn makes arguments for a function that a case returned or passed on.
func (a *arguments) drawn(t reflect.Type) (in []reflect.Value) {
	for i := range t.NumIn() {
		in = append(in, a.value(t.In(i), "", 1))
	}
	return in
}

// after calls the functions among the results, once, when what the arguments
// lent may be over. It reports whether there were any.
func (a *arguments) after(results []any) (any bool) {
	for _, r := range results {
		v := reflect.ValueOf(r)
		if v.Kind() != reflect.Func || v.IsNil() || v.Type().IsVariadic() {
			continue
		}
		if !any && draw(2) == 1 {
			endOwners()
		}
		any = true
		a.over = v.Type().CanSeq() || v.Type().CanSeq2()
		v.Call(a.drawn(v.Type()))
	}
	return any
}

// variables gives the package's variables that hold nothing a value now and then.
// ours are those of functions that had none.
func (a *arguments) variables(globals []any, ours map[int]bool) {
	for i, g := range globals {
		v := reflect.ValueOf(g).Elem()
		switch {
		case v.Kind() == reflect.Func && (v.IsNil() || ours[i]):
			ours[i] = true
			v.Set(a.function(v.Type()))
		case v.Kind() == reflect.Chan && (v.IsNil() || v.Cap() == 0 || v.Len() > 0):
			v.Set(reflect.MakeChan(v.Type(), 8))
		case v.Kind() == reflect.Pointer && handleKind("", v.Type().Elem().Name()) != "":
			v.SetZero()
			if draw(2) == 1 {
				v.Set(a.value(v.Type(), "", 0))
			}
		}
	}
}
