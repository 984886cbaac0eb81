package contract

import (
	"slices"
	"strings"
	"testing"
)

func TestCShim(t *testing.T) {
	for _, tt := range []struct {
		name string
		args int // -1: not known
		want string
	}{
		{"SSL_get1_session", 1, "SSL_get1_session"},
		{"SSL_get1_session", 7, "SSL_get1_session"}, // an exact name needs no arity
		{"X_SSL_get1_session", 1, "SSL_get1_session"},
		{"go_openssl_SSL_SESSION_free", 1, "SSL_SESSION_free"},
		{"_goboringcrypto_SSL_SESSION_free", -1, "SSL_SESSION_free"},
		{"_SSL_SESSION_free", 1, "SSL_SESSION_free"},
		{"aws_lc_0_30_0_d2i_SSL_SESSION", 3, "d2i_SSL_SESSION"},
		{"shim_d2i_SSL_SESSION_bio", 2, "d2i_SSL_SESSION_bio"}, // a macro that only shims reach
		{"X_SSL_SESSION_new", 0, "SSL_SESSION_new"},
		{"X_SSL_SESSION_new", 1, "SSL_SESSION_new"}, // BoringSSL's has a parameter
		{"X_SSL_SESSION_new", 2, ""},
		{"X_SSL_CTX_set_options", 2, "SSL_CTX_set_options"},
		{"is_SSL_SESSION_free", 2, ""},
		{"my_SSL_get1_session_id_helper", 1, ""},
		{"SSL_get1_session_", 1, ""},
		{"XSSL_get1_session", 1, ""},
		{"get1_session", 1, ""},
		{"SSL_SESSION", -1, ""},
		{"my_strlen", 1, ""}, // contracted, but too plain to be found behind a prefix
		{"_", 0, ""},
		{"", 0, ""},
	} {
		got := ""
		if f, ok := Default().CShim(tt.name, tt.args); ok {
			got = f.Name
		}
		if got != tt.want {
			t.Errorf("CShim(%q, %d) = %q, want %q", tt.name, tt.args, got, tt.want)
		}
	}
	if f, ok := Default().C("X_SSL_get1_session"); !ok || f.Name != "SSL_get1_session" {
		t.Error("C does not look through a shim")
	}
	if _, ok := Default().C("(*" + sessionPath + ".Session).Free"); ok {
		t.Error("C finds a Go method")
	}
}

func TestGo(t *testing.T) {
	for name, want := range map[string]string{
		"(*" + sessionPath + ".Conn).Get1Session": "SSL_get1_session",
		sessionPath + ".New":                      "SSL_SESSION_new",
		sessionPath + ".D2I":                      "d2i_SSL_SESSION",
		"(" + sessionPath + ".Conn).Get1Session":  "",
		"SSL_get1_session":                        "",
		"":                                        "",
	} {
		got := ""
		if f, ok := Default().Go(name); ok {
			got = f.Like
		}
		if got != want {
			t.Errorf("Go(%q) is like %q, want %q", name, got, want)
		}
	}
}

func TestHandles(t *testing.T) {
	for _, name := range []string{"SSL_SESSION", "struct_ssl_session_st"} {
		if h, ok := Default().HandleOfC(name); !ok || h.Name != "SSL_SESSION" || h.OwnerOnly {
			t.Errorf("HandleOfC(%q) = %+v", name, h)
		}
	}
	if h, ok := Default().HandleOfGo(sessionPath + ".Conn"); !ok || h.Name != "SSL" || !h.OwnerOnly {
		t.Errorf("HandleOfGo(Conn) = %+v", h)
	}
	for _, name := range []string{"", "X509", "ssl_session_st"} {
		if h, ok := Default().HandleOfC(name); ok {
			t.Errorf("HandleOfC(%q) = %s", name, h.Name)
		}
	}
}

