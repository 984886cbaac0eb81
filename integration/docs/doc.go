// Package docs holds what the documentation says against what is there: the
// example and its output, links, and commands. There is no code here, only
// tests.
package docs
