package unit_test

import (
	"archive/zip"
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestFix(t *testing.T) {
	t.Parallel()
	m := newModule(t, toys)
	m.write("toy/keep.go", "package toy\n\nfunc keep(Toy) {}\n\nfunc Keep(Toy) {}\n")
	plain := m.read("plain/plain.go")
	for range 2 { // the second time from the cache, and with nothing left to do
		if stdout, stderr, code := m.vet("-fix", "./user", "./toy", "./plain"); code != 0 || stdout != "" {
			t.Fatalf("exit code %d, output %s%s", code, stdout, stderr)
		}
	}
	if got, want := m.read("user/user.go"), "\ttoy.Keep(t)\n"; !strings.Contains(got, want) {
		t.Errorf("user.go is not fixed:\n%s", got)
	}
	if got, want := m.read("toy/toy.go"), "func Free(t Toy) {\n\tkeep(t)\n}\n"; !strings.Contains(got, want) {
		t.Errorf("toy.go, a cgo file, is not fixed:\n%s", got)
	}
	if got := m.read("plain/plain.go"); got != plain {
		t.Errorf("plain.go changed:\n%s", got)
	}
	if got := m.read("top/top.go"); !strings.Contains(got, "user.Use(t)") {
		t.Errorf("top.go was not asked for but changed:\n%s", got)
	}
}

// The packages that are only analysed as dependencies keep their files.
func TestFixOfDependency(t *testing.T) {
	t.Parallel()
	m := newModule(t, toys)
	before := m.read("toy/toy.go")
	if _, stderr, code := m.vet("-fix", "./user"); code != 0 {
		t.Fatalf("exit code %d, output %s", code, stderr)
	}
	if m.read("toy/toy.go") != before {
		t.Error("toy.go changed")
	}
}

func TestDiff(t *testing.T) {
	t.Parallel()
	m := sharedToys(t)
	before := m.read("user/user.go")
	stdout, _, code := m.vet("-fix", "-diff", "./user")
	name := filepath.Join(m.dir, "user", "user.go")
	want := "--- " + name + " (old)\n+++ " + name + " (new)\n" + `@@ -3,5 +3,5 @@
 import "example.com/toys/toy"
 
 func Use(t toy.Toy) {
-	toy.Free(t)
+	toy.Keep(t)
 }
`
	if code != 1 || !strings.Contains(stdout, want) {
		t.Errorf("exit code %d, diff\n%s\nwant\n%s", code, stdout, want)
	}
	if m.read("user/user.go") != before {
		t.Error("-diff changed user.go")
	}
}

// CR LF line ends stay, and so does a file that was not formatted.
func TestFixKeepsLineEnds(t *testing.T) {
	t.Parallel()
	m := newModule(t, toys)
	m.write("user/user.go", strings.ReplaceAll(m.read("user/user.go"), "\n", "\r\n"))
	m.write("top/top.go", strings.ReplaceAll(m.read("top/top.go"), "\tuser.Use(t)", "  user.Use( t )"))
	m.vet("-fix", "./user", "./top")
	if got := m.read("user/user.go"); !strings.Contains(got, "\r\n\ttoy.Keep(t)\r\n}\r\n") {
		t.Errorf("got %q", got)
	}
	if got := m.read("top/top.go"); !strings.Contains(got, "\n  user.Keep( t )\n") {
		t.Errorf("got %q", got)
	}
}

// A unit that leaves at once under -fix writes an archive that can be read.
func TestEmptyArchive(t *testing.T) {
	t.Parallel()
	m := sharedToys(t)
	cfg := m.unitConfig("example.com/toys/plain")
	archive := filepath.Join(t.TempDir(), "fix.zip")
	cfg["FixArchive"] = archive
	if code, out := m.unit(cfg, "-fix"); code != 0 {
		t.Fatalf("exit code %d: %s", code, out)
	}
	data, err := os.ReadFile(archive)
	if err != nil {
		t.Fatal(err)
	}
	if r, err := zip.NewReader(bytes.NewReader(data), int64(len(data))); err != nil || len(r.File) != 0 {
		t.Errorf("archive of a unit without fixes: %v, error %v", r, err)
	}
}
