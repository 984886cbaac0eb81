package relevance

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Files are read and written as package os does it, whatever room there is.
func TestFiles(t *testing.T) {
	dir := t.TempDir()
	for _, text := range []string{"", "a", "abcd", "abcde", strings.Repeat("0123456789", 5000)} {
		name := filepath.Join(dir, "file")
		if err := os.WriteFile(name, []byte("what was there before"), 0o666); err != nil {
			t.Fatal(err)
		}
		if err := writeFile(name, []byte(text)); err != nil {
			t.Fatal(err)
		}
		want, err := os.ReadFile(name)
		if err != nil || string(want) != text {
			t.Errorf("wrote %d bytes, want %d: %v", len(want), len(text), err)
		}
		if empty, err := isEmpty(name); err != nil || empty != (text == "") {
			t.Errorf("empty is %v of %d bytes: %v", empty, len(text), err)
		}
		for _, room := range []int{0, 1, 4, 5, 4096} {
			got, err := readFile(name, make([]byte, 0, room))
			if err != nil || !bytes.Equal(got, want) {
				t.Errorf("read %d bytes with room for %d, want %d: %v", len(got), room, len(want), err)
			}
			head := readHead(name, make([]byte, max(room, 1)))
			if !bytes.HasPrefix(want, head) || len(head) == 0 && len(want) > 0 {
				t.Errorf("%q is not at the beginning", head)
			}
		}
	}
	missing := filepath.Join(dir, "missing")
	if readHead(missing, make([]byte, 8)) != nil {
		t.Error("there is something in a file that is not there")
	}
	for what, err := range map[string]error{
		"read":                    second(readFile(missing, nil)),
		"read of a folder":        second(readFile(dir, nil)),
		"write into no folder":    writeFile(filepath.Join(missing, "file"), nil),
		"write where a folder is": writeFile(dir, []byte("x")),
	} {
		var told *fs.PathError
		if !errors.As(err, &told) || !strings.HasPrefix(told.Path, dir) {
			t.Errorf("%s: %v", what, err)
		}
	}
}

func second[T any](_ T, err error) error { return err }

// A package clause is found wherever it stands, and never a part of a name.
func TestPackageOf(t *testing.T) {
	name := filepath.Join(t.TempDir(), "p_test.go")
	for before := 4070; before < 4110; before++ {
		for _, behind := range []string{"\n", "\n\nfunc F() {}\n", "", "; " + strings.Repeat("x", 5000)} {
			for _, clause := range []string{"package p_test", "package\n\n/* a\n b */ p_test"} {
				text := "//" + strings.Repeat("-", before-3) + "\n" + clause + behind
				if err := os.WriteFile(name, []byte(text), 0o666); err != nil {
					t.Fatal(err)
				}
				if got := packageOf(name); got != "p_test" {
					t.Errorf("behind %d bytes, before %d: %q", before, len(behind), got)
				}
			}
		}
	}
	for _, text := range []string{"", "package", "\n", "pack"} {
		if err := os.WriteFile(name, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
		if got := packageOf(name); got != "" {
			t.Errorf("%q: %q", text, got)
		}
	}
	if got := packageOf(name + "x"); got != "" {
		t.Errorf("a file that is not there: %q", got)
	}
}

// Equal facts files are read once, and every one that is damaged is told.
func TestFactsReader(t *testing.T) {
	dir := t.TempDir()
	r := factsReader{buf: make([]byte, 0, 16)}
	read := func(text string) (*FactsFile, error) {
		name := filepath.Join(dir, "facts")
		r.empty = "" // files do not change in the life of a unit
		if err := os.WriteFile(name, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
		return r.read(name)
	}
	one, other := plainMark+"quiet p 1 F\nx", variantMark+"loud p 1\ny"
	var files []*FactsFile
	for _, text := range []string{one, one, other, "", one, other, other} {
		f, err := read(text)
		if err != nil || string(f.Bytes()) != text {
			t.Errorf("%q: read %q, %v", text, f.Bytes(), err)
		}
		files = append(files, f)
	}
	if f, err := r.read(filepath.Join(dir, "missing")); err != nil || len(f.Bytes()) > 0 {
		t.Errorf("a file that is not there holds %q, %v", f.Bytes(), err)
	}
	if _, err := r.read(dir); err == nil {
		t.Error("a folder is taken for facts")
	}
	if files[0] != files[1] || files[5] != files[6] {
		t.Error("equal files are not one")
	}
	for range 2 {
		for _, text := range []string{"x", "sessionlint facts 1 plain\n", plainMark + "x", plainMark + "quiet p\n", plainMark + "quiet p 2 F\nx", plainMark + "loud p -1\n", plainMark + "loud  1\nx", plainMark + "quiet p 0 F"} {
			if _, err := read(text); err == nil || !strings.HasPrefix(err.Error(), filepath.Join(dir, "facts")+": ") {
				t.Errorf("%q: %v", text, err)
			}
		}
	}
}
