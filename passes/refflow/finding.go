package refflow

import (
	"cmp"
	"go/ast"
	"go/token"
	"slices"
	"strings"

	"golang.org/x/tools/go/analysis"

	"github.com/sessionlint/sessionlint/internal/cgosource"
	"github.com/sessionlint/sessionlint/internal/contract"
	"github.com/sessionlint/sessionlint/internal/refprog"
	"github.com/sessionlint/sessionlint/internal/replay"
)

// add makes a finding of a confirmed claim.
func (w *work) add(f *refprog.Func, c confirmed) {
	site, at := w.place(f, c.SiteChain), w.place(f, c.AtChain)
	out := Finding{Check: c.Check, Outside: c.Outside, Delayed: c.Delayed, Noun: "handle"}
	out.Pos = at
	if f.Where != "" {
		out.In = shortName(f.Key)
	}
	if c.Check == "missingfree" {
		out.Pos = site
	}
	if !out.Pos.IsValid() {
		out.Pos = f.Pos
	}
	w.describe(f, &out, c)
	out.Kept, out.EndedBy, out.EndedIf = c.Kept, c.EndedBy, c.EndedIf
	if strings.Contains(out.EndedBy, "/") {
		out.EndedBy = shortName(out.EndedBy)
	}
	out.Callback, out.Duty = f.Name, c.Duty
	var decided refprog.OpRef // the branch that When describes
	for _, e := range c.Trace {
		note := e.Note()
		if e.Kind == replay.Assumed {
			out.When, decided = strings.TrimPrefix(e.Text, "assuming "), e.At
		}
		pos := w.opPos(e.At)
		if note == "" {
			continue
		}
		if !pos.IsValid() {
			pos = out.Pos
			if where := w.opWhere(e.At); where != "" && out.In != "" {
				note += " (" + where + ")"
			}
		}
		out.Related = append(out.Related, analysis.RelatedInformation{Pos: pos, Message: note})
	}
	w.decisive(f, &out, c.Witness, decided)
	if c.ByContract {
		out.Related = append(out.Related, analysis.RelatedInformation{Pos: out.Pos, Message: "by contract: the program's own contracts or directives say so"})
	}
	if w.excluded(out.Pos) || c.Check == "danglingborrow" && w.intoBorrowed(c.At) {
		return
	}
	for _, g := range w.result.Findings {
		if g.Check == out.Check && g.Pos == out.Pos && g.In == out.In {
			return
		}
	}
	if out.In == "" {
		out.Fixes = w.fixes(f, c)
	}
	w.result.Findings = append(w.result.Findings, out)
}

// place is the position of an operation as the reporting function's reader sees
// it: the innermost operation on the way there that is written in the function or
// one of its literals. Inside a callee that is the call; inside a literal that a
// callee runs it is the line in the literal.
func (w *work) place(f *refprog.Func, chain []refprog.OpRef) token.Pos {
	for _, r := range slices.Backward(chain) {
		if !w.sameBody(f.Key, r.Func) {
			continue
		}
		if p := w.opPos(r); p.IsValid() {
			return p
		}
	}
	return token.NoPos
}

// opPos is the position of an operation or terminator.
func (w *work) opPos(r refprog.OpRef) token.Pos {
	g := w.universe.Func(r.Func)
	if g == nil || r.Block < 0 || r.Block >= len(g.Blocks) {
		return token.NoPos
	}
	if r.Op < 0 {
		return g.Pos
	}
	b := g.Blocks[r.Block]
	if r.Op < len(b.Ops) {
		op := &b.Ops[r.Op]
		if lit := w.universe.Func(op.Name); !op.Pos.IsValid() && op.Kind == refprog.Closure && lit != nil {
			return lit.Pos
		}
		return op.Pos
	}
	if b.Term.Pos.IsValid() || b.Term.Kind != refprog.Return {
		return b.Term.Pos
	}
	return w.end(g)
}

// opWhere is the position of an operation of another package, as text, or "".
func (w *work) opWhere(r refprog.OpRef) string {
	if op := w.op(r); op != nil {
		return op.Where
	}
	if g := w.universe.Func(r.Func); g != nil {
		return g.Where
	}
	return ""
}

// end is the closing brace of a function: where it returns without saying so.
func (w *work) end(g *refprog.Func) token.Pos {
	if g.Where != "" {
		return token.NoPos // its source is not here
	}
	for _, file := range w.pass.Files {
		if g.Pos < file.FileStart || g.Pos > file.FileEnd {
			continue
		}
		var end token.Pos
		decl := cgosource.Decl(file, g.Pos)
		if decl == nil {
			return end
		}
		ast.Inspect(decl, func(n ast.Node) bool {
			if n == nil || n.Pos() > g.Pos || n.End() <= g.Pos {
				return false
			}
			switch n := n.(type) {
			case *ast.FuncDecl:
				if n.Body != nil {
					end = n.Body.Rbrace
				}
			case *ast.FuncLit:
				end = n.Body.Rbrace
			}
			return true
		})
		return end
	}
	return token.NoPos
}

