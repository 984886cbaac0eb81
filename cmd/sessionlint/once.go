package main

import (
	"bytes"
	"io"
	"strings"
)

// A onceWriter passes lines on, and of those that would be the same for every
// package only the first one, without the "# package" line above it.
type onceWriter struct {
	to   io.Writer
	once func(line string) bool

	rest   []byte // an unfinished line
	header string // a "# package" line that waits for the next line
	said   bool
}

// Write implements io.Writer.
func (w *onceWriter) Write(p []byte) (int, error) {
	w.rest = append(w.rest, p...)
	for {
		line, rest, ok := bytes.Cut(w.rest, []byte("\n"))
		if !ok {
			return len(p), nil
		}
		text := string(line) + "\n"
		w.rest = bytes.Clone(rest)
		if err := w.line(text); err != nil {
			return 0, err
		}
	}
}

func (w *onceWriter) line(text string) error {
	header := w.header
	w.header = ""
	switch {
	case strings.HasPrefix(text, "# "):
		w.header, text = text, ""
	case w.once(text):
		header = ""
		if w.said {
			text = ""
		}
		w.said = true
	}
	_, err := io.WriteString(w.to, header+text)
	return err
}

// flush passes on what waits.
func (w *onceWriter) flush() {
	io.WriteString(w.to, w.header+string(w.rest)) // an error message that cannot be printed cannot be reported either
	w.header, w.rest = "", nil
}
