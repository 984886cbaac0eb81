package harness

import (
	"regexp"
	"strconv"
)

// Stats are what -refflow.stats says of all packages together.
type Stats struct {
	Packages             int
	Sites, Decided       int
	Refuted, Unconfirmed int
}

var statsLine = regexp.MustCompile(`^(\d+) sites, (\d+) decided, (\d+) claims refuted, (\d+) unconfirmed`)

// Stats adds up the findings of a run with -refflow.stats.
func (r *Run) Stats() Stats {
	var sum Stats
	for _, f := range r.Findings {
		m := statsLine.FindStringSubmatch(f.Message)
		if m == nil {
			continue
		}
		sum.Packages++
		for i, to := range []*int{&sum.Sites, &sum.Decided, &sum.Refuted, &sum.Unconfirmed} {
			n, err := strconv.Atoi(m[i+1])
			if err != nil {
				panic(err) // digits only
			}
			*to += n
		}
	}
	return sum
}
