package session_test

import (
	"testing"

	"github.com/sessionlint/sessionlint/session"
)

// BenchmarkExplore is one path of a typical function: the cost of enumerating.
func BenchmarkExplore(b *testing.B) {
	runs := 0
	for b.Loop() {
		report := session.Explore(func() {
			c := session.ParamConn()
			s := c.Get1Session()
			if s == nil {
				return
			}
			d := s.Dup()
			if session.Choose(2) == 1 {
				s.UpRef()
				s.Free()
			}
			d.Free()
			s.Free()
			c.Free()
		}, 1000)
		runs += report.Runs
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(runs), "ns/path")
}
