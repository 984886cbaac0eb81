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

// Run generates, executes, analyses and compares N programs. While some are
// analysed the next ones are drawn.
func Run(o Options) (*Report, error) {
	if o.BatchSize == 0 {
		o.BatchSize = 250
	}
	r := newReport(o)
	ready, stop := make(chan drawn, 1), make(chan struct{})
	var wg sync.WaitGroup
	defer wg.Wait()
	defer close(stop)
	wg.Go(func() {
		defer close(ready)
		g := generate.New(o.Seed)
		for from := 0; from < o.N; from += 4 * o.BatchSize {
			d := draw(g, from, min(o.N, from+4*o.BatchSize))
			select {
			case ready <- d:
			case <-stop:
				return
			}
		}
	})
	for d := range ready {
		if d.err != nil {
			return nil, d.err
		}
		r.Redrawn += d.redrawn
		r.Pairs = d.pairs
		for _, c := range d.cases {
			r.count(c)
		}
		if err := r.compare(d.cases, o); err != nil {
			return nil, err
		}
		if o.Progress != nil {
			o.Progress(r)
		}
	}
	return r, nil
}

// drawn are cases, and how often the generator was asked once more.
type drawn struct {
	cases   []*Case
	redrawn int
	pairs   map[[2]string]int // of all programs so far
	err     error
}

// draw generates and executes the programs of some numbers; those that have too
// many ways to go are drawn again.
func draw(g *generate.Generator, from, to int) drawn {
	d := drawn{cases: make([]*Case, to-from)}
	programs := make([]generate.Program, 0, to-from)
	for i := from; i < to; i++ {
		programs = append(programs, g.Program(i))
	}
	todo := make([]int, len(programs))
	for i := range todo {
		todo[i] = i
	}
	for try := 1; ; try++ {
		if d.err = executeAll(programs, d.cases, todo, try <= generate.Tries); d.err != nil {
			return d
		}
		todo = slices.DeleteFunc(todo, func(i int) bool { return !d.cases[i].Truth.Truncated })
		if try > generate.Tries {
			break
		}
		for _, i := range todo {
			programs[i] = g.Instead(programs[i], try)
			d.redrawn++
		}
	}
	d.pairs = g.Pairs()
	return d
}

// executeAll executes some programs; hastily if those with too many ways to go are
// drawn again.
func executeAll(programs []generate.Program, all []*Case, which []int, hasty bool) error {
	limits := limits
	limits.Hasty = hasty
	errs := make([]error, len(programs))
	var wg sync.WaitGroup
	work := make(chan int)
	for range runtime.GOMAXPROCS(0) {
		wg.Go(func() {
			for i := range work {
				all[i], errs[i] = newCase(programs[i], limits)
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
			v, err := Compare(b.Cases[k], f)
			if err != nil {
				return err
			}
			r.add(b.Cases[k], v)
		}
	}
	return nil
}
