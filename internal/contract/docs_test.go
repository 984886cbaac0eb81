package contract

import (
	"fmt"
	"os"
	"strings"
	"testing"
)

const manual = "../../docs/contracts.md"

// TestManual: every example of the manual is a contract file that loads, and the
// manual has every word with its meaning.
func TestManual(t *testing.T) {
	text, err := os.ReadFile(manual)
	if err != nil {
		t.Fatal(err)
	}
	examples := yamlBlocks(string(text))
	if len(examples) < 8 {
		t.Fatalf("%d examples in %s", len(examples), manual)
	}
	for _, ex := range examples {
		if _, err := Default().With(ex); err != nil {
			t.Error(err)
		}
	}
	for _, list := range [][]Word{Effects(), Ownerships(), Untils(), Successes()} {
		for _, w := range list {
			if row := fmt.Sprintf("| `%s` | %s |", w.Word, w.Meaning); !strings.Contains(string(text), row) {
				t.Errorf("%s lacks the row\n%s", manual, row)
			}
		}
	}
	for _, w := range givens {
		if !strings.Contains(string(text), "`"+w+"`") {
			t.Errorf("%s lacks the word %s", manual, w)
		}
	}
}

// yamlBlocks returns the fenced YAML blocks of a Markdown text, each with its
// place in front, so that the line numbers of faults are the text's.
func yamlBlocks(text string) []File {
	var blocks []File
	var block *strings.Builder
	for i, line := range strings.Split(text, "\n") {
		switch {
		case line == "```yaml":
			block = &strings.Builder{}
			block.WriteString(strings.Repeat("\n", i+1))
		case line == "```" && block != nil:
			blocks = append(blocks, File{Name: manual, Data: []byte(block.String())})
			block = nil
		case block != nil:
			block.WriteString(line + "\n")
		}
	}
	return blocks
}
