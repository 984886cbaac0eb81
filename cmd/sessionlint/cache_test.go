package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// outputs returns what the units of one run wrote, facts and records, by package
// and content, and all of their text. A new checkout has no cached results.
func (s *sandbox) outputs() (list []string, all string) {
	s.t.Helper()
	exe, err := os.Executable()
	if err != nil {
		s.t.Fatal(err)
	}
	got := s.run("go", "vet", "-vettool="+exe, "-work", "-json", "-record", "-trimpath=false", "./...")
	s.wants("go vet -work", got, 0)
	_, work, ok := strings.Cut(got.stderr, "WORK=")
	work, _, _ = strings.Cut(work, "\n")
	if !ok || work == "" {
		s.t.Fatalf("no work folder in\n%s", got.stderr)
	}
	s.t.Cleanup(func() { os.RemoveAll(work) })
	for _, kind := range []string{"vet.out", "vet.stdout"} {
		names, err := filepath.Glob(filepath.Join(work, "*", kind))
		if err != nil {
			s.t.Fatal(err)
		}
		for _, name := range names {
			data, err := os.ReadFile(name)
			if err != nil {
				s.t.Fatal(err)
			}
			if len(data) > 0 {
				list = append(list, kind+"\n"+string(data))
				all += string(data)
			}
		}
	}
	slices.Sort(list)
	return list, all
}

// wrapped is a module whose facts matter: a wrapper with contracts of its own, its
// user, functions that never return, finalizers.
const wrapped = sessions + `
-- wrap/wrap.go --
package wrap

/*
typedef struct ssl_st SSL;
typedef struct ssl_session_st SSL_SESSION;
static SSL_SESSION *SSL_get1_session(SSL *s) { return 0; }
static long SSL_SESSION_get_time(SSL_SESSION *s) { return 0; }
static void SSL_SESSION_free(SSL_SESSION *s) {}
*/
import "C"

import (
	"log"
	"runtime"
)

type Session struct{ S *C.SSL_SESSION }

func Of(ssl *C.SSL) *Session {
	s := &Session{C.SSL_get1_session(ssl)}
	runtime.SetFinalizer(s, (*Session).Close)
	return s
}

func (s *Session) Close() { C.SSL_SESSION_free(s.S) }

func (s *Session) Time() int64 { return int64(C.SSL_SESSION_get_time(s.S)) }

// Take takes it over.
//
//sessionlint:consumes s
func Take(s *C.SSL_SESSION) { C.SSL_SESSION_free(s) }

func Die(why string) { log.Fatal(why) }
-- wrap/use/use.go --
package use

import "example.com/m/wrap"

func Use(s *wrap.Session) int64 {
	if s == nil {
		wrap.Die("no session")
	}
	return s.Time()
}
`

// Facts and records of two checkouts are the same bytes, and name neither: caches
// can share them.
func TestFactsOfTwoCheckouts(t *testing.T) {
	t.Parallel()
	a, b := newSandbox(t, wrapped), newSandbox(t, wrapped)
	first, all := a.outputs()
	second, _ := b.outputs()
	if !slices.Equal(first, second) {
		t.Errorf("two checkouts differ:\n%q\n%q", first, second)
	}
	kinds := map[string]int{}
	for _, out := range first {
		kind, _, _ := strings.Cut(out, "\n")
		kinds[kind]++
	}
	if kinds["vet.out"] < 3 || kinds["vet.stdout"] < 3 {
		t.Errorf("%v outputs, want facts and records of 3 packages and more: %q", kinds, first)
	}
	for _, text := range []string{"[missingfree]", "[missingkeepalive]", "example.com/m/wrap"} {
		if !strings.Contains(all, text) {
			t.Errorf("no %s in\n%q", text, all)
		}
	}
	for _, dir := range []string{a.dir, os.TempDir(), filepath.Dir(a.dir)} {
		if strings.Contains(all, dir) {
			t.Errorf("an absolute path in\n%q", all)
		}
	}
}
