//go:build go1.26

// Package zzshim calls functions with made-up arguments over the ledger, and
// writes down what they do to references.
//
// It is copied into the module whose functions it calls, with a main package
// that lists them.
package zzshim

/*
#include "ledger.h"
*/
import "C"

import (
	"encoding/json"
	"fmt"
	"os"
	"reflect"
	"runtime"
	"strconv"
	"strings"
	"time"
	"unsafe"
)

// A Case is one function.
type Case struct {
	Name   string
	Fn     any
	Params []string // name and type of each parameter, as written; the receiver first
	Lent   bool     // its session parameters are lent by the library: it is a callback
	Long   bool     // something is to be shown: it is called five times as often
	Offers bool     // or offered: they are the callback's if it returns non-zero
}

// A Package is the functions of one package, and its variables.
type Package struct {
	Dir     string
	Cases   []Case
	Globals []any // pointers
}

// A Record is one line of output: a check that a case violated for the first
// time, or, with Done, that a case is through.
type Record struct {
	Package, Case string
	Check, Call   string `json:",omitempty"`
	Run           int    `json:",omitempty"`
	Done          bool   `json:",omitempty"`
	Panics, Hung  int    `json:",omitempty"`
}

// hangs are how many calls of a case may hang before it is given up.
const hangs = 3

// Main runs the cases. Arguments: runs of each case, seed, index of the case and
// of its run to begin with, how many of its calls hung, file for the place where
// it is. A case that ends the process, or hangs, is continued by another process,
// one run further.
func Main(packages ...Package) {
	runs, seed, first, run := number(1), number(2), number(3), number(4)
	place, err := os.OpenFile(os.Args[6], os.O_RDWR|os.O_CREATE, 0o644)
	if err != nil {
		panic(err)
	}
	runtime.GOMAXPROCS(1) // what sync.Pool shows depends on it
	stdout := os.Stdout
	os.Stdout, os.Stderr = null(), null()
	out := json.NewEncoder(stdout)
	i := -1
	for _, p := range packages {
		for _, c := range p.Cases {
			if i++; i < first {
				continue
			}
			if i > first {
				run = 0
			}
			r := Record{Package: p.Dir, Case: c.Name}
			if i == first {
				r.Hung = number(5)
			}
			runs := runs
			if c.Long {
				runs *= 5
			}
			seen := map[string]bool{}
			for ; run < runs && r.Hung < hangs; run++ {
				at(place, i, run, r.Hung)
				found, ended := p.call(c, seen, uint64(seed)*1_000_003+uint64(i)*7919+uint64(run))
				switch ended {
				case panicked:
					r.Panics++
				case hung:
					// What hangs goes on; only the end of the process ends it.
					at(place, i, run, r.Hung+1)
					defer os.Exit(3)
				}
				for _, v := range found {
					if !seen[v.Check] {
						seen[v.Check] = true
						v.Package, v.Case, v.Run = p.Dir, c.Name, run+1
						_ = out.Encode(v)
					}
				}
				if ended == hung {
					return
				}
			}
			r.Done, r.Run = true, run
			_ = out.Encode(r)
		}
	}
	at(place, -1, 0, 0)
}

// at writes down where the process is.
func at(place *os.File, i, run, hung int) {
	if _, err := place.WriteAt(fmt.Appendf(nil, "%10d %10d %10d", i, run, hung), 0); err != nil {
		panic(err)
	}
}

func number(i int) int {
	n, err := strconv.Atoi(os.Args[i])
	if err != nil {
		panic(err)
	}
	return n
}

func null() *os.File {
	f, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0)
	if err != nil {
		panic(err)
	}
	return f
}

// How a call ended.
const (
	returned = iota
	panicked
	hung
)

// call calls the case once.
func (p Package) call(c Case, seen map[string]bool, seed uint64) ([]Record, int) {
	C.shim_begin(C.ulonglong(seed))
	a := &arguments{handed: map[uintptr]int{}}
	type answer struct {
		results []any
		called  bool // the functions among them
		ended   int
	}
	done := make(chan answer, 1)
	a.variables(p.Globals)
	switch {
	case c.Offers:
		a.how = C.SHIM_OFFERED
	case c.Lent:
		a.how = C.SHIM_LENT
	}
	before, globals := runtime.NumGoroutine(), reach(p.Globals)
	go func() {
		ans := answer{ended: panicked} // also if it ends by runtime.Goexit
		defer func() {
			_ = recover()
			done <- ans
		}()
		ans.results = a.call(c)
		if c.Offers && fmt.Sprint(ans.results...) == "0" {
			C.shim_give_back()
		}
		ans.called = a.after(ans.results)
		ans.ended = returned
	}()
	var ans answer
	select {
	case ans = <-done:
	case <-time.After(500 * time.Millisecond):
		return noticed(), hung
	}
	if ans.ended == panicked {
		return noticed(), panicked
	}
	for range 20 { // what it started may still be under way
		if runtime.NumGoroutine() <= before {
			break
		}
		time.Sleep(200 * time.Microsecond)
	}
	found := noticed()
	if len(found) > 0 || runtime.NumGoroutine() > before {
		return found, returned // what is left means nothing any more, or not yet
	}
	found = p.left(c, a, ans.results, ans.called, globals)
	if len(found) > 0 && found[0].Check == "missingfree" && !seen["missingfree"] {
		// A finalizer may free it.
		for range 2 {
			runtime.GC()
			time.Sleep(time.Millisecond)
		}
		if late := noticed(); len(late) > 0 {
			return late, returned
		}
		found = p.left(c, a, ans.results, ans.called, globals)
	}
	runtime.KeepAlive(a)
	return found, returned
}

