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

// A pattern with \n is for several lines; what a callback gets is known by its
// parameter, and what comes from outside by what is called.
func TestLimitationOfLines(t *testing.T) {
	limits, err := ParseLimitations(`
kept | callbackref | func\(.* %s \*session\.Session\) bool \{\n\t\treturn true | why
var | doublefree | var %s \*session\.Session\n(?:[^\n]*\n)*[^\n]*OnNewSession | why
`)
	if err != nil || len(limits) != 2 {
		t.Fatalf("%v, %v", limits, err)
	}
	c := mustCase(t, `var kept000001 *session.Session

func F000001(c *session.Conn, x *session.Context) {
	x.OnNewSession(func(k *session.Conn, s1 *session.Session) bool {
		return true
	})
	x.SetVersion(session.TLS12)
	x.SetCacheMode(session.CacheClient | session.CacheNoInternalStore)
	k := x.NewConn()
	k.Handshake()
	kept000001.Free()
	kept000001.Free()
	s2 := c.Get1Session()
	s2.Free()
	s2.Free()
}
`)
	got := map[string]bool{}
	for _, d := range mustCompare(t, c, nil).Disagreements {
		covered := ""
		for _, l := range limits {
			if l.Covers(d) {
				covered = l.Name
			}
		}
		got[d.Check+" "+covered] = true
	}
	for _, want := range []string{"callbackref kept", "doublefree var", "doublefree "} {
		if !got[want] {
			t.Errorf("no %q in %v", want, got)
		}
	}
}
