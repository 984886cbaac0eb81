//go:build go1.26

package zzshim

/*
#include "ledger.h"
*/
import "C"

import (
	"reflect"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"slices"
	"testing"
	"time"
)

// How a call ended.
const (
	returned = iota
	panicked // or died, or went on without end
	hung
)

// A caller calls one case many times.
type caller struct {
	Package
	c    Case
	seen map[string]bool // what is known of it
	// Whether it consumed what it was passed, in some run, and whether it did not.
	consumed, kept bool
	ours           map[int]bool // variables that held no function
}

func newCaller(p Package, c Case, seen map[string]bool) *caller {
	return &caller{Package: p, c: c, seen: seen, ours: map[int]bool{}}
}

// An answer is what a call came to.
type answer struct {
	results []any
	called  bool // the functions among them
	ended   int
}

// run calls the case once.
func (p *caller) run(seed uint64) ([]Record, int) {
	C.shim_begin(C.ulonglong(seed))
	tiny()
	a := newArguments(p.c)
	a.variables(p.Globals, p.ours)
	goroutines, globals := runtime.NumGoroutine(), reach(p.Globals)
	done := make(chan answer, 1)
	go func() {
		defer func() { done <- a.got }() // also if it ends by runtime.Goexit
		a.answer(p.c)
	}()
	ans, ok := await(done)
	switch {
	case !ok && len(noticed()) > 0:
		return noticed(), hung
	case !ok:
		return unending(owing()), hung
	case C.shim_endless() > 0:
		return unending(C.shim_endless() == 2), panicked
	case ans.ended == panicked || C.shim_died() == 1:
		return noticed(), panicked
	}
	for range 20 { // what it started may still be under way
		if runtime.NumGoroutine() <= goroutines {
			break
		}
		time.Sleep(200 * time.Microsecond)
	}
	if C.shim_died() == 1 {
		return noticed(), panicked
	}
	found := noticed()
	if len(found) > 0 || runtime.NumGoroutine() > goroutines {
		return found, returned // what is left means nothing any more, or not yet
	}
	l := p.leavings(a, ans, globals)
	found = p.left(l)
	if p.c.Finishes && (len(found) == 0 || found[0].Check == "missingfree" && !p.seen["missingfreefalse"]) {
		// When the results are gone their finalizers run.
		ans.results, a.got.results = nil, nil
		C.shim_late()
		collect()
		if late := noticed(); len(late) > 0 {
			found = late
		} else if len(found) > 0 {
			found = p.left(l) // what they free is not owed
		}
	}
	runtime.KeepAlive(a)
	return found, returned
}

// answer calls the case; in a test of its own, if it is one.
func (a *arguments) answer(c Case) {
	if t := reflect.TypeOf(c.Fn); t.NumIn() == 0 || t.In(0) != testType {
		a.plainly(c)
		return
	}
	test.Run(c.Name, func(t *testing.T) {
		a.t = t
		a.plainly(c)
	})
}

// plainly calls the case, and the functions that it returns.
func (a *arguments) plainly(c Case) {
	a.got.ended = panicked // also if it ends by runtime.Goexit
	debug.SetPanicOnFault(true)
	defer func() {
		// A place that the ledger has closed was looked at.
		if fault, ok := recover().(interface{ Addr() uintptr }); ok {
			C.shim_touched(C.ulonglong(fault.Addr()))
		}
	}()
	a.got.results = a.call(c)
	if c.Offers && refused(a.got.results) {
		C.shim_give_back()
	}
	a.got.called = a.after(a.got.results)
	a.got.ended = returned
}

// refused reports whether a callback said that it keeps nothing.
func refused(results []any) bool {
	return len(results) == 1 && reflect.ValueOf(results[0]).IsZero()
}

// idle is for how long nothing may go on before a call counts as hung.
const idle = 50 * time.Millisecond

// await waits for an answer. A call hangs if all goroutines wait for each other,
// however long the machine takes to run them, or if it takes for ever.
func await(done chan answer) (answer, bool) {
	select {
	case ans := <-done:
		return ans, true
	case <-time.After(5 * time.Millisecond):
	}
	busy := []metrics.Sample{{Name: "/sched/goroutines/runnable:goroutines"}, {Name: "/sched/goroutines/not-in-go:goroutines"}}
	from, last := time.Now(), time.Now()
	for time.Since(last) < idle && time.Since(from) < 10*time.Second {
		select {
		case ans := <-done:
			return ans, true
		case <-time.After(time.Millisecond):
		}
		metrics.Read(busy)
		if busy[0].Value.Uint64() > 0 || busy[1].Value.Uint64() > 0 {
			last = time.Now()
		}
	}
	return answer{}, false
}

// tiny makes small objects without pointers, so that those made before share their
// memory with none made later: else a finalizer would wait for both.
func tiny() {
	for range 4 {
		small = new([15]byte)
	}
}

