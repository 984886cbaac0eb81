package refflow

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/analysis"

	"github.com/sessionlint/sessionlint/internal/cgosource"
	"github.com/sessionlint/sessionlint/internal/contract"
	"github.com/sessionlint/sessionlint/internal/keepalive"
	"github.com/sessionlint/sessionlint/internal/refprog"
)

// This file words repairs as edits of the source. Few findings get one: where the
// repair is the only sensible one, where repair.go has shown that it mends the
// function, and where the written statements are those that were analysed.

// fixes returns the repairs of a confirmed claim. A function gets one at a time:
// each was tried alone, and another run finds the next.
func (w *work) fixes(f *refprog.Func, c confirmed) []analysis.SuggestedFix {
	if w.fixed[f.Key] {
		return nil
	}
	var message string
	var edits []analysis.TextEdit
	switch c.Check {
	case "missingfree":
		message, edits = w.fixLeak(f, c)
	case "doublefree", "borrowedfree":
		message, edits = w.fixFree(f, c)
	}
	return w.offer(f, message, edits)
}

func (w *work) offer(f *refprog.Func, message string, edits []analysis.TextEdit) []analysis.SuggestedFix {
	if len(edits) == 0 {
		return nil
	}
	if w.fixed == nil {
		w.fixed = map[string]bool{}
	}
	w.fixed[f.Key] = true
	return []analysis.SuggestedFix{{Message: message, TextEdits: edits}}
}

// anchor finds the written statement at a position.
func (w *work) anchor(pos token.Pos) *cgosource.Anchor {
	file := w.syntax(pos)
	if file == nil {
		return nil
	}
	if w.sources == nil {
		w.sources = cgosource.New(w.pass.Fset, w.settings.FixCgo)
	}
	a, err := w.sources.Stmt(file, pos)
	if err != nil {
		return nil
	}
	return a
}

// syntax is the file of the pass that a position lies in.
func (w *work) syntax(pos token.Pos) *ast.File {
	for _, file := range w.pass.Files {
		if file.FileStart <= pos && pos < file.FileEnd {
			return file
		}
	}
	return nil
}

// fixFree removes a free that is one too many, or that frees what was only lent.
// Not if the reference came from outside, whose owner may count on the free, nor
// where something else is never freed: the free may only have the wrong name.
func (w *work) fixFree(f *refprog.Func, c confirmed) (string, []analysis.TextEdit) {
	op := direct(f, c.AtChain)
	if c.Outside || op == nil || op.Kind != refprog.API || len(op.Args) != 1 {
		return "", nil
	}
	if c.Check == "borrowedfree" && !w.onlyLent(f, op.Args[0], map[refprog.Reg]bool{}) {
		return "", nil
	}
	a := w.anchor(op.Pos)
	if a == nil || !inBlock(a) {
		return "", nil
	}
	call := freeCall(a.Stmt)
	if call == nil || !removable(a, call) || w.leaks(f) || !w.mends(f, without(f, c.AtChain[0]), c) {
		return "", nil
	}
	return "remove the free", []analysis.TextEdit{a.Delete()}
}

// freeCall is the call that is all of a statement, deferred or not.
func freeCall(stmt ast.Stmt) *ast.CallExpr {
	switch stmt := stmt.(type) {
	case *ast.ExprStmt:
		call, _ := stmt.X.(*ast.CallExpr)
		return call
	case *ast.DeferStmt:
		return stmt.Call
	}
	return nil
}

// removable reports whether nothing but a free goes away with a call, and the
// function still compiles: each variable in it is a plain one and is used
// elsewhere.
func removable(a *cgosource.Anchor, call *ast.CallExpr) bool {
	names := plainNames(call)
	fn := enclosing(a)
	if names == nil || fn == nil {
		return false
	}
	for _, name := range names {
		if declarations(fn, name) > 0 && !usedOutside(fn, name, a.Stmt) {
			return false
		}
	}
	return true
}