// TestHandlesOfArguments: what the signature says, which is all that is known
// where the code says void *.
func TestHandlesOfArguments(t *testing.T) {
	for _, tt := range []struct{ name, params, result, about string }{
		{"SSL_SESSION_free", "SSL_SESSION", "", "SSL_SESSION"},
		{"SSL_get1_session", "SSL", "SSL_SESSION", "SSL_SESSION"},
		{"SSL_set_session", "SSL SSL_SESSION", "", "SSL_SESSION"},
		{"SSL_CTX_add_session", "SSL_CTX SSL_SESSION", "", "SSL_SESSION"},
		{"d2i_SSL_SESSION", "SSL_SESSION - -", "SSL_SESSION", "SSL_SESSION"},
		{"PEM_read_bio_SSL_SESSION", "- SSL_SESSION - -", "SSL_SESSION", "SSL_SESSION"},
		{"SSL_new", "SSL_CTX", "SSL", "SSL"},
		{"SSL_CTX_sess_set_new_cb", "SSL_CTX -", "", "SSL_CTX"},
		{"SSL_get_SSL_CTX", "SSL", "SSL_CTX", "SSL_CTX"},
		{"SSL_SESSION_get0_peer", "SSL_SESSION", "", "SSL_SESSION"},
		{"(*" + sessionPath + ".Conn).SetSession", "SSL SSL_SESSION", "", "SSL_SESSION"},
		{sessionPath + ".D2I", "SSL_SESSION -", "SSL_SESSION", "SSL_SESSION"},
	} {
		f, ok := Default().Lookup(tt.name)
		if !ok {
			t.Errorf("%s: no contract", tt.name)
			continue
		}
		var params []string
		for i := range f.Args {
			h := f.Param(i).Handle
			if h == "" {
				h = "-"
			}
			params = append(params, h)
		}
		result := ""
		if len(f.Results) > 0 {
			result = f.Results[0].Handle
		}
		if got := strings.Join(params, " "); got != tt.params || result != tt.result || f.Handle != tt.about {
			t.Errorf("%s: parameters %q, result %q, about %q; want %q, %q, %q", tt.name, got, result, f.Handle, tt.params, tt.result, tt.about)
		}
	}
}

