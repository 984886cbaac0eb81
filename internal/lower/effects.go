package lower

import (
	"github.com/sessionlint/sessionlint/internal/contract"
	rp "github.com/sessionlint/sessionlint/internal/refprog"
)

// Effects says in one word what a contracted function does to references, for
// printed reference programs.
func Effects(lookup func(name string) (*contract.Function, bool)) rp.Effects {
	return func(name string) string {
		f, ok := lookup(name)
		if !ok {
			return ""
		}
		for _, r := range f.Results {
			switch {
			case r.Handle == "":
			case r.Ownership == contract.Owned, r.Ownership == contract.OwnedUnlessReuse:
				return "acquire"
			case r.Ownership == contract.Borrowed:
				return "borrow"
			}
		}
		for _, effect := range []contract.Effect{contract.Free, contract.UpRef, contract.Take, contract.Own, contract.Callback} {
			for i := range f.Params {
				if f.Param(i).Effect == effect {
					return string(effect)
				}
			}
		}
		return "use"
	}
}
