// Package above relies on what package below declares.
package above

import "fixtures/directive/below"

// FoundAndPut is right.
func FoundAndPut(id int) {
	s := below.Find(id)
	below.Look(s)
	below.Put(s)
}

// FoundAndLost is not.
func FoundAndLost(id int) {
	s := below.Find(id) // want missingfree
	below.Look(s)
}

// FoundAndLookedAt is not either.
func FoundAndLookedAt(id int) {
	s := below.Find(id) // want missingfree
	below.LookHarder(s)
}

// PutTwice puts once too often.
func PutTwice(id int) {
	s := below.Find(id)
	below.PutSlowly(s)
	below.Put(s) // want doublefree
}

// Ignored is accepted.
func Ignored(id int) {
	below.Look(below.Find(id)) //sessionlint:ignore missingfree accepted
}

// Watched keeps a loan where it was declared to be one.
func Watched(slot *below.Slot, c *below.Context) { slot.Peer = below.Peek(c) }

// Grabbed keeps it where it was not.
func Grabbed(slot *below.Slot, c *below.Context) {
	slot.Other = below.Peek(c) // want danglingborrow
}

// PeekedAndPut gives away what it was lent.
func PeekedAndPut(c *below.Context) {
	s := below.Peek(c)
	below.Put(s) // want borrowedfree
}
