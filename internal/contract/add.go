package contract

import "slices"

// Add returns a table that holds functions besides those of t; they override
// t's. It is for contracts that a program makes itself, of directives say, and
// for Go functions only: they change nothing about which C names matter and
// which packages are contracted. The entries must be complete: nothing is
// inherited, checked or filled in.
func (t *Table) Add(functions ...*Function) *Table {
	if len(functions) == 0 {
		return t
	}
	out := t.clone()
	out.names = t.names
	for _, f := range functions {
		if _, exists := out.functions[f.Name]; !exists {
			out.order = append(out.order, f.Name)
		}
		out.functions[f.Name] = f
	}
	out.order = slices.Clip(out.order)
	return out
}
