package generate

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
)

// A Program is one function to be executed and analysed.
type Program struct {
	Number int
	Name   string   // of the function that is executed
	Text   string   // its declarations: types and helpers first, the function last
	Traps  []string // sorted
	Change []string // the mistakes that were made, in order
}

// A Generator draws programs.
type Generator struct {
	seed  uint64
	pairs []pair
	at    map[[2]string]int // index in pairs
}

// pair is what is known of two traps, in the order of their names.
type pair struct {
	traps [2]string
	seen  int // programs that have both
	asked int // programs that were asked for both
}

// New returns a generator for a seed.
func New(seed uint64) *Generator {
	g := &Generator{seed: seed, at: map[[2]string]int{}}
	all := Traps()
	for i, a := range all {
		for _, b := range all[i+1:] {
			if Compatible(a, b) {
				g.at[[2]string{a, b}] = len(g.pairs)
				g.pairs = append(g.pairs, pair{traps: [2]string{a, b}})
			}
		}
	}
	return g
}

// Pairs returns how many programs have each pair of traps.
func (g *Generator) Pairs() map[[2]string]int {
	out := make(map[[2]string]int, len(g.pairs))
	for _, p := range g.pairs {
		out[p.traps] = p.seen
	}
	return out
}

// Program draws the program of a number. The programs before it have been drawn.
func (g *Generator) Program(number int) Program { return g.draw(number, 0) }

// Tries is how often a program can be drawn again.
const Tries = 3

// Instead draws another program in place of one that has too many ways to go: one
// that decides less, the less the later the try, from 1 to Tries.
func (g *Generator) Instead(p Program, try int) Program {
	g.count(p, -1)
	return g.draw(p.Number, try)
}

func (g *Generator) draw(number, try int) Program {
	p, r := g.build(number, try)
	g.count(p, 1)
	p.Text, p.Change = change(r, p)
	return p
}

// build puts a program together that is right.
func (g *Generator) build(number, try int) (Program, *rand.Rand) {
	r := rand.New(rand.NewPCG(g.seed, uint64(number)|uint64(try)<<32))
	b := newBuilder(r, number, g.rarest(r))
	b.room = 5 - try
	b.function()
	return Program{Number: number, Name: fmt.Sprintf("F%06d", number), Text: b.text(), Traps: b.tags()}, r
}

// count notes a program's pairs.
func (g *Generator) count(p Program, n int) {
	for i, a := range p.Traps {
		for _, b := range p.Traps[i+1:] {
			if k, ok := g.at[[2]string{a, b}]; ok {
				g.pairs[k].seen += n
			}
		}
	}
}

// patience is how often a pair is asked for that does not come, before it waits
// for those that were seen once more than it.
const patience = 4

// rarest returns the pair of traps that the fewest programs have; of several one
// drawn at random.
func (g *Generator) rarest(r *rand.Rand) [2]string {
	best, least := 0, math.MaxInt
	from := r.IntN(len(g.pairs))
	for i := range g.pairs {
		k := (from + i) % len(g.pairs)
		if n := g.pairs[k].seen + g.pairs[k].asked/patience; n < least {
			best, least = k, n
		}
	}
	g.pairs[best].asked++
	return g.pairs[best].traps
}

// endings are the forms with which a function ends, and what it returns then.
var endings = map[string]resultKind{"returned": found, "returned-err": foundOr, "named-result-defer": foundOr, "struct-returned": nothing}

// exclusive are the traps of which a program has one, and why.
var exclusive = []struct {
	why string
	in  func(trap string) bool
}{
	{"a function has one ending", func(t string) bool { _, ok := endings[t]; return ok }},
	{"one callback for new sessions is registered", func(t string) bool { return strings.HasPrefix(t, "new-") }},
	{"one callback for removed sessions is registered", func(t string) bool { return strings.HasPrefix(t, "remove-") }},
	{"one callback for missing sessions is registered", func(t string) bool { return strings.HasPrefix(t, "get-") }},
}

