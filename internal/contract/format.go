package contract

import (
	"fmt"
	"strconv"
	"strings"
)

// Format returns the entry as people read it: the name, then one indented line
// a fact, ending in a newline.
func (f *Function) Format() string {
	var p lines
	p.head(f.Name)
	p.line("", f.Signature)
	if f.Like != "" && f.Like != f.Name {
		p.line("like", f.Like)
	}
	for i := range max(f.Args, len(f.Params)) {
		if param := f.Param(i); param.Effect != Use || param.Handle != "" {
			p.line("parameter "+strconv.Itoa(i), formatParam(param))
		}
	}
	for i, res := range f.Results {
		key := "result"
		if len(f.Results) > 1 {
			key += " " + strconv.Itoa(i)
		}
		p.line(key, formatResult(res, f))
	}
	var is []string
	for _, attr := range []struct {
		on   bool
		text string
	}{
		{f.NilSafe, "nil is a no-op"},
		{f.Pure, "pure"},
		{f.NoReturn, "does not return"},
		{f.ByUser, "by a user's contract"},
	} {
		if attr.on {
			is = append(is, attr.text)
		}
	}
	p.line("also", strings.Join(is, ", "))
	p.line("note", f.Notes)
	p.line("in", formatLibraries(f))
	for _, v := range f.Variants {
		p.line("in "+v.Library, formatVariant(v))
	}
	p.line("checked", formatChecked(f.Verified, f.Source))
	p.line("executed against", strings.Join(f.ExecutedIn(), ", "))
	return p.String()
}

func formatVariant(v Variant) string {
	text := v.Note
	if v.Args >= 0 {
		text += fmt.Sprintf("; %d parameters", v.Args)
	}
	for i, p := range v.Params {
		if p.Effect != "" {
			text += fmt.Sprintf("; parameter %d: %s", i, formatParam(p))
		}
	}
	for _, w := range Successes() {
		if w.Word == string(v.Success) {
			text += "; status: " + w.Meaning
		}
	}
	return text
}

// Format returns the entry as people read it.
func (h *Handle) Format() string {
	var p lines
	p.head(h.Name)
	p.line("called", h.Noun)
	p.line("C types", strings.Join(h.CTypes, ", "))
	p.line("Go types", strings.Join(h.GoTypes, ", "))
	p.line("free", h.Free)
	p.line("up_ref", h.UpRef)
	p.line("lent by", strings.Join(h.LentBy, ", "))
	if h.OwnerOnly {
		p.line("also", "followed as an owner only")
	}
	return p.String()
}

// Format returns the entry as people read it.
func (c *CallbackKind) Format() string {
	var p lines
	p.head("callback " + c.Kind)
	p.line("", c.Signature)
	for i, param := range c.Params {
		p.line("parameter "+strconv.Itoa(i), formatCallbackParam(param))
	}
	for i, param := range c.Results {
		p.line("result "+strconv.Itoa(i), formatCallbackParam(param))
	}
	p.line("gets", c.In)
	p.line("owes", c.Out)
	p.line("note", c.Notes)
	p.line("checked", formatChecked(c.Verified, ""))
	return p.String()
}

// Format returns the entry as people read it.
func (e *Event) Format() string {
	var p lines
	p.head("event: " + e.Event)
	p.line("ends", e.Ends)
	p.line("owner", e.Owner)
	how := "possibly in"
	if e.Definite {
		how = "in"
	}
	p.line(how, strings.Join(e.Triggers, ", "))
	p.line("note", e.Notes)
	p.line("checked", formatChecked(e.Verified, ""))
	return p.String()
}

// Format returns the entry as people read it.
func (b *Behaviour) Format() string {
	var p lines
	p.head(b.Name)
	switch {
	case b.NoReturn && b.Unwinds:
		p.line("", "does not return; deferred calls run")
	case b.NoReturn:
		p.line("", "does not return")
	}
	if b.Returns != nil {
		p.line("returns", fmt.Sprintf("only if parameter %d is %s", b.Returns.Param, b.Returns.Is))
	}
	if b.Harmless {
		p.line("arguments", "are only read")
	}
	for _, c := range b.Calls {
		text := fmt.Sprintf("parameter %d %s, %s", c.Param, c.When, c.Times)
		if c.Of >= 0 {
			text += fmt.Sprintf(", with parameter %d", c.Of)
		}
		if c.Object >= 0 {
			text += fmt.Sprintf(", passing parameter %d", c.Object)
		}
		p.line("calls", text)
	}
	for _, i := range b.Keeps {
		text := "parameter " + strconv.Itoa(i)
		if b.KeepsWhen != "" {
			text += " if the last result is " + b.KeepsWhen
		}
		p.line("keeps", text)
	}
	if b.Cell != "" {
		p.line("does", "a "+b.Cell+" of what parameter 0 points to")
	}
	if b.NonNil {
		p.line("result", "is never nil")
	}
	if b.NonNilIf > 0 {
		p.line("result", fmt.Sprintf("true means that parameter %d is not nil", b.NonNilIf-1))
	}
	for _, i := range b.NilIfNil {
		p.line("result", fmt.Sprintf("is nil exactly if parameter %d is", i))
	}
	if b.KeepAlive {
		p.line("also", "keeps its arguments alive until here")
	}
	return p.String()
}

