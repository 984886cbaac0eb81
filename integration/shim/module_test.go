package shim

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// executed are the checks that execution can judge.
var executed = []string{"missingfree", "borrowedfree", "doublefree", "useafterfree", "danglingborrow"}

// A label says that a check concerns a function.
type label struct {
	check    string
	must     bool // want, strict, miss: it is so; may: it is allowed
	function string
}

// A pkg is one package that uses cgo.
type pkg struct {
	dir       string // relative to the module, with slashes
	name      string
	files     []*ast.File
	fset      *token.FileSet
	functions map[string]*function
	order     []string
	labels    []label
}

// A function is one that can be called.
type function struct {
	name     string // "F", "(*T).M"
	decl     *ast.FuncDecl
	exported bool // to C
	mentions map[string]bool
	literals []string
}

// packagesIn reads the packages below root that use cgo.
func packagesIn(t *testing.T, root string) []*pkg {
	t.Helper()
	byDir := map[string]*pkg{}
	err := filepath.WalkDir(root, func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
			return err
		}
		rel, err := filepath.Rel(root, name)
		if err != nil {
			return err
		}
		dir := path.Dir(filepath.ToSlash(rel))
		p := byDir[dir]
		if p == nil {
			p = &pkg{dir: dir, fset: token.NewFileSet(), functions: map[string]*function{}}
			byDir[dir] = p
		}
		f, err := parser.ParseFile(p.fset, name, nil, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		p.name = f.Name.Name
		p.files = append(p.files, f)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	var list []*pkg
	for _, p := range byDir {
		if p.usesC() {
			p.read(t)
			list = append(list, p)
		}
	}
	slices.SortFunc(list, func(a, b *pkg) int { return strings.Compare(a.dir, b.dir) })
	return list
}

func (p *pkg) usesC() bool {
	return slices.ContainsFunc(p.files, func(f *ast.File) bool {
		return slices.ContainsFunc(f.Imports, func(s *ast.ImportSpec) bool { return s.Path.Value == `"C"` })
	})
}

var labelRE = regexp.MustCompile(`// (want|may|strict|miss)((?: [a-z]+(?: "[^"]*")?)+)`)

// read collects the functions and the labels.
func (p *pkg) read(t *testing.T) {
	t.Helper()
	for _, f := range p.files {
		for _, d := range f.Decls {
			if fn, ok := d.(*ast.FuncDecl); ok {
				p.add(fn)
			}
		}
	}
	for _, f := range p.files {
		for _, group := range f.Comments {
			for _, c := range group.List {
				for _, m := range labelRE.FindAllStringSubmatch(c.Text, -1) {
					for word := range strings.FieldsSeq(m[2]) {
						fn := p.around(c.Pos())
						if fn != "" && (word == "uncheckedupref" || slices.Contains(executed, word)) {
							p.labels = append(p.labels, label{word, m[1] != "may", fn})
						}
					}
				}
			}
		}
	}
}

func (p *pkg) add(fn *ast.FuncDecl) {
	f := &function{name: functionName(fn), decl: fn, mentions: map[string]bool{}}
	if fn.Doc != nil {
		f.exported = slices.ContainsFunc(fn.Doc.List, func(c *ast.Comment) bool { return strings.HasPrefix(c.Text, "//export ") })
	}
	ast.Inspect(fn, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.SelectorExpr:
			f.mentions["."+n.Sel.Name] = true
		case *ast.Ident:
			if n != fn.Name {
				f.mentions[n.Name] = true
			}
		case *ast.BasicLit:
			f.literals = append(f.literals, n.Value)
		}
		return true
	})
	p.functions[f.name] = f
	p.order = append(p.order, f.name)
}

func functionName(fn *ast.FuncDecl) string {
	if fn.Recv == nil {
		return fn.Name.Name
	}
	switch typ := fn.Recv.List[0].Type.(type) {
	case *ast.StarExpr:
		if id, ok := typ.X.(*ast.Ident); ok {
			return "(*" + id.Name + ")." + fn.Name.Name
		}
	case *ast.Ident:
		return typ.Name + "." + fn.Name.Name
	}
	return "" // of a generic type
}

