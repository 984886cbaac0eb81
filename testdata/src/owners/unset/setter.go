package unset

import "github.com/sessionlint/sessionlint/session"

// SetElsewhere sets it.
func SetElsewhere(f func(*session.Session)) { elsewhere = f }
