package keepalive_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/sessionlint/sessionlint/internal/contract"
	"github.com/sessionlint/sessionlint/internal/keepalive"
	"github.com/sessionlint/sessionlint/internal/refprog"
	"github.com/sessionlint/sessionlint/internal/refprog/refasm"
)

// input assembles a program in which registers named c, c1, ... point to objects
// of type p.Conn, and k, k1, ... are what a registration returned.
func input(t *testing.T, text string) keepalive.Input {
	t.Helper()
	p, err := refasm.Program(text)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range p.Funcs {
		for i := range f.Regs {
			r := &f.Regs[i]
			switch {
			case r.Type.Handle == "" && r.Type.Kind == refprog.Pointer && strings.HasPrefix(r.Name, "c"):
				r.Type.Name = "*p.Conn"
			case strings.HasPrefix(r.Name, "k"):
				r.Type.Name = "p.Stop"
			}
		}
		if err := refprog.Verify(f); err != nil {
			t.Fatal(err)
		}
	}
	return keepalive.Input{Program: p, Universe: p, Contracts: contract.Default()}
}

// made registers a finalizer that frees c.ssl.
const made = `
func make(ssl:SSL)
0:
  c:ptr = alloc
  a:ptr = fieldaddr ssl c
  store a ssl
  unknown runtime.SetFinalizer c &finish !harmless
  escape runs-later &finish c
  ret c
func finish(c:ptr)
0:
  a:ptr = fieldaddr ssl c
  s:SSL = load a
  api SSL_free s
  ret
`