func TestBehaviour(t *testing.T) {
	for name, check := range map[string]func(*Behaviour) bool{
		"os.Exit":                                 func(b *Behaviour) bool { return b.NoReturn && !b.Unwinds },
		"runtime.Goexit":                          func(b *Behaviour) bool { return b.NoReturn && b.Unwinds },
		"log.Fatalf":                              func(b *Behaviour) bool { return b.NoReturn && !b.Harmless },
		"log.Printf":                              func(b *Behaviour) bool { return b.Harmless && !b.NoReturn },
		"(*log.Logger).Printf":                    func(b *Behaviour) bool { return b.Harmless },
		"(*log.Logger).Fatal":                     func(b *Behaviour) bool { return b.NoReturn },
		"(*testing.common).Fatal":                 func(b *Behaviour) bool { return b.NoReturn && b.Unwinds },
		"(*testing.common).Log":                   func(b *Behaviour) bool { return b.Harmless },
		"(testing.TB).Skipf":                      func(b *Behaviour) bool { return b.NoReturn },
		"(*testing.common).Cleanup":               func(b *Behaviour) bool { return b.Calls[0] == CallsArg{1, "later", "once", -1, -1} },
		"runtime.SetFinalizer":                    func(b *Behaviour) bool { return b.Calls[0] == CallsArg{1, "collected", "once", 0, 0} },
		"runtime.AddCleanup":                      func(b *Behaviour) bool { return b.Calls[0] == CallsArg{1, "collected", "once", 2, 0} },
		"runtime.AddCleanup[int,uintptr]":         func(b *Behaviour) bool { return b.Calls[0].Object == 2 },
		"(*sync/atomic.Pointer[T]).Store":         func(b *Behaviour) bool { return slices.Equal(b.Keeps, []int{1}) },
		"(*sync/atomic.Pointer[a.B[c]]).Load":     func(b *Behaviour) bool { return b.Harmless && len(b.Keeps) == 0 },
		"(*sync.Pool).Put":                        func(b *Behaviour) bool { return slices.Equal(b.Keeps, []int{1}) },
		"(*sync.Mutex).Lock":                      func(b *Behaviour) bool { return b.Harmless },
		"(*strings.Builder).WriteString":          func(b *Behaviour) bool { return b.Harmless },
		"strings.Map":                             func(b *Behaviour) bool { return len(b.Calls) == 1 },
		"fmt.Errorf":                              func(b *Behaviour) bool { return b.NonNil },
		"errors.Join":                             func(b *Behaviour) bool { return slices.Equal(b.NilIfNil, []int{0}) && !b.NonNil },
		"errors.Is":                               func(b *Behaviour) bool { return b.NonNilIf == 1 && b.Harmless },
		"errors.Unwrap":                           func(b *Behaviour) bool { return b.Harmless && !b.NonNil },
		"github.com/stretchr/testify/require.Nil": func(b *Behaviour) bool { return *b.Returns == Condition{1, "nil"} },
		"(*github.com/stretchr/testify/require.Assertions).NotNilf": func(b *Behaviour) bool { return b.Returns.Is == "non_nil" },
		"runtime.KeepAlive": func(b *Behaviour) bool { return b.KeepAlive },
	} {
		if b, ok := Default().Behaviour(name); !ok || !check(b) {
			t.Errorf("Behaviour(%q) = %+v", name, b)
		}
	}
	for _, name := range []string{"", "fmt.Sscan", "fmt.Fscanf", "slices.Insert", "maps.Collect", "reflect.ValueOf", "(*sync.Map).Unknown", "stringsx.Map", "example.com/strings.Map"} {
		if b, ok := Default().Behaviour(name); ok {
			t.Errorf("Behaviour(%q) = %+v, want none", name, b)
		}
	}
}

func TestMentions(t *testing.T) {
	for text, want := range map[string]bool{
		"func _Cfunc_SSL_SESSION_free(p0 *_Ctype_struct_ssl_session_st) {":        true,
		"var _cgo_x_Cfpvar_fp_SSL_SESSION_free unsafe.Pointer":                    true,
		"func _C2func_SSL_get1_session() (r1 *byte, r2 error)":                    true,
		"_Cfunc_go_openssl_SSL_SESSION_free":                                      true,
		"type _Ctype_SSL_SESSION = _Ctype_struct_ssl_session_st":                  true,
		"C.SSL_get_session(ssl)":                                                  true,
		"SSL_free":                                                                true,
		"type _Ctype_SSL = _Ctype_struct_ssl_st":                                  false,
		"func _Cfunc_GoString(p *_Ctype_char) string; _Cfunc_strlen; _Cfunc_free": false,
		"func _Cfunc_SSL_CTX_set_options(p0 *_Ctype_struct_ssl_ctx_st)":           false,
		"SSL_SESSION_free_all MySSL_SESSION_freeX XSSL_SESSION_free":              false,
		"session ssl_session_st_ SESSION_free":                                    false,
		"":                                                                        false,
		"SSL":                                                                     false,
	} {
		if got := Default().Mentions([]byte(text)); got != want {
			t.Errorf("Mentions(%q) = %v", text, got)
		}
	}
	tab, err := Default().With(File{Name: "f.yaml", Data: []byte("functions: [{name: go, args: 0, result: value}]")})
	if err != nil {
		t.Fatal(err)
	}
	if !tab.Mentions([]byte("_Cfunc_go(")) || tab.Mentions([]byte("_Cfunc_gone(")) {
		t.Error("a short name is not found, or found everywhere")
	}
}

func TestImports(t *testing.T) {
	if !Default().Imports(sessionPath) {
		t.Error("package session does not count")
	}
	for _, path := range []string{"", "os", "fmt", "sync", sessionPath + "/libssl"} {
		if Default().Imports(path) {
			t.Errorf("package %q counts", path)
		}
	}
}

