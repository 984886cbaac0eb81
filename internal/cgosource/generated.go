package cgosource

import "bytes"

// isMark reports whether a line is the one by which tools mark their output
// (https://go.dev/s/generatedcode).
func isMark(line []byte) bool {
	rest, begins := bytes.CutPrefix(line, []byte("// Code generated "))
	return begins && bytes.HasSuffix(rest, []byte(" DO NOT EDIT."))
}

// GeneratedText reports whether a source text says, in a line comment before
// its package clause, that it was generated. It needs no parser, so it also
// answers for the file behind a cgo file, which is all that counts: the text
// that cmd/cgo writes always says so.
func GeneratedText(src []byte) bool {
	inComment := false
	for line := range bytes.Lines(src) {
		line = bytes.TrimRight(line, "\r\n")
		if !inComment && isMark(line) {
			return true
		}
		text := bytes.TrimSpace(line)
		for len(text) > 0 {
			if inComment {
				_, after, closed := bytes.Cut(text, []byte("*/"))
				if !closed {
					break
				}
				inComment, text = false, bytes.TrimSpace(after)
				continue
			}
			switch {
			case bytes.HasPrefix(text, []byte("//")):
				text = nil
			case bytes.HasPrefix(text, []byte("/*")):
				inComment, text = true, text[2:]
			default: // the package clause
				return false
			}
		}
	}
	return false
}
