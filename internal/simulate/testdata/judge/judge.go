// Package judge runs copies of package simulate, each with one fault seeded into
// it, over the same reference programs and asks replay what it makes of their
// claims.
//
// In: reference programs (gob) and one Follow for each copy. Out: for each copy,
// the claims that replay confirms and those it does not, as sorted text. It is
// linked into a program that the test of package simulate generates and builds;
// nothing of it is part of the analyzer.
package judge

import (
	"encoding/gob"
	"encoding/json"
	"fmt"
	"os"
	"runtime"
	"slices"
	"sync"

	"github.com/sessionlint/sessionlint/internal/contract"
	"github.com/sessionlint/sessionlint/internal/refprog"
	"github.com/sessionlint/sessionlint/internal/replay"
)

// A Claim is what a copy of simulate claims.
type Claim struct {
	refprog.Claim
	SiteChain, AtChain []refprog.OpRef
	ID                 any // the copy's SiteID
}

// Follow simulates the function with the given key. only, if not nil, is the ID
// of the one site to follow; track are the registers to keep apart.
type Follow func(key string, only any, track map[string][]refprog.Reg) Simulated

// Simulated is what a copy says of one function.
type Simulated struct {
	Claims  []Claim
	Entered []string // functions executed in place
}

// A Copy is one copy of simulate.
type Copy struct {
	Name string
	New  func(refprog.Universe, *contract.Table) Follow
}

// A Report is what became of the claims of one copy. Every text starts with the
// function's key and a tab.
type Report struct {
	Name      string
	Confirmed []string
	Open      []string // unconfirmed, or refuted in every round
	Panics    []string
}

// rounds bounds how often a refuted claim is simulated again.
const rounds = 3

// Main judges the copies over the programs in the file that the first argument
// names, and writes the reports to the standard output as JSON.
func Main(copies []Copy) {
	programs, err := read(os.Args[1])
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
	reports := make([]Report, len(copies))
	var wait sync.WaitGroup
	slots := make(chan struct{}, runtime.GOMAXPROCS(0))
	for i, c := range copies {
		wait.Add(1)
		go func() {
			defer wait.Done()
			slots <- struct{}{}
			defer func() { <-slots }()
			reports[i] = Judge(c, programs)
		}()
	}
	wait.Wait()
	if err := json.NewEncoder(os.Stdout).Encode(reports); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
}

func read(name string) ([]*refprog.Program, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var programs []*refprog.Program
	if err := gob.NewDecoder(f).Decode(&programs); err != nil {
		return nil, err
	}
	for _, p := range programs {
		p.Func("") // builds the index, which the copies share
	}
	return programs, nil
}

// bench is one copy at work on one program.
type bench struct {
	program *refprog.Program
	table   *contract.Table
	follow  Follow
	report  *Report
}

// Judge judges one copy.
func Judge(c Copy, programs []*refprog.Program) Report {
	r := Report{Name: c.Name}
	table := contract.Default()
	for _, p := range programs {
		b := bench{program: p, table: table, follow: c.New(p, table), report: &r}
		entered := map[string]bool{}
		for _, f := range p.Funcs {
			if f.Synthetic || entered[f.Key] {
				continue
			}
			for _, key := range b.function(f.Key) {
				entered[key] = true
			}
		}
	}
	for _, list := range []*[]string{&r.Confirmed, &r.Open, &r.Panics} {
		slices.Sort(*list)
		*list = slices.Compact(*list)
	}
	return r
}

// function judges the claims of one function. One confirmed claim speaks for all
// that would be the same finding.
func (b *bench) function(key string) []string {
	defer func() {
		if p := recover(); p != nil {
			b.report.Panics = append(b.report.Panics, fmt.Sprintf("%s\t%v", key, p))
		}
	}()
	res := b.follow(key, nil, nil)
	found := map[string]bool{}
	for _, c := range res.Claims {
		name := identity(c)
		if found[name] {
			continue
		}
		v := b.confirm(key, c)
		if v.Status == replay.Confirmed {
			found[name] = true
			b.report.Confirmed = append(b.report.Confirmed, key+"\t"+name)
			continue
		}
		b.report.Open = append(b.report.Open, fmt.Sprintf("%s\t%s, %s: %s", key, name, v.Status, v.Reason))
	}
	return res.Entered
}

// identity is what makes two claims one finding.
func identity(c Claim) string {
	if c.Check == "missingfree" {
		return fmt.Sprintf("%s of %s", c.Check, c.SiteChain)
	}
	return fmt.Sprintf("%s at %s", c.Check, c.AtChain)
}

// confirm asks replay; a refuted claim is simulated again with what contradicts
// it kept apart.
func (b *bench) confirm(key string, c Claim) replay.Verdict {
	v := replay.Confirm(b.program, b.table, c.Claim)
	track := map[string][]refprog.Reg{}
	for round := 0; round < rounds && v.Status == replay.Refuted; round++ {
		if !b.track(track, v.Conflict) {
			break
		}
		for _, d := range b.follow(key, c.ID, track).Claims {
			if identity(d) != identity(c) {
				continue
			}
			if v = replay.Confirm(b.program, b.table, d.Claim); v.Status == replay.Confirmed {
				return v
			}
		}
	}
	return v
}

// track adds the registers of a conflict and reports whether any is new.
func (b *bench) track(track map[string][]refprog.Reg, conflict []replay.Literal) bool {
	grew := false
	for _, l := range conflict {
		reg := l.Reg
		if reg == refprog.NoReg {
			cond := b.program.Func(l.Func).Blocks[l.Block].Term.Cond
			if cond.Kind != refprog.RegOperand {
				continue
			}
			reg = cond.Reg
		}
		if !slices.Contains(track[l.Func], reg) {
			track[l.Func] = append(track[l.Func], reg)
			grew = true
		}
	}
	return grew
}
