package directive

import (
	"go/ast"
	"go/token"
)

// A Set is every directive of a package, each list in source order.
type Set struct {
	Functions []Function
	Fields    []Field
	Assumes   []Line
	Ignores   []Suppression
	Problems  []Problem
}

// A Function is what the directives of one function, method or interface method
// declare. Parameters are indices; the receiver of a method is 0.
type Function struct {
	Name    *ast.Ident
	Returns *Result // nil: nothing is said of the results
	Params  []Param // by index
}

// A Result is a "returns" directive.
type Result struct {
	Pos    token.Pos
	Owned  bool
	Lender int // parameter, unless Owned
}

// A Param is a "consumes" or "borrows" directive.
type Param struct {
	Pos      token.Pos
	Index    int
	Name     string
	Consumed bool
}

// A Field is an "owned" or "borrowed" directive on struct fields declared
// together.
type Field struct {
	Pos   token.Pos
	Names []*ast.Ident // empty for an embedded field
	Type  ast.Expr
	Owned bool
}

// A Line is a directive that speaks of one line of code: its own if code stands
// before it, else the next one that is no comment.
type Line struct {
	Pos  token.Pos
	File string // name as positions have it
	Line int
}

// A Suppression is an "ignore" directive.
type Suppression struct {
	Line
	Checks []string
	Reason string
}

// A Problem is a directive that declares nothing, and why.
type Problem struct {
	Pos  token.Pos
	Text string
}

// Covers reports whether the directive speaks of a place.
func (l Line) Covers(p token.Position) bool { return l.File == p.Filename && l.Line == p.Line }
