module github.com/sessionlint/sessionlint/integration/nogo

go 1.26.0

require (
	github.com/sessionlint/sessionlint v0.0.0
	golang.org/x/tools v0.49.0
)

replace github.com/sessionlint/sessionlint => ../..
