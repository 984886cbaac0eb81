// Package doubt has functions of which only the analysis tells whether they return.
package doubt

import "os"

// Perhaps returns if the other one does.
func Perhaps(to interface{ Fatal() }) { to.Fatal() }

// Always never returns.
func Always(n int) {
	switch {
	case n > 0:
		panic(n)
	default:
		os.Exit(n)
	}
}
