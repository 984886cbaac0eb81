package harness

import (
	"fmt"
	"os"
	"strings"
)

// Reasons reads a file of what is known to be otherwise: lines "WHAT -- WHY", empty
// ones and comments behind #. A line without a reason is an error.
func Reasons(file string) (map[string]string, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	reasons := map[string]string{}
	for line := range strings.Lines(string(text)) {
		if line = strings.TrimSpace(line); line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		what, why, ok := strings.Cut(line, " -- ")
		if !ok || why == "" {
			return nil, fmt.Errorf("%s: no reason: %s", file, line)
		}
		reasons[what] = why
	}
	return reasons, nil
}
