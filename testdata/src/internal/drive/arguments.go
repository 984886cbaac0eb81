package drive

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"reflect"

	"github.com/sessionlint/sessionlint/session"
)

// arguments makes the values that are passed to a case. Every choice goes
// through session.Choose, so that all of them are tried.
type arguments struct {
	c      Case
	conns  []*session.Conn // those passed directly: their owner frees them in the end
	chans  []reflect.Value // channels passed, open in both directions
	cancel []context.CancelFunc
}

func newArguments(c Case) *arguments { return &arguments{c: c} }

// finish ends what arguments promised to end.
func (a *arguments) finish() {
	for _, cancel := range a.cancel {
		cancel()
	}
}

var (
	errorType   = reflect.TypeFor[error]()
	contextType = reflect.TypeFor[context.Context]()
	writerType  = reflect.TypeFor[io.Writer]()
	anyType     = reflect.TypeFor[any]()
	sessionType = reflect.TypeFor[*session.Session]()
	connType    = reflect.TypeFor[*session.Conn]()
	ctxType     = reflect.TypeFor[*session.Context]()
	bytesType   = reflect.TypeFor[[]byte]()
)

// value makes one value of a type.
func (a *arguments) value(t reflect.Type) reflect.Value {
	switch t {
	case sessionType:
		return reflect.ValueOf(session.Param())
	case connType:
		c := session.ParamConn()
		a.conns = append(a.conns, c)
		return reflect.ValueOf(c)
	case ctxType:
		return reflect.ValueOf(session.ParamContext())
	case bytesType:
		return reflect.ValueOf(session.Param().I2D())
	case contextType:
		ctx, cancel := context.WithCancel(context.Background())
		if session.Choose(2) == 1 {
			cancel()
		}
		a.cancel = append(a.cancel, cancel)
		return reflect.ValueOf(&ctx).Elem()
	case errorType:
		var err error
		if session.Choose(2) == 1 {
			err = errors.New("chosen")
		}
		return reflect.ValueOf(&err).Elem()
	case writerType:
		var w io.Writer = &bytes.Buffer{}
		if session.Choose(2) == 1 {
			w = refusing{}
		}
		return reflect.ValueOf(&w).Elem()
	case anyType:
		var v any
		if session.Choose(2) == 1 {
			v = "text"
		}
		return reflect.ValueOf(&v).Elem()
	}
	v := reflect.New(t).Elem()
	a.fill(v)
	return v
}

// fill makes a value by its kind.
func (a *arguments) fill(v reflect.Value) {
	t := v.Type()
	switch t.Kind() {
	case reflect.Bool:
		v.SetBool(session.Choose(2) == 1)
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		v.SetInt(int64(a.c.Ints[session.Choose(len(a.c.Ints))]))
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		v.SetUint(uint64(session.Choose(3)))
	case reflect.String:
		v.SetString(a.c.Strings[session.Choose(len(a.c.Strings))])
	case reflect.Slice:
		n := session.Choose(4)
		v.Set(reflect.MakeSlice(t, n, n))
		for i := range n {
			v.Index(i).Set(a.value(t.Elem()))
		}
	case reflect.Map:
		v.Set(reflect.MakeMap(t))
		if session.Choose(2) == 1 {
			key := reflect.New(t.Key()).Elem()
			if key.Kind() == reflect.String {
				key.SetString(a.c.Strings[1])
			}
			v.SetMapIndex(key, a.value(t.Elem()))
		}
	case reflect.Chan:
		a.channel(v)
	case reflect.Func:
		v.Set(a.function(t))
	case reflect.Pointer:
		v.Set(reflect.New(t.Elem()))
		if t.Elem().PkgPath() != "sync" {
			v.Elem().Set(a.value(t.Elem()))
		}
	case reflect.Struct:
		for i := range t.NumField() {
			a.field(v.Field(i))
		}
	case reflect.Array:
		for i := range v.Len() {
			v.Index(i).Set(a.value(t.Elem()))
		}
	default:
		panic(fmt.Sprintf("drive: no value for a %v", t))
	}
}

// field fills a field of a struct. Only what can hold a handle, and flags, are
// worth a choice; a connection in there is the struct's.
func (a *arguments) field(v reflect.Value) {
	v = open(v)
	own := a.conns
	switch {
	case v.Type() == connType, v.Type() == sessionType, v.Kind() == reflect.Bool:
		v.Set(a.value(v.Type()))
	case v.Kind() == reflect.Map:
		v.Set(reflect.MakeMap(v.Type()))
	case v.Kind() == reflect.Chan:
		a.channel(v)
	}
	a.conns = own
}

// channel makes a channel that can be written to three times without a reader
// and, in the other direction, has one value and an end.
func (a *arguments) channel(v reflect.Value) {
	t := v.Type()
	c := reflect.MakeChan(reflect.ChanOf(reflect.BothDir, t.Elem()), 3)
	if t.ChanDir() == reflect.RecvDir {
		if session.Choose(2) == 1 {
			c.Send(a.value(t.Elem()))
		}
		c.Close()
	}
	a.chans = append(a.chans, c)
	v.Set(c.Convert(t))
}

// function makes a function that uses the sessions it is given and returns
// anything. One without a result takes the references over, as a sink does.
func (a *arguments) function(t reflect.Type) reflect.Value {
	return reflect.MakeFunc(t, func(in []reflect.Value) []reflect.Value {
		for _, v := range in {
			if s, ok := v.Interface().(*session.Session); ok && s != nil {
				s.Time()
				if t.NumOut() == 0 && s.Handle().Held() > 0 {
					session.Keep(s)
				}
			}
			switch {
			case v.Kind() != reflect.Func:
			case v.Type().NumIn() <= 1 && v.Type().NumOut() == 1:
				a.yield(v) // t is an iterator
			case v.Type().NumIn() == 0:
				v.Call(nil)
			}
		}
		out := make([]reflect.Value, t.NumOut())
		for i := range out {
			out[i] = a.value(t.Out(i))
		}
		return out
	})
}

// yield runs the body of a loop over an iterator up to two times.
func (a *arguments) yield(body reflect.Value) {
	for range session.Choose(3) {
		in := make([]reflect.Value, body.Type().NumIn())
		for i := range in {
			in[i] = a.value(body.Type().In(i))
		}
		if !body.Call(in)[0].Bool() {
			return
		}
	}
}

// refusing is a writer that fails.
type refusing struct{}

func (refusing) Write([]byte) (int, error) { return 0, errors.New("refused") }
