//go:build go1.26

package zzshim

import (
	"strconv"
)

// A dictionary is what a function may compare its arguments with.
type dictionary struct {
	integers []int64
	floats   []float64
	texts    []string
}

func plain() dictionary {
	return dictionary{
		integers: []int64{0, 1, 2, 3, 5, 8},
		floats:   []float64{0, 1, 2, 3, 4},
		texts:    []string{"", "a", "host", "error", "close"},
	}
}

// read sorts literals by what they may be, and adds some more.
func read(literals []string) dictionary {
	d := plain()
	d.integers = append(d.integers, -1, 100, 4096, 0x0303, 0x0304)
	for _, l := range literals {
		if n, err := strconv.ParseInt(l, 0, 64); err == nil {
			d.integers = append(d.integers, n, n-1, n+1)
			d.floats = append(d.floats, float64(n))
		} else if x, err := strconv.ParseFloat(l, 64); err == nil {
			d.floats = append(d.floats, x, x-0.125, x+0.125)
		} else if s, err := strconv.Unquote(l); err == nil {
			d.texts = append(d.texts, s)
		}
	}
	return d
}

// integer draws a number, or several together as flags.
func (d dictionary) integer() (n int64) {
	for range 1 + draw(2) {
		n |= d.integers[draw(len(d.integers))]
	}
	return n
}

func (d dictionary) float() float64 { return d.floats[draw(len(d.floats))] }

// text draws a text, or some together.
func (d dictionary) text() (s string) {
	for range 1 + draw(2) {
		s += d.texts[draw(len(d.texts))]
	}
	return s
}
