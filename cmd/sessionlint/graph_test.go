package main

import (
	"fmt"
	"math/rand"
	"slices"
	"strings"
	"testing"
)

// A graph is a module, or several, of packages that import each other at random.
// Every package has a function and a method that end, or do not, each in a way of
// its own; a package hands out its own type with that method, or that of another
// package, which its users then need not import. Some count sessions on paths that
// the others end.
type graph struct {
	text     strings.Builder
	nodes    []node
	expected []string // places of leaks in modules that are worked in
}

type node struct {
	path   string // import path
	folder string
	ends   bool // the function Die and the method of its own type
	owner  int  // package of the type that Get returns
}

const nodes = 8

// newGraph lays packages out: all in one module; in two of a workspace; the first
// half in a module that is vendored.
func newGraph(seed int64, layout string) *graph {
	r := rand.New(rand.NewSource(seed))
	g := &graph{}
	switch layout {
	case "module":
		g.text.WriteString("-- go.mod --\nmodule example.com/a\n\ngo 1.26\n")
	case "workspace":
		g.text.WriteString("-- go.work --\ngo 1.26\n\nuse (\n\t./a\n\t./b\n)\n-- a/go.mod --\nmodule example.com/a\n\ngo 1.26\n-- b/go.mod --\nmodule example.com/b\n\ngo 1.26\n")
	case "vendored":
		g.text.WriteString("-- go.mod --\nmodule example.com/a\n\ngo 1.26\n\nrequire example.com/b v1.0.0\n-- vendor/modules.txt --\n# example.com/b v1.0.0\n## explicit; go 1.26\n")
		for i := range nodes / 2 {
			fmt.Fprintf(&g.text, "example.com/b/p%d\n", i)
		}
	}
	for i := range nodes {
		n := node{path: fmt.Sprintf("example.com/a/p%d", i), folder: fmt.Sprintf("p%d", i)}
		switch {
		case layout == "workspace" && i < nodes/2:
			n.path, n.folder = fmt.Sprintf("example.com/b/p%d", i), fmt.Sprintf("b/p%d", i)
		case layout == "workspace":
			n.folder = "a/" + n.folder
		case layout == "vendored" && i < nodes/2:
			n.path = fmt.Sprintf("example.com/b/p%d", i)
			n.folder = "vendor/" + n.path
		}
		g.add(r, n, i%4 == 3)
	}
	return g
}

