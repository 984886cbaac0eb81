package unit

import (
	"bytes"
	"fmt"
	"os"
	"strconv"
	"strings"
)

// A facts file is empty, or one line that says whether a test variant wrote it,
// followed by sections. A section is a line of words and a body, and holds the
// facts that one package owns:
//
//	sessionlint facts 2 plain|tests
//	loud|quiet PACKAGE LENGTH [NAME...]
//	...LENGTH bytes
//
// Loud sections come first. A unit that is left hands the quiet ones of its
// imports on as they are. Empty is what most units of a build leave.
const (
	plainMark   = "sessionlint facts 2 plain\n"
	variantMark = "sessionlint facts 2 tests\n"
)

// A section is the facts of one package.
type section struct {
	pkg   string
	quiet bool
	names []string // quiet: what an importer has to mention to make anything of them
	body  []byte   // see encodeFacts
}

// A factsFile is the contents of a facts file.
type factsFile struct {
	variant  bool // written by a test variant
	sections []section
}

// loud reports whether there are facts that make an importer matter.
func (f *factsFile) loud() bool { return len(f.sections) > 0 && !f.sections[0].quiet }

// readFactsFile reads a facts file. One that is not there holds nothing.
func readFactsFile(filename string) (*factsFile, error) {
	data, err := os.ReadFile(filename)
	if err != nil || len(data) == 0 {
		return new(factsFile), nil
	}
	f, err := parseFactsFile(data)
	if err != nil {
		return nil, fmt.Errorf("%s: %v", filename, err)
	}
	return f, nil
}

func parseFactsFile(data []byte) (*factsFile, error) {
	f := new(factsFile)
	rest, ok := bytes.CutPrefix(data, []byte(plainMark))
	if !ok {
		rest, f.variant = bytes.CutPrefix(data, []byte(variantMark))
		if !f.variant {
			return nil, fmt.Errorf("not a facts file of this version")
		}
	}
	for len(rest) > 0 {
		head, body, _ := bytes.Cut(rest, []byte("\n"))
		words := strings.Fields(string(head))
		if len(words) < 3 || words[0] != "loud" && words[0] != "quiet" {
			return nil, fmt.Errorf("damaged facts file: section %q", head)
		}
		n, err := strconv.Atoi(words[2])
		if err != nil || n < 0 || n > len(body) {
			return nil, fmt.Errorf("damaged facts file: section %q of %d bytes", head, len(body))
		}
		f.sections = append(f.sections, section{pkg: words[1], quiet: words[0] == "quiet", names: words[3:], body: body[:n]})
		rest = body[n:]
	}
	return f, nil
}

// bytes is the inverse of parseFactsFile: the loud sections first, otherwise in
// the given order.
func (f *factsFile) bytes() []byte {
	if !f.variant && len(f.sections) == 0 {
		return nil
	}
	var buf bytes.Buffer
	if f.variant {
		buf.WriteString(variantMark)
	} else {
		buf.WriteString(plainMark)
	}
	for _, quiet := range []bool{false, true} {
		for _, s := range f.sections {
			if s.quiet != quiet {
				continue
			}
			kind := "loud"
			if quiet {
				kind = "quiet"
			}
			fmt.Fprintf(&buf, "%s %s %d", kind, s.pkg, len(s.body))
			for _, name := range s.names {
				buf.WriteString(" " + name)
			}
			buf.WriteByte('\n')
			buf.Write(s.body)
		}
	}
	return buf.Bytes()
}

// imported is what the direct imports of a unit left for it.
type imported struct {
	cfg   *Config
	files map[string]*factsFile // by package path, of those that are not empty
}

// readImported reads the facts files of the direct imports, without decoding any
// fact.
func readImported(cfg *Config) (*imported, error) {
	in := &imported{cfg: cfg, files: make(map[string]*factsFile)}
	for path, filename := range cfg.PackageVetx {
		f, err := readFactsFile(filename)
		if err != nil {
			return nil, fmt.Errorf("facts of %s: %v", path, err)
		}
		if f.variant || len(f.sections) > 0 {
			in.files[path] = f
		}
	}
	return in, nil
}

// loud returns the first import, in path order, whose facts make the unit matter.
func (in *imported) loud() (path string, ok bool) {
	for _, path := range sortedKeys(in.files) {
		if in.files[path].loud() {
			return path, true
		}
	}
	return "", false
}

// quiet returns the quiet sections, each package's once, in path order.
func (in *imported) quiet() []section {
	found := make(map[string]section)
	for _, path := range sortedKeys(in.files) {
		for _, s := range in.files[path].sections {
			// What a package says of itself is better than what is handed on.
			if _, ok := found[s.pkg]; s.quiet && (!ok || s.pkg == path) {
				found[s.pkg] = s
			}
		}
	}
	var all []section
	for _, path := range sortedKeys(found) {
		all = append(all, found[path])
	}
	return all
}

// variant reports whether the unit is a test variant: compiled with test files,
// or against a package that is. A variant has the ID of the plain package; only
// its own files and the marks in its imports' facts files tell.
func (in *imported) variant() bool {
	if in.cfg.hasTestFiles() {
		return true
	}
	for path, f := range in.files {
		if f.variant && !strings.HasSuffix(path, "_test") {
			return true
		}
	}
	return false
}