type lines struct{ strings.Builder }

func (p *lines) head(text string) { p.WriteString(text + "\n") }

// line writes one fact; an empty one is left out.
func (p *lines) line(key, text string) {
	if text == "" {
		return
	}
	p.WriteString("    ")
	if key != "" {
		p.WriteString(key + ": ")
	}
	p.WriteString(strings.TrimSpace(text) + "\n")
}

func formatParam(param Param) string {
	text := string(param.Effect)
	if param.Handle != "" {
		text = param.Handle + ": " + text
	}
	switch param.Effect {
	case OutBorrowed:
		text += fmt.Sprintf(" from parameter %d", param.From)
	case Own:
		if param.By == ByResult {
			text += ", kept by the result"
		} else {
			text += fmt.Sprintf(", kept by parameter %d", param.By)
		}
	case Callback:
		text += " of kind " + param.Callback
	}
	if param.When != "" {
		text += " on " + param.When
	}
	if param.Why != "" {
		text += ", if " + param.Why
	}
	if param.Uncaches != "" {
		text += ", for caches too if " + param.Uncaches
	}
	if len(param.Ends) > 0 {
		text += ", ends the borrow of " + strings.Join(param.Ends, ", ")
	}
	return text
}

func formatResult(res Result, f *Function) string {
	text := string(res.Ownership)
	switch res.Ownership {
	case Status, ErrorResult:
		for _, w := range Successes() {
			if w.Word == string(f.Success) {
				text += ": " + w.Meaning
			}
		}
	case Borrowed:
		text += fmt.Sprintf(" from parameter %d", res.From)
		for _, w := range Untils() {
			if w.Word == string(res.Until) {
				text += ", until " + strings.ReplaceAll(w.Word, "_", " ")
			}
		}
	case OwnedUnlessReuse:
		text += fmt.Sprintf(" (parameter %d)", res.From)
	case None:
		return ""
	}
	if res.Handle != "" {
		text = res.Handle + ": " + text
	}
	if res.Fresh {
		text += ", a new object"
	}
	if res.NonNil {
		text += ", never nil"
	}
	if res.NilWhen != "" {
		text += "; nil: " + res.NilWhen
	}
	return text
}

func formatCallbackParam(p CallbackParam) string {
	text := p.Name
	if p.Handle != "" {
		text += ", " + p.Handle
	}
	if p.Given != "" {
		text += ": " + p.Given
	}
	if p.When != "" {
		text += " on " + p.When
	}
	return text
}

func formatLibraries(f *Function) string {
	var list []string
	for _, a := range f.Libraries {
		list = append(list, a.Library+" "+a.Has)
	}
	if f.Deprecated != "" {
		list = append(list, "deprecated in openssl "+f.Deprecated)
	}
	return strings.Join(list, ", ")
}

func formatChecked(how, source string) string {
	text := map[string]string{"run": "by running it", "source": "by reading its source", "doc": "in its documentation only"}[how]
	if source != "" && text != "" {
		text += " (" + source + ")"
	}
	return text
}

// Sketch returns a contract line for a C function that has none: what one would
// add to a contract file and then correct. handles are the handles its
// arguments point to, "" for other arguments; result is that of its result.
func Sketch(name string, handles []string, result string) string {
	var params []string
	for i, h := range handles {
		if h != "" {
			params = append(params, fmt.Sprintf("%d: {effect: use, handle: %s}", i, h))
		}
	}
	text := fmt.Sprintf("- {name: %s, args: %d", name, len(handles))
	if len(params) > 0 {
		text += fmt.Sprintf(", params: {%s}", strings.Join(params, ", "))
	}
	if result != "" {
		text += fmt.Sprintf(", result: {ownership: owned, handle: %s}", result)
	}
	return text + "}"
}
