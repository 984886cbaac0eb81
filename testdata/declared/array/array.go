// Package array counts columns behind an interface, by methods without a status.
package array

import "sync/atomic"

// An Array is a counted column.
type Array interface {
	Retain()
	Release()
	Len() int
}

type column struct {
	n atomic.Int32
	v []int64
}

func (c *column) Retain()  { c.n.Add(1) }
func (c *column) Release() { c.n.Add(-1) }
func (c *column) Len() int { return len(c.v) }

// New makes an array with one reference.
func New(v []int64) Array {
	c := &column{v: v}
	c.n.Store(1)
	return c
}

// A Pool lends arrays.
type Pool struct{ arrays []Array }

// Open makes a pool.
func Open() *Pool { return &Pool{} }

// At lends one.
func (p *Pool) At(i int) Array { return p.arrays[i] }

// Close ends all loans.
func (p *Pool) Close() {
	for _, a := range p.arrays {
		a.Release()
	}
}
