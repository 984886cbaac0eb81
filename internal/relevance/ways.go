package relevance

// ways follows the tokens of one function declaration, for what can be told without
// parsing it: that a way through the function goes round a mention of a name. A return or a
// defer statement stands before it, it stands in the block of a condition or of a loop that
// may have no round, or in a function literal that is passed on. Where it does not
// understand, it takes every mention for one that all ways come to.
type ways struct {
	mentions bool // all ways may come to a mention

	brackets []byte // those that are open: calling for the ( behind a name, else as they are
	last     byte   // the token before, as token has it
	body     bool   // inside the body
	lost     bool   // jumps, or loops that may be endless: what comes then is not understood
	leaves   bool   // a way out has been seen
	round    bool   // there was a mention that can be gone round
	leaving  int    // how many brackets were open where the return or defer statement began, 0 outside of one

	// The function literal, or type, that is not inside of another.
	literal int  // how many brackets were open where it began, 0 outside of one
	passed  bool // it is an argument
	spawned bool // it is a goroutine's, or deferred
	held    bool // it mentions a name

	// The statement that may be gone round: its header, its block, what comes behind.
	part    part
	pending bool // its block mentions a name
	loop    bool // it is no condition
	clauses int  // semicolons in its header
	decides bool // its header has a condition, or ranges over something
}

// part is a part of a statement.
type part uint8

const (
	elsewhere part = iota
	header
	block
	behind
)

// What stands for a token of several bytes.
const (
	name    = 'n' // or a number, or a literal
	keyword = 'k'
	spawn   = 'g' // go or defer
	calling = 'c'
)

// word follows a name, a keyword or a number.
func (w *ways) word(word []byte) {
	what := byte(keyword)
	switch string(word) {
	case "break", "case", "chan", "const", "continue", "default", "else", "fallthrough", "for", "func", "goto", "if",
		"import", "interface", "map", "package", "range", "return", "select", "struct", "switch", "type", "var":
	case "go", "defer":
		what = spawn
	default:
		what = name
	}
	before := w.last
	if w.part == behind && string(word) == "else" {
		w.ended(true)
	}
	w.token(what)
	switch string(word) {
	case "struct", "interface":
		if !w.body {
			w.lose() // its braces are not those of the body
		}
	case "func":
		if w.part == header {
			w.lose()
		}
		if w.body && !w.inLiteral() {
			w.literal, w.held, w.spawned = len(w.brackets), false, before == spawn
			w.passed = (before == calling || before == ',') && w.brackets[len(w.brackets)-1] == calling
		}
	case "return", "defer":
		if !w.lost && !w.inLiteral() && !w.pending {
			w.leaving = len(w.brackets)
		}
	case "goto", "select":
		w.lose()
	case "if", "for":
		if w.body && len(w.brackets) == 1 && w.part == elsewhere {
			w.part, w.loop, w.clauses, w.decides = header, string(word) == "for", 0, false
		}
	}
}

// mention follows a word that is one of the names, and the byte behind it.
func (w *ways) mention(next byte) {
	switch {
	case !w.body || w.leaves || next == '{' || next == ':' || next == '.':
		// The last three stand behind a type, a field and a variable.
	case !w.lost && w.inLiteral() && (w.passed || w.spawned):
		w.held = true
		return
	case w.lost:
		w.mentions = true
	case w.part == block && !w.inLiteral() && next == '(':
		w.pending = true
	default:
		w.mentions = true
	}
	w.leaving = 0 // perhaps it never comes to that
}

func (w *ways) inLiteral() bool { return w.literal > 0 && len(w.brackets) > w.literal }

// token follows a token: a byte, or what stands for several.
func (w *ways) token(c byte) {
	if w.last == '}' && len(w.brackets) == w.literal {
		w.behindLiteral(c)
	}
	if w.part == behind && c != '}' {
		w.ended(true) // it was something else, or goes on
	}
	last := w.last
	w.last = c
	switch c {
	case '{':
		w.brace()
		fallthrough
	case '[':
		w.brackets = append(w.brackets, c)
	case '(':
		if last == name || last == ')' || last == ']' {
			w.last = calling
		}
		w.brackets = append(w.brackets, w.last)
	case ')', ']', '}':
		w.closed(c)
		return // no header has come to its condition with that
	}
	w.decides = w.decides || w.part == header
}

// behindLiteral follows the token behind the body of a literal, or behind a type that
// has braces. What is passed on is called by somebody else, if ever.
func (w *ways) behindLiteral(c byte) {
	switch {
	case c == '{': // it was a type: now comes the body
		return
	case !w.held || w.passed && (c == ',' || c == ')') || w.spawned && c == '(':
	default:
		w.mentions, w.leaving = true, 0
	}
	w.literal, w.held = 0, false
}

// brace follows one that opens.
func (w *ways) brace() {
	switch {
	case len(w.brackets) == 0:
		w.body = true
	case w.part != header || len(w.brackets) != 1:
	case w.loop && !w.decides:
		w.part = elsewhere
		w.lose()
	default:
		w.part = block
	}
}

// closed follows a bracket that closes.
func (w *ways) closed(c byte) {
	if len(w.brackets) > 0 {
		w.brackets = w.brackets[:len(w.brackets)-1]
	}
	if len(w.brackets) < w.literal {
		w.forget()
	}
	if len(w.brackets) < w.leaving {
		w.leave()
	}
	switch {
	case w.part == behind:
		w.ended(false)
	case w.part == block && len(w.brackets) == 1:
		w.part = behind
	}
}

// line follows the end of a line, or a semicolon.
func (w *ways) line(c byte) {
	switch w.last {
	case name, keyword, spawn, ')', ']', '}', ';':
		w.last = ';'
	default: // of an operator, a bracket that opens: the line goes on
		return
	}
	if len(w.brackets) <= w.literal {
		w.forget()
	}
	if w.leaving > 0 && len(w.brackets) <= w.leaving {
		w.leave()
	}
	switch {
	case w.part == behind:
		w.ended(c == ';') // behind a brace that ends a line there is none
	case w.part == header && len(w.brackets) == 1 && c == ';':
		if w.clauses++; w.clauses == 1 {
			w.decides = false // the condition comes now
		} else if w.loop && !w.decides {
			w.lose()
		}
	}
}

// lose gives up. What was gone round before may have been the only way out.
func (w *ways) lose() {
	w.lost = true
	if w.round && !w.leaves {
		w.mentions = true
	}
}

// leave ends a statement that leaves, or sees to it that the function is left.
func (w *ways) leave() { w.leaves, w.leaving = true, 0 }

// forget ends a literal of which it is not known what becomes.
func (w *ways) forget() {
	if w.held {
		w.mentions, w.leaving = true, 0
	}
	w.literal, w.held = 0, false
}

// ended ends the statement that may be gone round; counts says that it cannot be, after
// all.
func (w *ways) ended(counts bool) {
	if counts && w.pending && !w.leaves {
		w.mentions = true
	}
	w.round = w.round || w.pending
	w.part, w.pending = elsewhere, false
}
