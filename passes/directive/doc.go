// Package directive reports sessionlint directives that are malformed, misplaced, unused or contradicted by the code.
//
// # Analyzer directive
//
// directive: a sessionlint directive is malformed, misplaced, unused or contradicted
//
// Directives are comments that tell sessionlint what it cannot see. On a function:
//
//	//sessionlint:returns owned
//	//sessionlint:returns borrowed from c
//	//sessionlint:consumes s
//	//sessionlint:borrows s
//
// On a struct field:
//
//	//sessionlint:owned
//	//sessionlint:borrowed
//
// At a call, on its line or above it, where the call takes over the caller's
// reference:
//
//	C.registry_put(r, s) //sessionlint:assume consumed
//
// Anywhere, on the line of a finding or above it:
//
//	//sessionlint:ignore missingfree the process ends with this connection
//
// The check reports, at the comment: a word, a parameter or a check that does not
// exist, with the one that is probably meant; a directive that stands where there is
// nothing it could speak of; an ignore without a reason, or with nothing to ignore;
// and a declaration that the code contradicts, such as "consumes s" where no path
// frees s or hands it over, or "owned" on a field in which only loans are stored.
//
// Not reported: an ignore for a check that is turned off, and directives in packages
// that have nothing to do with any counted handle, which are not analysed at all. A
// directive of this check itself cannot be ignored.
package directive
