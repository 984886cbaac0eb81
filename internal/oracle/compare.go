package oracle

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/sessionlint/sessionlint/internal/oracle/execute"
	"github.com/sessionlint/sessionlint/internal/oracle/generate"
)

// A Finding is what an analyzer says about a program.
type Finding struct {
	Check   string
	Line    int // in the program, from 1
	Message string
}

// A Case is a program and what is true of it. Lines count from the first line of
// its text.
type Case struct {
	generate.Program
	Truth execute.Truth
	Alone execute.Truth // of the function, whatever the others do

	// Helpers is what is true of the other functions on their own: an analyzer
	// may say it, and need not.
	Helpers []execute.Truth

	// Dependent are the first and the last line of each of the other functions
	// that cannot be executed on its own: one needs type arguments, another one a
	// function.
	Dependent [][2]int
}

// limits bound the execution of one program.
var limits = execute.Limits{Runs: 300, Choices: 24}

// wider bound the execution of a program of which a finding was not shown.
var wider = execute.Limits{Runs: 6000, Choices: 24, Wide: true}

// NewCase executes a program.
func NewCase(p generate.Program) (*Case, error) { return newCase(p, limits) }

func newCase(p generate.Program, limits execute.Limits) (*Case, error) {
	src, err := generate.Source("p", p.Text)
	if err != nil {
		return nil, err
	}
	// As it was formatted, without the header.
	header, text, _ := strings.Cut(string(src), ")\n\n")
	p.Text = strings.TrimSpace(text) + "\n"
	pkg, err := execute.Load("p.go", src)
	if err != nil {
		return nil, err
	}
	c := &Case{Program: p}
	above := strings.Count(header, "\n") + 2
	fns, alone, truths, errs := pkg.ExploreAll(limits)
	for i, fn := range fns {
		truth, err := truths[i], errs[i]
		alone[i].Shift(-above)
		truth.Shift(-above)
		var unsupported *execute.Unsupported
		switch {
		case fn.Name() == p.Name && err != nil:
			return nil, err
		case fn.Name() == p.Name:
			c.Truth = truth
			c.Alone = alone[i]
		case pkg.Registered(fn): // what it does as a callback is the function's
		case err == nil:
			c.Helpers = append(c.Helpers, truth)
		case !errors.As(err, &unsupported):
			return nil, err
		default:
			from, to := pkg.Lines(fn)
			c.Dependent = append(c.Dependent, [2]int{from - above, to - above})
		}
	}
	return c, nil
}

// Sort says how analyzer and truth disagree.
type Sort string

const (
	// FalsePositive: reported, and no run shows such a violation.
	FalsePositive Sort = "false positive"
	// FalseNegative: a run shows it, and it is not reported.
	FalseNegative Sort = "false negative"
	// OtherLine: both know of it, and name different lines.
	OtherLine Sort = "other line"
	// OtherCheck: both know that the free on the line is one too many; the finding
	// says that the reference was gone, and it was only lent.
	OtherCheck Sort = "other check"
	// Undecided: reported, and no run shows it, for a Reason that the runs show.
	Undecided Sort = "undecided"
)

// Reason says why a finding that no run shows is not counted as wrong.
type Reason string

const (
	NotReached Reason = "no run comes to the line"
	NotAll     Reason = "not all runs were made"
	Spoiled    Reason = "something was wrong with the session from the start"
	NoEnd      Reason = "no run that comes to the line has an end"
	OnlyNil    Reason = "in a helper that cannot be executed alone, and no session comes there"
)

// Reasons are all of them.
var Reasons = []Reason{NotReached, NotAll, Spoiled, NoEnd, OnlyNil}

// A Disagreement is one difference between analyzer and truth.
type Disagreement struct {
	Case    *Case
	Sort    Sort
	Reason  Reason // of what is undecided
	Check   string
	Lines   []int // of the finding, or of the violation
	Origin  []int // of a violation: where the session comes from
	Message string
}

// Class is what disagreements are counted by.
func (d Disagreement) Class() string { return string(d.Sort) + " " + d.Check }

func (d Disagreement) String() string {
	return fmt.Sprintf("%s: %s at %v: %s", d.Case.Name, d.Class(), d.Lines, d.Message)
}

// A fact is what has to be reported once: a check and the session's origin.
type fact struct {
	check  string
	origin string
}

// A Verdict is the comparison of one case.
type Verdict struct {
	Facts         int // that had to be reported
	Found         int // of them
	FoundAt       int // of them, on a line that is right
	Reported      int // findings
	Right         int // of them, with a violation of their check
	Widened       int // of them, those that only more arguments than usual have shown
	Disagreements []Disagreement
}