func TestFind(t *testing.T) {
	for _, tt := range []struct{ name, program, want string }{
		{"last use", made + `
func F(c:ptr)
0:
  a:ptr = fieldaddr ssl c
  s:SSL = load a
  api SSL_do_handshake s
  ret`, "F:0:2 c c.ssl SSL_do_handshake finalizer"},
		{"function without a contract", made + `
func F(c:ptr)
0:
  a:ptr = fieldaddr ssl c
  s:SSL = load a
  unknown C.version s
  ret`, "F:0:2 c c.ssl version finalizer"},
		{"kept", made + `
func F(c:ptr)
0:
  a:ptr = fieldaddr ssl c
  s:SSL = load a
  api SSL_do_handshake s
  keepalive c
  ret`, ""},
		{"used on one way", made + `
func F(c:ptr, n:bool)
0:
  a:ptr = fieldaddr ssl c
  s:SSL = load a
  api SSL_do_handshake s
  if n 1 2
1:
  b:ptr = fieldaddr name c
  store b nil
  jump 2
2:
  ret`, ""},
		{"used in the next turn", made + `
func F(c:ptr, n:bool)
0:
  jump 1
1:
  a:ptr = fieldaddr ssl c
  s:SSL = load a
  api SSL_do_handshake s
  if n 1 2
2:
  ret`, ""},
		{"deferred use", made + `
func F(c:ptr)
0:
  m:ptr = fieldaddr mu c
  defer unknown (*sync.Mutex).Unlock m !harmless
  a:ptr = fieldaddr ssl c
  s:SSL = load a
  api SSL_do_handshake s
  rundefers
  ret`, ""},
		{"passed on by a function", made + `
func F(c:ptr)
0:
  a:ptr = fieldaddr ssl c
  s:SSL = load a
  call G s
  ret
func G(s:SSL)
0:
  call h s
  ret
func h(s:SSL)
0:
  api SSL_do_handshake s
  ret`, "F:0:2 c c.ssl SSL_do_handshake finalizer"},
		{"passed on to its end", made + `
func F(c:ptr)
0:
  a:ptr = fieldaddr ssl c
  s:SSL = load a
  call g s
  ret
func g(s:SSL)
0:
  api SSL_do_handshake s
  api SSL_free s
  ret`, ""},
		{"passed on and kept", made + `
func F(c:ptr)
0:
  a:ptr = fieldaddr ssl c
  s:SSL = load a
  call g s
  keepalive c
  ret
func g(s:SSL)
0:
  api SSL_do_handshake s
  ret`, ""},
		{"deferred call", made + `
func F(c:ptr)
0:
  a:ptr = fieldaddr ssl c
  s:SSL = load a
  defer api SSL_shutdown s
  b:ptr = fieldaddr name c
  store b nil
  rundefers
  ret`, "F:0:2 c c.ssl SSL_shutdown finalizer"},
		{"deferred call, then the object", made + `
func F(c:ptr)
0:
  a:ptr = fieldaddr ssl c
  s:SSL = load a
  defer api SSL_shutdown s
  rundefers
  ret c`, ""},
		{"spawned call", made + `
func F(c:ptr)
0:
  a:ptr = fieldaddr ssl c
  s:SSL = load a
  go api SSL_do_handshake s
  ret`, "F:0:2 c c.ssl SSL_do_handshake finalizer"},
		{"passed to C beside its handle", made + `
func F(c:ptr)
0:
  a:ptr = fieldaddr ssl c
  s:SSL = load a
  unknown C.with s c
  ret`, ""},
		{"stored before", made + `
func F(c:ptr)
0:
  store @g c
  a:ptr = fieldaddr ssl c
  s:SSL = load a
  api SSL_do_handshake s
  ret`, ""},
		{"given away before", made + `
func F(c:ptr)
0:
  unknown x.Register c
  a:ptr = fieldaddr ssl c
  s:SSL = load a
  api SSL_do_handshake s
  ret`, ""},
		{"only read before", made + `
func F(c:ptr)
0:
  unknown x.Print c !harmless
  a:ptr = fieldaddr ssl c
  s:SSL = load a
  api SSL_do_handshake s
  ret`, "F:0:3 c c.ssl SSL_do_handshake finalizer"},
		{"callee that keeps it", made + `
func keep(c:ptr)
0:
  store @g c
  ret
func F(c:ptr)
0:
  call keep c
  a:ptr = fieldaddr ssl c
  s:SSL = load a
  api SSL_do_handshake s
  ret`, ""},
		{"finalizer taken away by a callee", made + `
func disarm(c:ptr)
0:
  unknown runtime.SetFinalizer c nil !harmless
  ret
func F(c:ptr)
0:
  call disarm c
  a:ptr = fieldaddr ssl c
  s:SSL = load a
  api SSL_do_handshake s
  ret`, ""},
		{"the free itself", made + `
func F(c:ptr)
0:
  a:ptr = fieldaddr ssl c
  s:SSL = load a
  api SSL_free s
  ret`, ""},
		{"another field", made + `
func F(c:ptr)
0:
  a:ptr = fieldaddr other c
  s:SSL = load a
  api SSL_do_handshake s
  ret`, ""},
		{"not exported, all callers keep it", made + `
func f(c:ptr)
0:
  a:ptr = fieldaddr ssl c
  s:SSL = load a
  api SSL_do_handshake s
  ret
func F(c:ptr)
0:
  call f c
  keepalive c
  ret`, ""},
		{"not exported, one caller does not", made + `
func f(c:ptr)
0:
  a:ptr = fieldaddr ssl c
  s:SSL = load a
  api SSL_do_handshake s
  ret
func F(c:ptr)
0:
  call f c
  ret
func G(c:ptr)
0:
  call f c
  keepalive c
  ret`, "f:0:2 c c.ssl SSL_do_handshake finalizer"},
		{"not exported, called in a circle", made + `
func f(c:ptr)
0:
  a:ptr = fieldaddr ssl c
  s:SSL = load a
  api SSL_do_handshake s
  ret
func g(c:ptr)
0:
  call f c
  ret
func h(c:ptr)
0:
  call g c
  call h c
  ret`, ""},
		{"object of its own", made + `
func F(ssl:SSL)
0:
  c:ptr = call make ssl
  a:ptr = fieldaddr ssl c
  s:SSL = load a
  api SSL_do_handshake s
  ret`, "F:0:3 c c.ssl SSL_do_handshake finalizer"},
		{"object out of a table", made + `
func F(m:list)
0:
  c:ptr = mapload m 1
  a:ptr = fieldaddr ssl c
  s:SSL = load a
  api SSL_do_handshake s
  ret`, ""},
		{"object that its maker keeps", `
func make(ssl:SSL)
0:
  c:ptr = alloc
  a:ptr = fieldaddr ssl c
  store a ssl
  store @g c
  unknown runtime.SetFinalizer c &finish !harmless
  ret c
func finish(c:ptr)
0:
  a:ptr = fieldaddr ssl c
  s:SSL = load a
  api SSL_free s
  ret
func F(c:ptr)
0:
  a:ptr = fieldaddr ssl c
  s:SSL = load a
  api SSL_do_handshake s
  ret`, ""},
		{"cleanup with an argument", `
func make(ssl:SSL)
0:
  c:ptr = alloc
  a:ptr = fieldaddr ssl c
  store a ssl
  k:agg = unknown runtime.AddCleanup c &finish ssl !harmless
  b:ptr = fieldaddr stop c
  store b k
  ret c
func finish(s:SSL)
0:
  api SSL_free s
  ret
func F(c:ptr)
0:
  a:ptr = fieldaddr ssl c
  s:SSL = load a
  api SSL_do_handshake s
  ret
func Close(c:ptr)
0:
  b:ptr = fieldaddr stop c
  k:agg = load b
  unknown p.Stop.Stop k !harmless
  a:ptr = fieldaddr ssl c
  s:SSL = load a
  api SSL_do_handshake s
  api SSL_free s
  ret`, "F:0:2 c c.ssl SSL_do_handshake cleanup"},
		{"finalizer that captured the handle", `
func make(ssl:SSL)
0:
  v:ptr = alloc
  store v ssl
  c:ptr = alloc
  a:ptr = fieldaddr ssl c
  store a ssl
  f:func = closure make$1 v
  unknown runtime.SetFinalizer c f !harmless
  ret c
func make$1(c:ptr)
free v:ptr
0:
  s:SSL = load v
  api SSL_free s
  ret
func F(c:ptr)
0:
  a:ptr = fieldaddr ssl c
  s:SSL = load a
  api SSL_do_handshake s
  ret`, "F:0:2 c c.ssl SSL_do_handshake finalizer"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			in := input(t, tt.program)
			var got []string
			for _, f := range keepalive.Find(in) {
				got = append(got, fmt.Sprint(f.At, " ", f.Object, " ", f.Handle, " ", f.Call, " ", f.Field.By))
			}
			if s := strings.Join(got, "\n"); s != tt.want {
				t.Errorf("found\n%s\nwant\n%s", s, tt.want)
			}
		})
	}
}

