package release

import (
	"archive/zip"
	"debug/buildinfo"
	"debug/elf"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"testing"

	"golang.org/x/mod/module"
	modzip "golang.org/x/mod/zip"

	"github.com/sessionlint/sessionlint/integration/internal/harness"
)

const (
	path    = "github.com/sessionlint/sessionlint"
	command = path + "/cmd/sessionlint"
	version = "v0.1.0"
	// newest is the newest x/tools that a driver of ours comes with.
	newest = "v0.52.0"
)

// checkout is a repository with what would be released; proxy is a folder that
// serves it as a module.
var checkout, proxy string

func TestMain(m *testing.M) {
	folder, err := os.MkdirTemp("", "release")
	if err == nil {
		folder, err = filepath.EvalSymlinks(folder)
	}
	if err == nil {
		checkout, proxy = filepath.Join(folder, "checkout"), filepath.Join(folder, "proxy")
		err = publish()
	}
	code := 1
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
	} else {
		code = m.Run()
	}
	if err := os.RemoveAll(folder); err != nil {
		fmt.Fprintln(os.Stderr, err)
	}
	os.Exit(code)
}

// publish makes the checkout and puts it into the proxy.
func publish() error {
	if err := harness.Checkout(checkout, version); err != nil {
		return err
	}
	gomod, err := os.ReadFile(filepath.Join(checkout, "go.mod"))
	if err != nil {
		return err
	}
	for name, text := range map[string]string{
		"list":            version + "\n",
		version + ".info": `{"Version": "` + version + `", "Time": "2026-01-01T00:00:00Z"}`,
		version + ".mod":  string(gomod),
	} {
		if err := harness.Write(filepath.Join(proxy, filepath.FromSlash(path), "@v"), name, text); err != nil {
			return err
		}
	}
	f, err := os.Create(filepath.Join(proxy, filepath.FromSlash(path), "@v", version+".zip"))
	if err != nil {
		return err
	}
	return errors.Join(modzip.CreateFromDir(f, module.Version{Path: path, Version: version}, checkout), f.Close())
}

// A user is somebody with an empty module cache, who reaches our proxy and the
// modules that we need.
type user struct {
	t   *testing.T
	dir string
	env []string
}

func newUser(t *testing.T) user {
	t.Helper()
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	u := user{t: t, dir: dir, env: os.Environ()}
	have := strings.Split(strings.TrimSpace(u.ok("go", "env", "GOMODCACHE", "GOPROXY")), "\n")
	u.env = append(u.env, "GOPATH="+filepath.Join(dir, "gopath"), "GOMODCACHE="+filepath.Join(dir, "modcache"), "GOBIN="+filepath.Join(dir, "bin"),
		"GOPROXY="+strings.Join([]string{"file://" + proxy, "file://" + filepath.Join(have[0], "cache", "download"), have[1]}, ","),
		"GOSUMDB=off", "GOWORK=off", "GOFLAGS=-modcacherw -trimpath", "SESSIONLINT_CONFIG=")
	return u
}

// run runs a command in a folder below the user's.
func (u user) run(dir, name string, args ...string) (out string, code int) {
	u.t.Helper()
	cmd := exec.Command(name, args...)
	cmd.Dir, cmd.Env = filepath.Join(u.dir, dir), u.env
	text, err := cmd.CombinedOutput()
	if exit := (*exec.ExitError)(nil); err != nil && !errors.As(err, &exit) {
		u.t.Fatal(err)
	}
	return string(text), cmd.ProcessState.ExitCode()
}

// ok runs a command that has to succeed.
func (u user) ok(name string, args ...string) string {
	u.t.Helper()
	out, code := u.run(".", name, args...)
	if code != 0 {
		u.t.Fatalf("%s %s: exit status %d\n%s", name, strings.Join(args, " "), code, out)
	}
	return out
}

// example copies the example with mistakes to a folder below the user's.
func (u user) example(to string) {
	u.t.Helper()
	if err := harness.CopyOurs("examples/cgo", filepath.Join(u.dir, to)); err != nil {
		u.t.Fatal(err)
	}
}

// shows fails unless a binary says the version, and the newest Go that it reads.
func shows(t *testing.T, out string) {
	t.Helper()
	want := "sessionlint " + version + ", built with " + runtime.Version() + ": reads packages compiled by that Go and older\n"
	if out != want {
		t.Errorf("version prints %q, want %q", out, want)
	}
}

// The module can be installed by its name, with nothing in the module cache, and
// what was installed works and knows its version.
func TestInstall(t *testing.T) {
	t.Parallel()
	u := newUser(t)
	for _, at := range []string{version, "latest"} {
		u.ok("go", "install", command+"@"+at)
		shows(t, u.ok(filepath.Join(u.dir, "bin", "sessionlint"), "version"))
	}
	u.example("example")
	out, code := u.run("example", filepath.Join(u.dir, "bin", "sessionlint"), "./...")
	if code != 1 || !strings.Contains(out, "mistakes.go:8:7: session s from SSL_get1_session is not freed") {
		t.Errorf("exit status %d, output\n%s", code, out)
	}

	t.Run("action", func(t *testing.T) {
		cmd := exec.Command(filepath.Join(checkout, "scripts", "action", "run"))
		cmd.Dir = u.dir
		cmd.Env = append(slices.Clone(u.env), "SESSIONLINT_VERSION="+version, "SESSIONLINT_ARGS=version")
		out, err := cmd.CombinedOutput()
		if err != nil || !strings.Contains(string(out), "sessionlint "+version+", built with ") {
			t.Errorf("the action with input version: %v\n%s", err, out)
		}
	})
}

