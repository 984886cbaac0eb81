// Package endings decides by syntax what package relevance leaves open.
//
// In: a unit of which words do not tell whether it declares functions that never
// return. Out: whether it matters for them, or the facts that it is left with, which are
// those of the analysis, byte for byte.
//
// It parses, and so is kept apart from package relevance, which decides most units
// before the parser is initialised. What may not happen here: a unit that matters
// and is left.
package endings
