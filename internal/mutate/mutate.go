package mutate

import (
	"bytes"
	"cmp"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"slices"
	"strings"
)

// Receiver as [Call.Handle] means that the handle is what the method is called on.
const Receiver = -1

// A Call is how the source spells one operation on a handle.
type Call struct {
	Name   string // last identifier of the called function or method
	Handle int    // index of the argument that is the handle, or Receiver
}

// A Vocabulary says how some code spells its reference counting.
type Vocabulary struct {
	Acquire []string          // functions whose first result is an owned reference
	Release []Call            // give one reference back
	UpRef   []Call            // take one more reference
	Lend    map[string]string // acquiring function -> function with the same arguments that only lends
	Owner   Call              // Lend's argument that lends, as the operation that releases it spells it
}

// own returns the acquiring function that is like a lending one, or "".
func (v Vocabulary) own(lending string) string {
	for _, name := range slices.Sorted(maps.Keys(v.Lend)) {
		if v.Lend[name] == lending {
			return name
		}
	}
	return ""
}

// An Edit replaces the bytes [Start, End) of a file.
type Edit struct {
	Start, End int
	New        string
}

// A Want is a finding that answers a mutant.
type Want struct {
	Check string
	Line  int
}

// A Mutant is one mistake in one function.
type Mutant struct {
	Operator string
	Func     string // name of the function, methods as "(*T).M"
	Variable string // the variable whose count is now wrong
	Line     int    // where the text was changed
	From, To int    // lines of the function
	Edits    []Edit // sorted, disjoint, all within Func
	Wants    []Want // any of them is a right answer
}

// String names the mutant for tables and test failures.
func (m Mutant) String() string {
	return fmt.Sprintf("%s of %s in %s, line %d", m.Operator, m.Variable, m.Func, m.Line)
}

// Mutants lists what the operators can do to the file, in the order of the
// source, then of the operators.
func Mutants(filename string, src []byte, voc Vocabulary, ops []Operator) ([]Mutant, error) {
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, filename, src, parser.SkipObjectResolution)
	if err != nil {
		return nil, err
	}
	var all []Mutant
	for _, decl := range file.Decls {
		fn, ok := decl.(*ast.FuncDecl)
		if !ok || fn.Body == nil {
			continue
		}
		add := func(op Operator, variable string, made []Mutant) {
			for _, m := range made {
				m.Operator, m.Variable, m.Func = op.Name, variable, funcName(fn)
				m.From, m.To = fset.Position(fn.Pos()).Line, fset.Position(fn.End()).Line
				slices.SortStableFunc(m.Edits, func(a, b Edit) int { return cmp.Compare(a.Start, b.Start) })
				m.Line = 1 + bytes.Count(src[:m.Edits[0].Start], []byte("\n"))
				all = append(all, m)
			}
		}
		base := Site{fset: fset, src: src, fn: fn}
		for _, site := range sites(fset, src, fn, voc) {
			if !site.lent {
				base.acquires = append(base.acquires, site.line(site.acquire.Pos()))
			}
			for _, op := range ops {
				if op.apply != nil {
					add(op, site.name, op.apply(site))
				}
			}
		}
		for _, place := range places(base, voc) {
			for _, op := range ops {
				if op.place != nil {
					add(op, place.expr, op.place(place))
				}
			}
		}
	}
	return all, nil
}

// Apply returns the file with all the mutants in it. They must concern
// different functions.
func Apply(src []byte, mutants ...Mutant) ([]byte, error) {
	var edits []Edit
	seen := map[string]bool{}
	for _, m := range mutants {
		if seen[m.Func] {
			return nil, fmt.Errorf("two mutants in %s", m.Func)
		}
		seen[m.Func] = true
		edits = append(edits, m.Edits...)
	}
	slices.SortFunc(edits, func(a, b Edit) int { return cmp.Compare(a.Start, b.Start) })
	var out bytes.Buffer
	at := 0
	for _, e := range edits {
		if e.Start < at {
			return nil, fmt.Errorf("overlapping edits at byte %d", e.Start)
		}
		out.Write(src[at:e.Start])
		out.WriteString(e.New)
		at = e.End
	}
	out.Write(src[at:])
	if got, want := bytes.Count(out.Bytes(), []byte("\n")), bytes.Count(src, []byte("\n")); got != want {
		return nil, fmt.Errorf("mutation changed the number of lines from %d to %d", want, got)
	}
	return out.Bytes(), nil
}

// Rounds deals mutants into groups with at most one mutant a function each, as
// few groups as possible, in a stable order.
func Rounds(mutants []Mutant) [][]Mutant {
	var rounds [][]Mutant
	used := map[string]int{} // function -> rounds that already have one of it
	for _, m := range mutants {
		i := used[m.Func]
		used[m.Func]++
		if i == len(rounds) {
			rounds = append(rounds, nil)
		}
		rounds[i] = append(rounds[i], m)
	}
	return rounds
}

func funcName(fn *ast.FuncDecl) string {
	if fn.Recv == nil || len(fn.Recv.List) != 1 {
		return fn.Name.Name
	}
	return fmt.Sprintf("(%s).%s", receiverType(fn.Recv.List[0].Type), fn.Name.Name)
}

func receiverType(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.StarExpr:
		return "*" + receiverType(e.X)
	case *ast.IndexExpr:
		return receiverType(e.X)
	case *ast.IndexListExpr:
		return receiverType(e.X)
	case *ast.Ident:
		return e.Name
	}
	return "?"
}

// blank returns as many line ends as the text has.
func blank(text []byte) string {
	return strings.Repeat("\n", bytes.Count(text, []byte("\n")))
}
