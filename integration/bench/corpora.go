package main

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// A corpus is a module to measure on.
type corpus struct {
	name, about string
	only        []string // the tools to measure, all if nil
	// prepare returns the module's folder, or "" if it is not to be had here.
	prepare func(work string) (string, error)
}

var corpora = []corpus{
	{"grpc", "google.golang.org/grpc v1.85.0, no sessions", nil, module("google.golang.org/grpc", "v1.85.0")},
	{"bindings", "github.com/libp2p/go-openssl v0.1.0, sessions", nil, module("github.com/libp2p/go-openssl", "v0.1.0")},
	{"cases", "the acceptance cases, sessions everywhere", []string{"floor", subject, "empty", "buildssa"}, beside},
	{"dense1", "1,000 generated functions, all about sessions", slope, dense(1000)},
	{"dense2", "2,000 of them", slope, dense(2000)},
	{"dense4", "4,000 of them", slope, dense(4000)},
}

// slope is what tells whether time grows with the code or faster.
var slope = []string{"floor", subject, "empty", "buildssa"}

func module(path, version string) func(string) (string, error) {
	return func(string) (string, error) {
		cmd := exec.Command("go", "mod", "download", "-json", path+"@"+version)
		cmd.Dir = os.TempDir()
		out, err := cmd.Output()
		if err != nil {
			return "", fmt.Errorf("go mod download: %w %s", err, out)
		}
		var info struct{ Dir string }
		return info.Dir, json.Unmarshal(out, &info)
	}
}

// beside is the module of acceptance cases, where it lies beside the repository
// or where SESSIONLINT_CASES says.
func beside(string) (string, error) {
	dir := os.Getenv("SESSIONLINT_CASES")
	if dir == "" {
		dir = filepath.Join("..", "..", "..", "shared", "cases")
	}
	if _, err := os.Stat(filepath.Join(dir, "go.mod")); err != nil {
		return "", nil
	}
	return dir, nil
}

// dense generates a module of functions that each count one or two sessions.
func dense(functions int) func(string) (string, error) {
	return func(work string) (string, error) {
		dir := filepath.Join(work, fmt.Sprint("dense", functions))
		if err := os.MkdirAll(dir, 0o755); err != nil {
			return "", err
		}
		if err := os.WriteFile(filepath.Join(dir, "go.mod"), []byte("module example.com/dense\n\ngo 1.26.0\n"), 0o644); err != nil {
			return "", err
		}
		var text strings.Builder
		text.WriteString(preamble)
		for i := range functions {
			fmt.Fprintf(&text, shapes[i%len(shapes)], i)
		}
		return dir, os.WriteFile(filepath.Join(dir, "dense.go"), []byte(text.String()), 0o644)
	}
}

const preamble = `package dense

// typedef struct ssl_st SSL;
// typedef struct ssl_session_st SSL_SESSION;
// static inline SSL_SESSION *SSL_get1_session(SSL *ssl) { return 0; }
// static inline SSL_SESSION *SSL_get0_session(const SSL *ssl) { return 0; }
// static inline int SSL_set_session(SSL *ssl, SSL_SESSION *s) { return 0; }
// static inline int SSL_SESSION_up_ref(SSL_SESSION *s) { return 0; }
// static inline void SSL_SESSION_free(SSL_SESSION *s) {}
// static inline long SSL_SESSION_get_time(const SSL_SESSION *s) { return 0; }
import "C"

`

// shapes are functions as people write them, right and wrong, with %d in the name.
var shapes = []string{
	`func deferred%d(ssl *C.SSL) int64 {
	s := C.SSL_get1_session(ssl)
	if s == nil {
		return 0
	}
	defer C.SSL_SESSION_free(s)
	return int64(C.SSL_SESSION_get_time(s))
}

`,
	`func early%d(ssl, other *C.SSL, wanted bool) bool {
	s := C.SSL_get1_session(ssl)
	if s == nil {
		return false
	}
	if !wanted {
		return false
	}
	ok := C.SSL_set_session(other, s) == 1
	C.SSL_SESSION_free(s)
	return ok
}

`,
	`func loop%d(all []*C.SSL) (newest int64) {
	for _, ssl := range all {
		s := C.SSL_get1_session(ssl)
		if s == nil {
			continue
		}
		if t := int64(C.SSL_SESSION_get_time(s)); t > newest {
			newest = t
		}
		C.SSL_SESSION_free(s)
	}
	return newest
}

`,
	`func shared%d(ssl, other *C.SSL) bool {
	s := C.SSL_get0_session(ssl)
	if s == nil || C.SSL_SESSION_up_ref(s) != 1 {
		return false
	}
	switch {
	case C.SSL_SESSION_get_time(s) == 0:
		C.SSL_SESSION_free(s)
		return false
	case C.SSL_set_session(other, s) != 1:
		C.SSL_SESSION_free(s)
		return false
	}
	C.SSL_SESSION_free(s)
	return true
}

`,
}
