package refflow

import (
	"go/token"
	"slices"
	"strings"

	"golang.org/x/tools/go/analysis"

	"github.com/sessionlint/sessionlint/internal/keepalive"
	"github.com/sessionlint/sessionlint/internal/refprog"
)

// keepAlive adds the calls that a finalizer can overtake. They have no path: the
// last use of the object is the call itself.
func (w *work) keepAlive() {
	found := keepalive.Find(w.keepAliveInput())
	if w.settings.Strict {
		found = append(found, keepalive.Lent(w.keepAliveInput())...)
	}
	for i, k := range found {
		out := Finding{Check: "missingkeepalive", Var: k.Object, Field: k.Handle, By: k.Field.By, Consumer: shortName(k.Call), Acquirer: k.LentBy}
		out.Pos = w.opPos(k.At)
		if !out.Pos.IsValid() {
			continue
		}
		if pos := w.opPos(k.Field.At); pos.IsValid() {
			out.Related = []analysis.RelatedInformation{{Pos: pos, Message: k.Field.By + " is registered here"}}
		}
		if !k.Later && k.LentBy == "" && !w.fixed[k.Func.Key] && !w.excluded(out.Pos) {
			last := !slices.ContainsFunc(found[i+1:], func(next keepalive.Finding) bool { return next.Func == k.Func && next.LentBy == "" })
			message, edits := w.fixKeepAlive(k, out.Pos, last)
			out.Fixes = w.offer(k.Func, message, edits)
		}
		w.addPlain(out)
	}
}

func (w *work) keepAliveInput() keepalive.Input {
	in := keepalive.Input{Program: w.prog, Universe: w.universe, Contracts: w.table}
	if w.universe.anyFinalized() {
		in.Imported = w.universe.finalized
	}
	return in
}

// finalized lists what importers shall know: the finalized handles in fields that
// they can name.
func (w *work) finalized() []keepalive.Field {
	var out []keepalive.Field
	for _, f := range keepalive.Fields(w.keepAliveInput()) {
		if packageOf(f.Type) != w.pass.Pkg.Path() || strings.HasSuffix(w.file(w.opPos(f.At)), "_test.go") {
			continue
		}
		if slices.ContainsFunc(strings.Split(f.Path, "."), func(name string) bool { return !token.IsExported(name) }) {
			continue
		}
		f.At = refprog.OpRef{}
		out = append(out, f)
	}
	return out
}

// finalized lists the finalized handles of a type of another package.
func (u *universe) finalized(typ string) []keepalive.Field {
	var out []keepalive.Field
	if f, ok := u.facts[packageOf(typ)]; ok {
		for _, field := range f.Finalized {
			if field.Type == typ {
				out = append(out, field)
			}
		}
	}
	return out
}

// anyFinalized reports whether an import has such types.
func (u *universe) anyFinalized() bool {
	for _, f := range u.facts {
		if len(f.Finalized) > 0 {
			return true
		}
	}
	return false
}
