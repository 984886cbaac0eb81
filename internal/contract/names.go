package contract

import (
	"slices"
	"strings"
)

// names is every C name that makes a file worth reading: functions, and the
// types of handles. A name that merely ends in one of them (a shim, cgo's own
// prefixes) ends in the same bytes, so the last four decide most cases.
type names struct {
	set   map[string]bool
	tails map[[4]byte]bool
	short bool // some name has fewer than four bytes: tails decide nothing
}

// index rebuilds what is derived from the entries.
func (t *Table) index() {
	t.names = names{set: map[string]bool{}, tails: map[[4]byte]bool{}}
	for _, f := range t.functions {
		if !f.Go {
			t.names.add(f.Name)
		}
	}
	for _, h := range t.handles {
		if h.OwnerOnly {
			continue // the type alone owns nothing that is counted
		}
		for _, name := range h.CTypes {
			t.names.add(name)
		}
	}
}

func (n *names) add(name string) {
	n.set[name] = true
	if len(name) < 4 {
		n.short = true
		return
	}
	n.tails[[4]byte([]byte(name[len(name)-4:]))] = true
}

// maybe reports whether word may end in a name; false is certain.
func (n *names) maybe(word string) bool {
	if len(word) < 4 {
		return n.set[word]
	}
	return n.short || n.tails[[4]byte([]byte(word[len(word)-4:]))]
}

// Mentions reports whether a source file (Go, C, or what cgo made of it) names
// a contracted C function, a shim of one, or a handle's C type. A file that
// names none can hold no counted pointer of its own.
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
	if len(word) >= 4 && !n.short && !n.tails[[4]byte(word[len(word)-4:])] {
		return false
	}
	if n.set[string(word)] {
		return true
	}
	for i, c := range word {
		if c == '_' && n.set[string(word[i+1:])] {
			return true
		}
	}
	return false
}

// GoPackages returns the import paths of the packages whose functions have
// contracts or whose types stand for a handle, sorted.
func (t *Table) GoPackages() []string {
	var list []string
	for name, f := range t.functions {
		if f.Go {
			list = append(list, packageOf(name))
		}
	}
	for _, h := range t.handles {
		for _, name := range h.GoTypes {
			list = append(list, packageOf(name))
		}
	}
	slices.Sort(list)
	return slices.Compact(list)
}

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
