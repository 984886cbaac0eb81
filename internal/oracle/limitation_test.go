package oracle

import (
	"slices"
	"strings"
	"testing"
)

func TestLimitations(t *testing.T) {
	limits, err := ParseLimitations(`
# comment
in a list | borrowedfree doublefree | \{%s\}$ | elements are not followed
`)
	if err != nil || len(limits) != 1 || limits[0].Reason != "elements are not followed" {
		t.Fatalf("%v, %v", limits, err)
	}
	c := mustCase(t, `func F000001(c, d *session.Conn) {
	s1 := c.Get0Session()
	t2 := s1
	for _, one := range []*session.Session{t2} {
		one.Free()
	}
	s3 := d.Get0Session()
	s3.Free()
	list4 := []*session.Session{t2}
	_ = list4
}
`)
	v := mustCompare(t, c, nil)
	if len(v.Disagreements) != 2 {
		t.Fatalf("%v, want two", v.Disagreements)
	}
	for _, d := range v.Disagreements {
		want := slices.Contains(d.Origin, 2)
		if got := limits[0].Covers(d); got != want {
			t.Errorf("%v: covered %t, want %t", d, got, want)
		}
	}
	r := newReport(Options{Limits: limits})
	r.add(c, v)
	if r.Declared["in a list"] != 1 || r.Count(FalseNegative) != 1 {
		t.Errorf("%v declared, %v not", r.Declared, r.Classes)
	}
	for _, bad := range []string{"a | b | c", "a | b | c | d", "a | b | (%s | d", strings.Repeat("a | b | %s | d\n", 11)} {
		if _, err := ParseLimitations(bad); err == nil {
			t.Errorf("no error for %q", bad)
		}
	}
}
