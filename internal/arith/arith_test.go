package arith

import (
	"bytes"
	"math/rand/v2"
	"strings"
	"testing"
)

// What is written is read again.
func TestTrip(t *testing.T) {
	numbers := []uint64{0, 1, 14, 15, 16, 17, 255, 256, 1 << 20, 1<<63 - 1, 1 << 63, 1<<64 - 1}
	signed := []int64{0, -1, 1, -7, -8, 1 << 40, -1 << 40, -1 << 63, 1<<63 - 1}
	texts := []string{"", "a", "Get1Session", "\x00", "\x01", "a\x00b\x01", "\xff\xfe", strings.Repeat("long ", 200)}
	code := func(c *Coder) {
		for i, n := range numbers {
			if got := c.Number(n, i%Sets, uint32(i), 7); got != n {
				t.Errorf("number %d: %d", n, got)
			}
			if got := c.Flag(n&1 == 1, 3, uint32(n)); got != (n&1 == 1) {
				t.Errorf("flag of %d: %t", n, got)
			}
		}
		for _, n := range signed {
			if got := c.Signed(n, 1, 1, 2, 3); got != n {
				t.Errorf("signed %d: %d", n, got)
			}
		}
		for i, s := range texts {
			if got := c.Text(s, uint32(i)); got != s {
				t.Errorf("text %q: %q", s, got)
			}
		}
	}
	for _, common := range []string{"", "Get1Session"} {
		w := NewWriter(common)
		code(w)
		data := w.Bytes()
		r := NewReader(data, common)
		for i, n := range numbers {
			if got := r.Number(0, i%Sets, uint32(i), 7); got != n {
				t.Fatalf("number %d: read %d", n, got)
			}
			if got := r.Flag(false, 3, uint32(n)); got != (n&1 == 1) {
				t.Fatalf("flag of %d: read %t", n, got)
			}
		}
		for _, n := range signed {
			if got := r.Signed(0, 1, 1, 2, 3); got != n {
				t.Fatalf("signed %d: read %d", n, got)
			}
		}
		for i, s := range texts {
			if got := r.Text("", uint32(i)); got != s {
				t.Fatalf("text %q: read %q", s, got)
			}
		}
		if r.Exhausted() || w.Exhausted() {
			t.Error("exhausted")
		}
	}
}

// Random sequences come back, whatever their contexts are.
func TestRandomTrip(t *testing.T) {
	for seed := range uint64(50) {
		random := rand.New(rand.NewPCG(seed, 1))
		var ns []uint64
		var sets []int
		var contexts []uint32
		for range random.IntN(2000) {
			ns = append(ns, random.Uint64()>>random.IntN(64))
			sets = append(sets, random.IntN(Sets))
			contexts = append(contexts, uint32(random.IntN(5)))
		}
		w := NewWriter("")
		for i, n := range ns {
			w.Number(n, sets[i], contexts[i], 1, contexts[i]^3)
		}
		r := NewReader(w.Bytes(), "")
		for i, n := range ns {
			if got := r.Number(0, sets[i], contexts[i], 1, contexts[i]^3); got != n {
				t.Fatalf("seed %d: number %d is %d, want %d", seed, i, got, n)
			}
		}
		if r.Exhausted() {
			t.Errorf("seed %d: exhausted", seed)
		}
	}
}

// What repeats takes next to nothing, noise takes its size and little more, and a
// text that is known takes less.
func TestSmall(t *testing.T) {
	w := NewWriter("")
	for i := range 4000 {
		w.Number(uint64(i%4), 0, uint32(i%4))
	}
	if n := len(w.Bytes()); n > 20 {
		t.Errorf("%d bytes for 4000 numbers that their context tells", n)
	}
	random := rand.New(rand.NewPCG(1, 2))
	w = NewWriter("")
	for range 4000 {
		w.Number(uint64(random.IntN(8)), 0, 0)
	}
	if n := len(w.Bytes()); n < 1500 || n > 1550 {
		t.Errorf("%d bytes for 1500 bytes of noise", n)
	}
	text := "(*github.com/a/b.Conn).Get1Session"
	length := func(common string) int {
		w := NewWriter(common)
		w.Text(text, 1)
		return len(w.Bytes())
	}
	if without, with := length(""), length("github.com/a/b.Conn Get1Session"); with > without/2 {
		t.Errorf("%d bytes with a common text, %d without", with, without)
	}
}

// Equal input gives equal bytes, and reading behind the end is noticed.
func TestDeterministic(t *testing.T) {
	write := func() []byte {
		w := NewWriter("common")
		for i := range 100 {
			w.Number(uint64(i*i), i%5, uint32(i%3))
			w.Text(strings.Repeat("x", i%7), 2)
		}
		return w.Bytes()
	}
	data := write()
	if !bytes.Equal(data, write()) {
		t.Error("other bytes the second time")
	}
	r := NewReader(data[:len(data)/2], "common")
	for i := range 100 {
		r.Number(0, i%5, uint32(i%3))
		r.Text("", 2)
	}
	if !r.Exhausted() {
		t.Error("half of the bytes are enough")
	}
}

// squash rises, and stretched is its inverse.
func TestSquash(t *testing.T) {
	for x := int32(-2047); x <= 2047; x++ {
		if squash(x) < squash(x-1) {
			t.Fatalf("squash(%d) < squash(%d)", x, x-1)
		}
	}
	for p := range int32(4096) {
		if got := squash(stretched()[p]); got < p && p < 4095 || got > p+24 {
			t.Fatalf("squash(stretched()[%d]) = %d", p, got)
		}
	}
}
