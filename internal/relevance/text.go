package relevance

import "os"

// Package strings is initialised behind package reflect, and package path/filepath
// behind it, so that whoever imports them waits for most of the program (doc.go).

func hasPrefix(s, prefix string) bool { return len(s) >= len(prefix) && s[:len(prefix)] == prefix }

func hasSuffix(s, suffix string) bool {
	return len(s) >= len(suffix) && s[len(s)-len(suffix):] == suffix
}

// baseName is the last element of a file's name.
func baseName(name string) string {
	i := len(name)
	for i > 0 && !os.IsPathSeparator(name[i-1]) {
		i--
	}
	return name[i:]
}

// cut returns what is before and behind the first c, and whether there is one.
func cut(s string, c byte) (before, behind string, found bool) {
	for i := range len(s) {
		if s[i] == c {
			return s[:i], s[i+1:], true
		}
	}
	return s, "", false
}
