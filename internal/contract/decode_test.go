package contract

import (
	"errors"
	"strings"
	"testing"
)

// TestDecodeFaults: every fault names its place, and what is wrong there.
func TestDecodeFaults(t *testing.T) {
	for _, tt := range []struct {
		name string
		yaml string
		want string // the whole error
	}{
		{"unknown key of the file", "function: []", `f.yaml:1:1: unknown key "function" in a contract file (known: version, handles, functions, uses, callbacks, events, behaviours, harmless)`},
		{"not a mapping", "- x", "f.yaml:1:1: a contract file must be a mapping, not a list"},
		{"two documents", "version: 1\n---\nversion: 1\n", "f.yaml:2:1: a contract file is one YAML document, this is a second one"},
		{"version", "version: 2", `f.yaml:1:10: version must be 1, not "2"`},
		{"syntax", "functions:\n  - name: [", "f.yaml:2:1: did not find expected node content"},
		{"tabs", "functions:\n\t- name: x", "f.yaml:2:1: found character that cannot start any token"},
		{"unknown key", "functions:\n  - name: f\n    resut: owned", "f.yaml:3:5: unknown key \"resut\" in a function"},
		{"missing name", "functions:\n  - result: value", `f.yaml:2:5: a function has no "name"`},
		{"empty name", "functions:\n  - name: ''", `f.yaml:2:11: name is not a name: ""`},
		{"null name", "functions:\n  - name:", `f.yaml:2:10: name is not a name: ""`},
		{"function is a list", "functions:\n  - [a]", "f.yaml:2:5: a function must be a mapping, not a list"},
		{"functions is a text", "functions: all", `f.yaml:1:12: functions must be a list, not "all"`},
		{"unknown effect", "functions:\n  - {name: f, args: 1, params: {0: fre}}", `f.yaml:2:36: unknown effect "fre"`},
		{"unknown effect in detail", "functions:\n  - name: f\n    args: 1\n    params: {0: {effect: keep}}", `f.yaml:4:26: unknown effect "keep"`},
		{"unknown ownership", "functions:\n  - {name: f, result: own}", `f.yaml:2:23: unknown ownership "own"`},
		{"unknown success", "functions:\n  - {name: f, result: status, success: yes}", `f.yaml:2:40: unknown success "yes"`},
		{"parameter number too large", "functions:\n  - {name: f, args: 2, params: {2: use}}", "f.yaml:2:33: f has no parameter 2, only 2 (the first is 0)"},
		{"parameter number against the signature", "functions:\n  - name: f\n    signature: int f(SSL *s)\n    params: {1: use}", "f.yaml:4:14: f has no parameter 1, only 1 (the first is 0)"},
		{"parameter number negative", "functions:\n  - {name: f, params: {-1: use}}", `f.yaml:2:24: a key of params must be a parameter number from 0 to 127, not "-1"`},
		{"parameter number no number", "functions:\n  - {name: f, params: {ssl: use}}", `f.yaml:2:24: a key of params must be a parameter number from 0 to 127, not "ssl"`},
		{"parameter number huge", "functions:\n  - {name: f, params: {4000000000: use}}", `f.yaml:2:24: a key of params must be a parameter number from 0 to 127, not "4000000000"`},
		{"parameter twice", "functions:\n  - {name: f, params: {0: use, 0: use}}", "f.yaml:2:32: duplicate parameter 0"},
		{"key twice", "functions:\n  - name: f\n    name: g", `f.yaml:3:5: duplicate key "name" in a function`},
		{"function twice", "functions:\n  - {name: f, result: value}\n  - {name: f, result: value}", "f.yaml:3:5: duplicate function f (the first is at f.yaml:2:5)"},
		{"from without", "functions:\n  - {name: f, args: 1, result: borrowed}", `f.yaml:2:32: a result that is borrowed needs "from"`},
		{"from too large", "functions:\n  - {name: f, args: 1, result: {ownership: borrowed, from: 1}}", "f.yaml:2:60: f has no parameter 1, only 1 (the first is 0)"},
		{"from of an owned result", "functions:\n  - {name: f, args: 1, result: {ownership: owned, from: 0}}", `f.yaml:2:51: "from" says nothing about a result that is owned`},
		{"fresh and borrowed", "functions:\n  - {name: f, args: 1, result: {ownership: borrowed, from: 0, fresh: true}}", "f.yaml:2:63: a result that is borrowed cannot be fresh"},
		{"by without", "functions:\n  - {name: f, args: 2, params: {0: own}}", `f.yaml:2:36: effect own needs "by"`},
		{"by itself", "functions:\n  - {name: f, args: 2, params: {0: {effect: own, by: 0}}}", `f.yaml:2:5: f: "by" of parameter 0 is that parameter itself`},
		{"by too large", "functions:\n  - {name: f, args: 2, params: {0: {effect: own, by: 5}}}", "f.yaml:2:54: f has no parameter 5, only 2 (the first is 0)"},
		{"by no result", "functions:\n  - {name: f, args: 2, params: {0: {effect: own, by: result}}}", "f.yaml:2:5: f: parameter 0 is kept by the result, but there is none"},
		{"detail of another effect", "functions:\n  - {name: f, args: 2, params: {0: {effect: free, by: 1}}}", `f.yaml:2:51: "by" says nothing about effect free`},
		{"when without status", "functions:\n  - {name: f, args: 1, params: {0: {effect: take, handle: SSL, when: success}}}", "f.yaml:2:5: f: parameter 0 depends on success, but no result tells it"},
		{"status without success", "functions:\n  - {name: f, args: 0, result: status}", `f.yaml:2:5: f has a status result, but no "success"`},
		{"success without status", "functions:\n  - {name: f, args: 0, result: value, success: one}", `f.yaml:2:5: f has "success", but no result is a status or an error`},
		{"result and results", "functions:\n  - {name: f, result: value, results: [value]}", "f.yaml:2:30: f has both result and results"},
		{"reuse elsewhere", "functions:\n  - {name: f, args: 1, result: {ownership: owned_unless_reused, from: 0}}", "f.yaml:2:5: f: result 0 depends on the reuse of parameter 0, whose effect is use"},
		{"free of what", "functions:\n  - {name: f, args: 1, params: {0: free}}", "f.yaml:2:5: f: parameter 0 has effect free, but of which handle?"},
		{"nil_safe", "functions:\n  - {name: f, args: 1, nil_safe: true}", "f.yaml:2:5: f: nil_safe belongs to a function that frees"},
		{"flag", "functions:\n  - {name: f, pure: yes}", "f.yaml:2:21: pure must be true or false"},
		{"unknown handle", "functions:\n  - {name: f, args: 1, result: {ownership: owned, handle: TLS}}", "f.yaml:2:5: f: unknown handle TLS"},
		{"unknown callback", "functions:\n  - {name: f, args: 1, params: {0: {effect: callback, callback: new}}}", `f.yaml:2:5: f: unknown callback kind "new" of parameter 0`},
		{"signature of another function", "functions:\n  - {name: f, signature: int g(void)}", `f.yaml:2:15: signature does not declare f: "int g(void)"`},
		{"signature of a Go function", "functions:\n  - {name: p.F, signature: int f(void)}", `f.yaml:2:17: signature of p.F is not a Go function type: "int f(void)"`},
		{"args against the signature", "functions:\n  - {name: f, args: 2, signature: int f(void)}", "f.yaml:2:15: f has args: 2, but its signature has 0"},
		{"like nothing", "functions:\n  - {name: f, like: SSL_nothing}", "f.yaml:2:5: f is like SSL_nothing, which has no contract"},
		{"like itself", "functions:\n  - {name: f, like: g}\n  - {name: g, like: f}", "f.yaml:2:5: f is like itself (f like g like f)"},
		{"library", "functions:\n  - {name: f, libraries: {gnutls: x}}", `f.yaml:2:27: unknown key "gnutls" in libraries (known: openssl, libressl, boringssl, awslc, wolfssl)`},
		{"variant with unknown effect", "functions:\n  - {name: f, variants: [{library: wolfssl, params: {0: eat}, note: x}]}", `f.yaml:2:57: unknown effect "eat"`},
		{"variant with unknown reuse", "functions:\n  - {name: f, variants: [{library: wolfssl, reused: eaten, note: x}]}", `f.yaml:2:53: unknown reused "eaten"`},
		{"variant of no library", "functions:\n  - {name: f, variants: [{library: gnutls, note: x}]}", `f.yaml:2:36: unknown library "gnutls"`},
		{"handle without free", "handles:\n  - {name: H}", `f.yaml:2:5: a handle has no "free"`},
		{"handle whose free is unknown", "handles:\n  - {name: H, free: H_free}", "f.yaml:2:5: handle H: its free H_free has no contract"},
		{"handle whose free frees nothing", "handles:\n  - {name: H, free: SSL_get_session}", "f.yaml:2:5: handle H: its free SSL_get_session frees no argument"},
		{"handle whose up_ref does not", "handles:\n  - {name: H, free: SSL_free, up_ref: SSL_free}", "f.yaml:2:5: handle H: its up_ref SSL_free up_refs no argument"},
		{"handle with a type of another", "handles:\n  - {name: H, free: SSL_free, c_types: [SSL]}", "f.yaml:2:5: handles SSL and H both claim C type SSL"},
		{"callback of another shape", "callbacks:\n  - {kind: k, signature: 'int (*)(void *a)', params: []}", "f.yaml:2:15: callback k has 0 params, but its signature has 1"},
		{"callback lends what", "callbacks:\n  - {kind: k, params: [{name: s, given: lent}]}", "f.yaml:2:5: callback k: parameter s is lent, but of which handle?"},
		{"event without contract", "events:\n  - {event: e, owner: SSL, ends: x, triggers: [SSL_x]}", "f.yaml:2:5: event e: trigger SSL_x has no contract"},
		{"behaviour without content", "behaviours:\n  - {name: p.F}", "f.yaml:2:5: behaviour p.F says nothing"},
		{"behaviour of a contracted function", "harmless: [SSL_free]", "f.yaml:1:11: SSL_free has a contract already"},
		{"calls without when", "behaviours:\n  - {name: p.F, calls: [{param: 0, times: once}]}", `f.yaml:2:25: an entry of calls has no "when"`},
		{"collected of what", "behaviours:\n  - {name: p.F, calls: [{param: 0, times: once, when: collected}]}", `f.yaml:2:25: "of" goes with when: collected, and only with it`},
		{"keeps_when alone", "behaviours:\n  - {name: p.F, keeps_when: 'true'}", "f.yaml:2:17: keeps_when without keeps"},
		{"unwinds and returns", "behaviours:\n  - {name: p.F, unwinds: true}", "f.yaml:2:17: unwinds says nothing about a function that returns"},
		{"used twice", "uses: [f, f]", `f.yaml:1:11: duplicate "f" in uses`},
		{"alias of itself", "functions: &a\n  - *a", "f.yaml:1:12: a function must be a mapping, not a list"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := Default().With(File{Name: "f.yaml", Data: []byte(tt.yaml)})
			if err == nil {
				t.Fatalf("no error, want %s", tt.want)
			}
			first, _, _ := strings.Cut(err.Error(), "\n")
			if first != tt.want && !strings.HasPrefix(first, tt.want+" (known: ") {
				t.Errorf("got  %s\nwant %s", err, tt.want)
			}
		})
	}
}

