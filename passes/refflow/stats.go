package refflow

import (
	"fmt"
	"go/token"
	"path/filepath"
	"strings"

	"github.com/sessionlint/sessionlint/internal/contract"
	"github.com/sessionlint/sessionlint/internal/refprog"
	"github.com/sessionlint/sessionlint/internal/simulate"
)

// stats are the honesty figures of one package.
type stats struct {
	sites, decided int
	simulated      int // functions
	refuted, open  int // claims that replay refuted; claims it could not follow
	notes          []statNote

	summarised, skipped map[refprog.OpRef]bool // calls that are not executed in place
}

// statNote is one site that was not decided, or a claim that was not confirmed.
type statNote struct {
	ref  refprog.OpRef
	text string
}

// count adds the sites of one function. A site inside a callee is the callee's.
func (s *stats) count(w *work, f *refprog.Func, res *simulate.Result) {
	if res.GaveUp != "" {
		w.problem(f.Pos, fmt.Sprintf("%s is analysed in part: %s", f.Name, res.GaveUp))
	}
	if s.summarised == nil {
		s.summarised, s.skipped = map[refprog.OpRef]bool{}, map[refprog.OpRef]bool{}
	}
	for _, r := range res.Summarised {
		s.summarised[r] = true
	}
	for _, r := range res.Skipped {
		s.skipped[r] = true
	}
	for _, site := range res.Sites {
		if w.foreign(f, site.Chain) >= 0 {
			continue
		}
		s.sites++
		if site.Lost == "" {
			s.decided++
			continue
		}
		s.notes = append(s.notes, statNote{site.At, "not decided: " + site.Lost})
	}
}

func (s *stats) refute(c *simulate.Claim, reason string) {
	s.refuted++
	s.notes = append(s.notes, statNote{c.Site, fmt.Sprintf("refuted %s: %s", c.Check, reason)})
}

func (s *stats) unconfirmed(c *simulate.Claim, reason string) {
	s.open++
	s.notes = append(s.notes, statNote{c.Site, fmt.Sprintf("unconfirmed %s: %s", c.Check, reason)})
}

// reportStats shows the figures, if they were asked for.
func (w *work) reportStats() {
	if !w.settings.Stats {
		return
	}
	for _, n := range w.stats.notes {
		pos := w.opPos(n.ref)
		if !pos.IsValid() {
			pos = w.packagePos()
		}
		w.problem(pos, n.text)
	}
	work := "no SSA form built"
	if w.prog != nil {
		w.reportUnknown()
		work = fmt.Sprintf("%d functions lowered, %d simulated", len(w.prog.Funcs), w.stats.simulated)
		if n, lost := len(w.stats.summarised), len(w.stats.skipped); n+lost > 0 {
			work += fmt.Sprintf("; of the calls too deep, large or recursive %d by summary, %d skipped", n, lost)
		}
	}
	w.problem(w.packagePos(), fmt.Sprintf("%d sites, %d decided, %d claims refuted, %d unconfirmed; %s",
		w.stats.sites, w.stats.decided, w.stats.refuted, w.stats.open, work))
}

// reportUnknown lists the C functions that get or give a counted handle and have
// no contract, each once, with the line that one would add.
func (w *work) reportUnknown() {
	seen := map[string]bool{}
	for _, f := range w.prog.Funcs {
		if f.Where != "" {
			continue // another package's
		}
		for _, b := range f.Blocks {
			for i := range b.Ops {
				op := &b.Ops[i]
				name, isC := strings.CutPrefix(op.Name, "C.")
				if op.Kind != refprog.Unknown || !isC || op.Flag&refprog.Harmless != 0 || seen[name] {
					continue
				}
				args, result, counted := w.handlesOf(f, op)
				if !counted {
					continue
				}
				seen[name] = true
				w.problem(op.Pos, fmt.Sprintf("C.%s has no contract; correct and add: %s", name, contract.Sketch(name, args, result)))
			}
		}
	}
}

// handlesOf lists the handles that a call gets and gives, and reports whether one
// of them is counted.
func (w *work) handlesOf(f *refprog.Func, op *refprog.Op) (args []string, result string, counted bool) {
	of := func(r refprog.Reg) string {
		h := f.Regs[r].Type.Handle
		counted = counted || w.reported(h)
		return h
	}
	for _, a := range op.Args {
		h := ""
		if a.Kind == refprog.RegOperand {
			h = of(a.Reg)
		}
		args = append(args, h)
	}
	if op.Dst != refprog.NoReg {
		result = of(op.Dst)
	}
	return args, result, counted
}

// packagePos is the package clause of a file that somebody wrote.
func (w *work) packagePos() token.Pos {
	for _, f := range w.pass.Files {
		if filepath.Base(w.file(f.Name.Pos())) != "_cgo_gotypes.go" {
			return f.Name.Pos()
		}
	}
	return w.pass.Files[0].Name.Pos()
}
