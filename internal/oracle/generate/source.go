package generate

import (
	"bytes"
	"go/format"
	"strings"

	"github.com/sessionlint/sessionlint/internal/oracle/execute"
)

// Source returns a file with the given declarations, as gofmt writes it.
func Source(pkg string, declarations ...string) ([]byte, error) {
	all := strings.Join(declarations, "\n")
	var b bytes.Buffer
	b.WriteString("package " + pkg + "\n\nimport (\n")
	for _, name := range []string{"errors", "os", "sync"} {
		if strings.Contains(all, name+".") {
			b.WriteString("\t\"" + name + "\"\n")
		}
	}
	b.WriteString("\n\t\"" + execute.SessionPath + "\"\n)\n\n")
	b.WriteString(all)
	return format.Source(b.Bytes())
}

// Validate returns why declarations do not compile on their own, in a file p.go.
func Validate(declarations string) error {
	src, err := Source("p", declarations)
	if err != nil {
		return err
	}
	_, err = execute.Load("p.go", src)
	return err
}

// Valid reports whether declarations compile on their own.
func Valid(declarations string) bool { return Validate(declarations) == nil }
