package oracle

import (
	"fmt"
	"runtime"
	"slices"
	"sync"

	"github.com/sessionlint/sessionlint/internal/oracle/generate"
)

// Options say what to run.
type Options struct {
	N         int
	Seed      uint64
	BatchSize int // programs a package; 0: 250
	Analyzer  Analyzer
	Limits    []Limitation
	Progress  func(*Report) // after some programs
}

// Run generates, executes, analyses and compares N programs.
func Run(o Options) (*Report, error) {
	if o.BatchSize == 0 {
		o.BatchSize = 250
	}
	g := generate.New(o.Seed)
	r := newReport(o)
	for from := 0; from < o.N; {
		to := min(o.N, from+4*o.BatchSize)
		cases, err := draw(g, from, to, r)
		if err != nil {
			return nil, err
		}
		if err := r.compare(cases, o); err != nil {
			return nil, err
		}
		from = to
		r.Pairs = g.Pairs()
		if o.Progress != nil {
			o.Progress(r)
		}
	}
	return r, nil
}

// draw generates and executes the programs of some numbers; those that have too
// many ways to go are drawn again.
func draw(g *generate.Generator, from, to int, r *Report) ([]*Case, error) {
	programs := make([]generate.Program, 0, to-from)
	for i := from; i < to; i++ {
		programs = append(programs, g.Program(i))
	}
	all := make([]*Case, len(programs))
	todo := make([]int, len(programs))
	for i := range todo {
		todo[i] = i
	}
	for try := 1; ; try++ {
		if err := executeAll(programs, all, todo); err != nil {
			return nil, err
		}
		todo = slices.DeleteFunc(todo, func(i int) bool { return !all[i].Truth.Truncated })
		if try > generate.Tries {
			break
		}
		for _, i := range todo {
			programs[i] = g.Instead(programs[i], try)
			r.Redrawn++
		}
	}
	for _, c := range all {
		r.count(c)
	}
	return all, nil
}

// executeAll executes some programs.
func executeAll(programs []generate.Program, all []*Case, which []int) error {
	errs := make([]error, len(programs))
	var wg sync.WaitGroup
	work := make(chan int)
	for range runtime.GOMAXPROCS(0) {
		wg.Go(func() {
			for i := range work {
				all[i], errs[i] = NewCase(programs[i])
			}
		})
	}
	for _, i := range which {
		work <- i
	}
	close(work)
	wg.Wait()
	for i, err := range errs {
		if err != nil {
			return fmt.Errorf("%s: %w\n%s", programs[i].Name, err, programs[i].Text)
		}
	}
	return nil
}

// compare analyses cases in batches and adds what comes out.
func (r *Report) compare(cases []*Case, o Options) error {
	var batches []*Batch
	var sources [][]byte
	for from := 0; from < len(cases); from += o.BatchSize {
		b, err := NewBatch(cases[from:min(len(cases), from+o.BatchSize)])
		if err != nil {
			return err
		}
		batches = append(batches, b)
		sources = append(sources, b.Source)
	}
	findings, err := o.Analyzer.Analyze(sources)
	if err != nil {
		return err
	}
	for i, b := range batches {
		for k, f := range b.Split(findings[i]) {
			r.add(b.Cases[k], Compare(b.Cases[k], f))
		}
	}
	return nil
}
