package drive

import "github.com/sessionlint/sessionlint/session"

// choices enumerates all ways that a case can go, depth first: the way that was
// taken, and at each decision how many there are.
type choices struct {
	taken, ways []int
	at          int
}

// depth bounds the decisions of one run that are tried out; what comes after
// them goes the first way. It is what a loop gets that goes on until something
// succeeds.
const depth = 14

// begin makes the way decide what happens on a ledger.
func (c *choices) begin(l *session.Ledger) {
	c.at = 0
	l.SetChoice(c.choose)
	l.SetOutcome(func(op string) session.Outcome {
		switch {
		case c.choose(2) == 1:
			return session.Fail
		case op == "Conn.Get0Session", op == "Conn.Get1Session":
			return session.Succeed // a handshake that nobody has modelled may have been made
		}
		return session.Natural
	})
}

// choose takes the next decision: the first where it is new.
func (c *choices) choose(n int) int {
	if c.at == depth {
		return 0
	}
	if c.at == len(c.taken) {
		c.taken, c.ways = append(c.taken, 0), append(c.ways, n)
	}
	c.ways[c.at] = n
	c.at++
	return min(c.taken[c.at-1], n-1)
}

// next moves on to the next way and reports whether there is one.
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