// TestFaultsInOrder: all faults of all files, files in the given order and
// places in the order of the file.
func TestFaultsInOrder(t *testing.T) {
	_, err := Default().With(
		File{Name: "z.yaml", Data: []byte("functions:\n  - {name: f, bad: 1}\nbad: 1\n")},
		File{Name: "a.yaml", Data: []byte("bad: 1\n")},
	)
	var errs Errors
	if !errors.As(err, &errs) {
		t.Fatalf("error is %T, want Errors", err)
	}
	var places []string
	for _, e := range errs {
		at, _, _ := strings.Cut(e.Error(), ": ")
		places = append(places, at)
	}
	if got, want := strings.Join(places, " "), "z.yaml:2:15 z.yaml:3:1 a.yaml:1:1"; got != want {
		t.Errorf("places %s, want %s", got, want)
	}
	var one *Error
	if !errors.As(err, &one) || one.File != "z.yaml" || one.Line != 2 {
		t.Errorf("the first fault is %v", one)
	}
}

func TestWith(t *testing.T) {
	const user = `
handles:
  - {name: CONN, noun: connection, go_types: [example.com/tls.Conn], free: "(*example.com/tls.Conn).Close"}
functions:
  - {name: "(*example.com/tls.Conn).Close", signature: "func() error", params: {0: free}, result: error, success: nil}
  - {name: "(*example.com/tls.Conn).Session", signature: "func() *C.SSL_SESSION", result: {ownership: owned, handle: SSL_SESSION}}
  - {name: dial, signature: "CONN *dial(const char *host)", result: {ownership: owned, handle: CONN}}
  - {name: take_session, like: SSL_get1_session}
  - {name: SSL_get_session, like: SSL_get1_session}
behaviours:
  - {name: example.com/app.die, no_return: true}
  - {name: os.Exit, harmless: true}
`
	tab, err := Default().With(File{Name: "f.yaml", Data: []byte(user)})
	if err != nil {
		t.Fatal(err)
	}
	f, _ := tab.Go("(*example.com/tls.Conn).Close")
	if f == nil || f.Param(0).Effect != Free || f.Param(0).Handle != "CONN" || !f.ByUser || f.Args != 1 {
		t.Errorf("Close: %+v", f)
	}
	f, _ = tab.C("take_session")
	if f == nil || f.Like != "SSL_get1_session" || f.Results[0].Ownership != Owned || f.Results[0].Handle != "SSL_SESSION" || f.Args != 1 {
		t.Errorf("take_session: %+v", f)
	}
	f, _ = tab.C("SSL_get_session")
	if f == nil || f.Results[0].Ownership != Owned || !f.ByUser {
		t.Errorf("the user's SSL_get_session does not count: %+v", f)
	}
	if b, _ := tab.Behaviour("os.Exit"); b == nil || b.NoReturn {
		t.Errorf("the user's os.Exit does not count: %+v", b)
	}
	if f, _ := Default().C("SSL_get_session"); f.ByUser || f.Results[0].Ownership != Borrowed {
		t.Error("With changed the built-in table")
	}
	if _, ok := Default().Handle("CONN"); ok {
		t.Error("With changed the built-in handles")
	}
	if !tab.Imports("example.com/tls") || Default().Imports("example.com/tls") {
		t.Error("Imports does not follow the tables")
	}
	if got, want := len(tab.Functions()), len(Default().Functions())+4; got != want {
		t.Errorf("%d functions, want %d", got, want)
	}
}

