package contract

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Every library of the tables has one profile. What executes it exists: a test
// with that build tag, in that folder; what it does there the test itself holds
// against the profile.
func TestProfiles(t *testing.T) {
	var names []string
	for _, p := range Profiles() {
		names = append(names, p.Library)
		statement := p.Statement(Default())
		if (p.Package == "") == (p.Why == "") {
			t.Errorf("%s: executed by %q, and not executed because %q", p.Library, p.Package, p.Why)
		}
		if p.Package == "" {
			if want := "nothing executes its entries: " + p.Why; !strings.Contains(statement, want) {
				t.Errorf("%s does not say %q", statement, want)
			}
			continue
		}
		if !executesWith(t, filepath.Join("..", "..", filepath.FromSlash(p.Package)), p.Tag) {
			t.Errorf("%s: no test of contracts with tag %s in %s", p.Library, p.Tag, p.Package)
		}
		for _, u := range p.Untested {
			f, ok := Default().Lookup(u.Name)
			if !ok {
				t.Errorf("%s: exception for %s, which has no contract", p.Library, u.Name)
			} else if _, has := f.In(p.Library); !has || u.Why == "" {
				t.Errorf("%s: exception for %s, which the library lacks, or without a reason", p.Library, u.Name)
			}
			if !strings.Contains(statement, u.Name+": "+u.Why) {
				t.Errorf("%q does not name %s", statement, u.Name)
			}
		}
	}
	if got, want := strings.Join(names, " "), "openssl libressl boringssl awslc wolfssl"; got != want || got != strings.Join(libraries, " ") {
		t.Errorf("profiles of %s, want %s", got, want)
	}
}

func executesWith(t *testing.T, dir, tag string) bool {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(dir, "contract_test.go"))
	if err != nil {
		t.Fatal(err)
	}
	constraint, _, _ := strings.Cut(string(text), "\n")
	for word := range strings.FieldsSeq(strings.TrimPrefix(constraint, "//go:build ")) {
		if word == tag {
			return strings.Contains(string(text), "func TestContracts(")
		}
	}
	return false
}

func TestIn(t *testing.T) {
	f, _ := Default().Lookup("SSL_set_session")
	if there, ok := f.In("openssl"); !ok || there != f {
		t.Errorf("openssl has no variant, but %+v", there)
	}
	there, ok := f.In("wolfssl")
	if !ok || there.Param(0).Effect != Use || there.Param(1).Effect != Use || there.Param(1).Handle != "SSL_SESSION" {
		t.Errorf("wolfssl: %+v", there)
	}
	if f.Param(1).Effect != Own {
		t.Error("the variant changed the entry")
	}
	remove, _ := Default().Lookup("SSL_CTX_remove_session")
	if there, _ := remove.In("wolfssl"); there.Success != Zero || remove.Success != One {
		t.Errorf("success of SSL_CTX_remove_session: %s, in wolfssl %s", remove.Success, there.Success)
	}
	dup, _ := Default().Lookup("SSL_SESSION_dup")
	if there, ok := dup.In("boringssl"); ok {
		t.Errorf("boringssl has SSL_SESSION_dup: %+v", there)
	}
	d2i, _ := Default().Lookup("d2i_SSL_SESSION")
	for library, want := range map[string]Reused{"openssl": Overwritten, "boringssl": Replaced, "wolfssl": Lost} {
		if got := d2i.ReusedIn(library); got != want {
			t.Errorf("reuse in %s: %q, want %q", library, got, want)
		}
	}
}
