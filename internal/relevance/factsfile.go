package relevance

import (
	"bytes"
	"errors"
	"os"
	"strconv"
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

// A Section is the facts of one package.
type Section struct {
	Package string
	Quiet   bool
	Names   []string // quiet: what an importer has to mention to make anything of them
	Body    []byte   // the facts, encoded; the driver's to read
}

// A FactsFile is the contents of a facts file.
type FactsFile struct {
	Variant  bool // written by a test variant
	Sections []Section
}

// loud reports whether there are facts that make an importer matter.
func (f *FactsFile) loud() bool { return len(f.Sections) > 0 && !f.Sections[0].Quiet }

// readFactsFile reads a facts file. One that is not there holds nothing.
func readFactsFile(filename string) (*FactsFile, error) {
	// Most are empty, and a look at the size is all that they need.
	if info, err := os.Stat(filename); err != nil || info.Size() == 0 {
		return new(FactsFile), nil
	}
	data, err := os.ReadFile(filename)
	if err != nil || len(data) == 0 {
		return new(FactsFile), nil
	}
	f, err := parseFactsFile(data)
	if err != nil {
		return nil, errors.New(filename + ": " + err.Error())
	}
	return f, nil
}

func parseFactsFile(data []byte) (*FactsFile, error) {
	f := new(FactsFile)
	rest, ok := bytes.CutPrefix(data, []byte(plainMark))
	if !ok {
		rest, f.Variant = bytes.CutPrefix(data, []byte(variantMark))
		if !f.Variant {
			return nil, errors.New("not a facts file of this version")
		}
	}
	for len(rest) > 0 {
		head, body, _ := bytes.Cut(rest, []byte("\n"))
		var words []string
		for _, word := range bytes.Fields(head) {
			words = append(words, string(word))
		}
		if len(words) < 3 || words[0] != "loud" && words[0] != "quiet" {
			return nil, errors.New("damaged facts file: section " + strconv.Quote(string(head)))
		}
		n, err := strconv.Atoi(words[2])
		if err != nil || n < 0 || n > len(body) {
			return nil, errors.New("damaged facts file: section " + strconv.Quote(string(head)) + " of " + strconv.Itoa(len(body)) + " bytes")
		}
		f.Sections = append(f.Sections, Section{Package: words[1], Quiet: words[0] == "quiet", Names: words[3:], Body: body[:n]})
		rest = body[n:]
	}
	return f, nil
}

// Bytes returns the file as it is written: the loud sections first, otherwise in
// the given order.
func (f *FactsFile) Bytes() []byte {
	if !f.Variant && len(f.Sections) == 0 {
		return nil
	}
	var buf bytes.Buffer
	if f.Variant {
		buf.WriteString(variantMark)
	} else {
		buf.WriteString(plainMark)
	}
	for _, quiet := range []bool{false, true} {
		for _, s := range f.Sections {
			if s.Quiet != quiet {
				continue
			}
			kind := "loud"
			if quiet {
				kind = "quiet"
			}
			buf.WriteString(kind + " " + s.Package + " " + strconv.Itoa(len(s.Body)))
			for _, name := range s.Names {
				buf.WriteString(" " + name)
			}
			buf.WriteByte('\n')
			buf.Write(s.Body)
		}
	}
	return buf.Bytes()
}
