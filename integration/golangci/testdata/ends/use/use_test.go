package use

import (
	"os"
	"testing"
)

func fail(t *testing.T) { t.FailNow() }

func TestEnds(t *testing.T) {
	s := get()
	if len(os.Args) > 8 {
		t.Fatal("no")
		return
	}
	if len(os.Args) > 9 {
		fail(t)
		return
	}
	free(s)
}

func TestLogs(t *testing.T) {
	s := get() // want
	if len(os.Args) > 8 {
		t.Log("no")
		return
	}
	free(s)
}