// A module that has sessionlint as a tool decides on x/tools: with the newest the
// findings are the same.
func TestTool(t *testing.T) {
	t.Parallel()
	if _, err := harness.Download("golang.org/x/tools", newest); err != nil {
		t.Fatal(err)
	}
	u := newUser(t)
	u.example("mine")
	get := func(args ...string) {
		t.Helper()
		if out, code := u.run("mine", "go", args...); code != 0 {
			t.Fatalf("go %s: exit status %d\n%s", strings.Join(args, " "), code, out)
		}
	}
	get("get", "-tool", command+"@"+version)
	get("get", "golang.org/x/tools@"+newest)
	out, code := u.run("mine", "go", "tool", "-n", "sessionlint")
	if code != 0 {
		t.Fatalf("go tool -n: %s", out)
	}
	lines := strings.Split(strings.TrimSpace(out), "\n")
	tool := lines[len(lines)-1]
	info, err := buildinfo.ReadFile(tool)
	if err != nil {
		t.Fatal(err)
	}
	if i := slices.IndexFunc(info.Deps, func(m *debug.Module) bool { return m.Path == "golang.org/x/tools" }); i < 0 || info.Deps[i].Version != newest {
		t.Fatalf("the tool was built with %v", info.Deps)
	}
	if _, code := u.run("mine", "go", "tool", "sessionlint", "./..."); code != 1 {
		t.Errorf("go tool sessionlint: exit status %d, want 1", code)
	}

	dir := filepath.Join(u.dir, "mine")
	got, err := harness.Tool{Path: tool}.Vet(dir)
	if err != nil {
		t.Fatal(err)
	}
	own, err := harness.Build("cmd/sessionlint", t.TempDir(), "")
	if err != nil {
		t.Fatal(err)
	}
	want, err := harness.Tool{Path: own}.Vet(dir)
	if err != nil {
		t.Fatal(err)
	}
	if len(got.Errors)+len(want.Errors) > 0 || len(want.Findings) < 5 || !slices.Equal(got.Findings, want.Findings) {
		t.Errorf("with x/tools %s: %v %q\nwith ours: %v %q", newest, got.Findings, got.Errors, want.Findings, want.Errors)
	}
}

// The version above is the one that golangci-lint brings.
func TestNewest(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(filepath.Join(checkout, "integration", "golangci", "go.mod"))
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(text), "\tgolang.org/x/tools "+newest+" ") {
		t.Errorf("integration/golangci has another x/tools than %s", newest)
	}
}

// The release script makes a static binary that knows its version, and names all
// platforms.
func TestStatic(t *testing.T) {
	t.Parallel()
	u := user{t: t, dir: t.TempDir(), env: append(os.Environ(), "GOWORK=off")}
	script := filepath.Join(checkout, "scripts", "release")
	if got, want := strings.Fields(u.ok(script, "-list")), []string{"linux/amd64", "linux/arm64", "darwin/amd64", "darwin/arm64", "windows/amd64", "windows/arm64"}; !slices.Equal(got, want) {
		t.Errorf("platforms are %q, want %q", got, want)
	}
	folder := filepath.Join(u.dir, "out")
	said := u.ok(script, "-o", folder, runtime.GOOS+"/"+runtime.GOARCH)
	name := "sessionlint_" + runtime.GOOS + "_" + runtime.GOARCH
	if want := name + "\nbuilt with " + runtime.Version() + ": they read packages compiled by that Go and older\n"; said != want {
		t.Errorf("the script says %q, want %q", said, want)
	}
	binary := filepath.Join(folder, name)
	shows(t, u.ok(binary, "version"))
	if runtime.GOOS == "linux" {
		f, err := elf.Open(binary)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		libraries, err := f.ImportedLibraries()
		if err != nil && !errors.Is(err, elf.ErrNoSymbols) {
			t.Fatal(err)
		}
		if interpreter := slices.ContainsFunc(f.Progs, func(p *elf.Prog) bool { return p.Type == elf.PT_INTERP }); interpreter || len(libraries) > 0 {
			t.Errorf("not static: it needs %q", libraries)
		}
	}
	sums, err := os.ReadFile(filepath.Join(folder, "SHA256SUMS"))
	if err != nil || !strings.HasSuffix(string(sums), "  "+name+"\n") {
		t.Errorf("checksums %q, error %v", sums, err)
	}
}

// What users download holds the licence and what people have to know, and none of
// the modules beside ours.
func TestZip(t *testing.T) {
	t.Parallel()
	z, err := zip.OpenReader(filepath.Join(proxy, filepath.FromSlash(path), "@v", version+".zip"))
	if err != nil {
		t.Fatal(err)
	}
	defer z.Close()
	var names []string
	for _, f := range z.File {
		names = append(names, strings.TrimPrefix(f.Name, path+"@"+version+"/"))
	}
	for _, name := range []string{"LICENSE", "README.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md", "go.mod", "cmd/sessionlint/main.go", "session/doc.go"} {
		if !slices.Contains(names, name) {
			t.Errorf("no %s", name)
		}
	}
	for _, name := range names {
		if strings.HasPrefix(name, "integration/golangci/") || strings.HasPrefix(name, "bin/") {
			t.Errorf("%s is in it", name)
		}
	}
}
