package simulate

import (
	"slices"
	"strings"

	"github.com/sessionlint/sessionlint/internal/refprog"
)

// This file finds out what the functions of a package do with the handles in the
// fields of its structs. A field is known by its key, "path.T.f"; the elements of one
// that is an array, a slice or a map are by "path.T.f[]". Survey runs every function
// once, without a subject, and notes on the way what is stored in a field, what is
// freed out of it, and what stores over it.

// elements ends the key of the elements of a field.
const elements = "[]"

// fieldUse is what all functions of the package do with one field.
type fieldUse struct {
	handle                   string
	owned, borrowed, unknown bool // what is stored there, besides nil
	doubtful                 bool // something is stored that is lent, or nil on some paths
	// beside: a loan is stored there that may well live as long as the object. One that
	// does not is wrong, and shows nothing about the field.
	beside   bool
	frees    string // a function that frees what is there; no flag of the object decides whether
	replaces string // a function that frees what is there and then stores something else
	counted  bool   // references to what is there are added
	closed   bool   // nobody elsewhere can store there
	unfreed  bool   // nobody frees what is there or passes it on
	declared bool   // by a directive
	// elsewhere: the field is of another package, which alone knows what is stored there.
	elsewhere bool
	lent      bool // declared to borrow
	// covered are the stores of which some execution knows, or may know, what
	// was there before: they are no loss by themselves.
	covered map[refprog.OpRef]bool
	// elements: the field is one of elements; freesAll: some function frees each of
	// them in a loop.
	elements, freesAll bool
	// releases: what was there before is freed, not only what the same function has
	// put there.
	releases bool
	seen     map[refprog.OpRef]bool // stores that some execution has come to
}

func newFieldUse(handle string) *fieldUse {
	return &fieldUse{handle: handle, covered: map[refprog.OpRef]bool{}, seen: map[refprog.OpRef]bool{}}
}

// owns reports whether the object has a reference to what the field holds.
func (u *fieldUse) owns() bool {
	if u == nil || u.declared {
		return u != nil && !u.lent
	}
	return u.frees != "" && (!u.borrowed && !u.doubtful || u.owned && !u.beside)
}

// releasing reports whether what is put into the field is freed out of it later,
// unless it is somehow known which of it is a loan.
func (u *fieldUse) releasing() bool {
	if u == nil || u.declared {
		return u.owns()
	}
	return u.releases
}

// freesOwned reports whether references are stored in the field and freed out of it,
// and no loan among them is spared.
func (u *fieldUse) freesOwned() bool {
	return u.releasing() && (u.declared || u.owned && (!u.elements || u.freesAll))
}

// lends reports whether nothing but loans is stored in the field, if anything is.
func (u *fieldUse) lends() bool {
	return u != nil && !u.declared && u.onlyLoans()
}

func (u *fieldUse) onlyLoans() bool {
	return u.closed && (u.borrowed || u.doubtful) && !u.owned && !u.unknown && !u.counted
}

// A DeclaredField is what a directive says of a field, here or in an import.
type DeclaredField struct {
	Owned  bool
	Handle string // what it holds, "" if that is not known
}

// KnownFields is what Survey is told of fields, by key.
type KnownFields struct {
	Declared map[string]DeclaredField
	// Closed are the fields that no code elsewhere can read or write, and the elements
	// of those whose slice or map nobody has but through them. Unfreed are
	// those of which nobody frees what they hold, or gets it to somebody who could.
	Closed, Unfreed map[string]bool
	// Elsewhere are fields of other packages of which nobody frees what they hold; Lent
	// are those in which nothing but loans is stored, with the handle.
	Elsewhere []string
	Lent      map[string]string
}

// A FieldOwner says on what a claim about a field rests. None that rests on Loans is
// true before following one reference has shown a loan that is stored there, see
// Result.Loans: the survey does not tell the ways apart that lead to a store.
type FieldOwner struct {
	Handle   string // what it holds
	Declared bool   // a directive says so
	Frees    string // a function that frees what the field holds
	Replaces string // one that does so before it stores something else there
	Loans    bool   // nothing but loans is stored there, if anything is
}

