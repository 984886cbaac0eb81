package directive

import (
	"fmt"
	"go/ast"
	"go/token"
	"slices"
	"strings"
)

// Read collects the directives of a package's files, which must have been parsed
// with comments. checks are the names that an ignore may give.
func Read(fset *token.FileSet, files []*ast.File, checks []string) *Set {
	r := &reader{fset: fset, checks: checks, set: new(Set)}
	for _, f := range files {
		r.file(f)
	}
	return r.set
}

type reader struct {
	fset   *token.FileSet
	checks []string
	set    *Set

	code  map[int]token.Pos         // of the current file: line -> first code on it
	moved bool                      // of the current file: cmd/cgo wrote it
	done  map[*ast.Comment]struct{} // attached to a declaration
}

func (r *reader) problem(pos token.Pos, format string, args ...any) {
	r.set.Problems = append(r.set.Problems, Problem{pos, fmt.Sprintf(format, args...)})
}

func (r *reader) file(f *ast.File) {
	if !slices.ContainsFunc(f.Comments, mentions) {
		return
	}
	r.done = map[*ast.Comment]struct{}{}
	r.code = map[int]token.Pos{}
	r.moved = r.fset.Position(f.Package) != r.fset.PositionFor(f.Package, false)
	ast.Inspect(f, func(n ast.Node) bool {
		switch n := n.(type) {
		case nil, *ast.File:
			return true
		case *ast.CommentGroup:
			return false
		case *ast.FuncDecl:
			r.function(n.Name, n.Recv, n.Type, n.Doc)
		case *ast.InterfaceType:
			for _, m := range n.Methods.List {
				if t, ok := m.Type.(*ast.FuncType); ok && len(m.Names) == 1 {
					r.function(m.Names[0], nil, t, m.Doc, m.Comment)
				}
			}
		case *ast.StructType:
			for _, field := range n.Fields.List {
				r.field(field)
			}
		}
		r.note(n.Pos())
		r.note(n.End() - 1)
		return true
	})
	for _, group := range f.Comments {
		for _, c := range group.List {
			if _, ok := r.done[c]; !ok {
				r.loose(group, c)
			}
		}
	}
	slices.SortStableFunc(r.set.Problems, func(a, b Problem) int { return int(a.Pos) - int(b.Pos) })
}

// mentions reports whether a comment could hold a directive.
func mentions(group *ast.CommentGroup) bool {
	return slices.ContainsFunc(group.List, func(c *ast.Comment) bool { return strings.Contains(c.Text, "sessionlint:") })
}

// note remembers that code stands at pos.
func (r *reader) note(pos token.Pos) {
	if !pos.IsValid() {
		return
	}
	line := r.fset.Position(pos).Line
	if first, ok := r.code[line]; !ok || pos < first {
		r.code[line] = pos
	}
}

// take parses the directives of comments that belong to a declaration, and
// leaves those that speak of lines to loose.
func (r *reader) take(groups []*ast.CommentGroup, use func(d Directive, pos token.Pos) bool) {
	for _, group := range groups {
		if group == nil {
			continue
		}
		for _, c := range group.List {
			d, is, err := Parse(c.Text)
			if is && err == nil && use(d, c.Pos()) {
				r.done[c] = struct{}{}
			}
		}
	}
}

// function reads the directives of a function declaration.
func (r *reader) function(name *ast.Ident, recv *ast.FieldList, t *ast.FuncType, docs ...*ast.CommentGroup) {
	fn := Function{Name: name}
	params := parameters(recv, t)
	method := recv == nil && len(docs) > 1 // of an interface: the value is parameter 0
	index := func(pos token.Pos, param string) int {
		i := slices.Index(params, param)
		if i < 0 {
			r.problem(pos, "%s has no parameter %s%s", name.Name, param, suggest(param, params))
			return -1
		}
		if method {
			i++
		}
		return i
	}
	r.take(docs, func(d Directive, pos token.Pos) bool {
		switch d.Verb {
		case Returns:
			r.returns(&fn, d, pos, t, index)
		case Consumes, Borrows:
			i := index(pos, d.Name)
			switch {
			case i < 0:
			case slices.ContainsFunc(fn.Params, func(p Param) bool { return p.Index == i }):
				r.problem(pos, "there is a directive for %s already", d.Name)
			default:
				fn.Params = append(fn.Params, Param{Pos: pos, Index: i, Name: d.Name, Consumed: d.Verb == Consumes})
			}
		default:
			return false
		}
		return true
	})
	if fn.Returns != nil || len(fn.Params) > 0 {
		slices.SortFunc(fn.Params, func(a, b Param) int { return a.Index - b.Index })
		r.set.Functions = append(r.set.Functions, fn)
	}
}

