module fixtures

go 1.26.0

require (
	github.com/sessionlint/sessionlint v0.0.0
	golang.org/x/sync v0.22.0
)

replace github.com/sessionlint/sessionlint => ../..
