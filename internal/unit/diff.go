package unit

import (
	"fmt"
	"slices"
	"strings"
)

// A lineOp is one line of a comparison: ' ' in both, '-' only in the old text,
// '+' only in the new.
type lineOp struct {
	kind byte
	text string
}

// diffContext is how many equal lines surround a change.
const diffContext = 3

// unifiedDiff returns the difference of two texts in the unified format, or ""
// if there is none.
func unifiedDiff(name string, old, new []byte) string {
	ops := compareLines(splitLines(string(old)), splitLines(string(new)))
	if !slices.ContainsFunc(ops, func(op lineOp) bool { return op.kind != ' ' }) {
		return ""
	}
	var b strings.Builder
	fmt.Fprintf(&b, "--- %s (old)\n+++ %s (new)\n", name, name)
	for _, h := range hunks(ops) {
		writeHunk(&b, ops, h)
	}
	return b.String()
}

// splitLines cuts a text behind each line feed.
func splitLines(text string) []string {
	lines := strings.SplitAfter(text, "\n")
	if lines[len(lines)-1] == "" {
		lines = lines[:len(lines)-1]
	}
	return lines
}

// compareLines finds a shortest edit script by the greedy algorithm of Myers
// ("An O(ND) Difference Algorithm and Its Variations", 1986).
func compareLines(a, b []string) []lineOp {
	n, m := len(a), len(b)
	offset := n + m + 1
	furthest := make([]int, 2*offset+1)
	var trace [][]int
	for d := 0; d <= n+m; d++ {
		trace = append(trace, slices.Clone(furthest))
		for k := -d; k <= d; k += 2 {
			x := furthest[offset+k-1] + 1
			if k == -d || (k != d && furthest[offset+k-1] < furthest[offset+k+1]) {
				x = furthest[offset+k+1]
			}
			y := x - k
			for x < n && y < m && a[x] == b[y] {
				x, y = x+1, y+1
			}
			furthest[offset+k] = x
			if x >= n && y >= m {
				return walkBack(a, b, trace, offset)
			}
		}
	}
	return nil // not reached: d = n+m always arrives
}

// walkBack follows the recorded frontiers from the end to the start.
func walkBack(a, b []string, trace [][]int, offset int) []lineOp {
	var ops []lineOp
	x, y := len(a), len(b)
	for d := len(trace) - 1; d >= 0; d-- {
		furthest, k := trace[d], x-y
		from := k - 1
		if k == -d || (k != d && furthest[offset+k-1] < furthest[offset+k+1]) {
			from = k + 1
		}
		px := furthest[offset+from]
		py := px - from
		if d == 0 {
			px, py = 0, 0
		}
		for x > px && y > py {
			x, y = x-1, y-1
			ops = append(ops, lineOp{' ', a[x]})
		}
		if d > 0 {
			if x == px {
				y--
				ops = append(ops, lineOp{'+', b[y]})
			} else {
				x--
				ops = append(ops, lineOp{'-', a[x]})
			}
		}
	}
	slices.Reverse(ops)
	return ops
}

// A hunk is the range of operations from, up to but not including, to.
type hunk struct{ from, to int }

// hunks groups changes that are at most two contexts apart.
func hunks(ops []lineOp) []hunk {
	var all []hunk
	for i, op := range ops {
		if op.kind == ' ' {
			continue
		}
		h := hunk{max(0, i-diffContext), min(len(ops), i+diffContext+1)}
		if last := len(all) - 1; last >= 0 && h.from <= all[last].to {
			all[last].to = h.to
		} else {
			all = append(all, h)
		}
	}
	return all
}

func writeHunk(b *strings.Builder, ops []lineOp, h hunk) {
	oldLine, newLine := 1, 1
	for _, op := range ops[:h.from] {
		if op.kind != '+' {
			oldLine++
		}
		if op.kind != '-' {
			newLine++
		}
	}
	var oldCount, newCount int
	for _, op := range ops[h.from:h.to] {
		if op.kind != '+' {
			oldCount++
		}
		if op.kind != '-' {
			newCount++
		}
	}
	fmt.Fprintf(b, "@@ -%s +%s @@\n", hunkRange(oldLine, oldCount), hunkRange(newLine, newCount))
	for _, op := range ops[h.from:h.to] {
		b.WriteByte(op.kind)
		b.WriteString(op.text)
		if !strings.HasSuffix(op.text, "\n") {
			b.WriteString("\n\\ No newline at end of file\n")
		}
	}
}

// hunkRange formats a range; an empty one names the line before it.
func hunkRange(line, count int) string {
	if count == 0 {
		line--
	}
	if count == 1 {
		return fmt.Sprint(line)
	}
	return fmt.Sprintf("%d,%d", line, count)
}