func (r *reader) returns(fn *Function, d Directive, pos token.Pos, t *ast.FuncType, index func(token.Pos, string) int) {
	switch {
	case t.Results == nil || len(t.Results.List) == 0:
		r.problem(pos, "%s returns nothing", fn.Name.Name)
		return
	case fn.Returns != nil:
		r.problem(pos, "there is a directive for the results already")
		return
	}
	res := &Result{Pos: pos, Owned: d.Name == ""}
	if !res.Owned {
		if res.Lender = index(pos, d.Name); res.Lender < 0 {
			return
		}
	}
	fn.Returns = res
}

// parameters lists the names of receiver and parameters, "" for those without.
func parameters(recv *ast.FieldList, t *ast.FuncType) []string {
	var names []string
	for _, list := range []*ast.FieldList{recv, t.Params} {
		if list == nil {
			continue
		}
		for _, field := range list.List {
			if len(field.Names) == 0 {
				names = append(names, "")
			}
			for _, n := range field.Names {
				names = append(names, n.Name)
			}
		}
	}
	return names
}

// field reads the directives of struct fields declared together.
func (r *reader) field(f *ast.Field) {
	found := false
	r.take([]*ast.CommentGroup{f.Doc, f.Comment}, func(d Directive, pos token.Pos) bool {
		if d.Verb != Owned && d.Verb != Borrowed {
			return false
		}
		if found {
			r.problem(pos, "there is a directive for this field already")
			return true
		}
		found = true
		r.set.Fields = append(r.set.Fields, Field{Pos: pos, Names: f.Names, Type: f.Type, Owned: d.Verb == Owned})
		return true
	})
}

// loose reads a comment that belongs to no declaration.
func (r *reader) loose(group *ast.CommentGroup, c *ast.Comment) {
	d, is, err := Parse(c.Text)
	switch {
	case !is:
	case err != nil:
		r.problem(r.pos(c), "%v", err)
	case d.Verb == Assume:
		r.set.Assumes = append(r.set.Assumes, r.line(group, c))
	case d.Verb == Ignore:
		r.ignore(d, group, c)
	case d.Verb == Owned || d.Verb == Borrowed:
		r.problem(r.pos(c), "%s belongs to a struct field, and there is none here", d.Verb)
	default:
		r.problem(r.pos(c), "%s belongs to the comment of a function declaration, and there is none here", d.Verb)
	}
}

func (r *reader) ignore(d Directive, group *ast.CommentGroup, c *ast.Comment) {
	var known []string
	for _, check := range d.Checks {
		if slices.Contains(r.checks, check) {
			known = append(known, check)
			continue
		}
		r.problem(r.pos(c), "ignore names the unknown check %s%s", check, suggest(check, r.checks))
	}
	if len(known) > 0 {
		r.set.Ignores = append(r.set.Ignores, Suppression{r.line(group, c), known, d.Reason})
	}
}

// line is the line of code that a comment speaks of.
func (r *reader) line(group *ast.CommentGroup, c *ast.Comment) Line {
	p := r.fset.Position(c.Pos())
	l := Line{Pos: r.pos(c), File: p.Filename, Line: p.Line}
	if first, ok := r.code[p.Line]; !ok || first > c.Pos() {
		l.Line = r.fset.Position(group.End()).Line + 1
	}
	return l
}

// pos is where a loose comment is reported: at itself, or at the code before it
// on its line if cmd/cgo has changed that, because the column of what follows is
// then unknown.
func (r *reader) pos(c *ast.Comment) token.Pos {
	if first, ok := r.code[r.fset.Position(c.Pos()).Line]; ok && r.moved && first < c.Pos() {
		return first
	}
	return c.Pos()
}
