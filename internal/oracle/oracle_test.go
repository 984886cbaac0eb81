package oracle

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/sessionlint/sessionlint/internal/oracle/generate"
)

// silent says nothing, blunt calls every acquire a leak.
type silent struct{}

func (silent) Analyze(sources [][]byte) ([][]Finding, error) {
	return make([][]Finding, len(sources)), nil
}

type blunt struct{}

func (blunt) Analyze(sources [][]byte) ([][]Finding, error) {
	out := make([][]Finding, len(sources))
	for i, src := range sources {
		for k, l := range strings.Split(string(src), "\n") {
			if strings.Contains(l, "Get1Session()") {
				out[i] = append(out[i], Finding{"missingfree", k + 1, "a leak"})
			}
		}
	}
	return out, nil
}

func program(text string) generate.Program {
	return generate.Program{Number: 1, Name: "F000001", Text: text, Traps: []string{"get1"}}
}

func mustCase(t *testing.T, text string) *Case {
	t.Helper()
	c, err := NewCase(program(text))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func mustCompare(t *testing.T, c *Case, findings []Finding) Verdict {
	t.Helper()
	v, err := Compare(c, findings)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

const leaky = `func F000001(c *session.Conn, flag bool) {
	s := c.Get1Session()
	if flag {
		return
	}
	s.Free()
	s.Free()
}
`

func TestCompare(t *testing.T) {
	c := mustCase(t, leaky)
	tests := []struct {
		name     string
		findings []Finding
		want     []string // classes
		found    int
		foundAt  int
		right    int
	}{
		{"nothing", nil, []string{"false negative doublefree", "false negative missingfree"}, 0, 0, 0},
		{"all", []Finding{{"missingfree", 2, ""}, {"doublefree", 7, ""}}, nil, 2, 2, 2},
		{"other line", []Finding{{"missingfree", 4, ""}, {"doublefree", 7, ""}}, []string{"other line missingfree", "other line missingfree"}, 2, 1, 2},
		{"too much", []Finding{{"missingfree", 2, ""}, {"doublefree", 7, ""}, {"borrowedfree", 7, ""}}, []string{"false positive borrowedfree"}, 2, 2, 2},
		{"no up_ref there", []Finding{{"missingfree", 2, ""}, {"doublefree", 7, ""}, {"uncheckedupref", 2, ""}}, []string{"false positive uncheckedupref"}, 2, 2, 2},
	}
	for _, test := range tests {
		v := mustCompare(t, c, test.findings)
		var got []string
		for _, d := range v.Disagreements {
			got = append(got, d.Class())
		}
		slices.Sort(got)
		if !slices.Equal(got, test.want) || v.Found != test.found || v.FoundAt != test.foundAt || v.Right != test.right || v.Facts != 2 {
			t.Errorf("%s: %v, %d and %d of %d found, %d right", test.name, got, v.Found, v.FoundAt, v.Facts, v.Right)
		}
	}
}

// A reference that is left where nobody frees it may be said at what added it, and at
// the call that this is in.
func TestCompareAdded(t *testing.T) {
	c := mustCase(t, `func retain000001(s *session.Session) bool {
	return s != nil && s.UpRef()
}

type list000001 struct {
	all []*session.Session
}

func F000001(c *session.Conn, keep *list000001) {
	s := c.Get0Session()
	if !retain000001(s) {
		return
	}
	keep.all = append(keep.all, s)
}
`)
	for _, line := range []int{2, 11} {
		if v := mustCompare(t, c, []Finding{{"missingfree", line, ""}}); len(v.Disagreements) != 0 || v.Right != 1 {
			t.Errorf("line %d: %v", line, v.Disagreements)
		}
	}
	if v := mustCompare(t, c, []Finding{{"missingfree", 12, ""}}); len(v.Disagreements) != 1 || v.Disagreements[0].Sort != OtherLine {
		t.Errorf("another line: %v", v.Disagreements)
	}
}

// What happens in a helper on its own is true, but nobody has to say it; what no
// run comes to is not decided.
func TestCompareHelpers(t *testing.T) {
	c := mustCase(t, `func twice000001(s *session.Session) {
	s.Free()
	s.Free()
}

func F000001(c *session.Conn) {
	if false {
		c.Free()
	}
}
`)
	v := mustCompare(t, c, []Finding{{"doublefree", 3, ""}})
	if len(v.Disagreements) != 0 || v.Facts != 0 {
		t.Errorf("%v of %d facts", v.Disagreements, v.Facts)
	}
	v = mustCompare(t, c, []Finding{{"doublefree", 8, ""}})
	if len(v.Disagreements) != 1 || v.Disagreements[0].Sort != Undecided {
		t.Errorf("%v, want undecided", v.Disagreements)
	}
}

// What execution cannot show has a reason; the same finding where the reason is
// missing is wrong.
func TestUndecided(t *testing.T) {
	tests := []struct {
		name, text string
		check      string
		line       int
		want       Sort // "": right
		reason     Reason
	}{
		{"no run comes there", `func F000001(c *session.Conn) {
	if false {
		c.Free()
	}
}
`, "doublefree", 3, Undecided, NotReached},
		{"a generic helper is only called with nil", genericTwice + `func F000001() {
	var s *session.Session
	twice000001(s)
}
`, "doublefree", 3, Undecided, OnlyNil},
		{"a generic helper is called with a session", genericOnce + `func F000001(c *session.Conn) {
	s := c.Get1Session()
	twice000001(s)
}
`, "doublefree", 2, FalsePositive, ""},
		{"nil, but in no helper", `func F000001() {
	var s *session.Session
	s.Free()
	s.Free()
}
`, "doublefree", 4, FalsePositive, ""},
		{"nil, but in a helper that can be executed", `func once000001(s *session.Session) {
	s.Free()
}

func F000001() {
	once000001(nil)
}
`, "doublefree", 2, FalsePositive, ""},
		{"it never ends", `func down000001(s *session.Session, n int) {
	if n == 0 {
		s.Free()
	}
	down000001(s, n-1)
}

func F000001(c *session.Conn) {
	down000001(c.Get1Session(), 2)
}
`, "useafterfree", 5, Undecided, NoEnd},
		{"it ends for some", `func down000001(s *session.Session, n int) {
	if n == 0 {
		s.Free()
		return
	}
	if n < 0 {
		down000001(s, n-1)
	}
}

func F000001(c *session.Conn) {
	down000001(c.Get1Session(), 0)
}
`, "useafterfree", 3, FalsePositive, ""},
		{"it needs three", `func F000001(conns []*session.Conn) {
	for i, c := range conns {
		s := c.Get1Session()
		if i < 2 {
			s.Free()
		}
	}
}
`, "missingfree", 3, "", ""},
		{"three are not enough", `func F000001(conns []*session.Conn) {
	for _, c := range conns {
		s := c.Get1Session()
		s.Free()
	}
}
`, "missingfree", 3, FalsePositive, ""},
		{"lent and freed twice", `func F000001(c *session.Conn) {
	s := c.Get0Session()
	if s != nil {
		s.Free()
		s.Free()
	}
}
`, "doublefree", 5, OtherCheck, ""},
		{"freed once", `func F000001(c *session.Conn) {
	s := c.Get0Session()
	t := c.Get1Session()
	s.Free()
	t.Free()
}
`, "doublefree", 5, FalsePositive, ""},
		{"it waits for ever", `func F000001(c *session.Conn) {
	ch := make(chan int)
	c.Get1Session()
	<-ch
}
`, "missingfree", 3, Undecided, NoEnd},
		{"it waits for ever where it has a session", `func F000001(c *session.Conn) {
	ch := make(chan int)
	s := c.Get1Session()
	if s == nil {
		return
	}
	<-ch
}
`, "missingfree", 3, Undecided, NoEnd},
		{"it waits for ever in one of several runs", `func F000001(c *session.Conn, wait bool) {
	ch := make(chan int)
	s := c.Get1Session()
	if wait {
		<-ch
	}
	s.Free()
}
`, "missingfree", 3, FalsePositive, ""},
		{"freed where it is still kept, and nobody frees it there", keeper + `func F000001(c *session.Conn, k *keeper000001) {
	s := c.Get1Session()
	k.s = s
	s.Free()
}
`, "doublefree", 12, FalsePositive, ""},
		{"taken out and freed", keeper + `func F000001(k *keeper000001) {
	s := k.s
	k.s = nil
	s.Free()
}
`, "missingfree", 11, FalsePositive, ""},
		{"a callback that is never called", `var kept000001 *session.Session

func keep000001(c *session.Conn, s *session.Session) bool {
	kept000001 = s
	return false
}

func F000001(x *session.Context) {
	x.OnNewSession(keep000001)
}
`, "callbackref", 5, Undecided, NotReached},
		{"a callback that is called, and right", `func look000001(c *session.Conn, s *session.Session) bool {
	return false
}

func F000001(x *session.Context) {
	x.OnNewSession(look000001)
	x.SetVersion(session.TLS12)
	x.SetCacheMode(session.CacheClient | session.CacheNoInternalStore)
	k := x.NewConn()
	k.Handshake()
	k.Free()
}
`, "callbackref", 2, FalsePositive, ""},
		{"an up_ref of what is gone", `func F000001(c *session.Conn) {
	s := c.Get0Session()
	if s == nil {
		return
	}
	s.Free()
	s.Free()
	if t := c.Get0Session(); t != nil && t.UpRef() {
		return
	}
}
`, "missingfree", 8, Undecided, Spoiled},
		{"an up_ref of what was freed", `func F000001(x *session.Context) {
	s := session.New()
	if s == nil {
		return
	}
	s.Free()
	x.OnNewSession(func(k *session.Conn, t *session.Session) bool {
		return s.UpRef() && false
	})
	x.SetVersion(session.TLS12)
	x.SetCacheMode(session.CacheClient | session.CacheNoInternalStore)
	k := x.NewConn()
	k.Handshake()
	k.Free()
}
`, "missingfree", 8, Undecided, Spoiled},
		{"an up_ref of what a variable held and was freed", `var kept000001 *session.Session

func F000001(x *session.Context) {
	kept000001.Free()
	x.OnGetSession(func(k *session.Conn, id []byte) (*session.Session, bool) {
		if kept000001 == nil || !kept000001.UpRef() {
			return nil, false
		}
		kept000001 = session.New()
		return kept000001, false
	})
	x.SetVersion(session.TLS12)
	x.SetCacheMode(session.CacheServer | session.CacheNoInternal)
	k := x.NewConn()
	k.SetAccept()
	k.Handshake()
	k.Free()
}
`, "missingfree", 6, Undecided, Spoiled},
		{"a callback's answer about what was freed before", `var kept000001 *session.Session

func F000001(x *session.Context) {
	kept000001.Free()
	kept000001 = session.New()
	kept000001.Free()
	x.OnGetSession(func(k *session.Conn, id []byte) (*session.Session, bool) {
		if kept000001 == nil || !kept000001.UpRef() {
			return nil, false
		}
		return kept000001, true
	})
	x.SetVersion(session.TLS12)
	x.SetCacheMode(session.CacheServer | session.CacheNoInternal)
	k := x.NewConn()
	k.SetAccept()
	k.Handshake()
	k.Free()
}
`, "callbackref", 11, Undecided, Spoiled},
		{"an up_ref that nothing comes to", `func F000001(c *session.Conn) {
	c.Free()
	s := c.Get0Session()
	if s == nil || !s.UpRef() {
	}
}
`, "uncheckedupref", 4, Undecided, NotReached},
		{"an up_ref of what is there", `func F000001(c *session.Conn) {
	s := c.Get1Session()
	if s != nil && s.UpRef() {
		s.Free()
	}
	s.Free()
}
`, "missingfree", 3, FalsePositive, ""},
	}
	for _, test := range tests {
		v := mustCompare(t, mustCase(t, test.text), []Finding{{test.check, test.line, ""}})
		var got []Disagreement
		for _, d := range v.Disagreements {
			if d.Sort != FalseNegative {
				got = append(got, d)
			}
		}
		if test.want == "" {
			if len(got) > 0 || v.Right != 1 || v.Widened != 1 {
				t.Errorf("%s: %v, %d right, %d widened", test.name, got, v.Right, v.Widened)
			}
			continue
		}
		if len(got) != 1 || got[0].Sort != test.want || got[0].Reason != test.reason || (v.Right != 0) != (test.want == OtherCheck) {
			t.Errorf("%s: %v, %d right", test.name, got, v.Right)
		}
	}
}

const keeper = `type keeper000001 struct {
	s *session.Session
}

func (k *keeper000001) age() int64 {
	return k.s.Time()
}

`

// What is said of a place of the package is right on the lines that it is about.
func TestPlaces(t *testing.T) {
	c := mustCase(t, `type keeper000001 struct {
	s *session.Session
}

func (k *keeper000001) Close() {
	k.s.Free()
}

func (k *keeper000001) forget() {
	k.s = nil
}

func F000001(c *session.Conn, k *keeper000001) {
	s := c.Get1Session()
	k.s = s
	s.Free()
}
`)
	for _, f := range []Finding{{"missingfree", 10, ""}, {"doublefree", 16, ""}} {
		if v := mustCompare(t, c, []Finding{f}); v.Right != 1 || v.Facts != 0 {
			t.Errorf("%v: %d right, %v", f, v.Right, v.Disagreements)
		}
	}
	if v := mustCompare(t, c, []Finding{{"doublefree", 6, ""}}); v.Right != 0 {
		t.Errorf("what is said of the free that is right counts as right: %v", v.Disagreements)
	}
}

const genericTwice = `func twice000001[T interface{ Free() }](v T) {
	v.Free()
	v.Free()
}

`

const genericOnce = `func twice000001[T interface{ Free() }](v T) {
	v.Free()
}

`

// A batch gives each case its own findings, on its own lines.
func TestBatch(t *testing.T) {
	second := program("func F000002(c *session.Conn) {\n\tc.Get1Session()\n}\n")
	second.Name = "F000002"
	other, err := NewCase(second)
	if err != nil {
		t.Fatal(err)
	}
	b, err := NewBatch([]*Case{mustCase(t, leaky), other})
	if err != nil {
		t.Fatal(err)
	}
	findings, err := blunt{}.Analyze([][]byte{b.Source})
	if err != nil {
		t.Fatal(err)
	}
	split := b.Split(findings[0])
	for i, want := range []int{2, 2} {
		if len(split[i]) != 1 || split[i][0].Line != want {
			t.Errorf("case %d: %v, want line %d", i, split[i], want)
		}
	}
}

// A reduced program has nothing that the disagreement does not need.
func TestReduce(t *testing.T) {
	const text = `func look000001(s *session.Session) int64 {
	return s.Time()
}

func F000001(c *session.Conn, d *session.Conn, flag bool) int64 {
	t := d.Get1Session()
	s := c.Get1Session()
	if s == nil {
		t.Free()
		return 0
	}
	if flag {
		s.SetTimeout(1)
	} else {
		s.SetTimeout(2)
	}
	age := look000001(s)
	t.Free()
	return age
}
`
	c := mustCase(t, text)
	v := mustCompare(t, c, nil)
	if len(v.Disagreements) != 1 {
		t.Fatalf("%v, want one", v.Disagreements)
	}
	small, err := Reduce(v.Disagreements[0], silent{})
	if err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(small.Text, "\n"); n > 10 || !strings.Contains(small.Text, "Get1Session") {
		t.Errorf("reduced to\n%s", small.Text)
	}
	if got := Fixture(small); !strings.Contains(got, "// want missingfree") {
		t.Errorf("no label in\n%s", got)
	}
	// One that is wrong about a correct program.
	c = mustCase(t, strings.Replace(text, "\tt.Free()\n\treturn age", "\ts.Free()\n\tt.Free()\n\treturn age", 1))
	verdicts, err := judgeAll([]*Case{c}, blunt{})
	if err != nil {
		t.Fatal(err)
	}
	var wrong []Disagreement
	for _, d := range verdicts[0].Disagreements {
		if d.Sort == FalsePositive {
			wrong = append(wrong, d)
		}
	}
	if len(wrong) != 2 {
		t.Fatalf("%v, want two false positives", verdicts[0].Disagreements)
	}
	small, err = Reduce(wrong[0], blunt{})
	if err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(small.Text, "\n"); n > 10 || len(small.Truth.Violations) != 0 {
		t.Errorf("reduced to\n%s", small.Text)
	}
}

// A run counts what the analyzers miss and invent.
func TestRun(t *testing.T) {
	const n = 60
	for _, a := range []Analyzer{silent{}, blunt{}} {
		r, err := Run(Options{N: n, Seed: 3, BatchSize: 25, Analyzer: a})
		if err != nil {
			t.Fatal(err)
		}
		if r.Programs != n || r.Wrong == 0 || r.Wrong == n || r.Facts == 0 || r.Runs <= n {
			t.Errorf("%T: %d programs, %d wrong, %d facts, %d runs", a, r.Programs, r.Wrong, r.Facts, r.Runs)
		}
		_, says := a.(blunt)
		if (r.Count(FalsePositive) > 0) != says || r.Count(FalseNegative) == 0 || (r.Found > 0) != says {
			t.Errorf("%T: %v", a, r.Classes)
		}
		var b strings.Builder
		r.Write(&b)
		if want := fmt.Sprintf("seed 3: %d programs", n); !strings.Contains(b.String(), want) {
			t.Errorf("no %q in\n%s", want, b.String())
		}
	}
}

func TestWilson(t *testing.T) {
	// Values of the closed form, by hand.
	tests := []struct {
		hits, of  int
		low, high float64
	}{
		{0, 10, 0, 0.2775},
		{10, 10, 0.7225, 1},
		{50, 100, 0.4038, 0.5962},
		{0, 0, 0, 1},
	}
	for _, test := range tests {
		low, high := Wilson(test.hits, test.of)
		if math.Abs(low-test.low) > 1e-4 || math.Abs(high-test.high) > 1e-4 {
			t.Errorf("Wilson(%d, %d) = %.4f, %.4f", test.hits, test.of, low, high)
		}
	}
}
