package lower

import (
	"go/ast"
	"go/token"
	"strings"

	"golang.org/x/tools/go/ssa"
)

// This file finds variables that nobody sets, or nobody but their function: what
// their value is shows without following who calls what.

// onlyRead reports whether an instruction that uses an address only reads what is
// there, or stores there as it may, and no copy of the address gets anywhere else.
func (p *pkg) onlyRead(instr ssa.Instruction, addr ssa.Value, may func(*ssa.Store) bool) bool {
	switch instr := instr.(type) {
	case *ssa.UnOp, *ssa.DebugRef:
		return true
	case *ssa.Store:
		return instr.Val != addr && may(instr)
	case *ssa.FieldAddr:
		return p.everywhereRead(instr, may)
	case *ssa.MakeClosure:
		lit := instr.Fn.(*ssa.Function)
		for i, bound := range instr.Bindings {
			if bound == addr && !p.everywhereRead(lit.FreeVars[i], may) {
				return false
			}
		}
		return true
	}
	return false
}

func (p *pkg) everywhereRead(addr ssa.Value, may func(*ssa.Store) bool) bool {
	for _, instr := range refs(addr) {
		if !p.onlyRead(instr, addr, may) {
			return false
		}
	}
	return true
}

func never(*ssa.Store) bool { return false }

// readOnlyOutside reports whether the literals that capture a variable of home
// only read it, and home sets it as a whole. Literals that are part of home's program
// do as they like.
func (p *pkg) readOnlyOutside(v *ssa.Alloc, home *ssa.Function) bool {
	return p.everywhereRead(v, func(st *ssa.Store) bool {
		_, part := st.Addr.(*ssa.FieldAddr)
		return !part && p.visible(st.Parent()) == home
	})
}

// findUnset finds the variables that literals capture and nobody ever sets.
func (p *pkg) findUnset() {
	for _, fn := range p.everything {
		for _, sb := range fn.Blocks {
			for _, instr := range sb.Instrs {
				if v, ok := instr.(*ssa.Alloc); ok && v.Heap && p.everywhereRead(v, never) {
					p.markUnset(v)
				}
			}
		}
	}
}

// markUnset marks a variable and what it is in the literals that capture it.
func (p *pkg) markUnset(v ssa.Value) {
	p.unset[v] = true
	for _, instr := range refs(v) {
		if mc, ok := instr.(*ssa.MakeClosure); ok {
			for i, bound := range mc.Bindings {
				if bound == v {
					p.markUnset(mc.Fn.(*ssa.Function).FreeVars[i])
				}
			}
		}
	}
}

// isUnset reports whether what an address leads to is a variable that nobody sets,
// or a part of one.
func (p *pkg) isUnset(addr ssa.Value) bool {
	for {
		field, ok := addr.(*ssa.FieldAddr)
		if !ok {
			return p.unset[addr]
		}
		addr = field.X
	}
}

// readPreset notes the variables that get their value elsewhere: by go:embed, or
// under another name, by go:linkname.
func (p *pkg) readPreset(file *ast.File) {
	for _, group := range file.Comments {
		for _, c := range group.List {
			if words := strings.Fields(c.Text); len(words) > 1 && words[0] == "//go:linkname" {
				p.preset[words[1]] = true
			}
		}
	}
	for _, decl := range file.Decls {
		vars, ok := decl.(*ast.GenDecl)
		if !ok || vars.Tok != token.VAR {
			continue
		}
		for _, spec := range vars.Specs {
			spec := spec.(*ast.ValueSpec)
			if embeds(vars.Doc) || embeds(spec.Doc) {
				for _, name := range spec.Names {
					p.preset[name.Name] = true
				}
			}
		}
	}
}

func embeds(doc *ast.CommentGroup) bool {
	if doc == nil {
		return false
	}
	for _, c := range doc.List {
		if strings.HasPrefix(c.Text, "//go:embed ") {
			return true
		}
	}
	return false
}

// hasAssembly reports whether functions of the package are written in assembly,
// which can set its variables.
func (p *pkg) hasAssembly() bool {
	for _, m := range p.in.SSA.Members {
		fn, ok := m.(*ssa.Function)
		if ok && fn.Blocks == nil && fn.Syntax() != nil && !isGenerated(fn) && !p.preset[fn.Name()] {
			return true
		}
	}
	return false
}
