package replay

import "testing"

func TestLastName(t *testing.T) {
	for key, want := range map[string]string{
		"SSL_free":           "SSL_free",
		"a.b/c.F":            "F",
		"(*a.b/c.T).M":       "T.M",
		"(a.b/c.T).M":        "T.M",
		"a.b/c.F$1":          "F$1",
		"p.V":                "V",
		"(*a.b/c.T).M$bound": "T.M$bound",
		"os.Open":            "Open",
	} {
		if got := lastName(key); got != want {
			t.Errorf("lastName(%q) = %q, want %q", key, got, want)
		}
	}
}