// plainNames lists the variables in C.f(s), s.Free() or p.f(s), whose free cannot
// have been written for any other effect; nil for anything less plain.
func plainNames(call *ast.CallExpr) []string {
	sel, ok := call.Fun.(*ast.SelectorExpr)
	if !ok {
		return nil
	}
	x, ok := sel.X.(*ast.Ident)
	if !ok {
		return nil
	}
	names := []string{x.Name}
	for _, arg := range call.Args {
		id, ok := arg.(*ast.Ident)
		if !ok {
			return nil
		}
		names = append(names, id.Name)
	}
	return names
}

// inBlock reports whether a statement stands in a list of statements.
func inBlock(a *cgosource.Anchor) bool {
	if len(a.Path) < 2 {
		return false
	}
	switch a.Path[1].(type) {
	case *ast.BlockStmt, *ast.CaseClause, *ast.CommClause:
		return true
	}
	return false
}

// enclosing is the declaration of the function that a statement is in.
func enclosing(a *cgosource.Anchor) *ast.FuncDecl {
	for _, n := range a.Path {
		if fn, ok := n.(*ast.FuncDecl); ok {
			return fn
		}
	}
	return nil
}

// declarations counts the places in a function that give a name a value: its
// declarations, assignments to it, and whatever can assign through its address.
func declarations(fn ast.Node, name string) int {
	n := 0
	is := func(e ast.Expr) {
		if id, ok := e.(*ast.Ident); ok && id.Name == name {
			n++
		}
	}
	ast.Inspect(fn, func(node ast.Node) bool {
		switch node := node.(type) {
		case *ast.AssignStmt:
			for _, lhs := range node.Lhs {
				is(lhs)
			}
		case *ast.ValueSpec:
			for _, id := range node.Names {
				is(id)
			}
		case *ast.Field:
			for _, id := range node.Names {
				is(id)
			}
		case *ast.RangeStmt:
			is(node.Key)
			is(node.Value)
		case *ast.UnaryExpr:
			if node.Op == token.AND {
				is(node.X)
			}
		}
		return true
	})
	return n
}

// usedOutside reports whether a function reads a variable of a name outside of a
// statement, beyond doubt: there is one variable of that name.
func usedOutside(fn ast.Node, name string, stmt ast.Stmt) bool {
	return declarations(fn, name) == 1 && mentions(fn, name, stmt)
}

// mentions reports whether a name is read in a piece of source, outside of a
// statement (nil for none). Names of fields, methods and labels are something else,
// and to declare a variable or to assign to it is not to read it.
func mentions(n ast.Node, name string, except ast.Stmt) bool {
	found := false
	var visit func(n ast.Node) bool
	visit = func(n ast.Node) bool {
		switch n := n.(type) {
		case nil:
			return false
		case *ast.SelectorExpr:
			ast.Inspect(n.X, visit)
			return false
		case *ast.AssignStmt:
			if n == except {
				return false
			}
			for _, lhs := range n.Lhs {
				if _, plain := lhs.(*ast.Ident); !plain {
					ast.Inspect(lhs, visit)
				}
			}
			for _, rhs := range n.Rhs {
				ast.Inspect(rhs, visit)
			}
			return false
		case *ast.ValueSpec:
			for _, value := range n.Values {
				ast.Inspect(value, visit)
			}
			return false
		case *ast.Field, *ast.BranchStmt:
			return false
		case ast.Stmt:
			if n == except {
				return false
			}
		case *ast.Ident:
			found = found || n.Name == name
		}
		return !found
	}
	ast.Inspect(n, visit)
	return found
}

