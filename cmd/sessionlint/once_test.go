package main

import (
	"strings"
	"testing"
)

func TestOnceWriter(t *testing.T) {
	t.Parallel()
	const in = "# a\nold: 1\n# b\nb.go:1: wrong\n# c\nold: 1\n# d\n# e\nno end"
	const want = "old: 1\n# b\nb.go:1: wrong\n# d\n# e\nno end"
	for _, size := range []int{1, 7, len(in)} {
		var out strings.Builder
		w := &onceWriter{to: &out, once: func(line string) bool { return strings.HasPrefix(line, "old: ") }}
		for rest := in; rest != ""; {
			n := min(size, len(rest))
			if _, err := w.Write([]byte(rest[:n])); err != nil {
				t.Fatal(err)
			}
			rest = rest[n:]
		}
		w.flush()
		if out.String() != want {
			t.Errorf("in pieces of %d: got %q, want %q", size, out.String(), want)
		}
	}
}
