package refflow

import (
	"fmt"
	"go/token"
	"path/filepath"

	"github.com/sessionlint/sessionlint/internal/refprog"
	"github.com/sessionlint/sessionlint/internal/simulate"
)

// stats are the honesty figures of one package.
type stats struct {
	sites, decided int
	simulated      int // functions
	refuted, open  int // claims that replay refuted; claims it could not follow
	notes          []statNote
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
		work = fmt.Sprintf("%d functions lowered, %d simulated", len(w.prog.Funcs), w.stats.simulated)
	}
	w.problem(w.packagePos(), fmt.Sprintf("%d sites, %d decided, %d claims refuted, %d unconfirmed; %s",
		w.stats.sites, w.stats.decided, w.stats.refuted, w.stats.open, work))
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