// fixLeak frees the reference: by a deferred call if the function never gives it
// up, else in front of each return that loses it.
func (w *work) fixLeak(f *refprog.Func, c confirmed) (string, []analysis.TextEdit) {
	op := direct(f, c.SiteChain)
	if op == nil || op.Kind != refprog.API || op.Dst == refprog.NoReg || !op.Pos.IsValid() {
		return "", nil
	}
	a := w.anchor(op.Pos)
	if a == nil || !inBlock(a) {
		return "", nil
	}
	name, callee := acquired(a)
	if name == "" {
		return "", nil
	}
	release, text := w.releaser(a, op, name, callee)
	if release == "" {
		return "", nil
	}
	s := scope{anchor: a, name: name, op: op, at: c.SiteChain[0]}
	if edits := w.fixByDefer(f, c, s, release, text); edits != nil {
		return "free " + name + " when the function returns", edits
	}
	if edits := w.fixReturns(f, c, s, release, text); edits != nil {
		return "free " + name + " before the return", edits
	}
	return "", nil
}

// A scope is a variable that a call gave a reference to.
type scope struct {
	anchor *cgosource.Anchor // the statement that declares it
	name   string
	op     *refprog.Op
	at     refprog.OpRef
}

// acquired is the variable that a statement declares as the result of a call of
// x.callee, if it is declared and assigned nowhere else and no function literal has
// it.
func acquired(a *cgosource.Anchor) (name, callee string) {
	assign, ok := a.Stmt.(*ast.AssignStmt)
	if !ok || assign.Tok != token.DEFINE || len(assign.Lhs) != 1 || len(assign.Rhs) != 1 {
		return "", ""
	}
	call, ok := assign.Rhs[0].(*ast.CallExpr)
	if !ok {
		return "", ""
	}
	sel, ok := call.Fun.(*ast.SelectorExpr)
	if !ok {
		return "", ""
	}
	name = assign.Lhs[0].(*ast.Ident).Name
	fn := enclosing(a)
	if name == "_" || fn == nil || declarations(fn, name) != 1 {
		return "", ""
	}
	captured := false
	ast.Inspect(fn, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			captured = captured || mentions(n.Body, name, nil)
		case *ast.GoStmt:
			captured = captured || mentions(n.Call, name, nil)
		}
		return !captured
	})
	if captured {
		return "", ""
	}
	return name, sel.Sel.Name
}

// releaser finds a function that frees the handle an operation gave, and how a
// statement calls it: a method of the variable, or a C function that the same
// file calls already, so that it is declared there, and that takes exactly the
// type that the operation gives.
func (w *work) releaser(a *cgosource.Anchor, op *refprog.Op, name, callee string) (release, text string) {
	c, ok := w.table.Lookup(op.Name)
	if !ok || len(c.Results) == 0 || c.Results[0].Handle == "" {
		return "", ""
	}
	called, ok := w.table.C(callee)
	if c.Go != strings.HasSuffix(c.Name, ")."+callee) || !c.Go && (!ok || called != c) {
		return "", "" // the operation is inside of what is called
	}
	frees := func(f *contract.Function) bool {
		return f.Args == 1 && f.Param(0).Effect == contract.Free && f.Param(0).When == "" && f.Param(0).Handle == c.Results[0].Handle
	}
	if c.Go {
		for _, f := range w.table.Functions() {
			if i := strings.LastIndex(f.Name, ")."); f.Go && i > 0 && frees(f) && w.hasType(a.Stmt, strings.Trim(f.Name[:i], "()")) {
				return f.Name, name + f.Name[i+1:] + "()"
			}
		}
		return "", ""
	}
	for _, known := range w.cNames(a.Source.File) {
		if f, ok := w.table.C(known); ok && frees(f) && w.takes(known, callee) {
			return f.Name, "C." + known + "(" + name + ")"
		}
	}
	return "", ""
}

// cNames returns the names of C that a file mentions, each once, in their order.
func (w *work) cNames(file *ast.File) []string {
	if names, ok := w.cNamesOf[file]; ok {
		return names
	}
	var names []string
	seen := make(map[string]bool)
	ast.Inspect(file, func(n ast.Node) bool {
		if sel, ok := n.(*ast.SelectorExpr); ok {
			if x, ok := sel.X.(*ast.Ident); ok && x.Name == "C" && !seen[sel.Sel.Name] {
				seen[sel.Sel.Name] = true
				names = append(names, sel.Sel.Name)
			}
		}
		return true
	})
	if w.cNamesOf == nil {
		w.cNamesOf = make(map[*ast.File][]string)
	}
	w.cNamesOf[file] = names
	return names
}

