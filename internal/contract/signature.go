package contract

import "strings"

// A signature is what a written prototype says: argument and result types.
type signature struct {
	result string
	params []string
	varies bool // ends in "..."
}

// signatureOf takes apart the signature of f, the receiver of a method first.
func signatureOf(f *Function) (signature, bool) {
	sig, ok := parseSignature(f.Signature, f.Name, f.Go)
	if strings.HasPrefix(f.Name, "(") {
		sig.params = append([]string{""}, sig.params...)
	}
	return sig, ok
}

// parseSignature takes apart a C prototype of function name, or a Go function
// type "func(s *Session) bool". It reports false if it is neither.
func parseSignature(text, name string, isGo bool) (signature, bool) {
	open := -1
	if isGo {
		if strings.HasPrefix(text, "func(") {
			open = len("func")
		}
	} else if i := wordIndex(text, name); i >= 0 {
		open = i + len(name)
		for open < len(text) && text[open] == ' ' {
			open++
		}
	}
	if open < 0 || open >= len(text) || text[open] != '(' {
		return signature{}, false
	}
	var sig signature
	end, ok := 0, false
	sig.params, end, ok = splitParams(text, open)
	if !ok {
		return signature{}, false
	}
	if isGo {
		sig.result = strings.TrimSpace(text[end:])
	} else {
		sig.result = strings.TrimSpace(text[:wordIndex(text, name)])
	}
	if n := len(sig.params); n > 0 && !isGo && sig.params[n-1] == "..." {
		sig.params, sig.varies = sig.params[:n-1], true
	}
	if !isGo && len(sig.params) == 1 && sig.params[0] == "void" {
		sig.params = nil
	}
	return sig, true
}

// callbackArity counts the parameters of a C function pointer type
// "int (*)(SSL *, SSL_SESSION *)" or of a Go function type.
func callbackArity(text string) (int, bool) {
	open := len("func")
	if !strings.HasPrefix(text, "func(") {
		star := strings.Index(text, "(*)")
		if star < 0 {
			return 0, false
		}
		open = star + len("(*)")
	}
	if open >= len(text) || text[open] != '(' {
		return 0, false
	}
	params, _, ok := splitParams(text, open)
	if len(params) == 1 && params[0] == "void" {
		params = nil
	}
	return len(params), ok
}

// splitParams splits the parenthesised list that starts at text[open] at its
// outer commas, and returns the index behind the closing parenthesis.
func splitParams(text string, open int) (params []string, end int, ok bool) {
	depth, start := 0, open+1
	for i := open; i < len(text); i++ {
		switch text[i] {
		case '(', '[', '{':
			depth++
		case ')', ']', '}':
			depth--
		case ',':
			if depth == 1 {
				params = append(params, strings.TrimSpace(text[start:i]))
				start = i + 1
			}
		}
		if depth == 0 {
			if last := strings.TrimSpace(text[start:i]); last != "" || len(params) > 0 {
				params = append(params, last)
			}
			return params, i + 1, true
		}
	}
	return nil, 0, false
}

// wordIndex finds name in text as a whole identifier, or returns -1.
func wordIndex(text, name string) int {
	for from := 0; name != "" && from < len(text); {
		i := strings.Index(text[from:], name)
		if i < 0 {
			return -1
		}
		i += from
		end := i + len(name)
		if (i == 0 || !identByte(text[i-1])) && (end == len(text) || !identByte(text[end])) {
			return i
		}
		from = i + 1
	}
	return -1
}

// cTypeName returns the type name in a C declaration of a pointer, as cgo
// writes it: "SSL_SESSION" for "const SSL_SESSION **a", "struct_ssl_st" for
// "struct ssl_st *s"; "" if there is no pointer or the type is a function's.
func cTypeName(decl string) string {
	star := strings.IndexByte(decl, '*')
	if star < 0 || strings.Contains(decl, "(") {
		return ""
	}
	var words []string
	for w := range strings.FieldsSeq(decl[:star]) {
		if w != "const" && w != "volatile" {
			words = append(words, w)
		}
	}
	return strings.Join(words, "_")
}

func identByte(c byte) bool {
	return c == '_' || '0' <= c && c <= '9' || 'A' <= c && c <= 'Z' || 'a' <= c && c <= 'z'
}
