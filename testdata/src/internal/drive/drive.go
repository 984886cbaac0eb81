package drive

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"

	"github.com/sessionlint/sessionlint/session"
)

// A Case is one function to be executed.
type Case struct {
	Name    string
	Func    any
	Ints    []int    // values for its int parameters
	Strings []string // values for its string parameters
}

// A Violation is one fault that the runtime has noticed.
type Violation struct {
	Check string
	Case  string
	// Lines are the lines of the package that were being executed, "file.go:12",
	// the innermost first; empty if the driver was, as the owner of a result.
	Lines []string
	// FailedUpRef are the lines of an up_ref that had failed before on the same
	// handle; empty if there was none.
	FailedUpRef []string
	Text        string
}

// A Result is what one case did.
type Result struct {
	Case       string
	Runs       int
	Truncated  bool
	Panics     int // runs that ended in a panic or in runtime.Goexit
	Violations []Violation
}

// limit bounds the runs of one case. A case that needs more has too many
// choices for a fixture.
const limit = 20000

// Run executes the cases of a package and writes their results as JSON to the
// file name in the folder that the environment variable FIXTURES_OUT names.
// globals are pointers to the package's variables. collects: the garbage collector
// runs in the middle of every operation.
func Run(t *testing.T, name string, globals []any, collects bool, cases []Case) {
	_, file, _, _ := runtime.Caller(1)
	w := &world{t: t, dir: filepath.Dir(file), globals: globals, collects: collects}
	var results []Result
	for _, c := range cases {
		results = append(results, w.explore(c))
	}
	out, err := json.MarshalIndent(results, "", "\t")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(os.Getenv("FIXTURES_OUT"), name), out, 0o644); err != nil {
		t.Fatal(err)
	}
}

// world is one fixture package under execution.
type world struct {
	t        *testing.T
	dir      string
	globals  []any
	collects bool
}

// collect runs the garbage collector and the finalizers of all that is dead. They
// run in batches, one after another: what the first collection has found is done
// with when a mark that the third one finds is.
func collect() {
	for range 3 {
		var done atomic.Bool
		runtime.SetFinalizer(&mark{}, func(*mark) { done.Store(true) })
		runtime.GC()
		for !done.Load() {
			runtime.Gosched()
		}
	}
}

// patience is how often the garbage collector is asked for what is left.
const patience = 8

// A mark has a pointer, so that it is an object of its own.
type mark struct{ _ *mark }

// explore runs one case in every way.
func (w *world) explore(c Case) Result {
	result := Result{Case: c.Name}
	seen := map[string]bool{}
	var path choices
	for more := true; more; more = path.next() {
		if result.Runs == limit {
			result.Truncated = true
			break
		}
		result.Runs++
		returned := false
		report := session.Run(func() {
			path.begin(session.Default())
			session.Default().SetPlace(w.here)
			if w.collects {
				session.Default().SetCollector(collect)
			}
			synctest.Test(w.t, func(t *testing.T) { returned = w.once(c) })
			if w.collects {
				session.Default().SetCollector(nil) // a finalizer cannot wait for another one
				// A stack that is no longer used may keep an object for a while.
				for i := 0; i == 0 || i < patience && len(session.Default().Leaks()) > 0; i++ {
					collect()
				}
			}
		})
		if !returned {
			result.Panics++
		}
		for _, v := range report.Violations {
			if v.Kind == session.MissingFree && !returned {
				continue // a panic owes nothing
			}
			found := Violation{
				Check:       check(v),
				Case:        c.Name,
				Lines:       lines(v.At),
				FailedUpRef: lines(v.FailedUpRef.At),
				Text:        v.Error(),
			}
			if key := fmt.Sprint(found); !seen[key] {
				seen[key] = true
				result.Violations = append(result.Violations, found)
			}
		}
	}
	return result
}

// check is the check that a violation belongs to. What a finalizer has freed before
// its time is no matter of counts.
func check(v session.Violation) string {
	use := v.Kind == session.UseAfterFree || v.Kind == session.DanglingBorrow
	if use && strings.HasPrefix(v.Other.At.Func, finalizer) {
		return string(session.MissingKeepAlive)
	}
	return string(v.Kind)
}

// finalizer stands before the lines of a place in a finalizer.
const finalizer = "finalizer"

// once runs the case's function one time and settles what it leaves. It reports
// whether the function returned; one that panics owes nothing.
func (w *world) once(c Case) (returned bool) {
	defer w.reset()
	f := reflect.ValueOf(c.Func)
	args := newArguments(c)
	in := make([]reflect.Value, f.Type().NumIn())
	for i := range in {
		in[i] = args.value(f.Type().In(i))
	}
	var out []reflect.Value
	done := make(chan struct{})
	go func() {
		defer close(done)
		defer func() { _ = recover() }()
		if f.Type().IsVariadic() {
			out = f.CallSlice(in)
		} else {
			out = f.Call(in)
		}
		returned = true
	}()
	<-done
	args.finish()
	synctest.Wait()
	owner := newOwner()
	for _, g := range w.globals {
		owner.kept(reflect.ValueOf(g).Elem())
	}
	for _, v := range append(in, args.chans...) {
		owner.argument(v)
	}
	for _, v := range out {
		owner.result(v)
	}
	owner.settle(args.conns)
	synctest.Wait()
	return returned
}

// reset clears what package variables keep of the last run.
func (w *world) reset() {
	for _, g := range w.globals {
		v := reflect.ValueOf(g).Elem()
		if !holds(v.Type()) {
			continue
		}
		switch {
		case v.Kind() == reflect.Map && !v.IsNil():
			v.Clear()
		case v.Kind() == reflect.Chan && !v.IsNil():
			for {
				if _, ok := v.TryRecv(); !ok {
					break
				}
			}
		default:
			v.SetZero()
		}
	}
}

// here returns the place of an operation: all lines of the package that are
// being executed, packed into the one field that keeps a text.
func (w *world) here() session.Place {
	var pcs [64]uintptr
	frames := runtime.CallersFrames(pcs[:runtime.Callers(3, pcs[:])])
	var stack []string
	var place session.Place
	for {
		f, more := frames.Next()
		if w.inside(f.File) && !strings.HasPrefix(filepath.Base(f.File), "zz_") {
			if len(stack) == 0 {
				place.File, place.Line = f.File, f.Line
			}
			stack = append(stack, fmt.Sprintf("%s:%d", filepath.Base(f.File), f.Line))
		}
		if strings.HasPrefix(f.Function, "runtime.runFinalizers") {
			stack = append([]string{finalizer}, stack...)
		}
		if !more {
			break
		}
	}
	place.Func = strings.Join(stack, " ")
	return place
}

// inside reports whether a file belongs to the package or to its lower half, "lib",
// if it was cut in two.
func (w *world) inside(file string) bool {
	dir := filepath.Dir(file)
	return dir == w.dir || dir == filepath.Join(w.dir, "lib")
}

// lines unpacks what here has packed. The place of a callback is that of its
// literal, and was not packed; that of a method's value is nowhere.
func lines(p session.Place) []string {
	if p.File == "<autogenerated>" {
		return nil
	}
	if p.File != "" && !strings.Contains(p.Func, ".go:") {
		return []string{fmt.Sprintf("%s:%d", filepath.Base(p.File), p.Line)}
	}
	return strings.Fields(p.Func)
}
