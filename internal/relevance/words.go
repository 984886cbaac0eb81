package relevance

import "bytes"

// mentioning returns the texts of the function declarations in a file that mention
// one of the names outside of comments and strings, where all ways through the function
// may come to it. Of a file whose syntax is wrong it returns anything.
func mentioning(src []byte, names map[string]bool) [][]byte {
	s := &scanner{src: src, names: names}
	for name := range names {
		if name != "" {
			s.initial[name[0]] = true
		}
	}
	for s.at < len(src) {
		s.token()
	}
	s.end()
	return s.found
}

// scanner splits a file into its top-level declarations.
type scanner struct {
	src     []byte
	at      int
	names   map[string]bool
	initial [256]bool // bytes that a name begins with

	inside   bool // a declaration
	function bool // it is one of a function
	from     int  // its beginning
	depth    int  // of brackets
	open     bool // the last token does not end a declaration at the end of its line
	found    [][]byte
	ways
}

// token skips one token, or what stands between two.
func (s *scanner) token() {
	switch c := s.src[s.at]; {
	case letter(c) || '0' <= c && c <= '9':
		s.word()
	case c == '\n' || c == ';':
		s.line(c)
		if s.depth == 0 && (c == ';' || !s.open) {
			s.end()
		}
		s.at++
	case c == ' ' || c == '\t' || c == '\r':
		s.at++
	case c == '/' && s.at+1 < len(s.src) && s.src[s.at+1] == '/':
		s.skip("\n", 0)
	case c == '/' && s.at+1 < len(s.src) && s.src[s.at+1] == '*':
		s.comment()
	case c == '"' || c == '\'':
		s.quoted(c)
		s.ways.token(name)
	case c == '`':
		s.at++
		s.skip("`", 1)
		s.open = false
		s.ways.token(name)
	default:
		s.ways.token(c)
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

// comment skips a comment that may have several lines, and then is like the end of
// a line.
func (s *scanner) comment() {
	from := s.at
	s.at += 2
	s.skip("*/", 2)
	if bytes.IndexByte(s.src[from:s.at], '\n') < 0 {
		return
	}
	s.line('\n')
	if s.depth == 0 && !s.open {
		s.end()
	}
}

// word skips a name, a keyword or a number.
func (s *scanner) word() {
	from := s.at
	number := !letter(s.src[from])
	for s.at < len(s.src) {
		c := s.src[s.at]
		if !letter(c) && (c < '0' || '9' < c) && (c != '.' || !number) {
			break
		}
		s.at++
	}
	word := s.src[from:s.at]
	if !s.inside {
		s.inside, s.from = true, from
		s.function = string(word) == "func"
		s.ways = ways{}
	}
	if s.function {
		s.ways.word(word)
		if s.initial[word[0]] && s.names[string(word)] {
			next := byte(' ')
			if s.at < len(s.src) {
				next = s.src[s.at]
			}
			s.mention(next)
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
	if s.inside && s.function && s.mentions {
		s.found = append(s.found, s.src[s.from:min(s.at, len(s.src))])
	}
	s.inside, s.mentions, s.open = false, false, false
}

// letter takes all of UTF-8 beyond ASCII for letters: names are split at nothing
// that can be in a name.
func letter(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || c == '_' || c >= 0x80
}

// packageName returns the name in the package clause of a file, "" if there is none
// where it has to be.
func packageName(src []byte) string {
	s := &scanner{src: bytes.TrimPrefix(src, []byte("\ufeff"))}
	if s.next() != "package" {
		return ""
	}
	return s.next()
}

// next returns the next token of a package clause if it is a word, else "".
func (s *scanner) next() string {
	for s.at < len(s.src) {
		from := s.at
		blank := bytes.IndexByte([]byte(" \t\r\n"), s.src[from]) >= 0
		s.token()
		switch {
		case letter(s.src[from]):
			return string(s.src[from:s.at])
		case !blank && s.src[from] != '/':
			return ""
		}
	}
	return ""
}