// FieldOwner returns what the package does with the field that has a key.
func (s *Simulator) FieldOwner(key string) FieldOwner {
	u := s.fields[key]
	if u == nil {
		return FieldOwner{}
	}
	return FieldOwner{Handle: u.handle, Declared: u.declared, Frees: u.frees, Replaces: u.replaces, Loans: u.onlyLoans()}
}

// OwningFields lists the fields that, by what the package does, own what they
// hold, sorted.
func (s *Simulator) OwningFields() []string {
	var out []string
	for key, u := range s.fields {
		if u.owns() && !u.declared {
			out = append(out, key)
		}
	}
	slices.Sort(out)
	return out
}

// OwnsIn reports whether the field that has a key owns what it holds, or what its
// elements hold.
func (s *Simulator) OwnsIn(key string) bool {
	return key != "" && (s.fields[key].owns() || s.fields[key+elements].owns())
}

// UnfreedFields lists the fields of which nobody frees what they hold, sorted.
func (s *Simulator) UnfreedFields() []string {
	var out []string
	for key, u := range s.fields {
		if u.unfreed && !u.declared && !u.elsewhere {
			out = append(out, key)
		}
	}
	slices.Sort(out)
	return out
}

// LendingFields lists the fields in which nothing but loans is stored, sorted.
func (s *Simulator) LendingFields() []string {
	var out []string
	for key, u := range s.fields {
		if u.lends() && !u.elsewhere {
			out = append(out, key)
		}
	}
	slices.Sort(out)
	return out
}

// Judges reports whether a claim may rest on what becomes of the things that a field
// holds, or its elements: who follows a function has to know which field that is.
func (s *Simulator) Judges(key string) bool {
	judged := func(key string) bool { return s.fields[key] != nil && s.fields[key].unfreed || s.fields[key].lends() }
	return s.OwnsIn(key) || key != "" && (judged(key) || judged(key+elements))
}

// placeKey identifies memory: that of a cell or that at a symbol.
type placeKey struct {
	root bool
	id   int32
	path string
}

// fieldKey is the key of a field of a type as registers name it, "" if the type
// has no name.
func fieldKey(typ, field string) string {
	if typ == "" {
		return ""
	}
	var b strings.Builder
	depth := 0
	for _, r := range strings.TrimPrefix(typ, "*") {
		switch {
		case r == '[':
			depth++
		case r == ']':
			depth--
		case depth == 0:
			b.WriteRune(r)
		}
	}
	return b.String() + "." + field
}

// fieldOf is the key of the field that a FieldAddr or Field operation is about.
func fieldOf(b *body, op *refprog.Op) string { return fieldIn(b.Func, op) }

func fieldIn(f *refprog.Func, op *refprog.Op) string {
	if op.Args[0].Kind != refprog.RegOperand {
		return "" // of a package variable
	}
	return fieldKey(f.Regs[op.Args[0].Reg].Type.Name, op.Name)
}

// typeOfField is the type's part of a key, or the package's of that of a variable; a
// variable that the compiler made has none.
func typeOfField(key string) string { return key[:max(0, strings.LastIndexByte(key, '.'))] }

