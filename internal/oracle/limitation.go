package oracle

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// A Limitation is a declared class of false negatives: of some checks, when a
// line of the program does something to the session that was missed.
type Limitation struct {
	Name   string
	Checks []string
	Reason string

	pattern string // %s is the session's variable
}

// maxLimitations is how many classes there may be.
const maxLimitations = 10

// ParseLimitations reads a declaration: lines "name | check... | pattern | reason",
// and comments that start with #. The pattern is a regular expression for a line
// of the program, in which %s stands for a variable of the session. An if with an
// empty body is one line. A pattern that mentions \n is for several lines.
func ParseLimitations(text string) ([]Limitation, error) {
	var out []Limitation
	for i, l := range strings.Split(text, "\n") {
		if l = strings.TrimSpace(l); l == "" || strings.HasPrefix(l, "#") {
			continue
		}
		parts := strings.Split(l, " | ")
		if len(parts) != 4 {
			return nil, fmt.Errorf("line %d: %d parts, want name | checks | pattern | reason", i+1, len(parts))
		}
		limit := Limitation{Name: strings.TrimSpace(parts[0]), Checks: strings.Fields(parts[1]), pattern: strings.TrimSpace(parts[2]), Reason: strings.TrimSpace(parts[3])}
		if limit.Name == "" || len(limit.Checks) == 0 || limit.Reason == "" || !strings.Contains(limit.pattern, "%s") {
			return nil, fmt.Errorf("line %d: a part is missing", i+1)
		}
		if _, err := limit.compiled("x"); err != nil {
			return nil, fmt.Errorf("line %d: %w", i+1, err)
		}
		out = append(out, limit)
	}
	if len(out) > maxLimitations {
		return nil, fmt.Errorf("%d classes, at most %d are allowed", len(out), maxLimitations)
	}
	return out, nil
}

func (l Limitation) compiled(variable string) (*regexp.Regexp, error) {
	return regexp.Compile(strings.ReplaceAll(l.pattern, "%s", `\b`+variable+`\b`))
}

// Covers reports whether a disagreement is of the class.
func (l Limitation) Covers(d Disagreement) bool {
	if d.Sort != FalseNegative || !slices.Contains(l.Checks, d.Check) {
		return false
	}
	lines := strings.Split(d.Case.Text, "\n")
	for _, v := range variables(lines, d.Origin, slices.Concat(d.Origin, d.Lines)) {
		re, err := l.compiled(regexp.QuoteMeta(v))
		if err != nil {
			continue
		}
		if strings.Contains(l.pattern, `\n`) && re.MatchString(d.Case.Text) || matches(re, lines) {
			return true
		}
	}
	return false
}

// matches reports whether a line matches, or an if with nothing in it.
func matches(re *regexp.Regexp, lines []string) bool {
	for i, l := range lines {
		if strings.HasSuffix(l, "{") && i+1 < len(lines) && strings.TrimSpace(lines[i+1]) == "}" {
			l += " }"
		}
		if re.MatchString(l) {
			return true
		}
	}
	return false
}

var (
	setRE    = regexp.MustCompile(`^\s*(?:if )?(?:\w+, )??([a-z]+\d+)(?:, \w+)? :?= `)
	calledRE = regexp.MustCompile(`\b([a-z]+\d+)\.\w+\(`)
	givenRE  = regexp.MustCompile(`\bfunc\(.*\b([a-z]+\d+) \*session\.Session\)`)
	outRE    = regexp.MustCompile(`&([a-z]+\d+)\)`)
	aliasRE  = regexp.MustCompile(`^\s*(?:var )?([a-z]+\d+)(?: [\w$]+)? :?= (?:&?holder\d+\{s: )?([a-z]+\d+)\}?(?:\.Free)?$`)
)

// variables returns the names that a session has, which was acquired on one of
// some lines: the variables set there, and their aliases. Of one without an origin
// they are those whose methods are called there.
func variables(lines []string, origin, at []int) []string {
	var out []string
	add := func(name string) {
		if !slices.Contains(out, name) {
			out = append(out, name)
		}
	}
	for _, n := range at {
		if n < 1 || n > len(lines) {
			continue
		}
		for _, re := range []*regexp.Regexp{setRE, outRE, givenRE} {
			if m := re.FindStringSubmatch(lines[n-1]); m != nil {
				add(m[1])
			}
		}
	}
	if len(origin) == 0 { // from outside: what is used where it goes wrong
		for _, n := range at {
			if n < 1 || n > len(lines) {
				continue
			}
			for _, m := range calledRE.FindAllStringSubmatch(lines[n-1], -1) {
				add(m[1])
			}
		}
	}
	for before := -1; before != len(out); {
		before = len(out)
		for _, l := range lines {
			if m := aliasRE.FindStringSubmatch(l); m != nil && slices.Contains(out, m[2]) {
				add(m[1])
			}
		}
	}
	return out
}