// Compatible reports whether one program can have both traps.
func Compatible(a, b string) bool {
	for _, e := range exclusive {
		if e.in(a) && e.in(b) {
			return false
		}
	}
	return true
}

// Traps returns the names of all traps, sorted.
func Traps() []string {
	var out []string
	for _, list := range [][]form{allAcquires, guards, allReleases, allSteps, conditions} {
		for _, f := range list {
			out = append(out, f.trap)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// builder puts one program together.
type builder struct {
	r         *rand.Rand
	number    int
	wanted    []string // traps still to be placed
	used      map[string]bool
	params    []string // "name type", in order
	has       map[string]bool
	helpers   []string
	known     map[string]bool // helpers that are there
	body      []string
	result    resultKind
	names     int
	open      []*episode // under way, the outermost first
	flags     []string   // bool parameters
	loops     int
	size      int // statements so far
	questions int // calls of Choose
	choices   int // decisions so far, a rough count
	room      int // decisions that there should be
	atTop     bool
}

// resultKind is what the function returns.
type resultKind int

const (
	nothing resultKind = iota
	failing
	found
	foundOr
	number
)

var results = map[resultKind]string{nothing: "", failing: " error", found: " *session.Session", foundOr: " (*session.Session, error)", number: " int64"}

func newBuilder(r *rand.Rand, n int, wanted [2]string) *builder {
	b := &builder{r: r, number: n, used: map[string]bool{}, has: map[string]bool{}, known: map[string]bool{}}
	if wanted[0] != "" {
		b.wanted = wanted[:]
	}
	return b
}

func (b *builder) tags() []string {
	var out []string
	for t := range b.used {
		out = append(out, t)
	}
	slices.Sort(out)
	return out
}

// text returns the program.
func (b *builder) text() string {
	var out strings.Builder
	for _, h := range b.helpers {
		out.WriteString(h + "\n\n")
	}
	fmt.Fprintf(&out, "func F$(%s)%s {\n%s\n}\n", strings.Join(b.params, ", "), b.results(), strings.Join(b.body, "\n"))
	return strings.ReplaceAll(out.String(), "$", fmt.Sprintf("%06d", b.number))
}

func (b *builder) results() string {
	if b.has["named results"] {
		return " (res *session.Session, err error)"
	}
	return results[b.result]
}

// param makes sure that there is a parameter.
func (b *builder) param(name, typ string) string {
	if !b.has[name] {
		b.has[name] = true
		b.params = append(b.params, name+" "+typ)
	}
	return name
}

// conn returns a connection.
func (b *builder) conn() string {
	if b.r.IntN(4) == 0 {
		return b.param("d", "*session.Conn")
	}
	return b.param("c", "*session.Conn")
}

// helper makes sure that there is a declaration.
func (b *builder) helper(text string) {
	if !b.known[text] {
		b.known[text] = true
		b.helpers = append(b.helpers, text)
	}
}

// name returns a new name.
func (b *builder) name(prefix string) string {
	b.names++
	return fmt.Sprintf("%s%d", prefix, b.names)
}

func (b *builder) add(lines ...string) {
	b.body = append(b.body, lines...)
	b.size += len(lines)
}

func (b *builder) addf(format string, args ...any) { b.add(fmt.Sprintf(format, args...)) }

// A form is one way to write something; trap names it.
type form struct {
	trap  string
	fits  func(b *builder) bool // nil: always
	write func(b *builder, e *episode)
}

// pick draws a form that fits: one that is wanted, if there is.
func (b *builder) pick(list []form) form {
	var fit []form
	for _, f := range list {
		if f.fits == nil || f.fits(b) {
			fit = append(fit, f)
		}
	}
	for i, w := range b.wanted {
		for _, f := range fit {
			if f.trap == w {
				b.wanted = slices.Delete(slices.Clone(b.wanted), i, i+1)
				b.used[f.trap] = true
				return f
			}
		}
	}
	f := fit[b.r.IntN(len(fit))]
	b.used[f.trap] = true
	return f
}

// wants reports whether a trap of a list is still to be placed.
func (b *builder) wants(list []form) bool {
	return slices.ContainsFunc(list, func(f form) bool { return slices.Contains(b.wanted, f.trap) })
}

// An episode is the life of one session in the function.
type episode struct {
	v     string // the variable
	cond  string // if not empty: there is one only if this holds
	conn  string
	early []string // what an early exit has to do
	fire  []string // what the end has to do
	armed bool     // released by a defer
	close int      // braces to close at the end
	final bool     // ends the function
	fails string   // what says that there is none; "" if v == nil does
	kind  string   // "" or "struct"
}

// exits writes an early exit.
func (b *builder) exit() {
	for i := len(b.open) - 1; i >= 0; i-- {
		b.add(b.open[i].early...)
	}
	b.add(b.returns())
}

// returns is the return statement of an early exit.
func (b *builder) returns() string {
	switch {
	case b.has["named results"], b.result == foundOr:
		return "return nil, errNone$"
	case b.result == failing:
		return "return errNone$"
	case b.result == found:
		return "return nil"
	case b.result == number:
		return "return -1"
	}
	return "return"
}

// end is the return statement at the end.
func (b *builder) end() {
	switch {
	case b.has["named results"], b.result == foundOr:
		b.add("return nil, nil")
	case b.result == failing:
		b.add("return nil")
	case b.result == found:
		b.add("return nil")
	case b.result == number:
		b.add("return 0")
	}
}

// function writes the function.
func (b *builder) function() {
	b.result = resultKind(b.r.IntN(5))
	for _, w := range b.wanted {
		if k, ok := endings[w]; ok {
			b.result = k
		}
		if w == "cond-correlated" { // with this one
			b.flags = append(b.flags, b.param("flag0", "bool"))
		}
	}
	b.param("c", "*session.Conn")
	b.helper("var errNone$ = errors.New(\"none\")")
	n := 1 + b.r.IntN(2)
	ended := false
	for i := 0; i < n && b.choices < b.room || len(b.wanted) > 0 && i < 4; i++ {
		b.atTop = true
		if b.episode(0) {
			ended = true
			break
		}
	}
	if !ended {
		b.end()
	}
}

// episode writes one, and reports whether it has ended the function.
func (b *builder) episode(depth int) (ended bool) {
	top := b.atTop
	b.atTop = false
	e := &episode{conn: b.conn()}
	b.pick(allAcquires).write(b, e)
	b.pick(guards).write(b, e)
	b.atTop = top && e.close == 0 && b.loops == 0
	b.pick(allReleases).write(b, e)
	b.open = append(b.open, e)
	b.atTop = false
	n := b.r.IntN(3)
	for i := 0; i < n || b.wants(allSteps) && i < 3; i++ {
		if b.size > 40 || b.choices > b.room+1 && !b.wants(allSteps) {
			break
		}
		b.pick(allSteps).write(b, e)
	}
	if b.wants(conditions) {
		b.used["branch"] = true
		branch(b, e)
	}
	if depth < 2 && b.size < 24 && b.choices < b.room && b.r.IntN(3) == 0 {
		b.episode(depth + 1)
	}
	b.open = b.open[:len(b.open)-1]
	b.add(e.fire...)
	for range e.close {
		b.add("}")
	}
	return e.final
}

// condition draws a condition.
func (b *builder) condition() string {
	e := &episode{}
	if b.choices > b.room+1 && len(b.flags) > 0 && !b.wants(conditions) {
		b.used["cond-correlated"] = true
		return b.flags[b.r.IntN(len(b.flags))]
	}
	b.choices++
	b.pick(conditions).write(b, e)
	return e.cond
}
