package realcode

import (
	"path/filepath"
	"testing"

	"github.com/sessionlint/sessionlint/integration/internal/harness"
	"github.com/sessionlint/sessionlint/internal/mutate"
)

const (
	bindings        = harness.Bindings
	bindingsVersion = harness.BindingsVersion
)

// openssl is how bindings spell the counting of sessions.
var openssl = mutate.Vocabulary{
	Acquire: []string{"SSL_get1_session", "d2i_SSL_SESSION", "SSL_SESSION_new", "SSL_SESSION_dup"},
	Release: []mutate.Call{{Name: "SSL_SESSION_free"}},
	UpRef:   []mutate.Call{{Name: "SSL_SESSION_up_ref"}},
	Lend:    map[string]string{"SSL_get1_session": "SSL_get0_session"},
	Owner:   mutate.Call{Name: "SSL_free"},
}

// The binding as published counts its sessions right.
func TestBindings(t *testing.T) {
	dir := download(t, bindings, bindingsVersion)
	run := vet(t, tool, dir)
	for _, f := range filter(run.Findings, counted) {
		t.Errorf("finding in correct code: %v", f)
	}
	again := vet(t, twin, dir)
	if run.Bytes() != again.Bytes() {
		t.Errorf("two runs differ:\n%s\n%s", run.Bytes(), again.Bytes())
	}
	decided(t, dir, ".")
	t.Logf("%s@%s: %d session findings, %.1f s and %.1f s", bindings, bindingsVersion, len(filter(run.Findings, counted)), run.Wall.Seconds(), again.Wall.Seconds())
}

// copyWithoutTests copies a module to where it can be changed.
func copyWithoutTests(t *testing.T, from string) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "module")
	if err := harness.CopyWithoutTests(from, dir); err != nil {
		t.Fatal(err)
	}
	return dir
}