// add writes package i, which imports some of those before it.
func (g *graph) add(r *rand.Rand, n node, counts bool) {
	i := len(g.nodes)
	var imported []int
	for j := range i {
		if counts || r.Intn(2) == 0 {
			imported = append(imported, j)
		}
	}
	if counts && len(imported) > 3 {
		r.Shuffle(len(imported), func(x, y int) { imported[x], imported[y] = imported[y], imported[x] })
		imported = imported[:3]
		slices.Sort(imported)
	}
	var lines []string
	line := func(format string, args ...any) { lines = append(lines, fmt.Sprintf(format, args...)) }
	line("package p%d", i)
	line("")
	if counts {
		line("// typedef struct ssl_st SSL;")
		line("// typedef struct ssl_session_st SSL_SESSION;")
		line("// static SSL_SESSION *SSL_get1_session(SSL *s) { return 0; }")
		line("// static void SSL_SESSION_free(SSL_SESSION *s) {}")
		line(`import "C"`)
		line("")
	}
	die := "println(0)"
	std := ""
	switch how := r.Intn(6); {
	case how == 0:
		die, n.ends = "panic(0)", true
	case how == 1:
		std, die, n.ends = "os", "os.Exit(1)", true
	case how == 2:
		std, die, n.ends = "log", "log.Fatal(1)", true
	case how < 5 && len(imported) > 0:
		j := imported[r.Intn(len(imported))]
		die, n.ends = fmt.Sprintf("p%d.Die()", j), g.nodes[j].ends
		if r.Intn(2) == 0 {
			die, n.ends = fmt.Sprintf("p%d.Get().Die()", j), g.nodes[g.nodes[j].owner].ends
		}
	}
	if std != "" {
		line("import %q", std)
	}
	for _, j := range imported {
		line("import %q", g.nodes[j].path)
	}
	line("")
	n.owner = i
	own := "*T"
	get := "new(T)"
	if len(imported) > 0 && r.Intn(2) == 0 {
		j := imported[r.Intn(len(imported))]
		if owner := g.nodes[j].owner; slices.Contains(imported, owner) {
			n.owner, own, get = owner, fmt.Sprintf("*p%d.T", owner), fmt.Sprintf("p%d.Get()", j)
		}
	}
	line("type T struct{}")
	line("func Die() { %s }", die)
	line("func (*T) Die() { %s }", die)
	line("func Get() %s { return %s }", own, get)
	for _, j := range imported {
		line("var _ = p%d.Get", j)
	}
	if counts {
		line("func Count(ssl *C.SSL, n int) {")
		line("s := C.SSL_get1_session(ssl)")
		acquired := len(lines)
		leaks := false
		for k, j := range imported {
			line("if n == %d {", 2*k)
			line("p%d.Die()", j)
			line("return")
			line("}")
			line("if n == %d {", 2*k+1)
			line("p%d.Get().Die()", j)
			line("return")
			line("}")
			leaks = leaks || !g.nodes[j].ends || !g.nodes[g.nodes[j].owner].ends
		}
		line("C.SSL_SESSION_free(s)")
		line("}")
		if leaks && !strings.HasPrefix(n.folder, "vendor/") {
			g.expected = append(g.expected, fmt.Sprintf("%s/p.go:%d:", n.folder, acquired))
		}
	}
	fmt.Fprintf(&g.text, "-- %s/p.go --\n%s\n", n.folder, strings.Join(lines, "\n"))
	if r.Intn(3) == 0 {
		fmt.Fprintf(&g.text, "-- %s/p_test.go --\npackage p%d\n\nimport \"testing\"\n\nfunc Fail(t *testing.T) { t.Fatal(1) }\n\nfunc TestDie(t *testing.T) { Die() }\n", n.folder, i)
	}
	if r.Intn(3) == 0 {
		fmt.Fprintf(&g.text, "-- %s/x_test.go --\npackage p%d_test\n\nimport (\n\t\"testing\"\n\n\t%q\n)\n\nfunc TestGet(t *testing.T) { p%d.Get().Die() }\n", n.folder, i, n.path, i)
	}
	g.nodes = append(g.nodes, n)
}

// places are the beginnings of the lines that are findings of leaks.
func places(stdout string) []string {
	var found []string
	for line := range strings.Lines(stdout) {
		if place, _, ok := strings.Cut(line, " session s "); ok && !strings.HasPrefix(line, "\t") {
			found = append(found, place[:strings.LastIndexByte(strings.TrimSuffix(place, ":"), ':')+1])
		}
	}
	slices.Sort(found)
	return found
}

// A package that matters is never left: what is found in generated graphs of
// packages is what is there, the same with and without early exit. What ends in a
// vendored module is not known to, with or without.
func TestGeneratedGraphs(t *testing.T) {
	t.Parallel()
	for seed, layout := range []string{"module", "workspace", "vendored"} {
		t.Run(layout, func(t *testing.T) {
			t.Parallel()
			g := newGraph(int64(seed), layout)
			s := newSandbox(t, g.text.String())
			patterns := []string{"./..."}
			if layout == "workspace" {
				patterns = []string{"./a/...", "./b/..."}
			}
			with := s.lint(patterns...)
			without := s.lint(append([]string{"-early-exit=false"}, patterns...)...)
			if with != without {
				t.Errorf("with early exit\n%s%s\nwithout\n%s%s\nin\n%s", with.stdout, with.stderr, without.stdout, without.stderr, &g.text)
			}
			slices.Sort(g.expected)
			if found := places(with.stdout); layout != "vendored" && !slices.Equal(found, g.expected) {
				t.Errorf("leaks at %q, want %q, in\n%s\n%s", found, g.expected, &g.text, with.stderr)
			}
			if with.stdout == "" {
				t.Error("nothing found")
			}
		})
	}
}