func noticed() (list []Record) {
	for i := range C.shim_violations() {
		list = append(list, Record{Check: C.GoString(C.shim_check(i)), Call: C.GoString(C.shim_call(i))})
	}
	return list
}

// left judges what the call left behind: references that are owed and stand
// nowhere, borrowed sessions that stand where they outlive their owner, and
// results that may not be used.
func (p Package) left(c Case, a *arguments, results []any, called bool, before reached) (list []Record) {
	inResults, inGlobals, inArguments := reach(results), reach(p.Globals), reach(a.values)
	var each []reached
	for _, v := range a.values {
		if t := reflect.TypeOf(v); t != nil && t.Kind() == reflect.Pointer && t.Elem().Kind() == reflect.Pointer {
			continue // the caller's place for a result
		}
		each = append(each, reach([]any{v}))
	}
	escapes := inResults.functions > 0 && !called || inGlobals.functions > before.functions || inArguments.functions > a.given.functions
	for i := range C.shim_sessions() {
		s := uintptr(C.shim_session(i))
		if s == 0 {
			continue
		}
		// Every place has one reference.
		places := inResults.has[s] + inGlobals.has[s] + a.handed[s] + inArguments.has[s] - a.given.has[s] - before.has[s]
		kept := inGlobals.has[s] > 0
		for _, r := range each {
			kept = kept || r.has[s] > 0 && a.given.has[s] == 0 && !r.lends(i)
		}
		switch {
		case int(C.shim_owed(i)) > max(places, 0) && !escapes:
			list = append(list, Record{Check: "missingfree"})
		case C.shim_only_lent(i) == 1 && kept:
			list = append(list, Record{Check: "danglingborrow"})
		case c.Offers && kept && C.shim_usable(i) == 0 && C.shim_ended(i) == 1:
			list = append(list, Record{Check: "danglingborrow"})
		case called:
		case inResults.has[s] > 0 && C.shim_usable(i) == 0 && C.shim_ended(i) == 1:
			list = append(list, Record{Check: "danglingborrow"})
		case inResults.has[s] > 0 && C.shim_usable(i) == 0:
			list = append(list, Record{Check: "useafterfree"})
		}
	}
	return list
}

// lends reports whether an owner that lends session i is reached, too.
func (r reached) lends(i C.int) bool {
	for at := range r.has {
		if C.shim_lent_by(i, C.ulonglong(at)) == 1 {
			return true
		}
	}
	return false
}

func use(at uintptr) { C.shim_passed(C.ulonglong(at)) }

func endOwners() { C.shim_end_owners() }

func draw(n int) int { return int(C.shim_draw(C.unsigned(n))) }

// handle makes a handle for a parameter.
func handle(kind string, how int) unsafe.Pointer {
	var k C.int = C.SHIM_OTHER
	switch kind {
	case "session":
		k = C.SHIM_SESSION
	case "conn":
		k = C.SHIM_CONN
	case "context":
		k = C.SHIM_CONTEXT
	}
	return C.shim_param(k, C.int(how))
}

// handleKind says which handle a type is, by what was written ("name type") or,
// without that, by the name that cgo gave it; "" for none.
func handleKind(written, name string) string {
	word, typ, _ := strings.Cut(written, " ")
	switch {
	case strings.HasSuffix(typ, "C.SSL_SESSION"), strings.HasSuffix(name, "ssl_session_st"), strings.HasSuffix(name, "_SSL_SESSION"):
		return "session"
	case strings.HasSuffix(typ, "C.SSL_CTX"), strings.HasSuffix(name, "ssl_ctx_st"), strings.HasSuffix(name, "_SSL_CTX"):
		return "context"
	case strings.HasSuffix(typ, "C.SSL"), strings.HasSuffix(name, "ssl_st"), strings.HasSuffix(name, "_SSL"):
		return "conn"
	case strings.HasSuffix(typ, "C.BIO"), strings.HasSuffix(typ, "C.X509"), strings.HasSuffix(name, "bio_st"), strings.HasSuffix(name, "x509_st"):
		return "other"
	case strings.HasSuffix(typ, "unsafe.Pointer"):
		word = strings.ToLower(word)
		switch {
		case strings.Contains(word, "ssl"), strings.Contains(word, "conn"), word == "c":
			return "conn"
		case strings.Contains(word, "ctx"):
			return "context"
		case strings.HasPrefix(word, "s"):
			return "session"
		}
		return "other"
	}
	return ""
}
