package replay

import (
	"strconv"
	"strings"
	"testing"

	"github.com/sessionlint/sessionlint/internal/refprog"
	"github.com/sessionlint/sessionlint/internal/refprog/refasm"
)

func assemble(t testing.TB, text string) *refprog.Program {
	t.Helper()
	p, err := refasm.Program(text)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// opAt reads "f 0.2", "f 0.ret" (the terminator) or "f entry".
func opAt(t testing.TB, p *refprog.Program, text string) refprog.OpRef {
	t.Helper()
	r, err := refasm.Ref(p, text)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// steps reads a witness: "out f 0.0 1; edge f 0 1; enter f 0.1 g; skip f 0.1".
func steps(t testing.TB, p *refprog.Program, text string) []refprog.Step {
	t.Helper()
	var out []refprog.Step
	for _, part := range strings.Split(text, ";") {
		w := strings.Fields(part)
		if len(w) == 0 {
			continue
		}
		s := refprog.Step{}
		switch w[0] {
		case "edge":
			s.Kind = refprog.EdgeStep
			s.At = opAt(t, p, w[1]+" "+w[2]+".ret")
			s.Choice, _ = strconv.Atoi(w[3])
		case "out":
			s.Kind = refprog.OutcomeStep
			s.At = opAt(t, p, w[1]+" "+w[2])
			s.Choice, _ = strconv.Atoi(w[3])
		case "enter":
			s.Kind = refprog.EnterStep
			s.At = opAt(t, p, w[1]+" "+w[2])
			s.Name = w[3]
		case "event":
			s.Kind = refprog.EventStep
			s.At = opAt(t, p, w[1]+" "+w[2])
			s.Choice = 1
		case "skip":
			s.Kind = refprog.SkipStep
			s.At = opAt(t, p, w[1]+" "+w[2])
		default:
			t.Fatalf("bad step %q", part)
		}
		out = append(out, s)
	}
	return out
}