// What has no status and no result that may be nil cannot fail.
func TestMayFail(t *testing.T) {
	table, err := Default().With(File{Name: "f.yaml", Data: []byte(`version: 1
functions:
  - {name: add, args: 1, params: {0: {effect: up_ref, handle: SSL}}}
  - {name: add_counted, args: 1, params: {0: {effect: up_ref, handle: SSL}}, result: value}
  - {name: made, args: 0, result: {ownership: owned, handle: SSL, non_nil: true}}
`)})
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]bool{
		"add": false, "add_counted": false, "made": false, "SSL_SESSION_free": false, "SSL_shutdown": false,
		"SSL_SESSION_up_ref": true, "SSL_get1_session": true, "SSL_get0_session": true, "SSL_set_SSL_CTX": true,
		"(*github.com/sessionlint/sessionlint/session.Session).UpRef": true,
	} {
		f, ok := table.Lookup(name)
		if !ok {
			t.Errorf("no contract for %s", name)
		} else if f.MayFail() != want {
			t.Errorf("%s may fail: %v, want %v", name, !want, want)
		}
	}
}

// A like function has the handles that its model has from its signature, in whatever
// order they stand, unless its own signature names others.
func TestLikeHandles(t *testing.T) {
	table, err := Default().With(File{Name: "f.yaml", Data: []byte(`version: 1
handles:
  - {name: OBJ, noun: object, c_types: [obj], free: obj_unref}
  - {name: PART, noun: part, c_types: [part], free: part_unref}
functions:
  - {name: obj_drop, like: obj_unref}
  - {name: obj_unref, signature: "void obj_unref(obj *o)", params: {0: free}}
  - {name: obj_new, signature: "obj *obj_new(obj *like)", result: owned}
  - {name: obj_make, like: obj_new}
  - {name: part_unref, like: obj_unref, signature: "void part_unref(part *p)"}
  - {name: part_new, like: obj_new, signature: "part *part_new(obj *o)"}
`)})
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct{ name, about, param, result string }{
		{"obj_drop", "OBJ", "OBJ", ""},
		{"obj_unref", "OBJ", "OBJ", ""},
		{"obj_new", "OBJ", "OBJ", "OBJ"},
		{"obj_make", "OBJ", "OBJ", "OBJ"},
		{"part_unref", "PART", "PART", ""},
		{"part_new", "PART", "OBJ", "PART"},
	} {
		f, _ := table.Lookup(tt.name)
		result := ""
		if len(f.Results) > 0 {
			result = f.Results[0].Handle
		}
		if f.Handle != tt.about || f.Param(0).Handle != tt.param || result != tt.result {
			t.Errorf("%s is about %q, takes %q, gives %q; want %q, %q, %q", tt.name, f.Handle, f.Param(0).Handle, result, tt.about, tt.param, tt.result)
		}
	}
}

// A declared handle is what built-in signatures name; the base table keeps its own.
func TestBaseHandles(t *testing.T) {
	table, err := Default().With(File{Name: "f.yaml", Data: []byte(`version: 1
handles:
  - {name: X509, noun: certificate, c_types: [X509], free: X509_free}
functions:
  - {name: X509_free, signature: "void X509_free(X509 *x)", params: {0: free}}
`)})
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		in   *Table
		want string
	}{{table, "X509"}, {Default(), ""}} {
		for _, name := range []string{"SSL_get1_peer_certificate", "SSL_SESSION_get0_peer"} {
			if f, _ := tt.in.Lookup(name); f.Results[0].Handle != tt.want {
				t.Errorf("%s gives %q, want %q", name, f.Results[0].Handle, tt.want)
			}
		}
		if f, _ := tt.in.Lookup("SSL_get1_session"); f.Results[0].Handle != "SSL_SESSION" || f.Param(0).Handle != "SSL" {
			t.Errorf("SSL_get1_session: %+v", f)
		}
	}
}
