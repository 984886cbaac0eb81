package arith

import "math/bits"

// A Coder writes or reads one sequence.
type Coder struct {
	model
	writing   bool
	low, high uint32 // the interval that is left
	code      uint32 // reading: where in it the sequence lies
	data      []byte // written, or still to be read
	beyond    int    // reading: bytes asked for behind the end
	history   []byte // the texts so far
}

// NewWriter starts a sequence. Texts that resemble common, which the reader has to be
// given as well, take fewer bytes.
func NewWriter(common string) *Coder {
	c := &Coder{writing: true, high: 1<<32 - 1}
	c.learn(common)
	return c
}

// NewReader reads a sequence that a writer with the same common text has made.
func NewReader(data []byte, common string) *Coder {
	c := &Coder{high: 1<<32 - 1}
	c.learn(common)
	c.data = data
	for range 4 {
		c.shiftIn()
	}
	return c
}

// learn has the model see texts that neither side transmits.
func (c *Coder) learn(common string) {
	if common == "" {
		return
	}
	w := &Coder{writing: true, high: 1<<32 - 1}
	w.Text(common, 0)
	c.model, c.history = w.model, w.history
}

// Writing reports whether values are written, and not read.
func (c *Coder) Writing() bool { return c.writing }

// Bytes ends a sequence that is written.
func (c *Coder) Bytes() []byte {
	if c.low > 0 {
		// Zeros follow for the reader: this is the shortest number in the interval.
		c.data = append(c.data, byte(c.low>>24)+1)
	}
	return c.data
}

// Exhausted reports whether more was read than was ever written: the sequence is
// damaged.
func (c *Coder) Exhausted() bool { return c.beyond > 4 }

func (c *Coder) shiftIn() {
	c.code <<= 8
	if len(c.data) == 0 {
		c.beyond++
		return
	}
	c.code |= uint32(c.data[0])
	c.data = c.data[1:]
}

// bit codes one bit that is 1 with probability p/65536.
func (c *Coder) bit(b, p uint32) uint32 {
	middle := c.low + uint32(uint64(c.high-c.low)*uint64(p)>>16)
	if !c.writing {
		b = 0
		if c.code <= middle {
			b = 1
		}
	}
	if b == 1 {
		c.high = middle
	} else {
		c.low = middle + 1
	}
	for (c.low^c.high)>>24 == 0 {
		if c.writing {
			c.data = append(c.data, byte(c.high>>24))
		} else {
			c.shiftIn()
		}
		c.low <<= 8
		c.high = c.high<<8 | 255
	}
	return b
}

// maxContexts is how many contexts one value may have.
const maxContexts = 8

// modelled codes one bit of a value. node tells the bits of the value apart.
func (c *Coder) modelled(b, node uint32, seeds []uint32, set int) uint32 {
	b = c.bit(b, c.predict(node, seeds, set))
	c.update(b)
	return b
}

// small is the number from which on numbers are written by their length.
const small = 15

// Number codes a number. The contexts are hashes of what is known; set, below Sets, is
// the kind of value: kinds have weights of their own.
func (c *Coder) Number(n uint64, set int, contexts ...uint32) uint64 {
	var buffer [maxContexts]uint32
	seeds := buffer[:len(contexts)]
	for i, x := range contexts {
		seeds[i] = hash(x, uint32(set)<<8|uint32(i)+1)
	}
	node := uint32(1)
	for i := 3; i >= 0; i-- {
		node = node<<1 | c.modelled(uint32(min(n, small)>>i)&1, node, seeds, set)
	}
	if node-16 < small {
		return uint64(node - 16)
	}
	rest := n - small + 1 // at least 1
	length := bits.Len64(rest)
	node = 1
	for i := 5; i >= 0; i-- {
		node = node<<1 | c.modelled(uint32(length-1)>>i&1, 1<<16|node, seeds, set)
	}
	length = int(node-64) + 1
	got := uint64(1)
	for i := length - 2; i >= 0; i-- {
		// The high bits are like those before, the low ones are noise.
		place := 1<<17 | uint32(length)<<8 | uint32(i)
		if length-i <= 12 {
			place = hash(place, uint32(got))
		}
		got = got<<1 | uint64(c.modelled(uint32(rest>>i)&1, place, seeds, set))
	}
	return got + small - 1
}

// Signed codes a number that may be negative.
func (c *Coder) Signed(n int64, set int, contexts ...uint32) int64 {
	u := c.Number(uint64(n)<<1^uint64(n>>63), set, contexts...)
	return int64(u>>1) ^ -int64(u&1)
}

// Flag codes a truth value.
func (c *Coder) Flag(b bool, set int, contexts ...uint32) bool {
	var n uint64
	if b {
		n = 1
	}
	return c.Number(n, set, contexts...) != 0
}

const (
	end    = 0 // behind a text
	escape = 1 // before a byte that is one of the two
)

// MaxText is the longest text that is read.
const MaxText = 1 << 16

// Text codes a text; kind is what it is for.
func (c *Coder) Text(s string, kind uint32) string {
	var out []byte
	for i := 0; ; i++ {
		b := byte(end)
		if i < len(s) {
			b = s[i]
			if b <= escape {
				c.byte(escape, kind)
				out = append(out, c.byte(b, kind))
				continue
			}
		}
		b = c.byte(b, kind)
		if b == escape && !c.writing {
			out = append(out, c.byte(0, kind))
			continue
		}
		if b == end || len(out) > MaxText || c.Exhausted() {
			return string(out)
		}
		out = append(out, b)
	}
}

// byte codes one byte of a text by those before it.
func (c *Coder) byte(b byte, kind uint32) byte {
	h := c.history
	back := func(n int) uint32 {
		var x uint32
		for i := range n {
			if i >= len(h) {
				break
			}
			x = hash(x, uint32(h[len(h)-1-i])+1)
		}
		return x
	}
	word := uint32(0)
	for i := len(h) - 1; i >= 0 && letter(h[i]); i-- {
		word = hash(word, uint32(h[i]))
	}
	last := back(1)
	seeds := [...]uint32{hash(kind, last), hash(1, last), hash(2, back(2)), hash(3, back(3)), hash(4, back(4)), hash(5, back(6)), hash(6, word)}
	node := uint32(1)
	for i := 7; i >= 0; i-- {
		node = node<<1 | c.modelled(uint32(b>>i)&1, 1<<18|node, seeds[:], setText)
	}
	c.history = append(c.history, byte(node))
	return byte(node)
}

func letter(b byte) bool { return b|32 >= 'a' && b|32 <= 'z' }
