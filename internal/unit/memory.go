package unit

import (
	"math"
	"os"
	"runtime"
	"runtime/debug"
)

// firstCollection is how much memory, in bytes, a unit uses before the collector
// runs for the first time.
const firstCollection = 64 << 20

// deferCollection puts off the first garbage collection. The type information and
// the SSA form of a package live as long as the process, which ends soon: most units
// end before they have filled that much, and looking for garbage in a heap that only
// grows costs a fifth of their time. From the first collection on the runtime goes
// its usual way. Whoever sets GOGC or GOMEMLIMIT has decided otherwise.
func deferCollection() {
	if os.Getenv("GOGC") != "" || os.Getenv("GOMEMLIMIT") != "" {
		return
	}
	percent := debug.SetGCPercent(-1)
	debug.SetMemoryLimit(firstCollection)
	// The cleanup of what nothing refers to runs after the first collection.
	runtime.AddCleanup(new([64]byte), func(percent int) {
		debug.SetGCPercent(percent)
		debug.SetMemoryLimit(math.MaxInt64)
	}, percent)
}