// hasType reports whether the variable that a statement of the pass declares has
// a type, named in full.
func (w *work) hasType(stmt ast.Stmt, name string) bool {
	assign := stmt.(*ast.AssignStmt)
	obj := w.pass.TypesInfo.Defs[assign.Lhs[0].(*ast.Ident)]
	return obj != nil && types.TypeString(obj.Type(), nil) == name
}

// takes reports whether a C function takes what another one gives.
func (w *work) takes(release, acquire string) bool {
	signature := func(name string) *types.Signature {
		for _, prefix := range []string{"_Cfunc_", "_C2func_"} {
			if fn, ok := w.pass.Pkg.Scope().Lookup(prefix + name).(*types.Func); ok {
				return fn.Signature()
			}
		}
		return nil
	}
	free, gives := signature(release), signature(acquire)
	return free != nil && gives != nil && free.Params().Len() == 1 && gives.Results().Len() >= 1 &&
		types.Identical(free.Params().At(0).Type(), gives.Results().At(0).Type())
}

// fixByDefer inserts a deferred free behind the acquisition, or behind the check
// for nil that follows it.
func (w *work) fixByDefer(f *refprog.Func, c confirmed, s scope, release, text string) []analysis.TextEdit {
	if inLoop(s.anchor) || !w.follow(f, s.op.Dst, &reading{}) {
		return nil
	}
	g := cloneFunc(f)
	for _, block := range dominated(f, s.at.Block) {
		addFree(g, exit{block: block, from: f.Pos}, release, s.op.Dst)
	}
	if !w.mends(f, g, c) {
		return nil
	}
	behind := s.anchor
	if next := nilCheck(s.anchor, s.name); next != nil {
		on := *s.anchor
		on.Stmt = next
		behind = &on
	}
	return []analysis.TextEdit{behind.After("defer " + text)}
}

// inLoop reports whether a statement can run more than once in one activation of
// its function: what it defers would then wait for the loop to end.
func inLoop(a *cgosource.Anchor) bool {
	for _, n := range a.Path {
		switch n.(type) {
		case *ast.ForStmt, *ast.RangeStmt, *ast.LabeledStmt:
			return true
		case *ast.FuncLit:
			return false
		}
	}
	return false
}

// nilCheck is the statement behind the anchor if it leaves the function where the
// variable is nil.
func nilCheck(a *cgosource.Anchor, name string) ast.Stmt {
	var list []ast.Stmt
	switch n := a.Path[1].(type) {
	case *ast.BlockStmt:
		list = n.List
	case *ast.CaseClause:
		list = n.Body
	case *ast.CommClause:
		list = n.Body
	}
	i := slices.Index(list, a.Stmt)
	if i < 0 || i+1 == len(list) {
		return nil
	}
	check, ok := list[i+1].(*ast.IfStmt)
	if !ok || check.Init != nil || check.Else != nil || len(check.Body.List) == 0 {
		return nil
	}
	cond, ok := check.Cond.(*ast.BinaryExpr)
	if !ok || cond.Op != token.EQL || types.ExprString(cond.X) != name || types.ExprString(cond.Y) != "nil" {
		return nil
	}
	if _, leaves := check.Body.List[len(check.Body.List)-1].(*ast.ReturnStmt); !leaves {
		return nil
	}
	return check
}

// maxReturns bounds the returns that one fix changes.
const maxReturns = 8

