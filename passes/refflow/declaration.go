package refflow

import (
	"slices"
	"strconv"
	"strings"

	"github.com/sessionlint/sessionlint/internal/contract"
	"github.com/sessionlint/sessionlint/internal/directive"
)

// A contract that a directive made travels in a fact as one line of text:
//
//	NAME PARAMETERS RESULTS
//
// Parameters and results are lists separated by commas, "-" if empty. An element
// is EFFECT:HANDLE; the effect of a borrowed result has the index of its lender
// behind it ("borrowed0:SSL_SESSION").

func encodeContract(f *contract.Function) string {
	params := make([]string, len(f.Params))
	for i, p := range f.Params {
		params[i] = string(p.Effect) + ":" + p.Handle
	}
	results := make([]string, len(f.Results))
	for i, r := range f.Results {
		results[i] = string(r.Ownership)
		if r.Ownership == contract.Borrowed {
			results[i] += strconv.Itoa(r.From)
		}
		results[i] += ":" + r.Handle
	}
	join := func(list []string) string {
		if len(list) == 0 {
			return "-"
		}
		return strings.Join(list, ",")
	}
	return f.Name + " " + join(params) + " " + join(results)
}

// decodeContract reads a line. One that another version of the tool wrote in
// another form is nil.
func decodeContract(text string) *contract.Function {
	words := strings.Split(text, " ")
	if len(words) != 3 || words[0] == "" {
		return nil
	}
	f := &contract.Function{Name: words[0], Go: true, Like: words[0], ByUser: true}
	for _, item := range list(words[1]) {
		effect, handle, ok := strings.Cut(item, ":")
		p := contract.Param{Effect: contract.Effect(effect), Handle: handle}
		switch p.Effect {
		case contract.Use, contract.Take, contract.StorePointer:
		default:
			ok = false
		}
		if !ok {
			return nil
		}
		f.Params = append(f.Params, p)
	}
	f.Args = len(f.Params)
	for _, item := range list(words[2]) {
		r, ok := decodeResult(item, f.Args)
		if !ok {
			return nil
		}
		if r.Ownership == contract.Status {
			f.Success = contract.True
		}
		f.Results = append(f.Results, r)
	}
	for _, p := range slices.Backward(f.Params) {
		if p.Handle != "" {
			f.Handle = p.Handle
		}
	}
	for _, r := range f.Results {
		if r.Handle != "" {
			f.Handle = r.Handle
		}
	}
	return f
}

func decodeResult(item string, args int) (r contract.Result, ok bool) {
	what, handle, ok := strings.Cut(item, ":")
	r = contract.Result{Ownership: contract.Ownership(what), Handle: handle}
	if from, borrowed := strings.CutPrefix(what, string(contract.Borrowed)); borrowed {
		n, err := strconv.Atoi(from)
		if err != nil || n < 0 || n >= args {
			return r, false
		}
		r.Ownership, r.From = contract.Borrowed, n
	}
	switch r.Ownership {
	case "", contract.Value, contract.Status, contract.ErrorResult, contract.Owned, contract.Borrowed:
		return r, ok
	}
	return r, false
}

func list(text string) []string {
	if text == "-" {
		return nil
	}
	return strings.Split(text, ",")
}

// declarations lists the contracts that importers need: those of this package,
// and those of others that the programs given to importers refer to.
func (w *work) declarations() []string {
	var out []string
	for _, d := range w.said.functions {
		out = append(out, encodeContract(d.contract))
	}
	for _, f := range w.reachable() {
		for _, b := range f.Blocks {
			for i := range b.Ops {
				if c, ok := w.table.Go(b.Ops[i].Name); ok && w.foreignDeclaration(c) {
					out = append(out, encodeContract(c))
				}
			}
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// foreignDeclaration reports whether a contract came from the fact of an import.
func (w *work) foreignDeclaration(c *contract.Function) bool {
	if !c.ByUser {
		return false
	}
	base, err := w.contracts()
	if err != nil {
		return false
	}
	if _, ok := base.Lookup(c.Name); ok {
		return false
	}
	return !slices.ContainsFunc(w.said.functions, func(d *declared) bool { return d.contract == c })
}

// ownFields lists the declared fields, and those that own by what the package does
// with them, as a fact has them.
func (w *work) ownFields() []string {
	var out []string
	for _, f := range w.said.fields {
		out = append(out, strings.TrimPrefix(f.Type, w.pass.Pkg.Path()+".")+"."+f.Field+"="+ownerWord(f.Owned))
	}
	for _, key := range w.sim.OwningFields() {
		// Functions that others call store in those that others cannot name.
		out = append(out, strings.TrimPrefix(key, w.pass.Pkg.Path()+".")+"="+string(directive.Owned)+" by "+w.sim.FieldOwner(key).Frees)
	}
	for _, key := range w.sim.UnfreedFields() {
		out = append(out, strings.TrimPrefix(key, w.pass.Pkg.Path()+".")+"="+unfreed)
	}
	for _, key := range w.sim.LendingFields() {
		if w.holdsLoans(key) {
			out = append(out, strings.TrimPrefix(key, w.pass.Pkg.Path()+".")+"="+lent+" "+w.sim.FieldOwner(key).Handle)
		}
	}
	slices.Sort(out)
	return out
}

// What a fact says of fields besides who owns.
const (
	unfreed = "unfreed" // nobody frees what it holds
	lent    = "lent"    // nothing but loans, of the handle that follows, is stored there
)
