package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

// A tool is a vet tool to measure.
type tool struct {
	name string
	path string // of the built program; "" for the floor, which is compiled for each run
}

// peers are the packages of this module that are vet tools.
var peers = []string{"empty", "buildssa", "lostcancel", "nilness", "bodyclose", "staticcheck"}

// bases are the tools to whose processor time every tool is compared.
var bases = []string{"floor", "empty", "buildssa"}

const subject = "sessionlint"

// build builds all tools into the folder: the floor first, then the subject.
func build(folder string) ([]tool, error) {
	tools := []tool{{name: "floor"}}
	path := filepath.Join(folder, subject)
	if err := execute("../..", "go", "build", "-o", path, "./cmd/sessionlint"); err != nil {
		return nil, err
	}
	tools = append(tools, tool{subject, path})
	for _, name := range peers {
		path := filepath.Join(folder, name)
		if err := execute(".", "go", "build", "-o", path, "./"+name); err != nil {
			return nil, err
		}
		tools = append(tools, tool{name, path})
	}
	return tools, nil
}

var identities int

// fresh returns a copy of the tool that works the same and is another program
// to the go command, which asks tools for a hash of themselves.
func (t tool) fresh(folder string) (string, error) {
	identities++
	nonce := fmt.Sprintf("%d.%d", os.Getpid(), identities)
	path := filepath.Join(folder, t.name+"."+nonce)
	if t.path == "" {
		return path, execute(".", "cc", "-O2", `-DNONCE="`+nonce+`"`, "-o", path, "floor/floor.c")
	}
	text, err := os.ReadFile(t.path)
	if err != nil {
		return "", err
	}
	// What follows an executable's last section is never loaded.
	return path, os.WriteFile(path, append(text, nonce...), 0o755)
}

func execute(dir, name string, args ...string) error {
	cmd := exec.Command(name, args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GOWORK=off")
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("%s %v: %w\n%s", name, args, err, out)
	}
	return nil
}
