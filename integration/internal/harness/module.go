package harness

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// Root returns the folder of the sessionlint module, seen from a test below it.
func Root() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for {
		text, err := os.ReadFile(filepath.Join(dir, "go.mod"))
		if err == nil && strings.HasPrefix(string(text), "module github.com/sessionlint/sessionlint\n") {
			return dir, nil
		}
		up := filepath.Dir(dir)
		if up == dir {
			return "", fmt.Errorf("no go.mod of sessionlint above the working directory")
		}
		dir = up
	}
}

// Build builds a command of the sessionlint module into the folder and returns
// its path. Two builds with different salt do the same work but are different
// programs to the go command: what one of them found is no cached answer for
// the other.
func Build(command, folder, salt string) (string, error) {
	root, err := Root()
	if err != nil {
		return "", err
	}
	path := filepath.Join(folder, filepath.Base(command)+salt)
	args := []string{"build", "-o", path}
	if salt != "" {
		args = append(args, "-ldflags=-X main.salt="+salt)
	}
	if err := run(root, "go", append(args, "./"+command)...); err != nil {
		return "", err
	}
	return path, nil
}

// Download fetches a module version through the go command's proxy and returns
// its folder in the module cache, which is read-only.
func Download(module, version string) (string, error) {
	cmd := exec.Command("go", "mod", "download", "-json", module+"@"+version)
	cmd.Env = append(os.Environ(), "GOWORK=off")
	cmd.Dir = os.TempDir() // outside of any module
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	var info struct{ Dir, Error string }
	if jsonErr := json.Unmarshal(out, &info); jsonErr != nil || info.Error != "" || err != nil {
		return "", fmt.Errorf("go mod download %s@%s: %v %s%s", module, version, err, info.Error, &stderr)
	}
	return info.Dir, nil
}

// CopyModule copies a module to a new folder where it can be changed.
func CopyModule(from, to string) error {
	return os.CopyFS(to, os.DirFS(from))
}

// CopyOurs copies one of the modules in our repository, such as an example, to
// where it can be changed. The path is relative to the repository, with slashes.
func CopyOurs(path, to string) error {
	root, err := Root()
	if err != nil {
		return err
	}
	return copyBeside(filepath.Join(root, filepath.FromSlash(path)), to)
}

// copyBeside copies a module that may refer to the repository by a relative path.
func copyBeside(from, to string) error {
	root, err := Root()
	if err != nil {
		return err
	}
	if err := CopyModule(from, to); err != nil {
		return err
	}
	// What was relative to the repository is not any more.
	const self = "github.com/sessionlint/sessionlint"
	text, err := os.ReadFile(filepath.Join(to, "go.mod"))
	if err != nil || !strings.Contains(string(text), self) {
		return err
	}
	return run(to, "go", "mod", "edit", "-replace", self+"="+root)
}

// Checkout copies what would be committed of the repository to a new git
// repository with one commit and a tag, as a user gets it from there.
func Checkout(to, tag string) error {
	root, err := Root()
	if err != nil {
		return err
	}
	list := exec.Command("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard")
	list.Dir = root
	out, err := list.Output()
	if err != nil {
		return fmt.Errorf("git ls-files: %v", err)
	}
	for _, name := range strings.Split(strings.TrimSuffix(string(out), "\x00"), "\x00") {
		from := filepath.Join(root, filepath.FromSlash(name))
		info, err := os.Stat(from)
		if os.IsNotExist(err) {
			continue // deleted, and not committed yet
		}
		if err != nil {
			return err
		}
		text, err := os.ReadFile(from)
		if err != nil {
			return err
		}
		if err := Write(to, name, string(text)); err != nil {
			return err
		}
		if err := os.Chmod(filepath.Join(to, filepath.FromSlash(name)), info.Mode().Perm()); err != nil {
			return err
		}
	}
	for _, args := range [][]string{
		{"init", "--quiet"}, {"add", "--all"},
		{"-c", "user.name=test", "-c", "user.email=test@example.com", "commit", "--quiet", "--message=" + tag},
		{"tag", tag},
	} {
		if err := run(to, "git", args...); err != nil {
			return err
		}
	}
	return nil
}

// Write puts a file below dir, with the folders it needs.
func Write(dir, name, text string) error {
	path := filepath.Join(dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	return os.WriteFile(path, []byte(text), 0o644)
}

// run runs a command and puts what it printed into the error.
func run(dir, name string, args ...string) error {
	cmd := exec.Command(name, args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GOWORK=off")
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("%s %s: %v\n%s", name, strings.Join(args, " "), err, out)
	}
	return nil
}
