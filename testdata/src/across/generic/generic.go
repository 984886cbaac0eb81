// Package generic has generic functions of which it makes no instance: they reach
// other packages as they are, and are instantiated there.
package generic

import "github.com/sessionlint/sessionlint/session"

// Release frees.
func Release[T interface{ Free() }](v T) { v.Free() }

// Scoped lends a value for a call and frees it.
func Scoped[T interface{ Free() }](v T, f func(T) error) error {
	defer v.Free()
	return f(v)
}

// A Box holds a value.
type Box[T any] struct {
	V  T
	OK bool
}

// Full makes a box.
func Full[T any](v T) Box[T] { return newBox(v, true) }

func newBox[T any](v T, ok bool) Box[T] { return Box[T]{v, ok} }

// Get reads.
func (b Box[T]) Get() (T, bool) { return b.V, b.OK }

// Take empties the box.
func (b *Box[T]) Take() T {
	v := b.V
	var none T
	b.V = none
	return v
}

// Must panics on an error.
func Must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// Map calls a function for every element.
func Map[T, U any](list []T, f func(T) U) (out []U) {
	for _, v := range list {
		out = append(out, f(v))
	}
	return out
}

// Cleanup returns what frees.
func Cleanup[T interface{ Free() }](v T) func() { return func() { v.Free() } }

// Or returns the first that is something.
func Or[T comparable](a, b T) T {
	var zero T
	if a != zero {
		return a
	}
	return b
}

// Get returns a session that its caller owns.
func Get(c *session.Conn) (*session.Session, error) { return c.Get1Session(), nil }

// ReleaseAny frees what can be freed.
func ReleaseAny[T any](v T) {
	if x, ok := any(v).(interface{ Free() }); ok {
		x.Free()
	}
}
