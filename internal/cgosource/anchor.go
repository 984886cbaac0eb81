package cgosource

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/token"
	"slices"
	"strings"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ast/astutil"
)

// An Anchor is a statement in the file that its author wrote. Edits are
// expressed relative to it.
type Anchor struct {
	Source *Source
	Stmt   ast.Stmt
	Path   []ast.Node // Stmt and the nodes around it, outwards to the file

	fset *token.FileSet
}

// Stmt finds the written form of the statement of file that pos lies in, the
// innermost one that is not of cmd/cgo's making. It fails unless the written
// statement is, token for token, the analysed one, in the same function: the
// file on the disk need not be the file that was compiled.
func (s *Sources) Stmt(file *ast.File, pos token.Pos) (*Anchor, error) {
	cgo := FromCgo(file)
	if cgo && !s.cgo {
		return nil, ErrCgo
	}
	path := enclosing(file, pos, pos)
	stmt := innermostStmt(path)
	if stmt == nil {
		return nil, fmt.Errorf("%s: no statement", s.fset.Position(pos))
	}
	src, err := s.behind(file)
	if err != nil {
		return nil, err
	}
	if GeneratedText(src.Text) {
		return nil, fmt.Errorf("%s is generated", src.Name)
	}
	if !cgo {
		return s.anchor(src, stmt)
	}
	written, err := s.written(src, stmt, enclosingFunc(path))
	if err != nil {
		return nil, err
	}
	return s.anchor(src, written)
}

func (s *Sources) anchor(src *Source, stmt ast.Stmt) (*Anchor, error) {
	path := enclosing(src.File, stmt.Pos(), stmt.End())
	i := slices.Index(path, ast.Node(stmt))
	if i < 0 {
		return nil, fmt.Errorf("%s: no statement", s.fset.Position(stmt.Pos()))
	}
	return &Anchor{Source: src, Stmt: stmt, Path: path[i:], fset: s.fset}, nil
}

// Decl returns the declaration of a file that a position lies in, or nil. It takes
// no longer in a file of many.
func Decl(file *ast.File, pos token.Pos) ast.Decl {
	i, _ := slices.BinarySearchFunc(file.Decls, pos, func(d ast.Decl, pos token.Pos) int {
		if d.End() < pos {
			return -1
		}
		return 1
	})
	if i < len(file.Decls) && file.Decls[i].Pos() <= pos {
		return file.Decls[i]
	}
	return nil
}

// enclosing returns the nodes around an interval, outwards to the file.
func enclosing(file *ast.File, from, to token.Pos) []ast.Node {
	decl := Decl(file, from)
	if decl == nil || decl.End() < to {
		path, _ := astutil.PathEnclosingInterval(file, from, to)
		return path
	}
	// The search sorts what it finds at each level: a file that holds one
	// declaration is searched in the time that this takes.
	alone := *file
	alone.Decls = []ast.Decl{decl}
	path, _ := astutil.PathEnclosingInterval(&alone, from, to)
	if n := len(path); n > 0 && path[n-1] == ast.Node(&alone) {
		path[n-1] = file
	}
	return path
}

// innermostStmt returns the innermost statement of a path that its author
// wrote: statements inside cmd/cgo's closures are not.
func innermostStmt(path []ast.Node) ast.Stmt {
	var found ast.Stmt
	for _, n := range path {
		switch n := n.(type) {
		case *ast.BlockStmt, *ast.CaseClause, *ast.CommClause, *ast.LabeledStmt:
			// They hold statements; they are none.
		case ast.Stmt:
			if found == nil {
				found = n
			}
		case *ast.CallExpr:
			if inner, _ := unwrap(n); inner != nil {
				found = nil
			}
		case *ast.FuncDecl:
			return found
		}
	}
	return found
}

func enclosingFunc(path []ast.Node) *ast.FuncDecl {
	for _, n := range path {
		if f, ok := n.(*ast.FuncDecl); ok {
			return f
		}
	}
	return nil
}