// fixReturns inserts a free in front of each return that loses the reference.
func (w *work) fixReturns(f *refprog.Func, c confirmed, s scope, release, text string) []analysis.TextEdit {
	g := cloneFunc(f)
	var edits []analysis.TextEdit
	done := map[int]bool{}
	for range maxReturns {
		block := -1
		for _, d := range w.simulated(g).Claims {
			if d.Check != c.Check || !slices.Equal(d.SiteChain, c.SiteChain) {
				continue
			}
			if len(d.AtChain) != 1 || d.At.Func != f.Key || g.Blocks[d.At.Block].Term.Kind != refprog.Return {
				return nil
			}
			block = d.At.Block
			break
		}
		if block < 0 {
			break
		}
		e, edit, ok := w.beforeReturn(f, block, s, text)
		if !ok || done[block] {
			return nil
		}
		done[block] = true
		addFree(g, e, release, s.op.Dst)
		edits = append(edits, edit)
	}
	if len(edits) == 0 || !w.mends(f, g, c) {
		return nil
	}
	return edits
}

// beforeReturn is the edit that puts a statement in front of a return, if the
// variable is known there and the return has no use for it.
func (w *work) beforeReturn(f *refprog.Func, block int, s scope, text string) (e exit, edit analysis.TextEdit, ok bool) {
	e.block = block
	term := f.Blocks[block].Term
	if !term.Pos.IsValid() {
		return e, edit, false // the closing brace: nothing says what comes last
	}
	a := w.anchor(term.Pos)
	if a == nil || !inBlock(a) || !slices.Contains(a.Path, s.anchor.Path[1]) || a.Stmt.Pos() < s.anchor.Stmt.End() {
		return e, edit, false
	}
	ret, isReturn := a.Stmt.(*ast.ReturnStmt)
	if !isReturn || mentions(ret, s.name, nil) {
		return e, edit, false
	}
	e.from, e.to = term.Pos, w.endOfReturn(term.Pos)
	return e, a.Before(text), e.to.IsValid()
}

// endOfReturn is where the return statement of the pass that begins at pos ends.
func (w *work) endOfReturn(pos token.Pos) (end token.Pos) {
	decl := cgosource.Decl(w.syntax(pos), pos)
	if decl == nil {
		return token.NoPos
	}
	ast.Inspect(decl, func(n ast.Node) bool {
		if n == nil || pos < n.Pos() || pos >= n.End() {
			return false
		}
		if ret, ok := n.(*ast.ReturnStmt); ok && ret.Return == pos {
			end = ret.End()
		}
		return true
	})
	return end
}

// fixKeepAlive keeps the object of a call alive: behind the call's statement, or
// by a deferred call in front of it if nothing can stand behind it or if more
// calls follow. Nothing is imported for it.
func (w *work) fixKeepAlive(k keepalive.Finding, pos token.Pos, last bool) (string, []analysis.TextEdit) {
	a := w.anchor(pos)
	if a == nil || !inBlock(a) || k.Object == "" || !importsRuntime(a) {
		return "", nil
	}
	root, _, _ := strings.Cut(k.Object, ".")
	if !token.IsIdentifier(root) || declarations(a.Stmt, root) > 0 {
		return "", nil
	}
	message, call := "keep "+k.Object+" alive", "runtime.KeepAlive("+k.Object+")"
	switch a.Stmt.(type) {
	case *ast.ExprStmt, *ast.AssignStmt:
		if last {
			return message, []analysis.TextEdit{a.After(call)}
		}
	case *ast.ReturnStmt, *ast.IfStmt, *ast.SwitchStmt:
	default:
		return "", nil
	}
	if inLoop(a) {
		return "", nil
	}
	return message, []analysis.TextEdit{a.Before("defer " + call)}
}

// importsRuntime reports whether runtime means package runtime at a statement.
func importsRuntime(a *cgosource.Anchor) bool {
	fn := enclosing(a)
	return fn != nil && declarations(fn, "runtime") == 0 && slices.ContainsFunc(a.Source.File.Imports, func(spec *ast.ImportSpec) bool {
		return spec.Name == nil && spec.Path.Value == `"runtime"`
	})
}
