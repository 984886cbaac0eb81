// Package hand hands on what never returns.
package hand

import "example.com/ends/die"

// Die is die.Die.
func Die() { die.Die("handed") }

// Get returns what has a method that never returns.
func Get() *die.Stop { return new(die.Stop) }
