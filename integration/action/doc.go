// Package action holds tests of the GitHub Action: the script that it runs, on
// real modules, and its problem matcher, on what the script printed. There is
// no code here, only tests.
package action
