package unit

import (
	"strings"
	"testing"
)

func TestUnifiedDiff(t *testing.T) {
	for _, test := range []struct{ old, new, want string }{
		{"a\nb\n", "a\nb\n", ""},
		{"", "a\n", "@@ -0,0 +1 @@\n+a\n"},
		{"a\n", "", "@@ -1 +0,0 @@\n-a\n"},
		{"a\nb\nc\n", "a\nx\nc\n", "@@ -1,3 +1,3 @@\n a\n-b\n+x\n c\n"},
		{"a", "a\n", "@@ -1 +1 @@\n-a\n\\ No newline at end of file\n+a\n"},
		{"1\n2\n3\n4\n5\n6\n7\n8\n9\n", "1\n2\n3\n4\n5\n6\n7\n8\n", "@@ -6,4 +6,3 @@\n 6\n 7\n 8\n-9\n"},
		{"1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n", "0\n1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11\n",
			"@@ -1,3 +1,4 @@\n+0\n 1\n 2\n 3\n@@ -8,3 +9,4 @@\n 8\n 9\n 10\n+11\n"},
	} {
		want := test.want
		if want != "" {
			want = "--- f (old)\n+++ f (new)\n" + want
		}
		if got := unifiedDiff("f", []byte(test.old), []byte(test.new)); got != want {
			t.Errorf("%q to %q is\n%s\nwant\n%s", test.old, test.new, got, want)
		}
	}
}

// A comparison holds both texts, and no line that is in both and in order is
// counted as a change more often than it must be.
func FuzzCompareLines(f *testing.F) {
	f.Add("a\nb\nc\n", "a\nc\nd\n")
	f.Add("", "x")
	f.Add("a\na\na\n", "a\n")
	f.Fuzz(func(t *testing.T, a, b string) {
		if len(a)+len(b) > 400 {
			return
		}
		var old, new strings.Builder
		changes := 0
		for _, op := range compareLines(splitLines(a), splitLines(b)) {
			if op.kind != '+' {
				old.WriteString(op.text)
			}
			if op.kind != '-' {
				new.WriteString(op.text)
			}
			if op.kind != ' ' {
				changes++
			}
		}
		if old.String() != a || new.String() != b {
			t.Errorf("comparison of %q and %q holds %q and %q", a, b, old.String(), new.String())
		}
		if want := leastChanges(splitLines(a), splitLines(b)); changes != want {
			t.Errorf("%d changes between %q and %q, want %d", changes, a, b, want)
		}
	})
}

// leastChanges counts by dynamic programming.
func leastChanges(a, b []string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range a {
		diagonal := row[0]
		row[0] = i + 1
		for j := range b {
			best := min(row[j], row[j+1]) + 1
			if a[i] == b[j] {
				best = diagonal
			}
			diagonal, row[j+1] = row[j+1], best
		}
	}
	return row[len(b)]
}

func TestApplyRefusesBadEdits(t *testing.T) {
	for _, edits := range [][]fileEdit{
		{{0, 99, "x"}},
		{{0, 2, "x"}, {1, 3, "y"}},
	} {
		if out, err := apply([]byte("abcd"), edits); err == nil {
			t.Errorf("edits %v give %q", edits, out)
		}
	}
}

func TestMerge(t *testing.T) {
	one := func(e ...fileEdit) map[string][]fileEdit { return map[string][]fileEdit{"f": e} }
	for _, test := range []struct {
		a, b fileEdit
		ok   bool
		n    int
	}{
		{fileEdit{1, 2, "x"}, fileEdit{2, 3, "y"}, true, 2},
		{fileEdit{1, 2, "x"}, fileEdit{1, 2, "x"}, true, 1},
		{fileEdit{1, 3, "x"}, fileEdit{2, 3, "y"}, false, 0},
		{fileEdit{1, 1, "x"}, fileEdit{1, 1, "y"}, false, 0},
		{fileEdit{1, 1, "x"}, fileEdit{1, 4, ""}, false, 0},
		{fileEdit{4, 5, "x"}, fileEdit{1, 4, ""}, true, 2},
	} {
		merged, ok := merge(one(test.a), one(test.b))
		if ok != test.ok || len(merged["f"]) != test.n {
			t.Errorf("%v and %v: merged %v into %v", test.a, test.b, ok, merged)
		}
	}
}
