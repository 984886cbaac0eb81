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
func execute(t *testing.T, binary, library string, runs int) (records []record, exits int) {
	t.Helper()
	place := filepath.Join(t.TempDir(), "place")
	at, run, ended, returned := 0, 0, 0, 0
	for at >= 0 {
		cmd := exec.Command(binary, strconv.Itoa(runs), strconv.Itoa(*seed), strconv.Itoa(at), strconv.Itoa(run), strconv.Itoa(ended), strconv.Itoa(returned), place)
		// Bindings pass pointers to pointers; what becomes of those is not the question.
		cmd.Env = append(os.Environ(), "GODEBUG=cgocheck=0", "LD_PRELOAD="+library)
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

// evidence is what execution shows of functions: by package and function, the
// checks that they violate.
type evidence struct {
	ran    map[string]bool
	shown  map[string]map[string]bool // under one reading of whose parameters are
	strong map[string]map[string]bool // under every one
}

func gathered(records []record) evidence {
	e := evidence{ran: map[string]bool{}, shown: map[string]map[string]bool{}, strong: map[string]map[string]bool{}}
	for _, r := range records {
		key := r.Package + " " + r.Case
		if !e.ran[key] {
			e.ran[key], e.shown[key], e.strong[key] = true, map[string]bool{}, map[string]bool{}
		}
		if r.Check != "" {
			e.shown[key][r.Check] = true
			e.strong[key][r.Check] = e.strong[key][r.Check] || !r.Weak
		}
	}
	return e
}

// A verdict is how labels compare with evidence.
type verdict struct {
	confirmed, weakly, never int      // labels that must be shown
	contradictions           []string // the last of them, and what no label says
}

func compared(prefix string, packages []*pkg, e evidence) (v verdict) {
	for _, p := range packages {
		for _, name := range p.order {
			for _, check := range executed {
				if e.strong[p.dir+" "+name][check] && !p.allows(name, check) {
					v.contradictions = append(v.contradictions, fmt.Sprintf("%s%s %s: %s is executed, and not labelled", prefix, p.dir, name, check))
				}
			}
		}
		for _, l := range p.labels {
			if !l.must || l.check == "uncheckedupref" {
				continue
			}
			shows := func(by map[string]map[string]bool) bool {
				return slices.ContainsFunc(p.order, func(name string) bool {
					return by[p.dir+" "+name][l.check] && p.reach(name)[l.function]
				})
			}
			text := fmt.Sprintf("%s%s %s: %s is labelled, and never executed", prefix, p.dir, l.function, l.check)
			switch {
			case shows(e.strong):
				v.confirmed++
			case shows(e.shown):
				v.weakly++
			default:
				if v.never++; !slices.Contains(v.contradictions, text) {
					v.contradictions = append(v.contradictions, text)
				}
			}
		}
	}
	return v
}

// allows reports whether a function may violate a check, by its labels or those
// of what it calls.
func (p *pkg) allows(name, check string) bool {
	seen := p.reach(name)
	return slices.ContainsFunc(p.labels, func(l label) bool {
		return seen[l.function] && (l.check == check || l.check == "uncheckedupref") // then anything may follow
	})
}

// judge holds contradictions against those known; each with the prefix that is
// known must be among them.
func judge(t *testing.T, prefix string, list []string) {
	t.Helper()
	reasons, err := harness.Reasons(filepath.Join("testdata", "contradictions.txt"))
	if err != nil {
		t.Fatal(err)
	}
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

// compare executes the packages of a module and judges their labels.
func compare(t *testing.T, prefix, dir, module string, least int) {
	t.Helper()
	packages := packagesIn(t, dir)
	library := ledger(t)
	records, exits := execute(t, built(t, library, dir, module, packages), library, *runs)
	e := gathered(records)
	declared, called, returned := 0, len(e.ran), 0
	for _, p := range packages {
		declared += len(p.order)
	}
	for _, r := range records {
		if r.Done && r.Returned > 0 {
			returned++
		}
	}
	v := compared(prefix, packages, e)
	t.Logf("%d packages; %d of %d functions called, of which %d return; %d runs each from seed %d, five times as many of labelled ones (%d ended the process)",
		len(packages), called, declared, returned, *runs, *seed, exits)
	t.Logf("labels: %d shown, %d more under one reading of whose parameters are, %d never; %d contradictions", v.confirmed, v.weakly, v.never, len(v.contradictions))
	if called < least {
		t.Errorf("only %d functions were called", called)
	}
	judge(t, prefix, v.contradictions)
}

// The labels of the fixtures over cgo are what execution shows.
func TestFixtures(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "fixtures")
	if err := harness.CopyOurs("testdata/src", dir); err != nil {
		t.Fatal(err)
	}
	// What directives say is what execution cannot see.
	if err := os.RemoveAll(filepath.Join(dir, "directive")); err != nil {
		t.Fatal(err)
	}
	compare(t, "fixtures/", dir, "fixtures", 900)
}

// So are those of the acceptance cases, where they lie beside the repository.
func TestCases(t *testing.T) {
	t.Parallel()
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
