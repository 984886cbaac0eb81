package unit

import (
	"math"
	"runtime"
	"runtime/debug"
	"testing"
)

// percentNow reads the collector's setting.
func percentNow() int {
	percent := debug.SetGCPercent(100)
	debug.SetGCPercent(percent)
	return percent
}

// The collector waits, and after its first run it goes its usual way.
func TestDeferCollection(t *testing.T) {
	t.Setenv("GOGC", "")
	t.Setenv("GOMEMLIMIT", "")
	percent, limit := percentNow(), debug.SetMemoryLimit(-1)
	defer func() {
		debug.SetGCPercent(percent)
		debug.SetMemoryLimit(limit)
	}()
	debug.SetGCPercent(70)
	deferCollection()
	if got := debug.SetMemoryLimit(-1); got != firstCollection {
		t.Errorf("the limit is %d", got)
	}
	for range 1000 {
		if percentNow() == 70 && debug.SetMemoryLimit(-1) == math.MaxInt64 {
			return
		}
		runtime.GC()
		runtime.Gosched()
	}
	t.Errorf("%d percent and a limit of %d after a thousand collections", percentNow(), debug.SetMemoryLimit(-1))
}

// Who sets the collector's variables is obeyed.
func TestCollectionAsTheUserSays(t *testing.T) {
	for _, name := range []string{"GOGC", "GOMEMLIMIT"} {
		t.Setenv("GOGC", "")
		t.Setenv("GOMEMLIMIT", "")
		t.Setenv(name, "50")
		percent, limit := percentNow(), debug.SetMemoryLimit(-1)
		deferCollection()
		if percentNow() != percent || debug.SetMemoryLimit(-1) != limit {
			t.Errorf("%s is not obeyed", name)
		}
	}
}
