package arith

import "sync"

// Sets is how many kinds of values there may be.
const Sets = 64

// setText is the kind of the bytes of texts; it is none that callers have.
const setText = Sets

// model predicts bits.
type model struct {
	slots   []slot
	inverse *[4096]int32 // of squash
	weights [Sets + 1][maxContexts]int32

	// The prediction under way.
	used     [maxContexts]*slot
	stretch  [maxContexts]int32
	n        int
	set      int
	expected int32 // of 4096
}

// slot is what is known of a bit in one context.
type slot struct {
	p     uint16 // how likely it is 1
	n     uint8  // how often it was seen
	check uint8  // whose slot it is
}

const (
	slotBits = 18
	// most is the number of times from which on the newest bit counts for the same
	// share.
	most = 60
	// share is the weight a context starts with; rate is how fast weights move.
	share = 1 << 16 * 2 / 5
	rate  = 14
)

// hash mixes two numbers.
func hash(a, b uint32) uint32 {
	x := (a+0x9e3779b9)*0x85ebca6b ^ (b+0x7f4a7c15)*0xc2b2ae35
	x ^= x >> 15
	x *= 0x2c1b3c6d
	return x ^ x>>13
}

// Hash mixes what is known to a context.
func Hash(parts ...uint32) uint32 {
	var x uint32
	for _, p := range parts {
		x = hash(x, p)
	}
	return x
}

// predict says how likely the next bit is 1, of 65536.
func (m *model) predict(node uint32, seeds []uint32, set int) uint32 {
	if m.slots == nil {
		m.slots = make([]slot, 1<<slotBits)
		m.inverse = stretched()
		for i := range m.weights {
			for j := range m.weights[i] {
				m.weights[i][j] = share
			}
		}
	}
	m.n, m.set = len(seeds), set
	var sum int64
	for i, seed := range seeds {
		h := hash(seed, node)
		s := &m.slots[h>>(32-slotBits)]
		if check := uint8(h); s.check != check || s.n == 0 {
			*s = slot{p: 1 << 15, check: check}
		}
		m.used[i] = s
		m.stretch[i] = m.inverse[s.p>>4]
		sum += int64(m.weights[set][i]) * int64(m.stretch[i])
	}
	m.expected = squash(int32(sum >> 16))
	return uint32(m.expected) << 4
}

// update tells the model which bit it was.
func (m *model) update(bit uint32) {
	wrong := (int32(bit)<<12 - m.expected) * rate
	for i := range m.n {
		w := &m.weights[m.set][i]
		*w += (m.stretch[i]*wrong + 1<<15) >> 16
		s := m.used[i]
		// The n-th bit moves the probability by its share of n+1.5.
		if bit == 1 {
			s.p += uint16((65535 - uint32(s.p)) * 2 / (2*uint32(s.n) + 3))
		} else {
			s.p -= uint16(uint32(s.p) * 2 / (2*uint32(s.n) + 3))
		}
		if s.n < most {
			s.n++
		}
	}
}

// squash is 4096/(1+exp(-x/256)), between 1 and 4095, with straight lines between
// points that are 128 apart.
func squash(x int32) int32 {
	if x > 2047 {
		return 4095
	}
	if x < -2047 {
		return 1
	}
	at, part := (x+2048)>>7, (x+2048)&127
	return (logistic[at]*(128-part) + logistic[at+1]*part + 64) >> 7
}

var logistic = [33]int32{
	1, 2, 4, 6, 10, 17, 27, 45, 74, 120, 194, 311, 488, 747, 1101, 1546, 2048,
	2550, 2995, 3349, 3608, 3785, 3902, 3976, 4022, 4051, 4069, 4079, 4086, 4090, 4092, 4094, 4095,
}

// stretched is the inverse of squash, by probability of 4096. It is computed when it is
// first asked for: most processes never do.
var stretched = sync.OnceValue(func() *[4096]int32 {
	var out [4096]int32
	next := 0
	for x := int32(-2047); x <= 2047; x++ {
		for p := int(squash(x)); next <= p; next++ {
			out[next] = x
		}
	}
	for ; next < len(out); next++ {
		out[next] = 2047
	}
	return &out
})
