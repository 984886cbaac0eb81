package main

import (
	"bufio"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// asCache as first argument makes the test binary a program for GOCACHEPROG.
const asCache = "serve-go-cache"

// serveCache speaks the protocol of GOCACHEPROG (go doc cmd/go/internal/cacheprog):
// it keeps what it is given in a folder and counts that in the file "puts". What it
// does not have it looks for in another cache of the go command, so that the
// standard library need not be compiled again.
func serveCache(folder, fallback string) error {
	in := json.NewDecoder(bufio.NewReader(os.Stdin))
	out := json.NewEncoder(os.Stdout)
	type response struct {
		ID            int64
		Err           string     `json:",omitempty"`
		KnownCommands []string   `json:",omitempty"`
		Miss          bool       `json:",omitempty"`
		OutputID      []byte     `json:",omitempty"`
		Size          int64      `json:",omitempty"`
		Time          *time.Time `json:",omitempty"`
		DiskPath      string     `json:",omitempty"`
	}
	if err := out.Encode(response{KnownCommands: []string{"get", "put", "close"}}); err != nil {
		return err
	}
	for {
		var req struct {
			ID                 int64
			Command            string
			ActionID, OutputID []byte
			BodySize           int64
		}
		if err := in.Decode(&req); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
		res := response{ID: req.ID}
		switch req.Command {
		case "put":
			var body []byte
			if req.BodySize > 0 {
				if err := in.Decode(&body); err != nil {
					return err
				}
			}
			res.DiskPath = filepath.Join(folder, hex.EncodeToString(req.OutputID)+"-d")
			entry := fmt.Sprintf("v1 %x %x %d %d\n", req.ActionID, req.OutputID, req.BodySize, time.Now().UnixNano())
			for name, data := range map[string][]byte{res.DiskPath: body, filepath.Join(folder, hex.EncodeToString(req.ActionID)+"-a"): []byte(entry)} {
				if err := os.WriteFile(name, data, 0o666); err != nil {
					return err
				}
			}
			f, err := os.OpenFile(filepath.Join(folder, "puts"), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o666)
			if err != nil {
				return err
			}
			// The go command lists the files of young folders anew each time.
			if !strings.HasPrefix(string(body), "go index ") {
				_, err = fmt.Fprintf(f, "%x %d\n", req.ActionID, len(body))
			}
			if err := errors.Join(err, f.Close()); err != nil {
				return err
			}
		case "get":
			action := hex.EncodeToString(req.ActionID)
			place := func(name string) string { return filepath.Join(folder, name) }
			entry, err := os.ReadFile(place(action + "-a"))
			if err != nil {
				place = func(name string) string { return filepath.Join(fallback, name[:2], name) }
				entry, err = os.ReadFile(place(action + "-a"))
			}
			fields := strings.Fields(string(entry))
			if err != nil || len(fields) != 5 {
				res.Miss = true
				break
			}
			info, err := os.Stat(place(fields[2] + "-d"))
			if err != nil {
				res.Miss = true
				break
			}
			if res.OutputID, err = hex.DecodeString(fields[2]); err != nil {
				return err
			}
			nano, err := strconv.ParseInt(fields[4], 10, 64)
			if err != nil {
				return err
			}
			at := time.Unix(0, nano)
			res.Size, res.Time, res.DiskPath = info.Size(), &at, place(fields[2]+"-d")
		}
		if err := out.Encode(res); err != nil {
			return err
		}
		if req.Command == "close" {
			return nil
		}
	}
}

// Everything that is computed goes through the go command's cache: a second machine
// with the same checkout in the same place has nothing left to do, and says the same.
func TestCacheProg(t *testing.T) {
	t.Parallel()
	s := newSandbox(t, wrapped)
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	gocache := strings.TrimSpace(s.run("go", "env", "GOCACHE").stdout)
	shared := t.TempDir()
	machine := func() output {
		t.Helper()
		own := sandbox{t, s.dir, s.env}
		own.setenv("GOCACHE="+t.TempDir(), "GOCACHEPROG="+exe+" "+asCache+" "+shared+" "+gocache)
		return own.lint("./...")
	}
	puts := func() int {
		text, err := os.ReadFile(filepath.Join(shared, "puts"))
		if err != nil {
			t.Fatal(err)
		}
		return strings.Count(string(text), "\n")
	}
	first := machine()
	s.wants("the first machine", first, exitFindings, leak, "[missingkeepalive]")
	n := puts()
	if n < 6 {
		t.Errorf("%d results in the shared cache", n)
	}
	second := machine()
	if second != first {
		t.Errorf("the first machine\n%+v\nthe second\n%+v", first, second)
	}
	if more := puts() - n; more != 0 {
		t.Errorf("the second machine computed %d results again", more)
	}
}
