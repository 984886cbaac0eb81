package contract

import "strings"

// A tail is the end of a name. A longer word that ends in a name (a shim, cgo's
// own prefixes) ends in the same bytes, so its tail decides most cases.
type tail [4]byte

func tailOf[T string | []byte](word T) (t tail, ok bool) {
	if len(word) < len(t) {
		return t, false
	}
	copy(t[:], word[len(word)-len(t):])
	return t, true
}

// names is what lookups of C names need besides the functions.
type names struct {
	shims    map[tail]bool // tails of the functions that may stand behind a prefix
	relevant map[string]bool
	tails    map[tail]bool // of the relevant names
	short    bool          // a relevant name is too short for a tail: tails decide nothing
	packages map[string]bool
}

// index rebuilds what is derived from the entries. Relevant are functions that
// are about a handle, and the types of handles that are counted for their own
// sake: the type of a mere owner, alone, owns nothing that is counted.
func (t *Table) index() {
	t.names = names{shims: map[tail]bool{}, relevant: map[string]bool{}, tails: map[tail]bool{}, packages: map[string]bool{}}
	for _, f := range t.functions {
		if f.Go {
			t.names.packages[packageOf(f.Name)] = true
			continue
		}
		if end, ok := tailOf(f.Name); ok && shimmable(f.Name) {
			t.names.shims[end] = true
		}
		if f.Handle != "" || f.ByUser {
			t.names.add(f.Name)
		}
	}
	for _, h := range t.handles {
		for _, name := range h.GoTypes {
			t.names.packages[packageOf(name)] = true
		}
		if h.OwnerOnly {
			continue
		}
		for _, name := range h.CTypes {
			t.names.add(name)
		}
	}
}

func (n *names) add(name string) {
	n.relevant[name] = true
	if end, ok := tailOf(name); ok {
		n.tails[end] = true
	} else {
		n.short = true
	}
}

// Mentions reports whether a source file (Go, C, or what cgo made of it) names
// a C function that is about a handle, a shim of one, or the C type of a handle
// that is counted for its own sake. The C part of a package that names none
// holds no counted pointer.
func (t *Table) Mentions(src []byte) bool {
	for i := 0; i < len(src); {
		if !identByte(src[i]) {
			i++
			continue
		}
		start := i
		for i < len(src) && identByte(src[i]) {
			i++
		}
		if t.names.mentionedBy(src[start:i]) {
			return true
		}
	}
	return false
}

func (n *names) mentionedBy(word []byte) bool {
	if end, ok := tailOf(word); !n.short && !n.tails[end] || !ok && !n.short {
		return false
	}
	if n.relevant[string(word)] {
		return true
	}
	for i, c := range word {
		if c == '_' && n.relevant[string(word[i+1:])] {
			return true
		}
	}
	return false
}

// Imports reports whether the Go package with this path has functions with
// contracts or types that stand for a handle. Behaviours do not count: nearly
// every package imports some of those.
func (t *Table) Imports(path string) bool { return t.names.packages[path] }

// withoutTypeArgs strips type arguments and parameters:
// "(*sync/atomic.Pointer[T]).Store" is "(*sync/atomic.Pointer).Store".
func withoutTypeArgs(name string) string {
	if !strings.Contains(name, "[") {
		return name
	}
	var b strings.Builder
	depth := 0
	for i := range len(name) {
		switch name[i] {
		case '[':
			depth++
		case ']':
			depth--
		default:
			if depth == 0 {
				b.WriteByte(name[i])
			}
		}
	}
	return b.String()
}

// cutMethod splits "(*path.T).M" or "(path.T).M" into "(*path.T)" and "M".
func cutMethod(name string) (typ, method string, ok bool) {
	if !strings.HasPrefix(name, "(") {
		return "", "", false
	}
	i := strings.LastIndex(name, ").")
	if i < 0 {
		return "", "", false
	}
	return name[:i+1], name[i+2:], true
}

// packageOf returns the import path in the full name of a Go function, method
// or type.
func packageOf(name string) string {
	if typ, _, ok := cutMethod(name); ok {
		name = strings.Trim(typ, "(*)")
	}
	if i := strings.LastIndexByte(name, '.'); i >= 0 {
		return name[:i]
	}
	return ""
}

// goTypeName returns the full name of the type that a Go parameter or result
// declaration points to ("s *Session", "**Session"), or "" if it is no pointer.
func goTypeName(decl, pkg string) string {
	if i := strings.LastIndexByte(decl, ' '); i >= 0 {
		decl = decl[i+1:]
	}
	name := strings.TrimLeft(decl, "*")
	if name == decl || strings.ContainsAny(name, "[](){}") {
		return ""
	}
	if !strings.Contains(name, ".") {
		name = pkg + "." + name
	}
	return name
}
