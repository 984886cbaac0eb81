package noreturn

import "strings"

// A Fact is what importers learn of a package with functions that never return. It
// is a fact of golang.org/x/tools/go/analysis.
type Fact struct {
	Functions []string // full names of exported functions, sorted
}

// AFact marks the type as that of a fact.
func (*Fact) AFact() {}

func (f *Fact) String() string { return "noreturn(" + strings.Join(f.Functions, " ") + ")" }

// Names are the functions' last names. That a package has such functions is no
// reason to look for references in its importers, but an importer may have such
// functions itself, which call these.
func (f *Fact) Names() []string {
	names := make([]string, len(f.Functions))
	for i, full := range f.Functions {
		names[i] = full[strings.LastIndexByte(full, '.')+1:]
	}
	return names
}
