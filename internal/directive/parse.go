package directive

import (
	"fmt"
	"go/token"
	"slices"
	"strings"
)

// Prefix begins every directive. As for all directives of Go tools, no space
// follows the slashes.
const Prefix = "//sessionlint:"

// Verb is the first word of a directive.
type Verb string

const (
	Returns  Verb = "returns"  // on a function: "returns owned", "returns borrowed from NAME"
	Consumes Verb = "consumes" // on a function: "consumes NAME"
	Borrows  Verb = "borrows"  // on a function: "borrows NAME"
	Owned    Verb = "owned"    // on a struct field
	Borrowed Verb = "borrowed" // on a struct field
	Assume   Verb = "assume"   // at a call: "assume consumed"
	Ignore   Verb = "ignore"   // anywhere: "ignore CHECK[,CHECK...] REASON"
)

// verbs are all verbs with the form that each is written in.
var verbs = []struct {
	verb Verb
	form string
}{
	{Returns, "returns owned, or returns borrowed from NAME"},
	{Consumes, "consumes NAME"},
	{Borrows, "borrows NAME"},
	{Owned, "owned"},
	{Borrowed, "borrowed"},
	{Assume, "assume consumed"},
	{Ignore, "ignore CHECK REASON"},
}

// A Directive is the text of one directive taken apart.
type Directive struct {
	Verb   Verb
	Name   string   // Consumes, Borrows: the parameter; Returns: the lender, "" if owned
	Checks []string // Ignore: at least one
	Reason string   // Ignore: not empty
}

// String is the directive in its canonical form.
func (d Directive) String() string {
	words := []string{string(d.Verb)}
	switch d.Verb {
	case Returns:
		words = append(words, "owned")
		if d.Name != "" {
			words = []string{string(d.Verb), "borrowed from", d.Name}
		}
	case Consumes, Borrows:
		words = append(words, d.Name)
	case Assume:
		words = append(words, "consumed")
	case Ignore:
		words = append(words, strings.Join(d.Checks, ","), d.Reason)
	}
	return Prefix + strings.Join(words, " ")
}

// Parse takes the text of one comment apart. is tells whether the comment is
// meant as a directive at all; err says in one line what is wrong with it.
func Parse(comment string) (d Directive, is bool, err error) {
	text, ok := strings.CutPrefix(comment, Prefix)
	if !ok {
		return d, almost(comment), fmt.Errorf("a directive is written %sVERB, without a space", Prefix)
	}
	text, _, _ = strings.Cut(text, "\n")
	text, _, _ = strings.Cut(text, " //") // a comment on the directive
	text = strings.ReplaceAll(strings.TrimRight(text, " \t\r"), "\t", " ")
	verb, rest, _ := strings.Cut(text, " ")
	d.Verb = Verb(verb)
	words := strings.Fields(rest)
	i := slices.Index(verbNames(), verb)
	if i < 0 {
		return d, true, fmt.Errorf("unknown directive %q%s", verb, suggest(verb, verbNames()))
	}
	if d.Verb == Ignore {
		return d, true, d.ignore(rest)
	}
	if !d.arguments(words) {
		return d, true, fmt.Errorf("%s is written %s%s", verb, Prefix, verbs[i].form)
	}
	return d, true, nil
}

// arguments reads what follows the verb and reports whether it has the form.
func (d *Directive) arguments(words []string) bool {
	switch d.Verb {
	case Owned, Borrowed:
		return len(words) == 0
	case Assume:
		return len(words) == 1 && words[0] == "consumed"
	case Consumes, Borrows:
		if len(words) != 1 || !named(words[0]) {
			return false
		}
		d.Name = words[0]
		return true
	}
	switch {
	case len(words) == 1:
		return words[0] == "owned"
	case len(words) == 3 && words[0] == "borrowed" && words[1] == "from" && named(words[2]):
		d.Name = words[2]
		return true
	}
	return false
}

// named reports whether a parameter can be meant: the blank identifier names
// none.
func named(word string) bool { return token.IsIdentifier(word) && word != "_" }

// ignore reads "CHECK[,CHECK...] REASON".
func (d *Directive) ignore(rest string) error {
	list, reason, _ := strings.Cut(strings.TrimLeft(rest, " "), " ")
	d.Checks = strings.Split(list, ",")
	d.Reason = strings.TrimSpace(reason)
	if slices.Contains(d.Checks, "") {
		return fmt.Errorf("ignore names no check: write %signore CHECK REASON", Prefix)
	}
	if d.Reason == "" {
		return fmt.Errorf("ignore %s gives no reason: say behind the check why the finding is wrong or accepted", list)
	}
	return nil
}

// almost reports whether a comment would be a directive but for the space behind
// its slashes.
func almost(comment string) bool {
	text, ok := strings.CutPrefix(comment, "//")
	if !ok {
		return false
	}
	text, ok = strings.CutPrefix(strings.TrimLeft(text, " \t"), "sessionlint:")
	if !ok {
		return false
	}
	verb, _, _ := strings.Cut(text, " ")
	return slices.Contains(verbNames(), strings.TrimRight(verb, "\r"))
}

func verbNames() []string {
	names := make([]string, len(verbs))
	for i, v := range verbs {
		names[i] = string(v.verb)
	}
	return names
}
