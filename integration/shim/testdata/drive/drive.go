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
	"runtime"
	"runtime/debug"
	"strconv"
	"testing"
)

// A Case is one function.
type Case struct {
	Name     string
	Fn       any
	Params   []string // name and type of each parameter, as written; the receiver first
	Literals []string // in the function and those it calls, as written
	Lent     bool     // its session parameters are lent by the library: it is a callback
	Offers   bool     // or offered: they are the callback's if it returns non-zero
	Long     bool     // something is to be shown: it is called five times as often
	Finishes bool     // it may set finalizers
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
	// Weak: it is one only if parameters are passed in a certain way, which another
	// caller need not do.
	Weak     bool `json:",omitempty"`
	Run      int  `json:",omitempty"`
	Done     bool `json:",omitempty"`
	Returned int  `json:",omitempty"` // runs that came to an end
	Ended    int  `json:",omitempty"` // runs that hung, or ended the process
}

// ends are how many calls of a case may hang, or end the process, before it is
// given up.
const ends = 8

// Main runs the cases. Arguments: runs of each case, seed, index of the case and
// of its run to begin with, how many of its calls hung or ended the process and how many returned, file for the
// place where it is. A case that ends the process, or hangs, is continued by
// another process, one run further.
func Main(packages ...Package) {
	place, err := os.OpenFile(os.Args[7], os.O_RDWR|os.O_CREATE, 0o644)
	if err != nil {
		panic(err)
	}
	runtime.GOMAXPROCS(1) // what sync.Pool shows depends on it
	debug.SetGCPercent(400)
	debug.SetMaxStack(1 << 19) // what calls itself for ever ends soon
	C.shim_on_endless(endless())
	out := json.NewEncoder(os.Stdout)
	os.Stdout, os.Stderr = null(), null()
	// Some cases are tests, which only a test can run.
	every := func(_, _ string) (bool, error) { return true, nil }
	testing.Main(every, []testing.InternalTest{{Name: "cases", F: func(t *testing.T) {
		test = t
		drive(packages, out, place)
	}}}, nil, nil)
}

var test *testing.T

// drive runs the cases from the one that is to be begun with.
func drive(packages []Package, out *json.Encoder, place *os.File) {
	runs, seed, first, run := number(1), number(2), number(3), number(4)
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
				r.Ended, r.Returned = number(5), number(6)
			}
			runs := runs
			if c.Long {
				runs *= 5
			}
			seen := map[string]bool{}
			one := newCaller(p, c, seen)
			for ; run < runs && r.Ended < ends; run++ {
				at(place, i, run, r.Ended, r.Returned)
				found, ended := one.run(uint64(seed)*1_000_003 + uint64(i)*7919 + uint64(run))
				if ended == returned {
					r.Returned++
				}
				for _, v := range found {
					if key := fmt.Sprint(v.Check, v.Weak); !seen[key] {
						seen[key] = true
						v.Package, v.Case, v.Run = p.Dir, c.Name, run+1
						_ = out.Encode(v)
					}
				}
				if ended == hung {
					// What hangs goes on; only the end of the process ends it.
					os.Exit(3)
				}
			}
			r.Done, r.Run = true, run
			_ = out.Encode(r)
		}
	}
	at(place, -1, 0, 0, 0)
}

// at writes down where the process is.
func at(place *os.File, i, run, ended, returned int) {
	if _, err := place.WriteAt(fmt.Appendf(nil, "%10d %10d %10d %10d", i, run, ended, returned), 0); err != nil {
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