// describe fills in who is who.
func (w *work) describe(f *refprog.Func, out *Finding, c confirmed) {
	if c.Entry && c.Site.Op < 0 && c.Param < len(f.Params) {
		p := f.Params[c.Param]
		out.Var = f.Regs[p].Name
		out.Handle = f.Regs[p].Type.Handle
		out.Owner = "the library"
		out.noun(w.table)
		return
	}
	op := w.op(c.Site)
	if c.Rule == refprog.Owning && c.Check == "missingfree" && op != nil && op.Kind == refprog.Store {
		w.overwritten(out, c, op)
		return
	}
	if c.Rule == refprog.Borrowing {
		w.freedLoan(out, c)
		return
	}
	if op == nil {
		out.Handle = w.gives(f)
		out.noun(w.table)
		return
	}
	out.Var = w.variable(f, c.SiteChain)
	if fn, ok := w.table.Lookup(op.Name); ok {
		out.Acquirer = op.Name
		if fn.Go {
			out.Acquirer = shortName(op.Name)
		}
		out.Handle = fn.Handle
		for i := range fn.Params {
			if fn.Param(i).Effect == contract.UpRef {
				out.UpRef = true
				if out.Var == "" || len(c.SiteChain) == 1 {
					out.Var = w.argName(c.Site, i)
				}
			}
		}
		for _, r := range fn.Results {
			if r.Ownership == contract.Borrowed {
				out.Owner, out.Handle = w.argName(c.Site, r.From), ""
			}
			if r.Handle != "" {
				out.Handle = r.Handle
			}
			out.Owned = out.Owned || r.Ownership == contract.Owned || r.Ownership == contract.OwnedUnlessReuse
		}
		for i := range fn.Params {
			if p := fn.Param(i); p.Effect == contract.OutBorrowed {
				out.Owner, out.Handle = w.argName(c.Site, p.From), p.Handle
				out.Var = strings.TrimPrefix(w.argName(c.Site, i), "&")
			}
		}
		if c.Outside && c.Check != "missingfree" {
			out.Acquirer = ""
			out.Var = w.argName(c.Site, 0)
		}
	}
	switch c.Rule {
	case refprog.Unfreed:
		out.Rule, out.Field = Unfreed, shortField(c.Field)
	case refprog.Owning:
		out.Rule = Kept
		if c.Check == "missingfree" {
			out.Rule, out.Handle = Taken, refprog.HandleRead(w.universe.Func(c.Site.Func), op)
		}
		out.Field, out.By = shortField(c.Field), w.owningBy(c.Field)
	}
	out.noun(w.table)
	if at := w.op(c.At); at != nil {
		out.Consumer = at.Name
	}
}

// gives is the handle that a callback gives to the library, or "".
func (w *work) gives(f *refprog.Func) string {
	kind, ok := w.table.CallbackKind(f.Callback)
	if f.Callback == "" || !ok {
		return ""
	}
	return kind.Gives()
}

func (f *Finding) noun(t *contract.Table) {
	if f.Handle == "" {
		f.Noun = "pointer"
	}
	if h, ok := t.Handle(f.Handle); ok && h.Noun != "" {
		f.Noun = h.Noun
	}
}

func (w *work) op(r refprog.OpRef) *refprog.Op {
	g := w.universe.Func(r.Func)
	if g == nil || r.Op < 0 || r.Op >= len(g.Blocks[r.Block].Ops) {
		return nil
	}
	return &g.Blocks[r.Block].Ops[r.Op]
}

// variable is the name under which the reporting function has the result of the
// outermost call of a chain.
func (w *work) variable(f *refprog.Func, chain []refprog.OpRef) string {
	for _, r := range chain {
		op := w.op(r)
		if op == nil {
			return ""
		}
		if g := w.universe.Func(r.Func); g != nil && op.Dst != refprog.NoReg {
			if name := g.Regs[op.Dst].Name; name != "" {
				return name
			}
			if name := extracted(g, r, op.Dst); name != "" {
				return name
			}
		}
		if !w.sameBody(f.Key, r.Func) {
			return ""
		}
	}
	return ""
}

// extracted is the name of the first component taken out of a tuple register.
func extracted(g *refprog.Func, r refprog.OpRef, tuple refprog.Reg) string {
	for _, b := range g.Blocks {
		for i := range b.Ops {
			op := &b.Ops[i]
			if op.Kind == refprog.Extract && op.N == 0 && op.Args[0].IsReg(tuple) {
				return g.Regs[op.Dst].Name
			}
		}
	}
	return ""
}

// argName is the source name of an argument, or "".
func (w *work) argName(r refprog.OpRef, i int) string {
	op, g := w.op(r), w.universe.Func(r.Func)
	if op == nil || i >= len(op.Args) || op.Args[i].Kind != refprog.RegOperand {
		return ""
	}
	return g.Regs[op.Args[i].Reg].Name
}

func (w *work) sortFindings() {
	slices.SortStableFunc(w.result.Findings, func(a, b Finding) int {
		return cmp.Or(cmp.Compare(a.Pos, b.Pos), cmp.Compare(a.Check, b.Check))
	})
}