// Compare holds findings against the truth. The program of a finding that is wrong
// is executed once more, with more arguments.
func Compare(c *Case, findings []Finding) (Verdict, error) {
	var v Verdict
	var wide *Case
	for _, f := range findings {
		v.Reported++
		sort, reason := c.judge(f)
		if sort == FalsePositive {
			if wide == nil {
				var err error
				if wide, err = newCase(c.Program, wider); err != nil {
					return v, err
				}
			}
			if again, _ := wide.judge(f); again == "" || again == OtherLine || again == OtherCheck {
				sort = again
				v.Widened++
			}
		}
		if sort == "" || sort == OtherLine || sort == OtherCheck {
			v.Right++
		}
		if sort != "" {
			v.Disagreements = append(v.Disagreements, Disagreement{c, sort, reason, f.Check, []int{f.Line}, nil, f.Message})
		}
	}
	for _, required := range c.required() {
		v.Facts++
		known, at := false, false
		for _, f := range findings {
			if f.Check != required[0].Check {
				continue
			}
			sort, _ := c.judge(f)
			known = known || sort == OtherLine // a finding that is no other fact's
			for _, w := range required {
				at = at || len(w.Lines) == 0 || slices.Contains(w.Lines, f.Line)
			}
		}
		known = known || at
		if known {
			v.Found++
		}
		if at {
			v.FoundAt++
		}
		first := required[0]
		message := fmt.Sprintf("%s, of a session from line %v", first.Text, first.Origin)
		switch {
		case !known:
			v.Disagreements = append(v.Disagreements, Disagreement{c, FalseNegative, "", first.Check, first.Lines, first.Origin, message})
		case !at:
			v.Disagreements = append(v.Disagreements, Disagreement{c, OtherLine, "", first.Check, first.Lines, first.Origin, message})
		}
	}
	return v, nil
}

// judge says what is wrong with a finding, "" if nothing is.
func (c *Case) judge(f Finding) (Sort, Reason) {
	sort, reason := judge(c.Truth, f)
	for _, h := range c.Helpers {
		switch other, why := judge(h, f); {
		case sort == "" || other == "":
			return "", ""
		case sort == Undecided && (reason == NotReached || reason == Spoiled) && !c.Truth.Truncated, other == OtherLine, other == OtherCheck && sort == FalsePositive:
			sort, reason = other, why
		}
	}
	if sort == FalsePositive && c.dependent(f.Line) && !slices.Contains(c.Truth.Live, f.Line) {
		return Undecided, OnlyNil
	}
	return sort, reason
}

// dependent reports whether a line is one of a function that cannot be executed on
// its own.
func (c *Case) dependent(line int) bool {
	return slices.ContainsFunc(c.Dependent, func(l [2]int) bool { return l[0] <= line && line <= l[1] })
}

// judge says what is wrong with a finding, by one truth.
func judge(t execute.Truth, f Finding) (Sort, Reason) {
	if !slices.Contains(t.Reached, f.Line) {
		return Undecided, NotReached
	}
	if f.Check == "uncheckedupref" {
		switch {
		case slices.Contains(t.Blind, f.Line):
			return "", ""
		case !slices.Contains(t.Live, f.Line): // s == nil || !s.UpRef(), and s is nil
			return Undecided, NotReached
		}
		return FalsePositive, ""
	}
	sort := FalsePositive
	for _, v := range t.Violations {
		if v.Check != f.Check {
			if f.Check == "doublefree" && v.Check == "borrowedfree" && slices.Contains(v.Lines, f.Line) && sort == FalsePositive {
				sort = OtherCheck
			}
			continue
		}
		if len(v.Lines) == 0 || slices.Contains(v.Lines, f.Line) {
			return "", ""
		}
		sort = OtherLine
	}
	switch {
	case sort != FalsePositive:
	case t.Truncated:
		return Undecided, NotAll
	case slices.Contains(t.Spoiled, f.Line):
		return Undecided, Spoiled
	case slices.Contains(t.Endless, f.Line):
		return Undecided, NoEnd
	}
	return sort, ""
}

// required returns the violations that have to be reported, those of one fact
// together.
func (c *Case) required() [][]execute.Violation {
	var order []fact
	byFact := map[fact][]execute.Violation{}
	for _, v := range c.Truth.Violations {
		if !v.First {
			continue
		}
		k := fact{v.Check, fmt.Sprint(v.Origin)}
		if byFact[k] == nil {
			order = append(order, k)
		}
		byFact[k] = append(byFact[k], v)
	}
	var out [][]execute.Violation
	for _, k := range order {
		out = append(out, byFact[k])
	}
	for _, line := range c.Truth.Blind {
		out = append(out, []execute.Violation{{Check: "uncheckedupref", Lines: []int{line}, Origin: []int{line}, Text: "uncheckedupref"}})
	}
	return out
}
