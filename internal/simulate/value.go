package simulate

import (
	"fmt"
	"slices"
	"sort"
	"strings"
)

// kind tells the variants of value apart.
type kind uint8

const (
	unknown    kind = iota // the symbol id; 0 is a value without identity
	zero                   // nil, 0, false or an aggregate of these
	shifted                // symbol id plus n
	number                 // n: an integer or boolean other than through zero
	text                   // s: some other constant
	subjectRef             // the reference that is being followed
	interior               // address of a part of the object that sub[0] refers to
	address                // of cell id (root false) or of the memory at symbol id (root true), inside it at path s
	function               // key s with captures sub
	aggregate              // names and sub; sub[0] is the value of the fields not named
	tuple                  // sub
	iface                  // dynamic type s holding sub[0]
	comparison             // sub[0] s sub[1]; s is also & of two conditions
	negation               // !sub[0]
	deferStack             // of the activation with context id
)

// value is what a register or a place holds. Values are immutable.
type value struct {
	kind  kind
	root  bool // address: of unknown memory; iface: its type decides what happens to references
	id    int32
	n     int64
	s     string
	names []string // aggregate: names[i] belongs to sub[i+1], sorted
	sub   []value
}

var (
	zeroValue = value{kind: zero}
	anonymous = value{kind: unknown}
	subjectV  = value{kind: subjectRef}
)

func symbol(id int32) value { return value{kind: unknown, id: id} }

func numberV(n int64) value {
	if n == 0 {
		return zeroValue
	}
	return value{kind: number, n: n}
}

func boolV(b bool) value {
	if b {
		return numberV(1)
	}
	return zeroValue
}

func tupleV(vs ...value) value { return value{kind: tuple, sub: vs} }

// equal reports whether two values are the same by construction. Two values
// without identity are never the same.
func equal(a, b value) bool {
	if a.kind != b.kind || a.id != b.id || a.n != b.n || a.s != b.s || a.root != b.root ||
		len(a.sub) != len(b.sub) || len(a.names) != len(b.names) {
		return false
	}
	if a.kind == unknown && a.id == 0 {
		return false
	}
	return equalParts(a, b, equal)
}

// same is equal, except that values without identity are alike: it decides
// whether a state has changed.
func same(a, b value) bool {
	if a.kind != b.kind || a.id != b.id || a.n != b.n || a.s != b.s || a.root != b.root ||
		len(a.sub) != len(b.sub) || len(a.names) != len(b.names) {
		return false
	}
	return equalParts(a, b, same)
}

func equalParts(a, b value, eq func(a, b value) bool) bool {
	for i := range a.names {
		if a.names[i] != b.names[i] {
			return false
		}
	}
	for i := range a.sub {
		if !eq(a.sub[i], b.sub[i]) {
			return false
		}
	}
	return true
}

// any reports whether f holds for v or a part of it.
func (v value) any(f func(value) bool) bool {
	if f(v) {
		return true
	}
	for _, s := range v.sub {
		if s.any(f) {
			return true
		}
	}
	return false
}

// symbolic reports whether v names a symbol itself.
func (v value) symbolic() bool {
	return v.id != 0 && (v.kind == unknown || v.kind == shifted || v.kind == address && v.root)
}

// isTruth reports whether v is a condition.
func (v value) isTruth() bool { return v.kind == comparison || v.kind == negation }

func (v value) hasSubject() bool {
	return v.any(func(v value) bool { return v.kind == subjectRef })
}

// refers reports whether v gives hold of the subject: a comparison with it does
// not.
func (v value) refers() bool {
	if v.kind == comparison || v.kind == negation {
		return false
	}
	if v.kind == subjectRef {
		return true
	}
	for _, s := range v.sub {
		if s.refers() {
			return true
		}
	}
	return false
}

// structural reports whether v belongs to the property of a state (and not to its
// facts): it names the subject, a cell, a function or a defer stack.
func (v value) structural() bool {
	return v.any(func(v value) bool {
		switch v.kind {
		case subjectRef, function, deferStack:
			return true
		case iface:
			return v.root
		case address:
			return !v.root
		}
		return false
	})
}

// rewrite replaces parts of v bottom-up.
func (v value) rewrite(f func(value) value) value {
	for i, s := range v.sub {
		if t := s.rewrite(f); !same(s, t) {
			sub := append([]value(nil), v.sub...)
			sub[i] = t
			for j := i + 1; j < len(sub); j++ {
				sub[j] = sub[j].rewrite(f)
			}
			v.sub = sub
			if v.kind == aggregate && len(v.names) == 0 {
				v.sub = distinct(sub)
			}
			break
		}
	}
	return f(v)
}