// written finds the statement of src from which cmd/cgo made stmt.
func (s *Sources) written(src *Source, stmt ast.Stmt, in *ast.FuncDecl) (ast.Stmt, error) {
	at := s.fset.Position(stmt.Pos())
	fn := src.sameFunc(in)
	if fn == nil {
		return nil, fmt.Errorf("%s: %s does not hold the function that was analysed", at, src.Name)
	}
	want := shape(stmt)
	var onLine, onColumn []ast.Stmt
	ast.Inspect(fn, func(n ast.Node) bool {
		candidate, ok := n.(ast.Stmt)
		if !ok {
			return true
		}
		p := s.fset.PositionFor(candidate.Pos(), false)
		if p.Line == at.Line && slices.Equal(shape(candidate), want) {
			onLine = append(onLine, candidate)
			if p.Column == at.Column {
				onColumn = append(onColumn, candidate)
			}
		}
		return true
	})
	switch {
	case len(onColumn) == 1:
		return onColumn[0], nil
	case len(onLine) == 1:
		return onLine[0], nil
	}
	return nil, fmt.Errorf("%s: %s does not hold the statement that was analysed", at, src.Name)
}

// sameFunc finds the function declared with the same name and receiver.
func (src *Source) sameFunc(as *ast.FuncDecl) *ast.FuncDecl {
	if as == nil {
		return nil
	}
	if src.funcs == nil {
		src.funcs = make(map[string][]*ast.FuncDecl)
		for _, decl := range src.File.Decls {
			if f, ok := decl.(*ast.FuncDecl); ok {
				src.funcs[f.Name.Name] = append(src.funcs[f.Name.Name], f)
			}
		}
	}
	receiver := func(f *ast.FuncDecl) []string {
		if f.Recv == nil {
			return nil
		}
		return shape(f.Recv)
	}
	for _, f := range src.funcs[as.Name.Name] {
		if slices.Equal(receiver(f), receiver(as)) {
			return f
		}
	}
	return nil
}

// Text returns the source text of a node of the written file.
func (a *Anchor) Text(n ast.Node) string {
	tok := a.fset.File(n.Pos())
	return string(a.Source.Text[tok.Offset(n.Pos()):tok.Offset(n.End())])
}

// Before inserts lines in front of the statement, indented like it.
func (a *Anchor) Before(lines ...string) analysis.TextEdit {
	indent := a.indent()
	return analysis.TextEdit{
		Pos:     a.Stmt.Pos(),
		End:     a.Stmt.Pos(),
		NewText: []byte(strings.Join(lines, "\n"+indent) + "\n" + indent),
	}
}

// After inserts lines behind the statement, indented like it. A comment behind
// the statement stays behind it.
func (a *Anchor) After(lines ...string) analysis.TextEdit {
	indent := a.indent()
	text := "\n" + indent + strings.Join(lines, "\n"+indent)
	pos := a.Stmt.End()
	if rest := a.restOfLine(pos); len(bytes.TrimSpace(rest)) == 0 || bytes.HasPrefix(bytes.TrimSpace(rest), []byte("//")) {
		pos += token.Pos(len(bytes.TrimRight(rest, "\r")))
	}
	return analysis.TextEdit{Pos: pos, End: pos, NewText: []byte(text)}
}

// Replace puts text in the place of the statement.
func (a *Anchor) Replace(text string) analysis.TextEdit {
	return analysis.TextEdit{Pos: a.Stmt.Pos(), End: a.Stmt.End(), NewText: []byte(text)}
}

// Delete removes the statement, and its line if nothing else is on it.
func (a *Anchor) Delete() analysis.TextEdit {
	edit := analysis.TextEdit{Pos: a.Stmt.Pos(), End: a.Stmt.End()}
	tok := a.fset.File(edit.Pos)
	from, to := tok.Offset(edit.Pos), tok.Offset(edit.End)
	start := bytes.LastIndexByte(a.Source.Text[:from], '\n') + 1
	rest := a.restOfLine(edit.End)
	if len(bytes.TrimSpace(a.Source.Text[start:from])) > 0 || len(bytes.TrimSpace(rest)) > 0 {
		return edit
	}
	edit.Pos -= token.Pos(from - start)
	edit.End += token.Pos(min(len(rest)+1, len(a.Source.Text)-to))
	return edit
}

// indent returns the white space that the line of the statement begins with.
func (a *Anchor) indent() string {
	at := a.fset.File(a.Stmt.Pos()).Offset(a.Stmt.Pos())
	line := a.Source.Text[bytes.LastIndexByte(a.Source.Text[:at], '\n')+1 : at]
	return string(line[:len(line)-len(bytes.TrimLeft(line, " \t"))])
}

// restOfLine returns the text from pos to the end of its line, without the line
// feed, which the last line of a file need not have.
func (a *Anchor) restOfLine(pos token.Pos) []byte {
	rest := a.Source.Text[a.fset.File(pos).Offset(pos):]
	if i := bytes.IndexByte(rest, '\n'); i >= 0 {
		rest = rest[:i]
	}
	return rest
}
