package lower

import (
	"go/types"
	"strings"

	"github.com/sessionlint/sessionlint/internal/contract"
	rp "github.com/sessionlint/sessionlint/internal/refprog"
)

// markCallbacks notes which functions are registered as callbacks of which kind:
// passed to a contracted function that registers one, or to a C helper nobody
// knows, if the function has the C signature of exactly one kind.
func (b *body) markCallbacks() {
	literals := map[rp.Reg]string{} // function literals that capture something
	for _, blk := range b.blocks {
		for _, op := range blk.ops {
			if op.Kind == rp.Closure {
				literals[op.Dst] = op.Name
			}
		}
	}
	for _, blk := range b.blocks {
		for _, op := range blk.ops {
			for i, a := range op.Args {
				key := literals[a.Reg]
				if a.Kind == rp.FuncOperand {
					key = a.Name
				}
				if key == "" || a.Kind != rp.FuncOperand && a.Kind != rp.RegOperand {
					continue
				}
				kind := ""
				switch {
				case op.Kind == rp.API:
					if param := b.contracts[op.Name].Param(i); param.Effect == contract.Callback {
						kind = param.Callback
					}
				case op.Kind == rp.Unknown && strings.HasPrefix(op.Name, "C."):
					kind = b.p.callbackBySignature(key)
				}
				if kind != "" {
					b.p.callbacks[key] = kind
				}
			}
		}
	}
}

// callbackBySignature finds the one kind of callback that an exported function
// has the signature of, or "".
func (p *pkg) callbackBySignature(key string) string {
	for _, fn := range p.exported {
		if p.key(fn) != key {
			continue
		}
		found := ""
		for _, kind := range p.in.Table.Callbacks() {
			if p.hasSignature(fn.Signature, kind.Signature) {
				if found != "" {
					return ""
				}
				found = kind.Kind
			}
		}
		return found
	}
	return ""
}

// hasSignature compares a Go signature with a C one, such as
// "int (*)(SSL *ssl, SSL_SESSION *sess)": handles must agree, other pointers and
// numbers only in that they are such. At least one handle must agree.
func (p *pkg) hasSignature(sig *types.Signature, c string) bool {
	result, params, ok := splitSignature(c)
	if !ok || len(params) != sig.Params().Len() {
		return false
	}
	handles := 0
	for i, param := range params {
		same, handle := p.sameType(sig.Params().At(i).Type(), param)
		if !same {
			return false
		}
		if handle {
			handles++
		}
	}
	if sig.Results().Len() == 0 {
		return handles > 0 && result == "void"
	}
	same, _ := p.sameType(sig.Results().At(0).Type(), result)
	return same && handles > 0
}

// splitSignature takes "R (*)(A, B)" apart.
func splitSignature(c string) (result string, params []string, ok bool) {
	result, rest, ok := strings.Cut(c, "(*)(")
	if !ok {
		return "", nil, false
	}
	rest = strings.TrimSuffix(strings.TrimSpace(rest), ")")
	if rest = strings.TrimSpace(rest); rest != "" && rest != "void" {
		params = strings.Split(rest, ",")
	}
	return strings.TrimSpace(result), params, true
}

// sameType compares a Go type with a C declaration; handle reports whether both
// are (pointers to) the same handle.
func (p *pkg) sameType(t types.Type, decl string) (same, handle bool) {
	depth := strings.Count(decl, "*")
	want := ""
	for _, word := range strings.FieldsFunc(decl, func(r rune) bool { return r == ' ' || r == '*' }) {
		if h, ok := p.in.Table.HandleOfC(word); ok {
			want = h.Name
		}
	}
	for ; depth > 1; depth-- {
		ptr, ok := types.Unalias(t).Underlying().(*types.Pointer)
		if !ok {
			return kindOf(t) == rp.Pointer, false
		}
		t = ptr.Elem()
	}
	have := p.handleOf(t)
	if want != "" {
		return have == want || have == "" && isVoidPointer(t), have == want
	}
	if depth == 1 {
		return have == "" && kindOf(t) == rp.Pointer, false
	}
	return have == "" && kindOf(t) != rp.Pointer, false
}

func isVoidPointer(t types.Type) bool {
	basic, ok := types.Unalias(t).Underlying().(*types.Basic)
	return ok && basic.Kind() == types.UnsafePointer
}
