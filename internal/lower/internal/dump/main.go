// Command dump prints the reference programs of packages, for people who work
// on lower: dump [-tests] [-func substring] pattern...
package main

import (
	"flag"
	"fmt"
	"os"
	"strings"

	"golang.org/x/tools/go/packages"

	"github.com/sessionlint/sessionlint/internal/contract"
	"github.com/sessionlint/sessionlint/internal/lower"
	"github.com/sessionlint/sessionlint/internal/refprog"
)

func main() {
	name := flag.String("func", "", "only functions whose key contains this")
	all := flag.Bool("all", false, "keep functions that cannot matter")
	dir := flag.String("C", ".", "folder")
	quiet := flag.Bool("q", false, "only problems")
	flag.Parse()
	pkgs, err := packages.Load(&packages.Config{Mode: packages.LoadSyntax, Dir: *dir}, flag.Args()...)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
	packages.PrintErrors(pkgs)
	table := contract.Default()
	for _, pkg := range pkgs {
		built, err := lower.Build(pkg.Fset, pkg.Syntax, pkg.Types, pkg.TypesInfo)
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			continue
		}
		prog, problems := lower.Package(lower.Input{SSA: built, Fset: pkg.Fset, Files: pkg.Syntax, TypesInfo: pkg.TypesInfo, Table: table, All: *all})
		n := 0
		for _, f := range prog.Funcs {
			n += f.Size
			if strings.Contains(f.Key, *name) && !*quiet {
				if err := refprog.Print(os.Stdout, f, nil); err != nil {
					os.Exit(2)
				}
			}
		}
		fmt.Printf("# %s: %d functions, %d operations, %d problems\n", pkg.PkgPath, len(prog.Funcs), n, len(problems))
		for _, p := range problems {
			fmt.Printf("problem %s: %s: %s\n%s\n", pkg.Fset.Position(p.Pos), p.Func, p.Err, p.Stack)
		}
	}
}