func TestEmptyFiles(t *testing.T) {
	for _, text := range []string{"", "\n", "# nothing\n", "---\n", "version: 1\n", "functions: []\n"} {
		if _, err := Default().With(File{Name: "f.yaml", Data: []byte(text)}); err != nil {
			t.Errorf("%q: %v", text, err)
		}
	}
}

// FuzzLoad: no input makes the decoder panic, faults have places inside the
// file, and what is accepted can be printed and looked up.
func FuzzLoad(f *testing.F) {
	f.Add([]byte("functions:\n  - {name: f, args: 1, params: {0: {effect: own, by: result}}, result: owned}"))
	f.Add([]byte("handles: [{name: H, free: f}]\nfunctions: [{name: f, signature: 'void f(H *h)', params: {0: free}}]"))
	f.Add([]byte("functions: [{name: '(*p.T).M', signature: 'func(a, b int) (x *T, err error)', results: [owned, error], success: nil}]"))
	f.Add([]byte("a: &a [*a]"))
	f.Fuzz(func(t *testing.T, data []byte) {
		tab, err := Default().With(File{Name: "f.yaml", Data: data})
		if err != nil {
			var errs Errors
			if !errors.As(err, &errs) || len(errs) == 0 {
				t.Fatalf("error without a fault: %v", err)
			}
			lines := strings.Count(string(data), "\n") + strings.Count(string(data), "\r") + strings.Count(string(data), "\u0085") + strings.Count(string(data), "\u2028") + strings.Count(string(data), "\u2029") + 2
			for _, e := range errs {
				if e.Line < 1 || e.Line > lines || e.Column < 1 || e.Msg == "" {
					t.Fatalf("fault without a place: %v", e)
				}
			}
			return
		}
		for _, fn := range tab.Functions() {
			if !strings.HasPrefix(fn.Format(), fn.Name+"\n") {
				t.Fatalf("Format of %q: %q", fn.Name, fn.Format())
			}
			if got, ok := tab.Lookup(fn.Name); !ok || got != fn {
				t.Fatalf("Lookup(%q) finds another entry", fn.Name)
			}
			for i, p := range fn.Params {
				if p.Effect == "" || p.Effect == Own && p.By != ByResult && fn.Args >= 0 && p.By >= fn.Args {
					t.Fatalf("%s: parameter %d: %+v", fn.Name, i, p)
				}
			}
		}
	})
}
