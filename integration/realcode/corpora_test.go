package realcode

import "testing"

// corpora are modules without sessions: whatever is said about them is wrong.
var corpora = []struct{ module, version string }{
	{"golang.org/x/tools", "v0.49.0"},
	{"golang.org/x/net", "v0.62.0"},
	{"google.golang.org/grpc", "v1.85.0"},
}

// The tool finds nothing, says nothing, and says it twice with the same bytes.
func TestCorpora(t *testing.T) {
	for _, c := range corpora {
		t.Run(c.module, func(t *testing.T) {
			dir := download(t, c.module, c.version)
			run, again := vet(t, tool, dir), vet(t, twin, dir)
			for _, f := range run.Findings {
				t.Errorf("finding: %v", f)
			}
			if run.Bytes() != again.Bytes() {
				t.Errorf("two runs differ:\n%s\n%s", run.Bytes(), again.Bytes())
			}
			t.Logf("%s@%s: %d findings, %.1f s and %.1f s", c.module, c.version, len(run.Findings), run.Wall.Seconds(), again.Wall.Seconds())
		})
	}
}
