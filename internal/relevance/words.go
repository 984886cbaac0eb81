package relevance

import "bytes"

// mentioning returns the texts of the function declarations in a file that mention
// one of the names outside of comments and strings, where all ways through the function
// may come to it. Of a file whose syntax is wrong it returns anything.
func mentioning(src []byte, names map[string]bool) [][]byte {
	s := newScanner(src, names)
	for s.at < len(src) {
		s.token()
	}
	s.end()
	return s.found
}

// scanner splits a file into its top-level declarations. Most functions mention no
// name; those that do are scanned again, to follow the ways through them.
type scanner struct {
	src   []byte
	at    int
	names map[string]bool
	kinds [256]kind // of bytes

	inside   bool // a declaration
	function bool // it is one of a function
	mentions bool // it mentions a name
	from     int  // its beginning
	depth    int  // of brackets
	open     bool // the last token does not end a declaration at the end of its line
	found    [][]byte

	ways *ways // of the one declaration that is scanned again, else nil
}

// kind is what a byte can be part of.
type kind uint8

const (
	blank   kind = 1 << iota
	digit        // of a name or a number
	letter       // of a name; all of UTF-8 beyond ASCII is taken for letters: names are split at nothing that can be in a name
	initial      // of one of the names
)

func newScanner(src []byte, names map[string]bool) *scanner {
	s := &scanner{src: src, names: names}
	s.kinds[' '], s.kinds['\t'], s.kinds['\r'] = blank, blank, blank
	for c := range s.kinds {
		switch {
		case 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || c == '_' || c >= 0x80:
			s.kinds[c] = letter
		case '0' <= c && c <= '9':
			s.kinds[c] = digit
		}
	}
	for name := range names {
		if name != "" {
			s.kinds[name[0]] |= initial
		}
	}
	return s
}

// token skips one token, or what stands between two.
func (s *scanner) token() {
	c := s.src[s.at]
	switch k := s.kinds[c]; {
	case k&blank != 0:
		s.at++
		return
	case k != 0:
		s.word()
		return
	}
	switch {
	case c == '\n' || c == ';':
		if s.ways != nil {
			s.ways.line(c)
		}
		if s.depth == 0 && (c == ';' || !s.open) {
			s.end()
		}
		s.at++
	case c == '/' && s.at+1 < len(s.src) && s.src[s.at+1] == '/':
		s.skip("\n", 0)
	case c == '/' && s.at+1 < len(s.src) && s.src[s.at+1] == '*':
		s.comment()
	case c == '"' || c == '\'':
		s.quoted(c)
		s.other(name)
	case c == '`':
		s.at++
		s.skip("`", 1)
		s.open = false
		s.other(name)
	default:
		s.other(c)
		switch c {
		case '(', '[', '{':
			s.depth++
		case ')', ']', '}':
			s.depth--
		}
		s.open = c != ')' && c != ']' && c != '}'
		s.at++
	}
}

func (s *scanner) other(token byte) {
	if s.ways != nil {
		s.ways.token(token)
	}
}

// comment skips a comment that may have several lines, and then is like the end of
// a line.
func (s *scanner) comment() {
	from := s.at
	s.at += 2
	s.skip("*/", 2)
	if bytes.IndexByte(s.src[from:s.at], '\n') < 0 {
		return
	}
	if s.ways != nil {
		s.ways.line('\n')
	}
	if s.depth == 0 && !s.open {
		s.end()
	}
}

// word skips a name, a keyword or a number.
func (s *scanner) word() {
	src, from := s.src, s.at
	at := from + 1
	if s.kinds[src[from]]&letter != 0 {
		for at < len(src) && s.kinds[src[at]]&(letter|digit) != 0 {
			at++
		}
	} else {
		for at < len(src) && (s.kinds[src[at]]&(letter|digit) != 0 || src[at] == '.') {
			at++
		}
	}
	s.at = at
	word := src[from:at]
	if !s.inside {
		s.inside, s.from = true, from
		s.function = string(word) == "func"
	}
	known := s.kinds[word[0]]&initial != 0 && s.names[string(word)]
	s.mentions = s.mentions || known
	if s.ways != nil {
		s.ways.word(word)
		if known {
			next := byte(' ')
			if at < len(src) {
				next = src[at]
			}
			s.ways.mention(next)
		}
	}
	if s.depth == 0 {
		switch string(word) {
		case "chan", "func", "interface", "map", "struct":
			s.open = true
		default:
			s.open = false
		}
	}
}

// skip goes to the next occurrence of mark, or as many bytes behind it.
func (s *scanner) skip(mark string, behind int) {
	i := bytes.Index(s.src[s.at:], []byte(mark))
	if i < 0 {
		s.at = len(s.src)
		return
	}
	s.at += i + behind
}

// quoted skips a string or a rune.
func (s *scanner) quoted(quote byte) {
	for s.at++; s.at < len(s.src) && s.src[s.at] != quote && s.src[s.at] != '\n'; s.at++ {
		if s.src[s.at] == '\\' {
			s.at++
		}
	}
	s.at++
	s.open = false
}

// end ends a declaration.
func (s *scanner) end() {
	if s.inside && s.function && s.mentions && s.ways == nil {
		text := s.src[s.from:min(s.at, len(s.src))]
		again := &scanner{src: text, names: s.names, kinds: s.kinds, ways: new(ways)}
		for again.at < len(text) {
			again.token()
		}
		if again.ways.mentions {
			s.found = append(s.found, text)
		}
	}
	s.inside, s.mentions, s.open = false, false, false
}

// packageName returns the name in the package clause of a file, "" if there is none
// where it has to be.
func packageName(src []byte) string {
	s := newScanner(bytes.TrimPrefix(src, []byte("\ufeff")), nil)
	if s.next() != "package" {
		return ""
	}
	return s.next()
}

// next returns the next token of a package clause if it is a word, else "".
func (s *scanner) next() string {
	for s.at < len(s.src) {
		from := s.at
		s.token()
		switch c := s.src[from]; {
		case s.kinds[c]&letter != 0:
			return string(s.src[from:s.at])
		case s.kinds[c]&blank == 0 && c != '\n' && c != '/':
			return ""
		}
	}
	return ""
}
