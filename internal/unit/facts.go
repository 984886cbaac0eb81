package unit

import (
	"cmp"
	"encoding/json"
	"fmt"
	"go/types"
	"reflect"
	"slices"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/types/objectpath"

	"github.com/sessionlint/sessionlint/internal/relevance"
)

// A QuietFact matters only to a package that matters for another reason: that a
// package has one makes no importer matter. But an importer may pass on what the
// fact is about, and have such a fact itself; it cannot without mentioning one of
// the names.
type QuietFact interface {
	analysis.Fact
	Names() []string
}

// A storedFact is a fact with its owner and type written as text.
type storedFact struct {
	Package string          `json:"-"`                // path of the package that owns the object, or that the fact is about
	Object  objectpath.Path `json:"object,omitempty"` // "" for a package fact
	Type    string          `json:"type"`
	Fact    json.RawMessage `json:"fact"`
}

// A factKey is what a fact is stored under: Object is nil for a package fact.
type factKey struct {
	pkg *types.Package
	obj types.Object
	typ reflect.Type
}

// A factSet holds the facts known in one unit: those of its imports, and those
// that its analyzers export.
type factSet struct {
	pkg   *types.Package
	facts map[factKey]analysis.Fact
}

// factTypes returns the fact types of all analyzers, run or not, by name.
func factTypes(all []*analysis.Analyzer) (map[string]reflect.Type, error) {
	types := make(map[string]reflect.Type)
	for _, a := range closure(all) {
		for _, f := range a.FactTypes {
			if _, err := json.Marshal(f); err != nil {
				return nil, fmt.Errorf("fact type %T cannot be encoded: %v", f, err)
			}
			types[typeName(f)] = reflect.TypeOf(f).Elem()
		}
	}
	return types, nil
}

func typeName(f analysis.Fact) string {
	t := reflect.TypeOf(f).Elem()
	return t.PkgPath() + "." + t.Name()
}

// readFacts decodes the facts of the direct imports of pkg. A fact whose object
// the unit cannot see, or of a type that no analyzer has, is dropped: nothing in
// the unit can ask for it.
func readFacts(in *relevance.Unit, pkg *types.Package, known map[string]reflect.Type) (*factSet, error) {
	set := &factSet{pkg: pkg, facts: make(map[factKey]analysis.Fact)}
	visible := visiblePackages(pkg)
	for _, s := range in.Facts() {
		owner := visible[s.Package]
		if owner == nil {
			continue
		}
		var stored []storedFact
		if err := json.Unmarshal([]byte(s.Body), &stored); err != nil {
			return nil, fmt.Errorf("facts of %s: %v", s.Package, err)
		}
		for _, f := range stored {
			if err := set.add(f, owner, known[f.Type]); err != nil {
				return nil, fmt.Errorf("facts of %s: %v", s.Package, err)
			}
		}
	}
	return set, nil
}

func (set *factSet) add(s storedFact, owner *types.Package, typ reflect.Type) error {
	if typ == nil {
		return nil
	}
	key := factKey{pkg: owner, typ: reflect.PointerTo(typ)}
	if s.Object != "" {
		obj, err := objectpath.Object(owner, s.Object)
		if err != nil {
			return nil
		}
		key.obj = obj
	}
	fact := reflect.New(typ)
	if err := json.Unmarshal(s.Fact, fact.Interface()); err != nil {
		return err
	}
	set.facts[key] = fact.Interface().(analysis.Fact)
	return nil
}

// visiblePackages returns the packages that the unit can name an object of, by
// path: its imports and the packages their export data speak of.
func visiblePackages(pkg *types.Package) map[string]*types.Package {
	visible := make(map[string]*types.Package)
	var visit func(p *types.Package)
	visit = func(p *types.Package) {
		if visible[p.Path()] != nil {
			return
		}
		visible[p.Path()] = p
		for _, imp := range p.Imports() {
			visit(imp)
		}
	}
	for _, imp := range pkg.Imports() {
		visit(imp)
	}
	return visible
}

// encode returns the contents of the unit's facts file: the same bytes for the
// same facts.
//
// Own facts are kept if another package can name their object. Of the imports'
// facts those are kept too that an importer of this package can come upon without
// importing their package: facts on types, fields and methods, and facts on the
// packages of types that the interface of this package leads to.
func (set *factSet) encode(variant bool) ([]byte, error) {
	var stored []storedFact
	quiet := make(map[string][]string) // names of quiet facts, by package
	loud := make(map[string]bool)
	var leads map[*types.Package]bool
	paths := new(objectpath.Encoder)
	for key, fact := range set.facts {
		if key.pkg != set.pkg {
			if key.obj == nil && leads == nil {
				leads = leadsTo(set.pkg)
			}
			if key.obj == nil && !leads[key.pkg] || key.obj != nil && !reachableThrough(key.obj) {
				continue
			}
		}
		s := storedFact{Package: key.pkg.Path(), Type: typeName(fact)}
		if key.obj != nil {
			path, err := paths.For(key.obj)
			if err != nil {
				continue // local to the package
			}
			s.Object = path
		}
		var err error
		if s.Fact, err = json.Marshal(fact); err != nil {
			return nil, fmt.Errorf("encoding facts: %v", err)
		}
		stored = append(stored, s)
		if q, ok := fact.(QuietFact); ok {
			quiet[s.Package] = append(quiet[s.Package], q.Names()...)
		} else {
			loud[s.Package] = true
		}
	}
	slices.SortFunc(stored, func(x, y storedFact) int {
		return cmp.Or(
			cmp.Compare(x.Package, y.Package),
			cmp.Compare(x.Object, y.Object),
			cmp.Compare(x.Type, y.Type))
	})
	f := &relevance.FactsFile{Variant: variant}
	for len(stored) > 0 {
		pkg, n := stored[0].Package, 1
		for n < len(stored) && stored[n].Package == pkg {
			n++
		}
		body, err := json.Marshal(stored[:n])
		if err != nil {
			return nil, fmt.Errorf("encoding facts: %v", err)
		}
		s := relevance.Section{Package: pkg, Quiet: !loud[pkg], Body: string(body)}
		if s.Quiet {
			s.Names = slices.Compact(slices.Sorted(slices.Values(quiet[pkg])))
		}
		f.Sections = append(f.Sections, s)
		stored = stored[n:]
	}
	return f.Bytes(), nil
}