// Survey learns what functions do with the fields of structs. It has to
// come before anything else.
func (s *Simulator) Survey(p *refprog.Program, known KnownFields) {
	for key, d := range known.Declared {
		u := newFieldUse(d.Handle)
		u.declared, u.lent = true, !d.Owned
		s.fields[key] = u
	}
	funcs := p.Funcs
	for _, f := range funcs {
		s.handleFields(f, p.Package)
	}
	for key, u := range s.fields {
		u.closed, u.unfreed = known.Closed[key], known.Unfreed[strings.TrimSuffix(key, elements)]
	}
	for _, key := range known.Elsewhere {
		u := newFieldUse("")
		u.elsewhere, u.unfreed, u.unknown = true, true, true
		u.elements = strings.HasSuffix(key, elements)
		s.fields[key] = u
	}
	for key, handle := range known.Lent {
		u := newFieldUse(handle)
		u.elsewhere, u.closed, u.borrowed = true, true, true
		u.elements = strings.HasSuffix(key, elements)
		s.fields[key] = u
	}
	if len(s.fields) == 0 {
		return
	}
	unseen := map[string]bool{}
	entered := map[string]bool{}
	for _, f := range funcs {
		s.passedOn(f, unseen)
		if f.Synthetic || entered[f.Key] || !s.effectsOf(f.Key).fields {
			continue
		}
		m := s.machine(f.Key, Options{})
		if m == nil {
			continue
		}
		m.surveys, m.blind = true, unseen
		m.base()
		called, _ := m.entered()
		for _, key := range called {
			if g := s.universe.Func(key); g.Parent != "" {
				entered[key] = true
			}
		}
		if m.gaveUp != "" {
			unseen[f.Key] = true
		}
	}
	s.cover(unseen)
	for _, f := range funcs {
		s.missed(f)
	}
}

// missed opens the fields of which no execution has come to a store.
func (s *Simulator) missed(f *refprog.Func) {
	at, held := fieldAddresses(f), fieldContainers(f)
	for bi, b := range f.Blocks {
		for i := range b.Ops {
			op := &b.Ops[i]
			if len(op.Args) == 0 {
				continue
			}
			key := named(at, op.Args[0])
			switch op.Kind {
			case refprog.Store:
			case refprog.Append, refprog.MapStore:
				key = named(held, op.Args[0]) + elements
			default:
				continue
			}
			if u := s.fields[key]; u != nil && !u.seen[refprog.OpRef{Func: f.Key, Block: bi, Op: i}] {
				u.unknown = true
			}
		}
	}
}

// fieldAddresses are the registers of a function that hold the address of a field, or
// that of an element of one.
func fieldAddresses(f *refprog.Func) map[refprog.Reg]string {
	at := map[refprog.Reg]string{}
	held := fieldContainers(f)
	for _, b := range f.Blocks {
		for i := range b.Ops {
			op := &b.Ops[i]
			switch {
			case op.Kind == refprog.FieldAddr:
				at[op.Dst] = fieldIn(f, op)
			case op.Kind == refprog.IndexAddr && named(held, op.Args[0]) != "":
				at[op.Dst] = named(held, op.Args[0]) + elements
			}
		}
	}
	return at
}

// named is the key of a package variable, or what a register is known as.
func named(keys map[refprog.Reg]string, o refprog.Operand) string {
	switch o.Kind {
	case refprog.GlobalOperand:
		return o.Name
	case refprog.RegOperand:
		return keys[o.Reg]
	}
	return ""
}

// fieldContainers are the registers of a function that hold the address of a field, or
// what a field holds.
func fieldContainers(f *refprog.Func) map[refprog.Reg]string {
	held := map[refprog.Reg]string{}
	for _, b := range f.Blocks {
		for i := range b.Ops {
			switch op := &b.Ops[i]; op.Kind {
			case refprog.FieldAddr, refprog.Field:
				held[op.Dst] = fieldIn(f, op)
			case refprog.Load:
				if key := named(held, op.Args[0]); key != "" {
					held[op.Dst] = key
				}
			}
		}
	}
	return held
}

