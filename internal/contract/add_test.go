package contract_test

import (
	"testing"

	"github.com/sessionlint/sessionlint/internal/contract"
)

func TestAdd(t *testing.T) {
	base := contract.Default()
	mine := &contract.Function{Name: "example.com/tls.Drop", Go: true, ByUser: true, Params: []contract.Param{{Effect: contract.Take}}}
	table := base.Add(mine)
	if f, ok := table.Go("example.com/tls.Drop"); !ok || f != mine {
		t.Error("the added function is not found")
	}
	if _, ok := base.Go("example.com/tls.Drop"); ok {
		t.Error("the table that was added to has changed")
	}
	if _, ok := table.C("X_SSL_get1_session"); !ok {
		t.Error("shims are no longer found")
	}
	if table.Imports("example.com/tls") {
		t.Error("a directive makes its package a contracted one")
	}
	if got, want := len(table.Functions()), len(base.Functions())+1; got != want {
		t.Errorf("%d functions, want %d", got, want)
	}
	other := &contract.Function{Name: mine.Name, Go: true}
	if f, _ := table.Add(other).Lookup(mine.Name); f != other {
		t.Error("the later entry does not count")
	}
	if base.Add() != base {
		t.Error("adding nothing makes a table")
	}
}
