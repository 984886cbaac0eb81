// Package precommit holds tests of the hook in .pre-commit-hooks.yaml, through
// the real pre-commit program on scratch repositories: what it refuses, what it
// lets pass, and when it does not run at all. There is no code here, only tests.
package precommit
