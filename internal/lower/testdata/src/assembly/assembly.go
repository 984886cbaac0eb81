// Package assembly has a variable that only its assembly could set.
package assembly

import "github.com/sessionlint/sessionlint/session"

var current *session.Session

func set()

// Free reads it.
func Free() {
	set()
	current.Free()
}
