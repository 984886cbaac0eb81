package contract

import "testing"

func TestLookup(t *testing.T) {
	tab := Default()
	for _, tt := range []struct {
		name string
		args int
		want string
	}{
		{"SSL_get1_session", 1, "SSL_get1_session"},
		{"X_SSL_get1_session", 1, "SSL_get1_session"},
		{"go_openssl_SSL_SESSION_free", 1, "SSL_SESSION_free"},
		{"_goboringcrypto_SSL_SESSION_free", -1, "SSL_SESSION_free"},
		{"is_SSL_SESSION_free", 2, ""},
		{"my_SSL_get1_session_id_helper", 1, ""},
		{"XSSL_get1_session", 1, ""},
		{"get1_session", 1, ""},
		{"SSL_SESSION", -1, ""},
		{"", 0, ""},
	} {
		got := ""
		if f, ok := tab.CShim(tt.name, tt.args); ok {
			got = f.Name
		}
		if got != tt.want {
			t.Errorf("CShim(%q, %d) = %q, want %q", tt.name, tt.args, got, tt.want)
		}
	}
}
