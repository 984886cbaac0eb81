package lower

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/go/packages"

	"github.com/sessionlint/sessionlint/internal/contract"
)

var seed = flag.Uint64("seed", 1, "which random programs TestRandom makes")

// TestRandom generates functions of branches, loops, literals, defers, structs
// and iterators, runs them as Go code and as reference programs, and compares
// the traces.
func TestRandom(t *testing.T) {
	const count = 60
	dir := t.TempDir()
	write := func(name, text string) {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	source := randomSource(rand.New(rand.NewPCG(*seed, 0)), count)
	write("go.mod", "module random\n\ngo 1.26.0\n")
	write("random.go", source)

	run := exec.Command("go", "run", ".")
	run.Dir = dir
	var errs bytes.Buffer
	run.Stderr = &errs
	out, err := run.Output()
	if err != nil {
		t.Fatalf("%v\n%s\n%s", err, errs.String(), source)
	}
	var want map[string][][]int
	if err := json.Unmarshal(out, &want); err != nil {
		t.Fatal(err)
	}

	pkgs, err := packages.Load(&packages.Config{Mode: packages.LoadSyntax, Dir: dir}, ".")
	if err != nil || len(pkgs) != 1 || len(pkgs[0].Errors) > 0 {
		t.Fatal(pkgs, err)
	}
	in := input(t, pkgs[0])
	in.Table = randomHooks{contract.Default()}
	prog := lowered(t, in)
	for i := range count {
		name := fmt.Sprintf("F%d", i)
		for n, traceOfGo := range want[name] {
			got, err := interpret(prog, "random."+name, n)
			if err != nil || !slices.Equal(got, traceOfGo) {
				t.Fatalf("%s(%d): the program hits %v, Go hits %v (%v)\n%s\n%s", name, n, got, traceOfGo, err,
					prog.Func("random."+name), functionText(source, name))
			}
		}
	}
}

type randomHooks struct{ *contract.Table }

func (h randomHooks) Go(name string) (*contract.Function, bool) {
	if name == "random.Hit" || name == "random.Get" {
		return &contract.Function{Name: name, Go: true}, true
	}
	return h.Table.Go(name)
}

// functionText cuts one function out of the generated source.
func functionText(source, name string) string {
	_, rest, _ := strings.Cut(source, "func "+name+"(")
	body, _, _ := strings.Cut(rest, "\n}\n")
	return "func " + name + "(" + body + "\n}"
}

const randomFrame = `package main

import (
	"encoding/json"
	"os"
)

var trace []int

func Hit(n int) { trace = append(trace, n) }

func Get(n int) int { return (n*7 + 3) %% 5 }

type pair struct{ a, b int }

func (p *pair) bump(k int) { p.a += k; p.b++ }

func upTo(n int) func(func(int) bool) {
	return func(yield func(int) bool) {
		defer Hit(7)
		for i := range n {
			if !yield(i) {
				return
			}
		}
	}
}

func main() {
	all := make(map[string][][]int)
	for name, f := range map[string]func(int) int{%s} {
		for n := range 5 {
			trace = []int{}
			Hit(f(n))
			all[name] = append(all[name], trace)
		}
	}
	if err := json.NewEncoder(os.Stdout).Encode(all); err != nil {
		panic(err)
	}
}
`

// randomSource is a program of count functions F0, F1, ...
func randomSource(r *rand.Rand, count int) string {
	var names, funcs strings.Builder
	for i := range count {
		fmt.Fprintf(&names, "%q: F%d, ", fmt.Sprintf("F%d", i), i)
		g := &generator{r: r}
		g.vars = []string{"n", "res"}
		fmt.Fprintf(&funcs, "\nfunc F%d(n int) (res int) {\n", i)
		g.block(0, false)
		fmt.Fprintf(&funcs, "%s\treturn %s\n}\n", g.out.String(), g.expr())
	}
	return fmt.Sprintf(randomFrame, names.String()) + funcs.String()
}

// generator writes the statements of one function.
type generator struct {
	r     *rand.Rand
	out   strings.Builder
	vars  []string // ints in scope
	pairs []string // *pair in scope
	next  int
	loop  bool // inside a loop of the function itself
	lit   bool // inside a literal: return takes no value
}

func (g *generator) fresh(prefix string) string {
	g.next++
	return fmt.Sprintf("%s%d", prefix, g.next)
}

func (g *generator) pick(from []string) string { return from[g.r.IntN(len(from))] }

func (g *generator) expr() string {
	switch g.r.IntN(6) {
	case 0:
		return fmt.Sprint(g.r.IntN(9))
	case 1:
		return fmt.Sprintf("Get(%s)", g.pick(g.vars))
	case 2:
		return fmt.Sprintf("(%s+%s)%%97", g.pick(g.vars), g.pick(g.vars))
	case 3:
		if len(g.pairs) > 0 {
			return g.pick(g.pairs) + "." + g.pick([]string{"a", "b"})
		}
	}
	return g.pick(g.vars)
}

func (g *generator) cond() string {
	c := fmt.Sprintf("%s %s %s", g.expr(), g.pick([]string{"<", "==", "!=", ">="}), g.expr())
	switch g.r.IntN(5) {
	case 0:
		return c + " && " + fmt.Sprintf("%s > %d", g.pick(g.vars), g.r.IntN(4))
	case 1:
		return fmt.Sprintf("%s == %d || ", g.pick(g.vars), g.r.IntN(4)) + c
	}
	return c
}

// block writes a few statements in a scope of their own.
func (g *generator) block(depth int, loop bool) {
	vars, pairs, outer := len(g.vars), len(g.pairs), g.loop
	g.loop = g.loop || loop
	for range 2 + g.r.IntN(3) {
		g.stmt(depth)
	}
	g.vars, g.pairs, g.loop = g.vars[:vars:vars], g.pairs[:pairs:pairs], outer
}

func (g *generator) line(format string, args ...any) { fmt.Fprintf(&g.out, "\t"+format+"\n", args...) }

func (g *generator) stmt(depth int) {
	kind := g.r.IntN(20)
	if depth > 2 {
		kind %= 7
	}
	switch kind {
	case 0:
		v := g.fresh("v")
		g.line("%s := %s", v, g.expr())
		g.line("_ = %s", v)
		g.vars = append(g.vars, v)
	case 1, 2:
		if v := g.pick(g.vars); !strings.HasPrefix(v, "i") {
			g.line("%s = %s", v, g.expr())
		}
	case 3, 4:
		g.line("Hit(%s)", g.expr())
	case 5:
		p := g.fresh("p")
		g.line("%s := &pair{%s, %s}", p, g.expr(), g.expr())
		g.line("%s.bump(%s)", p, g.expr())
		g.pairs = append(g.pairs, p)
	case 6:
		g.line("defer Hit(%s)", g.expr())
	case 7, 8, 9:
		g.line("if %s {", g.cond())
		g.block(depth+1, false)
		if g.r.IntN(2) == 0 {
			g.line("} else {")
			g.block(depth+1, false)
		}
		g.line("}")
	case 10:
		i := g.fresh("i")
		g.line("for %s := %d; %s < %d; %s++ {", i, g.r.IntN(3), i, g.r.IntN(5), i)
		g.body(i, depth)
	case 11:
		i := g.fresh("i")
		g.line("for %s := range upTo(%s %% 4) {", i, g.pick(g.vars))
		g.body(i, depth)
	case 12:
		g.leave()
	case 13, 14:
		g.literal(depth, "func() {", "}()")
	case 15:
		g.literal(depth, "defer func() {", "}()")
	case 16:
		f := g.fresh("f")
		g.literal(depth, f+" := func() {", "}")
		g.line("%s()", f)
		g.line("if %s { %s() }", g.cond(), f)
	case 17:
		g.value(depth)
	case 18:
		g.pointers()
	case 19:
		g.line("switch %s %% 3 {", g.expr())
		for c := range 2 {
			g.line("case %d:", c)
			g.block(depth+1, false)
		}
		g.line("}")
	}
}

// body is that of a loop, with its variable.
func (g *generator) body(i string, depth int) {
	vars := len(g.vars)
	g.vars = append(g.vars, i)
	g.line("_ = %s", i)
	g.block(depth+1, true)
	g.vars = g.vars[:vars:vars]
	g.line("}")
}

func (g *generator) leave() {
	switch {
	case g.loop && g.r.IntN(2) == 0:
		g.line("if %s { %s }", g.cond(), g.pick([]string{"break", "continue"}))
	case g.lit:
		g.line("if %s { return }", g.cond())
	default:
		g.line("if %s { return %s }", g.cond(), g.expr())
	}
}

// literal writes a function literal without results.
func (g *generator) literal(depth int, head, tail string) {
	g.line("%s", head)
	lit, loop := g.lit, g.loop
	g.lit, g.loop = true, false
	g.block(depth+1, false)
	g.lit, g.loop = lit, loop
	g.line("%s", tail)
}

// value writes a literal with two results, called where it is made.
func (g *generator) value(depth int) {
	a, b := g.fresh("v"), g.fresh("v")
	k := g.fresh("k")
	g.line("%s, %s := func(%s int) (int, int) {", a, b, k)
	g.line("if %s > %d { %s++; return %s, %s }", k, g.r.IntN(4), g.pick([]string{"n", "res"}), k, g.expr())
	g.line("return %s, %s", g.expr(), k)
	g.line("}(%s)", g.expr())
	g.line("_, _ = %s, %s", a, b)
	g.vars = append(g.vars, a, b)
}

// pointers copies a struct and writes through pointers to a variable and a field.
func (g *generator) pointers() {
	v, q := g.fresh("v"), g.fresh("q")
	g.line("%s := %s", v, g.expr())
	g.line("%s := &%s", q, v)
	if len(g.pairs) > 0 {
		c := g.fresh("c")
		g.line("%s := *%s", c, g.pick(g.pairs))
		g.line("if %s { %s = &%s.b }", g.cond(), q, c)
		g.line("%s.a++", c)
		g.line("defer func() { Hit(%s.a + %s.b) }()", c, c)
	}
	g.line("*%s = %s", q, g.expr())
	g.vars = append(g.vars, v)
}
