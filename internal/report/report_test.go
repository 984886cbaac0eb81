package report_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/sessionlint/sessionlint/internal/report"
)

// records are two units' records: a package and its test variant, which share a
// finding, and a package that nobody asked for.
func records() []report.Record {
	place := func(file string, line, col int) report.Place {
		return report.Place{File: file, Line: line, Column: col}
	}
	shared := report.Finding{
		Check: "missingfree", Place: place("b.go", 2, 7), End: place("b.go", 2, 9),
		Message: "session s is not freed [missingfree]",
		URL:     "https://example.com/missingfree",
		Notes: []report.Note{
			{Place: place("b.go", 2, 7), Message: "held 1"},
			{Place: place("../lib/l.go", 9, 1), Message: "returns here with held 1, expected 0"},
		},
		Fixes: []report.Fix{{Message: "free it", Edits: []report.Edit{{File: "b.go", Start: 10, End: 12, New: "x"}}}},
	}
	early := report.Finding{Check: "doublefree", Place: place("a.go", 5, 1), End: place("a.go", 5, 1), Message: "session s is freed again"}
	return []report.Record{
		{Version: report.Version, Package: "m/p", Findings: []report.Finding{shared}, Failures: []string{"analyzer x panicked"}},
		{Version: report.Version, Package: "m/p", Findings: []report.Finding{early, shared}, Failures: []string{"analyzer x panicked"}},
		{Version: report.Version, Package: "m/dep", Findings: []report.Finding{early}},
	}
}

// newSet unpacks sources into a folder and returns a set of the records of m/p
// in its folder p.
func newSet(t *testing.T, recs []report.Record) *report.Set {
	t.Helper()
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "p"), 0o777); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{"a.go": "1\n2\n3\n4\nfree(s)\n6\n", "b.go": "package p\n/*ä*/ s := get()\n"} {
		if err := os.WriteFile(filepath.Join(dir, "p", name), []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	s := report.NewSet(dir)
	s.Add(recs, map[string]string{"m/p": filepath.Join(dir, "p")})
	return s
}

func TestText(t *testing.T) {
	var b strings.Builder
	if err := newSet(t, records()).Text(&b, -1); err != nil {
		t.Fatal(err)
	}
	const want = `p/a.go:5:1: session s is freed again [doublefree]
p/b.go:2:7: session s is not freed [missingfree]
	p/b.go:2:7: held 1
	lib/l.go:9:1: returns here with held 1, expected 0
`
	if b.String() != want {
		t.Errorf("got\n%s\nwant\n%s", b.String(), want)
	}
}

func TestContext(t *testing.T) {
	var b strings.Builder
	if err := newSet(t, records()[1:2]).Text(&b, 1); err != nil {
		t.Fatal(err)
	}
	if want := "[doublefree]\n4\t4\n5\tfree(s)\n6\t6\n"; !strings.Contains(b.String(), want) {
		t.Errorf("no context in\n%s", b.String())
	}
}

// The order in which the units ran leaves no trace.
func TestOrder(t *testing.T) {
	render := func(recs []report.Record) string {
		var b strings.Builder
		s := newSet(t, recs)
		for _, err := range []error{s.Text(&b, -1), s.JSON(&b), s.SARIF(&b, "v1", nil)} {
			if err != nil {
				t.Fatal(err)
			}
		}
		return b.String()
	}
	forward := records()
	backward := records()
	slices.Reverse(backward)
	if a, b := render(forward), render(backward); a != b {
		t.Errorf("got\n%s\nand\n%s", a, b)
	}
}

func TestFailures(t *testing.T) {
	got := newSet(t, records()).Failures()
	if want := []string{"m/p: analyzer x panicked"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestRecordsSurvive(t *testing.T) {
	var b bytes.Buffer
	for _, r := range records() {
		if err := r.Write(&b); err != nil {
			t.Fatal(err)
		}
	}
	got, err := report.Read(&b)
	if err != nil {
		t.Fatal(err)
	}
	a, _ := json.Marshal(got)
	want, _ := json.Marshal(records())
	if !bytes.Equal(a, want) {
		t.Errorf("got %s\nwant %s", a, want)
	}
	if _, err := report.Read(strings.NewReader(`{"sessionlint": 99}`)); err == nil || !strings.Contains(err.Error(), "version 99") {
		t.Errorf("a record of another version: error %v", err)
	}
}

func TestSARIF(t *testing.T) {
	var b strings.Builder
	rules := []report.Rule{{ID: "doublefree", Summary: "twice"}, {ID: "missingfree", Summary: "never", URL: "https://example.com"}}
	if err := newSet(t, records()).SARIF(&b, "v1.2.3", rules); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		`"version": "v1.2.3"`,
		`"executionSuccessful": false`,
		`"columnKind": "unicodeCodePoints"`,
		`"ruleIndex": 1`,
		`"startColumn": 6`, // byte 7: a letter of two bytes is in front
		`"endColumn": 8`,
		`"uri": "p/b.go"`,
		`"uriBaseId": "%SRCROOT%"`,
		`"text": "session s is not freed"`,
		`"text": "held 1"`,
		`"byteOffset": 10`,
		`"byteLength": 2`,
	} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("no %s in\n%s", want, b.String())
		}
	}
}