// literal uses the handle that it has captured.
const literal = `
func F$1()
free s:SSL
0:
  api SSL_do_handshake s
  ret
`

// Literals that have captured a handle, and perhaps its object.
func TestFindCaptured(t *testing.T) {
	const found = "F$1:0:0 c c.ssl SSL_do_handshake finalizer"
	for _, tt := range []struct{ name, program, want string }{
		{"returned", `
  g:func = closure F$1 s
  ret g`, found},
		{"returned with the object", `
  g:func = closure F$1 s
  ret g c`, ""},
		{"run, and nothing behind it", `
  g:func = closure F$1 s
  invoke g
  ret`, found},
		{"run, and the object used behind it", `
  g:func = closure F$1 s
  invoke g
  keepalive c
  ret`, ""},
		{"deferred", `
  g:func = closure F$1 s
  defer invoke g
  keepalive c
  rundefers
  ret`, found},
		{"deferred before the object is kept", `
  defer unknown runtime.KeepAlive c !harmless
  g:func = closure F$1 s
  defer invoke g
  rundefers
  ret`, ""},
		{"spawned", `
  g:func = closure F$1 s
  go invoke g
  ret`, found},
		{"stored", `
  g:func = closure F$1 s
  store @g g
  ret`, found},
		{"made and dropped", `
  g:func = closure F$1 s
  ret`, ""},
		{"stored with the object", `
  g:func = closure F$1 s
  store @g g
  store @h c
  ret`, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			head := "\nfunc F(c:ptr)\n0:\n  a:ptr = fieldaddr ssl c\n  s:SSL = load a"
			got := ""
			for _, f := range keepalive.Find(input(t, made+head+tt.program+"\n"+literal)) {
				got += fmt.Sprint(f.At, " ", f.Object, " ", f.Handle, " ", f.Call, " ", f.Field.By)
			}
			if got != tt.want {
				t.Errorf("found\n%s\nwant\n%s", got, tt.want)
			}
		})
	}
}