// around returns the function that a position lies in, or "".
func (p *pkg) around(at token.Pos) string {
	line := p.fset.Position(at).Line
	for _, f := range p.functions {
		from, to := p.fset.Position(f.decl.Pos()), p.fset.Position(f.decl.End())
		if from.Filename == p.fset.Position(at).Filename && from.Line <= line && line <= to.Line {
			return f.name
		}
	}
	return ""
}

// reach returns the functions that one may call, itself included, by their names.
func (p *pkg) reach(name string) map[string]bool {
	seen := map[string]bool{name: true}
	for todo := []string{name}; len(todo) > 0; {
		f := p.functions[todo[0]]
		todo = todo[1:]
		for _, other := range p.order {
			if !seen[other] && f != nil && f.mentions[p.functions[other].mention()] {
				seen[other] = true
				todo = append(todo, other)
			}
		}
	}
	return seen
}

// labelled reports whether a call of a function should show something.
func (p *pkg) labelled(name string) bool {
	seen := p.reach(name)
	return slices.ContainsFunc(p.labels, func(l label) bool { return l.must && seen[l.function] })
}

// mention is what stands where the function is called, or spoken of.
func (f *function) mention() string {
	if f.decl.Recv != nil {
		return "." + f.decl.Name.Name
	}
	return f.decl.Name.Name
}

// literals returns those of a function and of those that it may call.
func (p *pkg) literals(name string) (list []string) {
	seen := p.reach(name)
	for _, other := range p.order {
		if seen[other] {
			list = append(list, p.functions[other].literals...)
		}
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// finishes reports whether a function may set finalizers.
func (p *pkg) finishes(name string) bool {
	for other := range p.reach(name) {
		if f := p.functions[other]; f.mentions[".SetFinalizer"] || f.mentions[".AddCleanup"] {
			return true
		}
	}
	return false
}

// callable reports whether a function can be in a list of functions.
func (f *function) callable() bool {
	return f.name != "" && f.decl.Body != nil && f.decl.Type.TypeParams == nil &&
		f.decl.Name.Name != "_" && f.decl.Name.Name != "init" && f.decl.Name.Name != "main"
}

// offered reports whether a function is a callback for new sessions, by its
// signature: what it is passed is its own if it returns non-zero.
func (f *function) offered() bool {
	t := f.decl.Type
	return f.exported && t.Results.NumFields() == 1 && t.Params.NumFields() == 2 &&
		types.ExprString(t.Params.List[1].Type) == "*C.SSL_SESSION" && types.ExprString(t.Params.List[0].Type) == "*C.SSL"
}

// list is the file that lists the package's functions and variables.
func (p *pkg) list(drive string) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "//go:build go1.26\n\npackage %s\n\nimport %q\n\n// ZZShim lists the functions of this package.\nfunc ZZShim() zzshim.Package {\n\treturn zzshim.Package{Dir: %q, Cases: []zzshim.Case{\n", p.name, drive, p.dir)
	for _, name := range p.order {
		f := p.functions[name]
		if !f.callable() {
			continue
		}
		var params []string
		for _, list := range []*ast.FieldList{f.decl.Recv, f.decl.Type.Params} {
			if list == nil {
				continue
			}
			for _, field := range list.List {
				for i := range max(1, len(field.Names)) {
					name := "_"
					if i < len(field.Names) {
						name = field.Names[i].Name
					}
					params = append(params, name+" "+types.ExprString(field.Type))
				}
			}
		}
		fmt.Fprintf(&b, "\t\t{Name: %q, Fn: %s, Params: %#v, Literals: %#v, Lent: %v, Offers: %v, Long: %v, Finishes: %v},\n",
			name, name, params, p.literals(name), f.exported, f.offered(), p.labelled(name), p.finishes(name))
	}
	b.WriteString("\t}, Globals: []any{")
	for _, f := range p.files {
		for _, d := range f.Decls {
			if g, ok := d.(*ast.GenDecl); ok && g.Tok == token.VAR {
				for _, s := range g.Specs {
					for _, id := range s.(*ast.ValueSpec).Names {
						if id.Name != "_" {
							fmt.Fprintf(&b, "&%s, ", id.Name)
						}
					}
				}
			}
		}
	}
	b.WriteString("}}\n}\n")
	return b.Bytes()
}

