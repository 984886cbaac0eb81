package execute

import "math/bits"

// lines is a set of line numbers.
type lines []uint64

func (l *lines) add(n int) {
	for n/64 >= len(*l) {
		*l = append(*l, 0)
	}
	(*l)[n/64] |= 1 << (n % 64)
}

func (l *lines) addAll(other lines) {
	for len(*l) < len(other) {
		*l = append(*l, 0)
	}
	for i, w := range other {
		(*l)[i] |= w
	}
}

// without returns the lines that are not in another set, in order.
func (l lines) without(other lines) []int {
	out := []int{}
	for i, w := range l {
		if i < len(other) {
			w &^= other[i]
		}
		for ; w != 0; w &= w - 1 {
			out = append(out, i*64+bits.TrailingZeros64(w))
		}
	}
	return out
}