// handleFields enters the fields of the package's own types that a function loads
// a handle from or stores one in.
func (s *Simulator) handleFields(f *refprog.Func, pkg string) {
	enter := func(key string, t refprog.Type) {
		name, own := strings.CutPrefix(key, pkg+".")
		h, ok := s.table.Handle(t.Handle)
		if !ok || h.OwnerOnly {
			return
		}
		if u := s.fields[key]; u != nil {
			u.handle = t.Handle
		} else if own && strings.Count(name, ".") <= 1 {
			u := newFieldUse(t.Handle)
			u.elements = strings.HasSuffix(key, elements)
			s.fields[key] = u
		}
	}
	at, held := fieldAddresses(f), fieldContainers(f)
	found := map[refprog.Reg]string{} // tuples: an element and whether there is one
	for _, b := range f.Blocks {
		for i := range b.Ops {
			op := &b.Ops[i]
			if op.Kind == refprog.Field {
				enter(fieldIn(f, op), f.Regs[op.Dst].Type)
			}
			if len(op.Args) == 0 {
				continue
			}
			if c := named(held, op.Args[0]); c != "" {
				switch op.Kind {
				case refprog.Index, refprog.MapLoad:
					enter(c+elements, f.Regs[op.Dst].Type)
					found[op.Dst] = c + elements
				case refprog.Append:
					enter(c+elements, typeOfListed(f, op.Args[1]))
				case refprog.MapStore:
					if op.Args[2].Kind == refprog.RegOperand {
						enter(c+elements, f.Regs[op.Args[2].Reg].Type)
					}
				}
			}
			if op.Kind == refprog.Extract && op.N == 0 && named(found, op.Args[0]) != "" {
				enter(named(found, op.Args[0]), f.Regs[op.Dst].Type)
			}
			switch key := named(at, op.Args[0]); {
			case op.Kind == refprog.Load:
				enter(key, f.Regs[op.Dst].Type)
			case op.Kind == refprog.Store && op.Args[1].Kind == refprog.RegOperand:
				enter(key, f.Regs[op.Args[1].Reg].Type)
			}
		}
	}
}

// usesFields reports whether a function names a field with a handle.
func (s *Simulator) usesFields(f *refprog.Func) bool {
	return len(s.fields) > 0 && slices.ContainsFunc(fieldsNamed(f), func(key string) bool { return s.fields[key] != nil || s.fields[key+elements] != nil })
}

// overwrites reports whether a function stores in a field that owns.
func (s *Simulator) overwrites(f *refprog.Func) bool {
	return slices.ContainsFunc(fieldsNamed(f), s.OwnsIn)
}

// passedOn collects the functions that are called where nobody sees it: as values
// and through interfaces.
func (s *Simulator) passedOn(f *refprog.Func, unseen map[string]bool) {
	for _, b := range f.Blocks {
		for i := range b.Ops {
			op := &b.Ops[i]
			if g := s.universe.Func(op.Name); op.Kind == refprog.Closure && g != nil && g.Parent == "" {
				unseen[op.Name] = true
			}
			for _, a := range op.Args {
				if a.Kind == refprog.FuncOperand {
					unseen[a.Name] = true
				}
			}
			if op.Kind == refprog.Method {
				unseen["."+op.Name] = true
			}
		}
	}
}

// cover covers every store of the functions that were not seen in each of their
// calls, and of what those call.
func (s *Simulator) cover(unseen map[string]bool) {
	done := map[string]bool{}
	var visit func(key string)
	visit = func(key string) {
		f := s.universe.Func(key)
		if f == nil || done[key] {
			return
		}
		done[key] = true
		for bi, b := range f.Blocks {
			for i := range b.Ops {
				if b.Ops[i].Kind == refprog.Store {
					for _, u := range s.fields {
						u.covered[refprog.OpRef{Func: key, Block: bi, Op: i}] = true
					}
				}
			}
		}
		for _, c := range s.callees(key) {
			visit(c)
		}
	}
	for key := range unseen {
		visit(key)
	}
	s.hidden = map[string]bool{}
	for key := range unseen {
		if strings.HasPrefix(key, ".") {
			s.hidden[key] = true
		}
	}
}

// byInterface reports whether a function is a method of a name that is called
// through an interface.
func (s *Simulator) byInterface(key string) bool {
	return strings.HasPrefix(key, "(") && s.hidden[key[strings.LastIndexByte(key, '.'):]]
}
