package refflow

import (
	"go/token"

	"golang.org/x/tools/go/analysis"
)

// A Result is what the engine found in one package.
type Result struct {
	// Findings are confirmed violations, by position.
	Findings []Finding
	// Fields are the struct fields of which a directive says whether they own, by
	// type and name.
	Fields []FieldOwner
	notes  string                  // settings.Notes
	off    func(check string) bool // what a flag turned off
}

// A Finding is one violation, in words that a check puts together.
type Finding struct {
	Check    string // name of the analyzer that reports it
	Pos, End token.Pos
	Handle   string // contract name of the handle: "SSL_SESSION"
	Noun     string // "session"
	Var      string // source name of the variable, or ""
	Acquirer string // the function that gave or lent the reference, or ""; for a leaked up_ref the up_ref
	Owned    bool   // it came with a reference, rather than as a loan
	UpRef    bool   // the reference is one that an up_ref added
	Owner    string // who lent it: a variable or expression, or ""
	When     string // the assumption that leads there: "err != nil", or ""
	Consumer string // doublefree, useafterfree: the function at which it happens; uncheckedupref: the free of what was not added, or ""
	Kept     bool   // danglingborrow: it is put where it outlives its owner, rather than used after it
	EndedBy  string // danglingborrow: the call that ends the loan, if it only may
	EndedIf  string // and on what condition it does
	Outside  bool   // the reference came from outside the function
	Uneven   bool   // missingfree: a parameter that is freed on another way that returns the same
	Delayed  string // when libssl meets the fault, or ""
	Callback string // callbackref: the callback's name
	In       string // the function of another package in which it happens, and which is registered at Pos; or ""
	Duty     string // callbackref: what it does wrong, one of the Duty constants of simulate
	Text     string // directive: the whole message
	Field    string // Lent, Unfreed: the field as its package names it, "Client.sess"; missingkeepalive: the handle in the object Var, as the source writes it: "c.ssl"
	Rule     Rule   // what the finding takes for granted of the field Var
	By       string // Rule: the function that shows it; missingkeepalive: what frees it: "finalizer", "cleanup"
	Related  []analysis.RelatedInformation
	Fixes    []analysis.SuggestedFix
}

// Of returns the findings of one check.
func (r *Result) Of(check string) []Finding {
	if r.off(check) {
		return nil
	}
	var out []Finding
	for _, f := range r.Findings {
		if f.Check == check {
			out = append(out, f)
		}
	}
	return out
}
