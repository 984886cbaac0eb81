package shim

import (
	"bufio"
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/sessionlint/sessionlint/integration/internal/harness"
)

var (
	runs = flag.Int("runs", 20, "calls of each function")
	seed = flag.Int("seed", 1, "seed of arguments and outcomes")
)

// A record is one line of the driver; see testdata/drive.
type record struct {
	Package, Case, Check, Call string
	Weak, Done                 bool
	Run, Returned, Ended       int
}

// execute runs a driver to its end. A function that ends the process is gone on
// with in a new one.
func execute(t *testing.T, binary string, runs int) (records []record, exits int) {
	t.Helper()
	place := filepath.Join(t.TempDir(), "place")
	at, run, ended, returned := 0, 0, 0, 0
	for at >= 0 {
		cmd := exec.Command(binary, strconv.Itoa(runs), strconv.Itoa(*seed), strconv.Itoa(at), strconv.Itoa(run), strconv.Itoa(ended), strconv.Itoa(returned), place)
		// Bindings pass pointers to pointers; what becomes of those is not the question.
		cmd.Env = append(os.Environ(), "GODEBUG=cgocheck=0")
		var errors bytes.Buffer
		cmd.Stderr = &errors
		out, err := cmd.Output()
		lines := bufio.NewScanner(bytes.NewReader(out))
		for lines.Scan() {
			var r record
			if err := json.Unmarshal(lines.Bytes(), &r); err != nil {
				t.Fatalf("%v: %s", err, lines.Bytes())
			}
			records = append(records, r)
		}
		text, readErr := os.ReadFile(place)
		if readErr != nil {
			t.Fatalf("%v, %v\n%s", err, readErr, &errors)
		}
		from, was := at, run
		if _, err := fmt.Sscan(string(text), &at, &run, &ended, &returned); err != nil {
			t.Fatal(err)
		}
		if at >= 0 {
			if exits++; exits > 400 || at < from || at == from && run < was {
				t.Fatalf("the driver ends too often: %v\n%s", err, &errors)
			}
			run, ended = run+1, ended+1
		}
	}
	return records, exits
}

// contradictions compares what was executed with the labels.
func contradictions(prefix string, packages []*pkg, records []record) (list []string) {
	// package, function -> checks, and those that no caller can help
	shown, strong := map[string]map[string]bool{}, map[string]map[string]bool{}
	for _, r := range records {
		key := r.Package + " " + r.Case
		if shown[key] == nil {
			shown[key], strong[key] = map[string]bool{}, map[string]bool{}
		}
		if r.Check != "" {
			shown[key][r.Check] = true
			strong[key][r.Check] = strong[key][r.Check] || !r.Weak
		}
	}
	for _, p := range packages {
		labelled := map[string][]label{} // by function
		for _, l := range p.labels {
			labelled[l.function] = append(labelled[l.function], l)
		}
		for _, name := range p.order {
			checks, ran := strong[p.dir+" "+name]
			if !ran {
				continue
			}
			for _, check := range executed {
				allowed := false
				for other := range p.reach(name) {
					allowed = allowed || slices.ContainsFunc(labelled[other], func(l label) bool {
						return l.check == check || l.check == "uncheckedupref" // then anything may follow
					})
				}
				if checks[check] && !allowed {
					list = append(list, fmt.Sprintf("%s%s %s: %s is executed, and not labelled", prefix, p.dir, name, check))
				}
			}
		}
		for _, l := range p.labels {
			if !l.must || l.check == "uncheckedupref" {
				continue
			}
			found := false
			for _, name := range p.order {
				found = found || shown[p.dir+" "+name][l.check] && p.reach(name)[l.function]
			}
			text := fmt.Sprintf("%s%s %s: %s is labelled, and never executed", prefix, p.dir, l.function, l.check)
			if !found && !slices.Contains(list, text) {
				list = append(list, text)
			}
		}
	}
	return list
}

// known reads the contradictions that are known, with the reasons.
func known(t *testing.T) map[string]string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", "contradictions.txt"))
	if err != nil {
		t.Fatal(err)
	}
	reasons := map[string]string{}
	for line := range strings.Lines(string(text)) {
		if line = strings.TrimSpace(line); line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		what, why, ok := strings.Cut(line, " -- ")
		if !ok || why == "" {
			t.Fatalf("contradictions.txt: no reason: %s", line)
		}
		reasons[what] = why
	}
	return reasons
}

// judge holds contradictions against those known; each with the prefix that is
// known must be among them.
func judge(t *testing.T, prefix string, list []string) {
	t.Helper()
	reasons := known(t)
	for _, text := range list {
		if _, ok := reasons[text]; !ok {
			t.Error(text)
		}
	}
	for text := range reasons {
		if strings.HasPrefix(text, prefix) && !slices.Contains(list, text) {
			t.Errorf("contradictions.txt: not needed: %s", text)
		}
	}
}

func compare(t *testing.T, prefix, dir, module string, least int) {
	packages := packagesIn(t, dir)
	binary := built(t, dir, module, packages)
	records, exits := execute(t, binary, *runs)
	done, labels := 0, 0
	for _, r := range records {
		if r.Done {
			done++
		}
	}
	for _, p := range packages {
		labels += len(p.labels)
	}
	list := contradictions(prefix, packages, records)
	t.Logf("%d packages, %d functions with %d labels, %d runs each from seed %d (%d ended the process): %d contradictions",
		len(packages), done, labels, *runs, *seed, exits, len(list))
	if done < least {
		t.Errorf("only %d functions were executed", done)
	}
	judge(t, prefix, list)
}

// The labels of the fixtures over cgo are what execution shows.
func TestFixtures(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "fixtures")
	if err := harness.CopyOurs("testdata/src", dir); err != nil {
		t.Fatal(err)
	}
	// What directives say is what execution cannot see.
	if err := os.RemoveAll(filepath.Join(dir, "directive")); err != nil {
		t.Fatal(err)
	}
	compare(t, "fixtures/", dir, "fixtures", 300)
}

// So are those of the acceptance cases, where they lie beside the repository.
func TestCases(t *testing.T) {
	root, err := harness.Root()
	if err != nil {
		t.Fatal(err)
	}
	from := filepath.Join(root, "..", "shared", "cases")
	if named, ok := os.LookupEnv("SESSIONLINT_CASES"); ok {
		from = named
	} else if _, err := os.Stat(filepath.Join(from, "go.mod")); err != nil {
		t.Log("acceptance cases: NOT RUN, there are none beside the repository (SESSIONLINT_CASES names another place)")
		return
	}
	dir := filepath.Join(t.TempDir(), "cases")
	if err := harness.CopyModule(from, dir); err != nil {
		t.Fatal(err)
	}
	compare(t, "cases/", dir, "cases", 150)
}
