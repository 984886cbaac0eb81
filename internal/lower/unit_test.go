package lower

import (
	"testing"
)

func TestTripCount(t *testing.T) {
	for _, tt := range []struct {
		init, step, bound int64
		op                string
		want              int64
		ok                bool
	}{
		{0, 1, 10, "<", 10, true},
		{0, 3, 10, "<", 4, true},
		{0, 3, 9, "<", 3, true},
		{0, 1, 10, "<=", 11, true},
		{0, 5, 10, "<=", 3, true},
		{5, 1, 5, "<", 0, true},
		{7, 1, 5, "<", 0, true},
		{5, -1, 0, ">=", 6, true},
		{5, -1, 0, ">", 5, true},
		{5, -2, 0, ">", 3, true},
		{5, -2, 0, ">=", 3, true},
		{0, -1, 3, ">=", 0, true},
		{0, 1, 7, "!=", 7, true},
		{0, 2, 7, "!=", 0, false},
		{7, 1, 0, "!=", 0, false},
		{0, -1, 10, "<", 0, false},
		{0, 1, 10, ">", 0, false},
		{0, 1, 10, "==", 0, false},
	} {
		got, ok := tripCount(tt.init, tt.step, tt.bound, tt.op)
		if ok != tt.ok || ok && got != tt.want {
			t.Errorf("i = %d; i %s %d; i += %d: %d, %v, want %d, %v", tt.init, tt.op, tt.bound, tt.step, got, ok, tt.want, tt.ok)
		}
		if !ok {
			continue
		}
		// The same loop, run.
		holds := map[string]func(i int64) bool{
			"<":  func(i int64) bool { return i < tt.bound },
			"<=": func(i int64) bool { return i <= tt.bound },
			">":  func(i int64) bool { return i > tt.bound },
			">=": func(i int64) bool { return i >= tt.bound },
			"!=": func(i int64) bool { return i != tt.bound },
		}[tt.op]
		n := int64(0)
		for i := tt.init; holds(i) && n < 1000; i += tt.step {
			n++
		}
		if n != got {
			t.Errorf("i = %d; i %s %d; i += %d runs %d times, not %d", tt.init, tt.op, tt.bound, tt.step, n, got)
		}
	}
}

func TestSplitSignature(t *testing.T) {
	for _, tt := range []struct {
		c, result string
		params    int
		ok        bool
	}{
		{"int (*)(SSL *ssl, SSL_SESSION *sess)", "int", 2, true},
		{"SSL_SESSION *(*)(SSL *ssl, const unsigned char *id, int len, int *copy)", "SSL_SESSION *", 4, true},
		{"void (*)(void)", "void", 0, true},
		{"int f(SSL *ssl)", "", 0, false},
	} {
		result, params, ok := splitSignature(tt.c)
		if result != tt.result || len(params) != tt.params || ok != tt.ok {
			t.Errorf("%s: %q, %q, %v", tt.c, result, params, ok)
		}
	}
}

func TestWithoutTypeArgs(t *testing.T) {
	for in, want := range map[string]string{
		"slices.SortFunc":                      "slices.SortFunc",
		"slices.SortFunc[[]int,int]":           "slices.SortFunc",
		"(*sync/atomic.Pointer[T]).Store":      "(*sync/atomic.Pointer).Store",
		"(*p.Map[string,[]p.List[int]]).Range": "(*p.Map).Range",
	} {
		if got := withoutTypeArgs(in); got != want {
			t.Errorf("%s: %s, want %s", in, got, want)
		}
	}
}
