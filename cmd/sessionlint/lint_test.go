package main

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

func TestText(t *testing.T) {
	t.Parallel()
	s := newSandbox(t, sessions)
	want := leak + `stop [missingfree]
	toy/toy.go:14:7: SSL_get1_session: held 1
`
	s.wants("./...", s.lint("./..."), exitFindings, want, "\ttoy/toy.go:16:3: returns here with held 1, expected 0\n")
	s.wants("-c=0", s.lint("-c=0", "./toy"), exitFindings, "[missingfree]\n14\t\ts := C.SSL_get1_session(c.ssl)\n")
	s.wants("-C", s.lint("-C", "toy"), exitFindings, leak)
	s.wants("clean", s.lint("./plain"), exitClean, "!toy.go")
	s.wants("one check", s.lint("-doublefree", "./..."), exitClean, "!toy.go")
	s.wants("all but one", s.lint("-missingfree=false", "./..."), exitClean, "!toy.go")
	s.wants("notes", s.lint("-notes=off", "./..."), exitFindings, leak, "!held 1")
}

// The go command analyses toy for user's sake; its findings are shown only to
// who asks for toy, and are not lost to who asks for it later.
func TestAskedFor(t *testing.T) {
	t.Parallel()
	s := newSandbox(t, sessions)
	s.wants("./user", s.lint("./user"), exitClean, "!toy.go")
	s.wants("./toy", s.lint("./toy"), exitFindings, leak)
	s.wants("go vet ./user", s.vet("./user"), 1, leak) // a main module's findings are always shown
	s.wants("go vet ./toy", s.vet("./toy"), 1, leak)
}

func TestUsage(t *testing.T) {
	t.Parallel()
	s := newSandbox(t, sessions)
	s.wants("unknown flag", s.lint("-nosuchflag"), exitFailure, "usage: sessionlint [flags] [packages]")
	s.wants("unknown format", s.lint("-format=xml"), exitFailure, "-format xml: want text, json or sarif")
	s.wants("diff without fix", s.lint("-diff"), exitFailure, "-diff needs -fix")
	s.wants("no such package", s.lint("./nowhere"), exitFailure, "nowhere")
	s.wants("help", s.lint("help"), exitClean, `go vet -vettool="$(command -v sessionlint)"`, "  -missingfree ", "!early-exit")
	s.wants("version", s.lint("version"), exitClean, "sessionlint ", "reads packages compiled by")
	s.wants("explain", s.lint("explain"), exitClean, "missingfree        an owned reference")
	s.wants("explain a check", s.lint("explain", "missingfree"), exitClean, "Not reported:", "https://pkg.go.dev/")
	s.wants("explain nothing", s.lint("explain", "nothing"), exitFailure, `no check "nothing"`)
	s.wants("contract", s.lint("contracts", "X_SSL_get1_session"), exitClean, "# found for X_SSL_get1_session\nSSL_get1_session\n", "owned")
	s.wants("contracts", s.lint("contracts"), exitClean, "\nSSL_get1_session\n", "# openssl: ", " are executed by the tests of session/libssl",
		"# libressl: nothing executes its entries: ")
	s.wants("executed contract", s.lint("contracts", "SSL_set_session"), exitClean, "executed against: openssl, boringssl, wolfssl",
		"in wolfssl: 5.5.4 copies the contents and takes no reference; NULL fails and clears nothing; parameter 0: use; parameter 1: use")
	s.wants("no contract", s.lint("contracts", "nothing"), exitFailure, `no contract for "nothing"`)
}

func TestJSON(t *testing.T) {
	t.Parallel()
	s := newSandbox(t, sessions)
	got := s.lint("-format=json", "./...")
	var doc struct {
		Version  int
		Findings []struct {
			Check, Message string
			Place          struct {
				File         string
				Line, Column int
			}
			Notes []struct{ Message string }
		}
	}
	if err := json.Unmarshal([]byte(got.stdout), &doc); err != nil || got.code != exitFindings {
		t.Fatalf("%v, exit code %d, in\n%s%s", err, got.code, got.stdout, got.stderr)
	}
	if len(doc.Findings) != 1 {
		t.Fatalf("%d findings, want 1", len(doc.Findings))
	}
	f := doc.Findings[0]
	if f.Check != "missingfree" || f.Place.File != "toy/toy.go" || f.Place.Line != 14 || f.Place.Column != 7 || len(f.Notes) == 0 {
		t.Errorf("got %+v", f)
	}
}

// Trimmed names do not bring in those of another checkout.
func TestTwoCheckouts(t *testing.T) {
	t.Parallel()
	var earlier []string
	for range 2 {
		s := newSandbox(t, sessions)
		s.setenv("GOFLAGS=-trimpath")
		got := s.lint("./...")
		s.wants("-trimpath", got, exitFindings, leak)
		if !strings.HasPrefix(got.stdout, leak) {
			t.Errorf("got %s", got.stdout)
		}
		bare := s.vet("./...")
		s.wants("go vet with -trimpath", bare, 1, leak)
		for _, dir := range earlier {
			if strings.Contains(bare.stderr, filepath.Base(dir)+"/toy/toy.go") {
				t.Errorf("go vet shows the other checkout, %s:\n%s", dir, bare.stderr)
			}
		}
		earlier = append(earlier, s.dir)
	}
}

func TestTypeError(t *testing.T) {
	t.Parallel()
	s := newSandbox(t, sessions)
	s.write("wrong/wrong.go", "package wrong\n\nimport \"example.com/m/toy\"\n\nvar X int = toy.Leak\n")
	s.wants("./...", s.lint("./..."), exitFailure, leak, "wrong/wrong.go:5:13: cannot use toy.Leak")
}