// distinct removes the elements of a bag that have become alike.
func distinct(sub []value) []value {
	out := sub[:1]
	for _, v := range sub[1:] {
		if !slices.ContainsFunc(out[1:], func(w value) bool { return same(v, w) }) {
			out = append(out, v)
		}
	}
	return out
}

// field returns the part of v at one path component.
func (m *machine) field(v value, name string) value {
	switch v.kind {
	case zero:
		return zeroValue
	case aggregate:
		for i, n := range v.names {
			if n == name {
				return v.sub[i+1]
			}
		}
		return m.field(v.sub[0], name)
	case unknown:
		if v.id == 0 {
			return anonymous
		}
		return symbol(m.syms.part(v.id, name))
	}
	return anonymous
}

// withField returns v with the part at one path component replaced.
func withField(v value, name string, to value) value {
	if v.kind != aggregate {
		return value{kind: aggregate, names: []string{name}, sub: []value{v, to}}
	}
	i := sort.SearchStrings(v.names, name)
	out := value{kind: aggregate}
	if i < len(v.names) && v.names[i] == name {
		out.names = v.names
		out.sub = append([]value(nil), v.sub...)
		out.sub[i+1] = to
		return out
	}
	out.names = make([]string, 0, len(v.names)+1)
	out.names = append(append(append(out.names, v.names[:i]...), name), v.names[i:]...)
	out.sub = make([]value, 0, len(v.sub)+1)
	out.sub = append(append(append(out.sub, v.sub[:i+1]...), to), v.sub[i+1:]...)
	return out
}

// set walks a path such as ".conn.s" or ".list[0]".
func (m *machine) set(v value, path string, to value) value {
	if path == "" {
		return to
	}
	name, rest := splitPath(path)
	return withField(v, name, m.set(m.field(v, name), rest, to))
}

// splitPath cuts the first component off: ".a.b" gives ".a" and ".b".
func splitPath(path string) (first, rest string) {
	for i := 1; i < len(path); i++ {
		if path[i] == '.' || path[i] == '[' {
			return path[:i], path[i:]
		}
	}
	return path, ""
}

// key writes the structural part of v.
func (v value) key(b *strings.Builder) {
	if !v.structural() {
		b.WriteByte('_')
		return
	}
	fmt.Fprintf(b, "%d", v.kind)
	if v.id != 0 {
		fmt.Fprintf(b, "#%d", v.id)
	}
	b.WriteString(v.s)
	if len(v.sub) == 0 {
		return
	}
	b.WriteByte('(')
	for i, s := range v.sub {
		if v.kind == aggregate && i > 0 {
			if !s.structural() {
				continue
			}
			if len(v.names) > 0 { // a bag has no names
				b.WriteString(v.names[i-1])
			}
		}
		s.key(b)
		b.WriteByte(' ')
	}
	b.WriteByte(')')
}

// String is for debugging.
func (v value) String() string {
	parts := func() string {
		var out []string
		for i, s := range v.sub {
			t := s.String()
			if v.kind == aggregate {
				if i > 0 && len(v.names) > 0 {
					t = v.names[i-1] + ":" + t
				} else {
					t = "*:" + t
				}
			}
			out = append(out, t)
		}
		return strings.Join(out, ", ")
	}
	switch v.kind {
	case unknown:
		return fmt.Sprintf("?%d", v.id)
	case zero:
		return "0"
	case shifted:
		return fmt.Sprintf("?%d%+d", v.id, v.n)
	case number:
		return fmt.Sprint(v.n)
	case text:
		return v.s
	case subjectRef:
		return "S"
	case address:
		if v.root {
			return fmt.Sprintf("&(?%d)%s", v.id, v.s)
		}
		return fmt.Sprintf("&c%d%s", v.id, v.s)
	case function:
		return v.s + "[" + parts() + "]"
	case comparison:
		return "(" + v.sub[0].String() + v.s + v.sub[1].String() + ")"
	case negation:
		return "!" + v.sub[0].String()
	case iface:
		return v.s + "(" + parts() + ")"
	case deferStack:
		return fmt.Sprintf("defers%d", v.id)
	}
	return "{" + parts() + "}"
}
