//go:build libssl

package libssl_test

import (
	"flag"
	"testing"
	"time"

	"github.com/sessionlint/sessionlint/session/libssl"
)

var (
	scripts = flag.Int("scripts", 10_000, "random scripts to run")
	seed    = flag.Uint64("seed", 1, "seed of the first script")
)

// Random scripts of operations do the same to the model and to the library.
func TestRandomScripts(t *testing.T) {
	if err := libssl.Init(); err != nil {
		t.Fatal(err)
	}
	start := time.Now()
	differences := 0
	for i := range uint64(*scripts) {
		if text := script(*seed+i, time.Now().Unix()); text != "" {
			t.Error(text)
			if differences++; differences == 5 {
				t.Fatal("too many differences")
			}
		}
	}
	t.Logf("%s: %d scripts from seed %d in %v", libssl.Version(), *scripts, *seed, time.Since(start).Round(time.Second))
}
