package contract

import (
	"bytes"
	"testing"
)

func BenchmarkLoadBuiltIn(b *testing.B) {
	for b.Loop() {
		if _, err := Load(BuiltIn()...); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkDefault(b *testing.B) {
	for b.Loop() {
		newDefault()
	}
}

func BenchmarkMentions(b *testing.B) {
	tab := Default()
	src := bytes.Repeat([]byte("func (*_cgo_unused) _Cfunc_EVP_PKEY_CTX_set_rsa_padding(p0 *_Ctype_struct_evp_pkey_ctx_st) (r1 _Ctype_int) {\n"), 10000)
	b.SetBytes(int64(len(src)))
	for b.Loop() {
		if tab.Mentions(src) {
			b.Fatal("mentions a session")
		}
	}
}