// A finding keeps its fingerprint when its line moves, and loses it when its
// line or words change. Two equal findings have two fingerprints.
func TestFingerprints(t *testing.T) {
	prints := func(source string, recs []report.Record) []string {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, "a.go"), []byte(source), 0o666); err != nil {
			t.Fatal(err)
		}
		s := report.NewSet(dir)
		s.Add(recs, map[string]string{"m/p": dir})
		var b bytes.Buffer
		if err := s.SARIF(&b, "v1", nil); err != nil {
			t.Fatal(err)
		}
		var log struct {
			Runs []struct {
				Results []struct{ PartialFingerprints map[string]string }
			}
		}
		if err := json.Unmarshal(b.Bytes(), &log); err != nil {
			t.Fatal(err)
		}
		var list []string
		for _, r := range log.Runs[0].Results {
			list = append(list, r.PartialFingerprints["sessionlint/v1"])
		}
		return list
	}
	at := func(line int, message string) report.Finding {
		p := report.Place{File: "a.go", Line: line, Column: 1}
		return report.Finding{Check: "c", Place: p, End: p, Message: message}
	}
	rec := func(findings ...report.Finding) []report.Record {
		return []report.Record{{Version: report.Version, Package: "m/p", Findings: findings}}
	}
	first := prints("free(s)\n", rec(at(1, "m")))
	moved := prints("\n\n\tfree(s)\n", rec(at(3, "m")))
	changed := prints("free(t)\n", rec(at(1, "m")))
	worded := prints("free(s)\n", rec(at(1, "n")))
	twice := prints("free(s)\nfree(s)\n", rec(at(1, "m"), at(2, "m")))
	if first[0] != moved[0] {
		t.Errorf("a moved line changes %s to %s", first, moved)
	}
	if first[0] == changed[0] || first[0] == worded[0] {
		t.Errorf("other findings have the same fingerprint: %s, %s, %s", first, changed, worded)
	}
	if len(twice) != 2 || twice[0] == twice[1] || twice[0] != first[0] {
		t.Errorf("two equal findings have %s", twice)
	}
}

func TestShorten(t *testing.T) {
	base := filepath.FromSlash("/src/m")
	for name, want := range map[string]string{
		"/src/m/a/b.go": "a/b.go",
		"/src/mm/b.go":  "/src/mm/b.go",
		"/src/b.go":     "/src/b.go",
		"a/b.go":        "a/b.go",
	} {
		if got := report.Shorten(base, filepath.FromSlash(name)); got != want {
			t.Errorf("Shorten(%s) is %s, want %s", name, got, want)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add(`{"sessionlint":1,"package":"p","findings":[{"check":"c","place":{"file":"a.go","line":1,"column":1}}]}`)
	f.Add(`{"sessionlint":1}{"sessionlint":2}`)
	f.Add("x")
	f.Fuzz(func(t *testing.T, text string) {
		recs, err := report.Read(strings.NewReader(text))
		for _, r := range recs {
			if r.Version != report.Version {
				t.Errorf("version %d is accepted", r.Version)
			}
		}
		if err != nil {
			return
		}
		s := report.NewSet("/base")
		for _, r := range recs {
			s.Add([]report.Record{r}, map[string]string{r.Package: "/base/p"})
		}
		var b bytes.Buffer
		if err := s.SARIF(&b, "v", nil); err != nil || !json.Valid(b.Bytes()) {
			t.Errorf("SARIF of %q: %v", text, err)
		}
	})
}
