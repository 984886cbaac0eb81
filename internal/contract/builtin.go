package contract

import (
	"embed"
	"sync"
)

// Every unit of `go vet` is a process of its own and needs the built-in table,
// if only to find out that it has nothing to do. Decoding the YAML takes
// milliseconds, so builtin_gen.go holds the decoded entries as Go data, and a
// test holds that against the YAML files.

//go:embed tables/*.yaml
var tables embed.FS

var tableNames = []string{"openssl.yaml", "session.yaml", "go.yaml"}

// BuiltIn returns the built-in contract files.
func BuiltIn() []File {
	var files []File
	for _, name := range tableNames {
		data, err := tables.ReadFile("tables/" + name)
		if err != nil {
			panic(err) // the go command embedded them
		}
		files = append(files, File{Name: name, Data: data})
	}
	return files
}

// Default returns the built-in table. It is built once in a process.
var Default = sync.OnceValue(newDefault)

func newDefault() *Table {
	t := &Table{
		functions:  make(map[string]*Function, len(builtInFunctions)),
		order:      make([]string, len(builtInFunctions)),
		handles:    pointers(builtInHandles),
		callbacks:  pointers(builtInCallbacks),
		events:     pointers(builtInEvents),
		behaviours: make(map[string]*Behaviour, len(builtInBehaviours)),
	}
	for i := range builtInFunctions {
		f := &builtInFunctions[i]
		t.functions[f.Name], t.order[i] = f, f.Name
	}
	for i := range builtInBehaviours {
		b := &builtInBehaviours[i]
		t.behaviours[b.Name] = b
	}
	t.index()
	return t
}

func pointers[T any](list []T) []*T {
	ptrs := make([]*T, len(list))
	for i := range list {
		ptrs[i] = &list[i]
	}
	return ptrs
}
