// Command bench measures what sessionlint costs, beside other vet tools on the
// same modules in the same run: tools alternate, the median of several runs
// counts, and only ratios mean anything on another machine.
//
//	go run . [-n RUNS] [-tools NAME,...] [CORPUS...]
//
// Each measured run is cold for the tool (a fresh identity, so that the go
// command has no cached answer) and warm for everything else (packages are
// compiled beforehand). See corpora.go for the modules and tools.go for the tools.
package main

import (
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
)

func main() {
	runs := flag.Int("n", 5, "runs a tool and module; the median counts")
	named := flag.String("tools", "", "the tools to measure, separated by commas; all if empty")
	flag.Parse()
	if err := bench(*runs, *named, flag.Args()); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func bench(runs int, named string, names []string) error {
	work, err := os.MkdirTemp("", "bench")
	if err != nil {
		return err
	}
	defer os.RemoveAll(work)
	tools, err := build(work)
	if err != nil {
		return err
	}
	var only []string
	if named != "" {
		only = strings.Split(named, ",")
	}
	for _, name := range only {
		if !slices.ContainsFunc(tools, func(t tool) bool { return t.name == name }) {
			return fmt.Errorf("no tool %s", name)
		}
	}
	for _, c := range corpora {
		if len(names) > 0 && !slices.Contains(names, c.name) {
			continue
		}
		dir, err := c.prepare(work)
		if err != nil {
			return fmt.Errorf("%s: %w", c.name, err)
		}
		if only != nil {
			c.only = only
		}
		if dir == "" {
			fmt.Printf("%s: not there, not measured\n\n", c.name)
			continue
		}
		if err := compare(c, dir, tools, runs, work); err != nil {
			return fmt.Errorf("%s: %w", c.name, err)
		}
	}
	return nil
}

// compare measures every tool on one module and prints a table.
func compare(c corpus, dir string, tools []tool, runs int, work string) error {
	// Compiles the packages, so that no tool pays for it.
	if _, err := measure(dir, tools[0], work); err != nil {
		return err
	}
	samples := make([][]sample, len(tools))
	warm := make([][]sample, len(tools))
	for range runs {
		for i, t := range tools {
			if c.only != nil && !slices.Contains(c.only, t.name) {
				continue
			}
			s, err := measure(dir, t, work)
			if err != nil {
				return err
			}
			samples[i] = append(samples[i], s.cold)
			warm[i] = append(warm[i], s.warm)
		}
	}
	base := map[string]float64{}
	fmt.Printf("%s: %s\n%-12s %9s %9s %9s %9s %9s", c.name, c.about, "tool", "cpu s", "wall s", "peak MB", "warm s", "")
	for _, b := range bases {
		fmt.Printf(" /%-8s", b)
	}
	fmt.Println()
	for i, t := range tools {
		if len(samples[i]) > 0 {
			base[t.name] = median(samples[i], cpu)
		}
	}
	for i, t := range tools {
		if len(samples[i]) == 0 {
			continue
		}
		fmt.Printf("%-12s %9.2f %9.2f %9.0f %9.2f %9s", t.name, base[t.name], median(samples[i], wall), median(samples[i], peak), median(warm[i], wall), "")
		for _, b := range bases {
			if base[b] == 0 {
				fmt.Printf(" %-9s", "-")
			} else {
				fmt.Printf(" %-9.2f", base[t.name]/base[b])
			}
		}
		fmt.Println()
	}
	fmt.Println()
	return nil
}
