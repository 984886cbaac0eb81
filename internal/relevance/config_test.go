package relevance

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"
)

// What package encoding/json writes is read as it reads it.
func FuzzConfig(f *testing.F) {
	f.Add("example.com/p", "p.go", "/tmp/facts", true)
	f.Add("a\"b\\c/d\b\f\n\r\t\x00", "<&>\u2028", "é𝄞\U0010ffff", false)
	f.Fuzz(func(t *testing.T, a, b, c string, yes bool) {
		if !utf8.ValidString(a) || !utf8.ValidString(b) || !utf8.ValidString(c) {
			return
		}
		for _, want := range []Config{
			{
				ID: a, Compiler: b, Dir: c, ImportPath: a, GoVersion: b, GoFiles: []string{a, b, c}, NonGoFiles: []string{b}, IgnoredFiles: []string{c},
				ModulePath: c, ModuleVersion: a, Module: &Module{a, b, c}, ImportMap: map[string]string{a: b, b: c}, PackageFile: map[string]string{b: c},
				PackageVetx: map[string]string{c: a}, VetxOnly: yes, VetxOutput: b, Stdout: c, FixArchive: a, SucceedOnTypecheckFailure: !yes,
			},
			{},
		} {
			data, err := json.MarshalIndent(want, "", "\t")
			if err != nil {
				t.Fatal(err)
			}
			var got Config
			if err := got.decode(string(data)); err != nil {
				t.Fatalf("%v in %s", err, data)
			}
			if !reflect.DeepEqual(got, want) {
				t.Errorf("got %+v, want %+v", got, want)
			}
		}
	})
}

// What one of the two refuses, the other does, and what both take is the same.
func TestConfigText(t *testing.T) {
	for _, text := range []string{
		``, `{`, `}`, `{}`, ` { } `, `{}x`, `null`, `[]`, `{"ID"}`, `{"ID":}`, `{"ID":1}`, `{"ID":"a",}`, `{,}`, `{"ID":"a" "Dir":"b"}`, `{ID:"a"}`,
		`{"ID":"a","ID":"b"}`, `{"ID":null,"GoFiles":null,"ImportMap":null,"VetxOnly":null,"Module":null}`,
		`{"ID":"\u0041\/\"\\\b\f\n\r\t\ud834\udd1e"}`, `{"ID":"\ud834"}`, `{"ID":"\ud834x"}`, `{"ID":"\ud834\n"}`, `{"ID":"\ud834\u0041"}`, `{"ID":"\udd1e\ud834\udd1e"}`,
		`{"ID":"\u00"}`, `{"ID":"\u00zz"}`, `{"ID":"\x"}`, `{"ID":"\`, `{"ID":"a`, `{"ID":"a\n`, "{\"ID\":\"\n\"}", "{\"ID\":\"\\t\n\"}",
		`{"GoFiles":[]}`, `{"GoFiles":["a","b"]}`, `{"GoFiles":["a",]}`, `{"GoFiles":[1]}`, `{"GoFiles":["a"`, `{"GoFiles":{}}`, `{"GoFiles":[null]}`,
		`{"ImportMap":{}}`, `{"ImportMap":{"a":"b"}}`, `{"ImportMap":{"a":1}}`, `{"ImportMap":["a"]}`,
		`{"VetxOnly":true}`, `{"VetxOnly":false}`, `{"VetxOnly":"true"}`, `{"VetxOnly":tru}`,
		`{"Module":{"Path":"a","Version":"v1","Dir":"x"}}`, `{"Module":{}}`, `{"Module":"a"}`,
		`{"Other":{"a":[1,-2.5e+3,"x",true,false,null,{}],"b":[]},"ID":"a"}`, `{"Other":}`, `{"Other":[}`, `{"Other":x,"ID":"a"}`, "{\r\n\t\"ID\" : \"a\"\r\n}",
	} {
		var got, want Config
		err, wantErr := got.decode(text), json.Unmarshal([]byte(text), &want)
		if (err == nil) != (wantErr == nil) {
			t.Errorf("%s: error %v, want %v", text, err, wantErr)
		}
		if err != nil && (err.Error() == "" || strings.Contains(err.Error(), "%!")) {
			t.Errorf("%s: %v", text, err)
		}
		if err == nil && wantErr == nil && !sameConfig(got, want) {
			t.Errorf("%s: got %+v, want %+v", text, got, want)
		}
	}
}

// sameConfig compares what the two hold; an empty list and none are the same.
func sameConfig(x, y Config) bool {
	for _, c := range []*Config{&x, &y} {
		if len(c.GoFiles) == 0 {
			c.GoFiles = nil
		}
		if len(c.ImportMap) == 0 {
			c.ImportMap = nil
		}
	}
	return reflect.DeepEqual(x, y)
}

// The standard library is what no module has, GOPATH aside.
func TestIsStandard(t *testing.T) {
	for _, test := range []struct {
		path, module string
		want         bool
	}{
		{"fmt", "", true}, {"net/http", "", true}, {"vendor/golang.org/x/net/idna", "", true},
		{"example.com/p", "", false}, {"example.com/p", "example.com", false}, {"p", "p", false},
	} {
		cfg := &Config{ImportPath: test.path, ModulePath: test.module}
		if got := cfg.isStandard(); got != test.want {
			t.Errorf("%s of module %q: %v", test.path, test.module, got)
		}
	}
}
