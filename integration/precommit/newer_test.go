package precommit

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
)

// asNewerGo makes the test binary a -toolexec program that runs the tool and, for
// the package that the variable names, makes the compiler's output that of a newer
// Go release, in a format that nobody knows yet.
const asNewerGo = "PRECOMMIT_TEST_AS_NEWER_GO"

func TestMain(m *testing.M) {
	path := os.Getenv(asNewerGo)
	if path == "" || len(os.Args) < 2 || strings.HasPrefix(os.Args[1], "-test.") {
		os.Exit(m.Run())
	}
	if err := toolexec(os.Args[1:], path); err != nil {
		if exit := (*exec.ExitError)(nil); errors.As(err, &exit) {
			os.Exit(exit.ExitCode())
		}
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// newerGo is the release that the output claims: of the same length as ours, so
// that nothing else in the file moves.
func newerGo() string {
	major, rest, _ := strings.Cut(runtime.Version(), ".")
	minor, patch, ok := strings.Cut(rest, ".")
	newer := major + "." + strings.Repeat("9", len(minor))
	if ok {
		newer += "." + patch
	}
	return newer
}

func toolexec(args []string, path string) error {
	cmd := exec.Command(args[0], args[1:]...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	if err := cmd.Run(); err != nil {
		return err
	}
	after := func(flag string) string {
		if i := slices.Index(args, flag); i >= 0 && i+1 < len(args) {
			return args[i+1]
		}
		return ""
	}
	if strings.TrimSuffix(filepath.Base(args[0]), ".exe") != "compile" || after("-p") != path {
		return nil
	}
	data, err := os.ReadFile(after("-o"))
	if err != nil {
		return err
	}
	head, format, ok := bytes.Cut(data, []byte("\n$$B\nu"))
	if !ok || len(format) < 4 {
		return errors.New("no export data")
	}
	head = bytes.Replace(head, []byte(runtime.Version()), []byte(newerGo()), 1)
	copy(format, "\x7f\x7f\x7f\x7f")
	return os.WriteFile(after("-o"), slices.Concat(head, []byte("\n$$B\nu"), format), 0o666)
}
