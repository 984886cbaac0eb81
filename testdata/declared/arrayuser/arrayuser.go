// Package arrayuser retains arrays, which cannot fail.
package arrayuser

import "declared/array"

// Late keeps what the pool lent with a reference of its own.
func Late() int {
	p := array.Open()
	a := p.At(0)
	a.Retain()
	p.Close()
	defer a.Release()
	return a.Len()
}

// LateBare keeps it without.
func LateBare() int {
	p := array.Open()
	a := p.At(0)
	p.Close()
	return a.Len() // want danglingborrow
}

// First balances what it retains.
func First(p *array.Pool) int {
	a := p.At(0)
	a.Retain()
	defer a.Release()
	return a.Len()
}

// FirstTwice releases what it was lent.
func FirstTwice(p *array.Pool) int {
	a := p.At(0)
	a.Retain()
	n := a.Len()
	a.Release()
	a.Release() // want doublefree
	return n
}

// Pair frees both references.
func Pair(v []int64) int {
	a := array.New(v)
	a.Retain()
	n := a.Len()
	a.Release()
	a.Release()
	return n
}

// PairOnce frees one of them.
func PairOnce(v []int64) int {
	a := array.New(v)
	a.Retain() // want missingfree
	n := a.Len()
	a.Release()
	return n
}
