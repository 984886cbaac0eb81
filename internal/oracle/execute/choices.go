package execute

// choices enumerates all ways that a function can go, depth first: the way that
// was taken, and at each decision how many there are.
type choices struct {
	taken, ways []int
	at          int
	depth       int
	cut         bool // a decision beyond the depth was not tried out
}

// choose takes the next decision: the first way where it is new.
func (c *choices) choose(n int) int {
	if n < 2 {
		return 0
	}
	if c.at == c.depth {
		c.cut = true
		return 0
	}
	if c.at == len(c.taken) {
		c.taken, c.ways = append(c.taken, 0), append(c.ways, n)
	}
	c.ways[c.at] = n
	c.at++
	return min(c.taken[c.at-1], n-1)
}

// done returns the part of all ways that was tried, as far as those seen so far
// tell: each decision is taken to have as much behind one way as behind another.
func (c *choices) done() float64 {
	part, each := 0.0, 1.0
	for i, k := range c.taken {
		each /= float64(c.ways[i])
		part += float64(k) * each
	}
	return part
}

// next moves on to the next way and reports whether there is one. Decisions that
// the last run did not come to are forgotten.
func (c *choices) next() bool {
	c.taken, c.ways = c.taken[:c.at], c.ways[:c.at]
	for i := len(c.taken) - 1; i >= 0; i-- {
		if c.taken[i]+1 < c.ways[i] {
			c.taken[i]++
			c.taken, c.ways = c.taken[:i+1], c.ways[:i+1]
			return true
		}
	}
	return false
}