// built puts the driver into a module, which is changed, and builds it over the
// ledger. The module's own stand-ins for libssl give way to the ledger's; not a
// line of Go is changed.
func built(t *testing.T, library, dir, module string, packages []*pkg) (binary string) {
	t.Helper()
	standIns(t, dir)
	drive := filepath.Join(dir, "zzshim")
	if err := os.CopyFS(drive, os.DirFS(filepath.Join("testdata", "drive"))); err != nil {
		t.Fatal(err)
	}
	put := func(name string, text []byte) {
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, text, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	header, err := os.ReadFile(filepath.Join("testdata", "ledger", "ledger.h"))
	if err != nil {
		t.Fatal(err)
	}
	put(filepath.Join(drive, "ledger.h"), header)
	var imports, calls strings.Builder
	for i, p := range packages {
		put(filepath.Join(dir, filepath.FromSlash(p.dir), "zz_shim.go"), p.list(module+"/zzshim"))
		fmt.Fprintf(&imports, "import p%d %q\n", i, path.Join(module, p.dir))
		fmt.Fprintf(&calls, "p%d.ZZShim(), ", i)
	}
	put(filepath.Join(dir, "zzmain", "main.go"), fmt.Appendf(nil, "package main\n\nimport %q\n%s\nfunc main() { zzshim.Main(%s) }\n", module+"/zzshim", &imports, &calls))
	binary = filepath.Join(t.TempDir(), "driver")
	// The ledger is named to the last linker alone, and comes first because it is
	// preloaded: what cgo made of a large module need not be made again for its path.
	link := "-ldflags=-linkmode=external '-extldflags=-Wl,--allow-shlib-undefined " + library + "'"
	cmd := exec.Command("go", "build", "-trimpath", link, "-o", binary, "./zzmain")
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GOWORK=off", "GOFLAGS=-mod=mod", "CGO_CFLAGS=-O0 -g0")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	return binary
}

// ledger builds the library.
func ledger(t *testing.T) string {
	t.Helper()
	cc := os.Getenv("CC")
	if cc == "" {
		cc = "gcc"
	}
	library := filepath.Join(t.TempDir(), "libshim.so")
	cmd := exec.Command(cc, "-Wall", "-Wextra", "-Werror", "-g", "-O1", "-shared", "-fPIC", "-o", library,
		filepath.Join("testdata", "ledger", "objects.c"), filepath.Join("testdata", "ledger", "calls.c"))
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return library
}

var (
	definesRE = regexp.MustCompile(`(?m)^(?:const |unsigned )*(?:void|int|long|char) [*]?(\w+)\(`)
	standInRE = regexp.MustCompile(`(?m)^static inline ((?:[^{\n]*[ *])(\w+)\([^{};\n]*\)) \{.*\}$`)
)

// standIns makes declarations of the definitions that the module has of functions
// of the ledger.
func standIns(t *testing.T, dir string) {
	t.Helper()
	source, err := os.ReadFile(filepath.Join("testdata", "ledger", "calls.c"))
	if err != nil {
		t.Fatal(err)
	}
	have := map[string]bool{}
	for _, m := range definesRE.FindAllSubmatch(source, -1) {
		have[string(m[1])] = true
	}
	err = filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(name, ".h") && !strings.HasSuffix(name, ".go") {
			return err
		}
		text, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		changed := standInRE.ReplaceAllFunc(text, func(line []byte) []byte {
			if m := standInRE.FindSubmatch(line); have[string(m[2])] {
				return append(append([]byte("extern "), m[1]...), ';')
			}
			return line
		})
		if bytes.Equal(text, changed) {
			return nil
		}
		return os.WriteFile(name, changed, 0o644)
	})
	if err != nil {
		t.Fatal(err)
	}
}
