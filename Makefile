# Everything a contributor runs. `make deps test` is what CI runs, nothing else.

GO ?= go

.PHONY: build deps test lint bench benchstat oracle release clean

# The tool itself needs no C compiler; the code it looks at does.
build:
	CGO_ENABLED=0 $(GO) build -o bin/sessionlint ./cmd/sessionlint

# What the tests need besides Go: scripts/tools lists it, with the reason for each.
deps:
	@scripts/deps
	$(GO) mod download

# Every part runs even if one before it failed; a time table closes the run.
test:
	@scripts/test

lint:
	@scripts/lint

# What sessionlint costs beside other vet tools. Takes long: each is measured five times. BENCH="-n 1 bindings" for less.
bench:
	cd integration/bench && $(GO) run . $(BENCH)

# The parts of the engine alone, each 6 times, into a text file that benchstat compares with that of another commit:
# benchstat bin/before.txt bin/bench.txt (golang.org/x/perf/cmd/benchstat).
benchstat:
	mkdir -p bin
	$(GO) test -run '^$$' -bench . -benchmem -count 6 ./internal/lower ./internal/simulate ./internal/replay ./passes/refflow | tee bin/bench.txt

# Static binaries for linux, darwin and windows, on amd64 and arm64, in bin/release.
release:
	@scripts/release

# Generated programs, executed in every way, against what sessionlint says of them; and the same programs and the
# fixtures in other words.
N ?= 2000
SEED ?= 1
oracle:
	$(GO) test -c -o .cache/oracle.test ./integration/oracle
	cd integration/oracle && GOGC=400 ../../.cache/oracle.test -test.v -test.timeout 0 -oracle.n $(N) -oracle.seed $(SEED) -oracle.reduce 1

clean:
	rm -rf bin .cache
