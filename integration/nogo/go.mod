module github.com/sessionlint/sessionlint/integration/nogo

go 1.26.0

require (
	github.com/sessionlint/sessionlint v0.0.0
	golang.org/x/tools v0.49.0
)

require go.yaml.in/yaml/v3 v3.0.6 // indirect

replace github.com/sessionlint/sessionlint => ../..
