module fix

go 1.26.0

require github.com/sessionlint/sessionlint v0.0.0

replace github.com/sessionlint/sessionlint => ../../../..
