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

// mustReach is what scripts have to come to, to be worth something.
var mustReach = []string{
	"resumption in version 303, tickets true",
	"resumption in version 303, tickets false",
	"resumption in version 304, tickets true",
	"resumption in version 304, tickets false",
	"get callback finds nothing",
	"get callback, copy true",
	"get callback, copy false",
	"new callback, keep true",
	"new callback, keep false",
	"remove callback",
	"renegotiation",
	"seal callback",
	"open callback",
}

// Random scripts of operations do the same to the model and to the library.
func TestRandomScripts(t *testing.T) {
	if err := libssl.Init(); err != nil {
		t.Fatal(err)
	}
	start := time.Now()
	differences, reached := 0, map[string]int{}
	for i := range uint64(*scripts) {
		if text := script(*seed+i, reached); text != "" {
			t.Error(text)
			if differences++; differences == 5 {
				t.Fatal("too many differences")
			}
		}
	}
	for _, what := range mustReach {
		if reached[what] == 0 && *scripts >= 1000 {
			t.Errorf("no script reached: %s", what)
		}
		t.Logf("%7d x %s", reached[what], what)
	}
	t.Logf("%s: %d scripts from seed %d in %v", libssl.Version(), *scripts, *seed, time.Since(start).Round(time.Second))
}
