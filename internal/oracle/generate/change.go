package generate

import (
	"math/rand/v2"
	"regexp"
	"strings"
)

// A mistake changes the lines of a function at one place; at is a line it can
// work on.
type mistake struct {
	name  string
	fits  func(line string) bool
	apply func(r *rand.Rand, lines []string, at int) []string
}

var (
	freeRE   = regexp.MustCompile(`^(?:defer )?[\w.()<-]*(?:Free|Close)\(\)$|^(?:defer )?(?:letGo|release|freeAll|free)\w*\(.*\)$`)
	simpleRE = regexp.MustCompile(`^[\w.$]+\(.*\)$|^[\w.$]+ = .*$`)
	// A variable of the package that nobody sets is nil, but the analyzer takes it that
	// somebody does.
	onlySetRE = regexp.MustCompile(`^kept\d+ = `)
	joinRE    = regexp.MustCompile(`^<-\w+$|^\w+\.Wait\(\)$`)
	answerRE  = regexp.MustCompile(`^return (?:.*, )?(?:true|false)$`)
	sessRE    = regexp.MustCompile(`\b(?:[st]\d+|b\d+)\b`)
)

func matches(re *regexp.Regexp) func(string) bool { return re.MatchString }

func contains(text string) func(string) bool {
	return func(l string) bool { return strings.Contains(l, text) }
}

func replaced(old, new string) func(*rand.Rand, []string, int) []string {
	return func(_ *rand.Rand, lines []string, at int) []string {
		lines[at] = strings.Replace(lines[at], old, new, 1)
		return lines
	}
}

func without(_ *rand.Rand, lines []string, at int) []string {
	return append(lines[:at:at], lines[at+1:]...)
}

// mistakes are what people do.
var mistakes = []mistake{
	{"release deleted", matches(freeRE), without},
	{"release deleted", matches(freeRE), without},
	{"release repeated", matches(freeRE), func(r *rand.Rand, lines []string, at int) []string {
		return inserted(lines, at+1+r.IntN(min(4, len(lines)-at-1)), lines[at])
	}},
	{"get1 for get0", contains("Get0Session"), replaced("Get0Session", "Get1Session")},
	{"get0 for get1", contains("Get1Session"), replaced("Get1Session", "Get0Session")},
	{"statement deleted", func(l string) bool { return simpleRE.MatchString(l) && !onlySetRE.MatchString(l) }, without},
	{"condition negated", func(l string) bool { return strings.HasPrefix(l, "if ") && strings.HasSuffix(l, " {") }, func(_ *rand.Rand, lines []string, at int) []string {
		cond := strings.TrimSuffix(strings.TrimPrefix(lines[at], "if "), " {")
		if strings.Contains(cond, ";") {
			return nil
		}
		lines[at] = "if !(" + cond + ") {"
		return lines
	}},
	{"free added", matches(sessRE), func(r *rand.Rand, lines []string, at int) []string {
		v := sessRE.FindString(lines[at])
		return inserted(lines, at+1+r.IntN(min(6, len(lines)-at-1)), v+".Free()")
	}},
	{"use added", matches(sessRE), func(r *rand.Rand, lines []string, at int) []string {
		v := sessRE.FindString(lines[at])
		return inserted(lines, at+1+r.IntN(min(10, len(lines)-at-1)), v+".SetTimeout(9)")
	}},
	{"line moved", matches(simpleRE), func(r *rand.Rand, lines []string, at int) []string {
		line := lines[at]
		lines = without(r, lines, at)
		return inserted(lines, 1+r.IntN(len(lines)-2), line)
	}},
	{"exit deleted", func(l string) bool { return strings.HasPrefix(l, "return") || l == "continue" || l == "break" }, without},
	{"join deleted", matches(joinRE), without},
	{"answer swapped", matches(answerRE), func(_ *rand.Rand, lines []string, at int) []string {
		if strings.Contains(lines[at], "true") {
			return replaced("true", "false")(nil, lines, at)
		}
		return replaced("false", "true")(nil, lines, at)
	}},
	{"upref not looked at", contains("UpRef()"), func(_ *rand.Rand, lines []string, at int) []string {
		if i := strings.Index(lines[at], "&& "); i >= 0 && strings.HasSuffix(lines[at], ".UpRef() {") {
			call := strings.TrimSuffix(lines[at][i+3:], " {")
			lines[at] = lines[at][:i] + "{"
			return inserted(lines, at+1, call)
		}
		return nil
	}},
	{"variable for variable", matches(sessRE), func(r *rand.Rand, lines []string, at int) []string {
		var names []string
		for _, l := range lines {
			names = append(names, sessRE.FindAllString(l, -1)...)
		}
		old := sessRE.FindString(lines[at])
		lines[at] = strings.Replace(lines[at], old, names[r.IntN(len(names))], 1)
		return lines
	}},
	{"deferred for explicit", func(l string) bool { return matches(freeRE)(l) && !strings.HasPrefix(l, "defer ") }, func(_ *rand.Rand, lines []string, at int) []string {
		lines[at] = "defer " + lines[at]
		return lines
	}},
}

func inserted(lines []string, at int, line string) []string {
	out := append([]string(nil), lines[:at]...)
	out = append(out, line)
	return append(out, lines[at:]...)
}

// change makes no, one or two mistakes in a program, in its helpers too.
func change(r *rand.Rand, p Program) (text string, names []string) {
	n := []int{0, 0, 0, 0, 1, 1, 1, 1, 2, 2}[r.IntN(10)]
	text = p.Text
	for tries := 0; len(names) < n && tries < 40; tries++ {
		lines := strings.Split(text, "\n")
		m := mistakes[r.IntN(len(mistakes))]
		var fit []int
		for i, l := range lines {
			if i > 0 && i < len(lines)-3 && m.fits(l) {
				fit = append(fit, i)
			}
		}
		if len(fit) == 0 {
			continue
		}
		out := m.apply(r, lines, fit[r.IntN(len(fit))])
		if out == nil || !Valid(strings.Join(out, "\n")) {
			continue
		}
		text = strings.Join(out, "\n")
		names = append(names, m.name)
	}
	return text, names
}
