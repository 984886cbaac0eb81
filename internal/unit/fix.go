package unit

import (
	"archive/zip"
	"bytes"
	"cmp"
	"fmt"
	"go/format"
	"go/token"
	"io"
	"os"
	"slices"
	"strings"

	"golang.org/x/tools/go/analysis"

	"github.com/sessionlint/sessionlint/internal/cgosource"
	"github.com/sessionlint/sessionlint/internal/relevance"
)

// A fileEdit replaces src[start:end].
type fileEdit struct {
	start, end int
	text       string
}

// A repaired file is a file before and after its fixes.
type repaired struct {
	name     string
	old, new []byte
}

// repair applies the first fix of every diagnostic and returns the changed
// files in order of name. Fixes that would touch a generated file, or one that has
// another size by now, are left out; skipped counts those that conflict with an earlier
// one.
func repair(fset *token.FileSet, results []result) (files []repaired, skipped int, err error) {
	sources := make(map[string][]byte)
	edits := make(map[string][]fileEdit)
	for _, r := range results {
		for _, d := range r.diagnostics {
			if len(d.SuggestedFixes) == 0 {
				continue
			}
			fix, ok := fileEditsOf(fset, d.SuggestedFixes[0], sources)
			if !ok {
				continue
			}
			if merged, ok := merge(edits, fix); ok {
				edits = merged
			} else {
				skipped++
			}
		}
	}
	for _, name := range sortedNames(edits) {
		changed, err := apply(sources[name], edits[name])
		if err != nil {
			return nil, 0, fmt.Errorf("fixing %s: %v", name, err)
		}
		files = append(files, repaired{name, sources[name], changed})
	}
	return files, skipped, nil
}

// fileEditsOf expresses a fix in byte offsets. It reads each file once, into
// sources. The result is false if a file is generated, or is not the one that
// was analysed.
func fileEditsOf(fset *token.FileSet, fix analysis.SuggestedFix, sources map[string][]byte) (map[string][]fileEdit, bool) {
	edits := make(map[string][]fileEdit)
	for _, e := range fix.TextEdits {
		file := fset.File(e.Pos)
		end := cmp.Or(e.End, e.Pos)
		if file == nil || fset.File(end) != file || end < e.Pos {
			return nil, false
		}
		name := file.Name()
		src, ok := sources[name]
		if !ok {
			var err error
			if src, err = os.ReadFile(name); err != nil {
				return nil, false
			}
			sources[name] = src
		}
		if len(src) != file.Size() || cgosource.GeneratedText(src) {
			return nil, false
		}
		edits[name] = append(edits[name], fileEdit{file.Offset(e.Pos), file.Offset(end), string(e.NewText)})
	}
	return edits, len(edits) > 0
}

// merge returns the edits of all and fix together, or false if they overlap.
// Two equal edits are one: two findings may ask for the same repair.
func merge(all, fix map[string][]fileEdit) (map[string][]fileEdit, bool) {
	merged := make(map[string][]fileEdit)
	for name, edits := range all {
		merged[name] = slices.Clone(edits)
	}
	for name, edits := range fix {
		for _, e := range edits {
			if slices.Contains(merged[name], e) && !slices.Contains(edits[:slices.Index(edits, e)], e) {
				continue
			}
			if slices.ContainsFunc(merged[name], e.overlaps) {
				return nil, false
			}
			merged[name] = append(merged[name], e)
		}
	}
	return merged, true
}

// overlaps reports whether it matters in which order a and b are applied.
func (a fileEdit) overlaps(b fileEdit) bool {
	if a.start == b.start {
		return true
	}
	if a.start > b.start {
		a, b = b, a
	}
	return a.end > b.start
}

// apply applies edits that do not overlap. A file that was formatted stays
// formatted; one with CR LF line ends keeps them.
func apply(src []byte, edits []fileEdit) ([]byte, error) {
	slices.SortFunc(edits, func(a, b fileEdit) int { return cmp.Compare(a.start, b.start) })
	crlf := bytes.Contains(src, []byte("\r\n"))
	var out bytes.Buffer
	at := 0
	for _, e := range edits {
		if e.start < at || e.end > len(src) {
			return nil, fmt.Errorf("edit of bytes %d to %d is out of range", e.start, e.end)
		}
		text := e.text
		if crlf {
			text = strings.ReplaceAll(strings.ReplaceAll(text, "\r\n", "\n"), "\n", "\r\n")
		}
		out.Write(src[at:e.start])
		out.WriteString(text)
		at = e.end
	}
	out.Write(src[at:])
	if was, err := format.Source(src); err != nil || !bytes.Equal(was, src) {
		return out.Bytes(), nil
	}
	return format.Source(out.Bytes())
}

func sortedNames(edits map[string][]fileEdit) []string {
	names := make([]string, 0, len(edits))
	for name := range edits {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// writeArchive writes files to a zip archive, from which the go command copies
// them to their places once everything has been analysed.
func writeArchive(filename, id string, files []repaired) error {
	f, err := os.Create(filename)
	if err != nil {
		return err
	}
	defer f.Close()
	zw := zip.NewWriter(f)
	if err := zw.SetComment(id); err != nil {
		return err
	}
	for _, file := range files {
		w, err := zw.Create(file.name)
		if err != nil {
			return err
		}
		if _, err := w.Write(file.new); err != nil {
			return err
		}
	}
	if err := zw.Close(); err != nil {
		return err
	}
	return f.Close()
}

// finishFixes delivers repaired files the way that was asked for: as a diff on
// w, in the archive, or in place.
func finishFixes(w io.Writer, cfg *relevance.Config, diff bool, files []repaired) error {
	if diff {
		for _, f := range files {
			if _, err := io.WriteString(w, unifiedDiff(f.name, f.old, f.new)); err != nil {
				return err
			}
		}
		files = nil
	}
	if cfg.FixArchive != "" {
		return writeArchive(cfg.FixArchive, cfg.ID, files)
	}
	if cfg.VetxOnly {
		return nil // a dependency is not ours to change
	}
	for _, f := range files {
		if err := os.WriteFile(f.name, f.new, 0o644); err != nil {
			return err
		}
	}
	return nil
}