var small *[15]byte

// collect runs finalizers.
func collect() {
	tiny()
	for range 2 {
		ran := make(chan bool, 1)
		runtime.SetFinalizer(new([64]byte), func(*[64]byte) { ran <- true })
		runtime.GC()
		<-ran // in turn with the others
		time.Sleep(200 * time.Microsecond)
	}
}

// unending is what is wrong with a call that does not end and owns something:
// nobody frees it, unless its end was near.
func unending(owing bool) []Record {
	if !owing {
		return nil
	}
	return []Record{{Check: "missingfree", Weak: true}}
}

func owing() bool {
	return slices.ContainsFunc(sessions(), func(s session) bool { return s.owns > 0 && !s.param })
}

// leavings are what a call left behind.
type leavings struct {
	a                                   *arguments
	results, globals, arguments, before reached
	kept                                []reached // by each variable
	places                              []reached // by each argument
	offers                              bool
	called                              bool // the functions among the results
	failed                              bool // an error is among them
	escapes                             bool // functions were left that may hold anything
}

func (p *caller) leavings(a *arguments, ans answer, before reached) leavings {
	l := leavings{
		a: a, offers: p.c.Offers, called: ans.called, failed: failed(ans.results),
		results: reach(ans.results), globals: reach(p.Globals), arguments: reach(a.values), before: before,
		kept: each(p.Globals),
	}
	for _, v := range a.values {
		if t := reflect.TypeOf(v); t == nil || t.Kind() != reflect.Pointer || t.Elem().Kind() != reflect.Pointer {
			l.places = append(l.places, reach([]any{v}))
		} // else it is the caller's place for a result
	}
	l.escapes = l.results.functions > 0 && !ans.called || l.globals.functions > l.before.functions || l.arguments.functions > a.given.functions
	return l
}

// left judges leavings: references that are owed and stand nowhere, borrowed
// sessions that stand where they outlive their owner, and results that may not be
// used.
func (p *caller) left(l leavings) (list []Record) {
	for _, s := range sessions() {
		if r, ok := l.judge(s); ok {
			list = append(list, r)
		}
		if s.param && l.a.direct[s.at] && l.standing(s) == 0 {
			p.consumed = p.consumed || s.owns == 0
			p.kept = p.kept || s.owns > 0
		}
	}
	if p.consumed && p.kept {
		// No caller can know.
		list = append(list, Record{Check: "missingfree", Weak: true})
	}
	return list
}

// standing is in how many new places a session stands. Every place has one
// reference.
func (l leavings) standing(s session) int {
	return max(0, l.results.has[s.at]+l.globals.has[s.at]+l.a.handed[s.at]+l.arguments.has[s.at]-l.a.given.has[s.at]-l.before.has[s.at])
}

// lonely reports whether something keeps a session without what lends it.
func (l leavings) lonely(s session) bool {
	for _, r := range l.kept {
		if r.has[s.at] > 0 && !s.lentBy(r) {
			return true
		}
	}
	for _, r := range l.places {
		if r.has[s.at] > 0 && l.a.given.has[s.at] == 0 && !s.lentBy(r) {
			return true
		}
	}
	return false
}

func (l leavings) judge(s session) (Record, bool) {
	owed := s.owns
	if s.param && owed > 0 {
		owed-- // the caller's
	}
	everywhere := l.results.has[s.at] + l.globals.has[s.at] + l.a.handed[s.at] + l.arguments.has[s.at]
	switch {
	case l.escapes:
	case owed > l.standing(s):
		// What is added to a parameter's references may be for the caller.
		return Record{Check: "missingfree", Weak: s.param}, true
	case !s.param && owed > l.standing(s)-l.a.yields[s.at]:
		// The loop over an iterator may have it lent only.
		return Record{Check: "missingfree", Weak: true}, true
	case s.param && !l.a.direct[s.at] && s.owns > everywhere:
		// What a parameter led to is nowhere any more.
		return Record{Check: "missingfree", Weak: true}, true
	}
	switch {
	case s.onlyLent && l.lonely(s), l.offers && l.lonely(s) && !s.usable && s.ended:
		return Record{Check: "danglingborrow"}, true
	case l.called || l.failed: // nobody looks at a result beside an error
	case l.results.has[s.at] > 0 && !s.usable && s.ended:
		return Record{Check: "danglingborrow"}, true
	case l.results.has[s.at] > 0 && !s.usable:
		return Record{Check: "useafterfree"}, true
	}
	if !s.usable && l.lonely(s) {
		// Somebody may yet look at it.
		return Record{Check: "useafterfree", Weak: true}, true
	}
	return Record{}, false
}

// failed reports whether an error is among the results.
func failed(results []any) bool {
	for _, r := range results {
		if err, ok := r.(error); ok && err != nil {
			return true
		}
	}
	return false
}
