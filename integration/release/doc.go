// Package release holds tests of what a user installs: the module through a proxy,
// as a tool of another module, and as a static binary. There is no code here, only
// tests.
package release
