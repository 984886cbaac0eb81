package relevance

import (
	"bytes"
	"errors"
	"io/fs"
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
	Body    string   // the facts, encoded; the driver's to read
}

// A FactsFile is the contents of a facts file.
type FactsFile struct {
	Variant  bool // written by a test variant
	Sections []Section
}

// loud reports whether there are facts that make an importer matter.
func (f *FactsFile) loud() bool { return len(f.Sections) > 0 && !f.Sections[0].Quiet }

// factsReader reads facts files. Many are equal, as most packages only hand on what
// they were handed.
type factsReader struct {
	buf   []byte
	empty string // the name of one that is empty: all that are in the go command's cache have it
	last  string // what was read last, and was parsed
	file  *FactsFile
}

// read reads a facts file. One that is not there holds nothing. Files with the same
// bytes are one.
func (r *factsReader) read(filename string) (*FactsFile, error) {
	// For most, a look at the size is all that they need.
	if filename == r.empty {
		return new(FactsFile), nil
	}
	if empty, err := isEmpty(filename); empty || errors.Is(err, fs.ErrNotExist) {
		r.empty = filename
		return new(FactsFile), nil
	} else if err != nil {
		return nil, err
	}
	data, err := readFile(filename, r.buf)
	if err != nil || len(data) == 0 {
		return new(FactsFile), err
	}
	if r.last != string(data) {
		text := string(data)
		f, err := parseFactsFile(text)
		if err != nil {
			return nil, errors.New(filename + ": " + err.Error())
		}
		r.last, r.file = text, f
	}
	return r.file, nil
}

func parseFactsFile(text string) (*FactsFile, error) {
	f := new(FactsFile)
	switch {
	case hasPrefix(text, plainMark):
	case hasPrefix(text, variantMark):
		f.Variant = true
	default:
		return nil, errors.New("not a facts file of this version")
	}
	for rest := text[len(plainMark):]; rest != ""; {
		head, body, ended := cut(rest, '\n')
		kind, names, _ := cut(head, ' ')
		pkg, names, _ := cut(names, ' ')
		length, names, named := cut(names, ' ')
		n, err := strconv.Atoi(length)
		if err != nil || !ended || kind != "loud" && kind != "quiet" || pkg == "" {
			return nil, errors.New("damaged facts file: section " + strconv.Quote(head))
		}
		if n < 0 || n > len(body) {
			return nil, errors.New("damaged facts file: section " + strconv.Quote(head) + " of " + strconv.Itoa(len(body)) + " bytes")
		}
		s := Section{Package: pkg, Quiet: kind == "quiet", Body: body[:n]}
		for named {
			var name string
			name, names, named = cut(names, ' ')
			s.Names = append(s.Names, name)
		}
		f.Sections = append(f.Sections, s)
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
			buf.WriteString(s.Body)
		}
	}
	return buf.Bytes()
}