// Importers know the field by what Fields said of it.
func TestImported(t *testing.T) {
	fields := keepalive.Fields(input(t, made))
	want := keepalive.Field{Type: "p.Conn", Path: "ssl", By: "finalizer", At: refprog.OpRef{Func: "make", Block: 0, Op: 3}}
	if !slices.Equal(fields, []keepalive.Field{want}) {
		t.Fatalf("fields %+v, want %+v", fields, want)
	}
	in := input(t, `
func F(c:ptr)
0:
  a:ptr = fieldaddr ssl c
  s:SSL = load a
  api SSL_do_handshake s
  ret`)
	if found := keepalive.Find(in); len(found) != 0 {
		t.Errorf("found %v without a fact", found)
	}
	in.Imported = func(typ string) []keepalive.Field {
		if typ != "p.Conn" {
			return nil
		}
		return fields
	}
	if found := keepalive.Find(in); len(found) != 1 || found[0].Field != want {
		t.Errorf("found %v, want one by %v", found, want)
	}
}

// What C has lent from a handle, used when the object can be dead.
func TestLent(t *testing.T) {
	for _, tt := range []struct{ name, program, want string }{
		{"used later", made + `
func F(c:ptr)
0:
  a:ptr = fieldaddr ssl c
  s:SSL = load a
  x:SSL_SESSION = api SSL_get_session s
  n:int = api SSL_SESSION_get_time x
  ret`, "F:0:3 SSL_get_session SSL_SESSION_get_time"},
		{"used in time", made + `
func F(c:ptr)
0:
  a:ptr = fieldaddr ssl c
  s:SSL = load a
  x:SSL_SESSION = api SSL_get_session s
  n:int = api SSL_SESSION_get_time x
  keepalive c
  ret`, ""},
		{"with a reference", made + `
func F(c:ptr)
0:
  a:ptr = fieldaddr ssl c
  s:SSL = load a
  x:SSL_SESSION = api SSL_get_session s
  r:int = api SSL_SESSION_up_ref x
  n:int = api SSL_SESSION_get_time x
  ret`, ""},
		{"owned", made + `
func F(c:ptr)
0:
  a:ptr = fieldaddr ssl c
  s:SSL = load a
  x:SSL_SESSION = api SSL_get1_session s
  n:int = api SSL_SESSION_get_time x
  ret`, ""},
		{"lent by a function", made + `
func lend(c:ptr)
0:
  a:ptr = fieldaddr ssl c
  s:SSL = load a
  x:SSL_SESSION = api SSL_get_session s
  keepalive c
  ret x
func F(c:ptr)
0:
  x:SSL_SESSION = call lend c
  n:int = api SSL_SESSION_get_time x
  ret`, "F:0:1 SSL_get_session SSL_SESSION_get_time"},
		{"stored", made + `
func F(c:ptr, p:ptr)
0:
  a:ptr = fieldaddr ssl c
  s:SSL = load a
  x:SSL_SESSION = api SSL_get_session s
  store p x
  n:int = api SSL_SESSION_get_time x
  ret`, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var got []string
			for _, f := range keepalive.Lent(input(t, tt.program)) {
				got = append(got, fmt.Sprintf("%s %s %s", f.At, f.LentBy, f.Call))
			}
			if text := strings.Join(got, "; "); text != tt.want {
				t.Errorf("got %q, want %q", text, tt.want)
			}
		})
	}
}