func TestWithoutCgo(t *testing.T) {
	t.Parallel()
	s := newSandbox(t, sessions)
	s.write("toy/pure.go", "package toy\n\nfunc Pure() {}\n")
	s.setenv("CGO_ENABLED=0")
	lost := "1 package is analysed without its cgo files"
	s.wants("CGO_ENABLED=0", s.lint("./toy"), exitClean, lost)
	s.wants("-require-cgo", s.lint("-require-cgo", "./toy"), exitFailure, lost)
	s.setenv("CGO_ENABLED=", "GOOS=windows", "GOARCH=arm64")
	s.wants("cross build", s.lint("./toy"), exitClean, lost)
	s.wants("no cgo files", s.lint("./plain"), exitClean, "!cgo files")
}

// Without a C compiler cgo is off unless it was asked for. Either is told.
func TestWithoutCCompiler(t *testing.T) {
	t.Parallel()
	s := newSandbox(t, sessions)
	s.write("toy/pure.go", "package toy\n\nfunc Pure() {}\n")
	goCommand, err := exec.LookPath("go")
	if err != nil {
		t.Fatal(err)
	}
	path := t.TempDir()
	if err := os.Symlink(goCommand, filepath.Join(path, "go")); err != nil {
		t.Fatal(err)
	}
	s.setenv("CC=", "CXX=", "PATH="+path)
	s.wants("asked for", s.lint("./toy"), exitFailure, "C compiler \"gcc\" not found", "!"+leak)
	s.setenv("CGO_ENABLED=")
	s.wants("by default", s.lint("./toy"), exitClean, "1 package is analysed without its cgo files")
	s.wants("-require-cgo", s.lint("-require-cgo", "./toy"), exitFailure, "without its cgo files")
}

func TestBuildFlags(t *testing.T) {
	t.Parallel()
	s := newSandbox(t, sessions)
	s.write("toy/more.go", `//go:build more

package toy

// typedef struct ssl_st SSL;
// typedef struct ssl_session_st SSL_SESSION;
// static SSL_SESSION *more_SSL_get1_session(SSL *s) { return 0; }
import "C"

func More(c *Conn) { C.more_SSL_get1_session(c.ssl) }
`)
	more := "toy/more.go:10:"
	s.wants("without", s.lint("./toy"), exitFindings, leak, "!"+more)
	s.wants("-tags", s.lint("-tags=more", "./toy"), exitFindings, leak, more)
	s.write("_overlay/toy.go", strings.Replace(sessions[strings.Index(sessions, "package toy"):strings.Index(sessions, "-- user")], "\t\treturn\n", "", 1))
	s.write("overlay.json", `{"Replace": {"`+filepath.ToSlash(filepath.Join(s.dir, "toy/toy.go"))+`": "_overlay/toy.go"}}`)
	s.wants("-overlay", s.lint("-overlay=overlay.json", "./toy"), exitClean)
	s.write("other.mod", "module example.com/m\n\ngo 1.26\n")
	s.wants("-modfile", s.lint("-modfile=other.mod", "./toy"), exitFindings, leak)
}

func TestVendored(t *testing.T) {
	t.Parallel()
	s := newSandbox(t, strings.ReplaceAll(sessions, "-- ", "-- vendor/example.com/m/"), `
-- go.mod --
module example.com/two

go 1.26

require example.com/m v1.0.0
-- vendor/modules.txt --
# example.com/m v1.0.0
## explicit; go 1.26
example.com/m/toy
-- two.go --
package two

import "example.com/m/toy"

func Two(c *toy.Conn) { toy.Leak(c, false) }
`)
	s.wants("own packages", s.lint("./..."), exitClean, "!toy.go")
	s.wants("-mod=vendor", s.lint("-mod=vendor", "."), exitClean, "!toy.go")
	s.wants("the vendored one", s.lint("example.com/m/toy"), exitFindings, "vendor/example.com/m/"+leak)
}

func TestSARIF(t *testing.T) {
	t.Parallel()
	s := newSandbox(t, sessions)
	got := s.lint("-format=sarif", "./...")
	var log struct {
		Version string
		Runs    []struct {
			Tool struct {
				Driver struct{ Rules []struct{ ID string } }
			}
			Results []struct {
				RuleID    string
				RuleIndex int
				Locations []struct {
					PhysicalLocation struct {
						ArtifactLocation struct{ URI, URIBaseID string }
						Region           struct{ StartLine, StartColumn int }
					}
				}
				CodeFlows           []struct{ ThreadFlows []any }
				PartialFingerprints map[string]string
			}
		}
	}
	if err := json.Unmarshal([]byte(got.stdout), &log); err != nil {
		t.Fatal(err)
	}
	if log.Version != "2.1.0" || len(log.Runs) != 1 || len(log.Runs[0].Results) != 1 {
		t.Fatalf("got %s", got.stdout)
	}
	res := log.Runs[0].Results[0]
	loc := res.Locations[0].PhysicalLocation
	if log.Runs[0].Tool.Driver.Rules[res.RuleIndex].ID != "missingfree" || res.RuleID != "missingfree" ||
		loc.ArtifactLocation.URI != "toy/toy.go" || loc.ArtifactLocation.URIBaseID != "%SRCROOT%" ||
		loc.Region.StartLine != 14 || loc.Region.StartColumn != 7 ||
		len(res.CodeFlows) != 1 || res.PartialFingerprints["sessionlint/v1"] == "" {
		t.Errorf("got %+v", res)
	}
}