// reachableThrough reports whether obj can be reached from a package that does
// not import the package of obj: a type, or a field or method of one.
func reachableThrough(obj types.Object) bool {
	if _, ok := obj.(*types.TypeName); ok {
		return true
	}
	return obj.Parent() != obj.Pkg().Scope()
}

// leadsTo returns the packages of all types that a package importing pkg can get
// a value of by way of pkg's exported objects, their fields, methods, parameters
// and results.
func leadsTo(pkg *types.Package) map[*types.Package]bool {
	packages := make(map[*types.Package]bool)
	seen := make(map[types.Type]bool)
	var visit func(t types.Type)
	visitTuple := func(tuple *types.Tuple) {
		for v := range tuple.Variables() {
			visit(v.Type())
		}
	}
	visit = func(t types.Type) {
		t = types.Unalias(t)
		if seen[t] {
			return
		}
		seen[t] = true
		switch t := t.(type) {
		case *types.Named:
			if owner := t.Obj().Pkg(); owner != nil {
				packages[owner] = true
			}
			for arg := range t.TypeArgs().Types() {
				visit(arg)
			}
			origin := t.Origin() // instances of a type may be without end
			for method := range origin.Methods() {
				if method.Exported() {
					visit(method.Type())
				}
			}
			visit(origin.Underlying())
		case *types.Struct:
			for field := range t.Fields() {
				if field.Exported() || field.Embedded() {
					visit(field.Type())
				}
			}
		case *types.Interface:
			for method := range t.Methods() {
				visit(method.Type())
			}
		case *types.Signature:
			visitTuple(t.Params())
			visitTuple(t.Results())
		case *types.Map:
			visit(t.Key())
			visit(t.Elem())
		case interface{ Elem() types.Type }:
			visit(t.Elem())
		}
	}
	for _, name := range pkg.Scope().Names() {
		if obj := pkg.Scope().Lookup(name); obj.Exported() {
			visit(obj.Type())
		}
	}
	return packages
}

func (set *factSet) importFact(pkg *types.Package, obj types.Object, ptr analysis.Fact) bool {
	fact, ok := set.facts[factKey{pkg, obj, reflect.TypeOf(ptr)}]
	if ok {
		reflect.ValueOf(ptr).Elem().Set(reflect.ValueOf(fact).Elem())
	}
	return ok
}

// bind gives a pass access to the facts of the types that its analyzer declares.
func (set *factSet) bind(pass *analysis.Pass) {
	declared := make(map[reflect.Type]bool)
	for _, f := range pass.Analyzer.FactTypes {
		declared[reflect.TypeOf(f)] = true
	}
	pass.ImportObjectFact = func(obj types.Object, ptr analysis.Fact) bool {
		return set.importFact(obj.Pkg(), obj, ptr)
	}
	pass.ImportPackageFact = func(pkg *types.Package, ptr analysis.Fact) bool {
		return set.importFact(pkg, nil, ptr)
	}
	pass.ExportObjectFact = func(obj types.Object, fact analysis.Fact) {
		if obj.Pkg() != set.pkg {
			panic(fmt.Sprintf("fact %T exported for %s, an object of another package", fact, obj))
		}
		set.facts[factKey{set.pkg, obj, reflect.TypeOf(fact)}] = fact
	}
	pass.ExportPackageFact = func(fact analysis.Fact) {
		set.facts[factKey{set.pkg, nil, reflect.TypeOf(fact)}] = fact
	}
	pass.AllObjectFacts = func() []analysis.ObjectFact { return set.objectFacts(declared) }
	pass.AllPackageFacts = func() []analysis.PackageFact { return set.packageFacts(declared) }
}

// objectFacts returns the object facts of the declared types, ordered by
// package, position-independent object text and type.
func (set *factSet) objectFacts(declared map[reflect.Type]bool) []analysis.ObjectFact {
	var all []analysis.ObjectFact
	for key, fact := range set.facts {
		if key.obj != nil && declared[key.typ] {
			all = append(all, analysis.ObjectFact{Object: key.obj, Fact: fact})
		}
	}
	slices.SortFunc(all, func(x, y analysis.ObjectFact) int {
		return cmp.Or(
			cmp.Compare(x.Object.Pkg().Path(), y.Object.Pkg().Path()),
			cmp.Compare(x.Object.String(), y.Object.String()),
			cmp.Compare(x.Object.Pos(), y.Object.Pos()),
			cmp.Compare(typeName(x.Fact), typeName(y.Fact)))
	})
	return all
}

// packageFacts returns the package facts of the declared types in path order.
func (set *factSet) packageFacts(declared map[reflect.Type]bool) []analysis.PackageFact {
	var all []analysis.PackageFact
	for key, fact := range set.facts {
		if key.obj == nil && declared[key.typ] {
			all = append(all, analysis.PackageFact{Package: key.pkg, Fact: fact})
		}
	}
	slices.SortFunc(all, func(x, y analysis.PackageFact) int {
		return cmp.Or(
			cmp.Compare(x.Package.Path(), y.Package.Path()),
			cmp.Compare(typeName(x.Fact), typeName(y.Fact)))
	})
	return all
}
