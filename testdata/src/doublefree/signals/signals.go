// Package signals holds fixtures of goroutines that tell how far they have come.
package signals

import (
	"sync"

	"github.com/sessionlint/sessionlint/session"
)

// Unheard waits for ever for somebody who takes what it sends, and frees nothing.
//
//fixture:norun its goroutine waits for ever
func Unheard(c *session.Conn) {
	s := c.Get1Session()
	done := make(chan bool)
	go func() {
		done <- true
		s.Free()
	}()
	s.Free()
}

// Uncalled waits for ever for somebody who tells it to go on.
//
//fixture:norun its goroutine waits for ever
func Uncalled(c *session.Conn) {
	s := c.Get1Session()
	never := make(chan bool)
	go func() {
		<-never
		s.Free()
	}()
	s.Free()
}

// Twice frees as well.
//
//fixture:norun a goroutine that nobody waits for
func Twice(c *session.Conn) {
	s := c.Get1Session()
	go func() { s.Free() }()
	s.Free() // want doublefree
}

// SentBefore says that it is done before it frees; what comes first nobody knows.
//
//fixture:norun what comes first nobody knows
func SentBefore(c, d *session.Conn) bool {
	s := c.Get1Session()
	done := make(chan bool)
	go func() {
		done <- true
		s.Free()
	}()
	<-done
	return d.SetSession(s)
}

// SentAfter says so when it has freed.
func SentAfter(c, d *session.Conn) bool {
	s := c.Get1Session()
	done := make(chan bool)
	go func() {
		s.Free()
		done <- true
	}()
	<-done
	return d.SetSession(s) // want useafterfree
}

// DoneBefore says that it is done before it frees.
//
//fixture:norun what comes first nobody knows
func DoneBefore(c, d *session.Conn) bool {
	s := c.Get1Session()
	var wg sync.WaitGroup
	wg.Add(1)
	go func() {
		wg.Done()
		s.Free()
	}()
	wg.Wait()
	return d.SetSession(s)
}

// DoneAfter says so when it has freed.
func DoneAfter(c, d *session.Conn) bool {
	s := c.Get1Session()
	var wg sync.WaitGroup
	wg.Add(1)
	go func() {
		defer wg.Done()
		s.Free()
	}()
	wg.Wait()
	return d.SetSession(s) // want useafterfree
}

// Told frees when it is told to, and says so.
func Told(c, d *session.Conn) bool {
	s := c.Get1Session()
	start, done := make(chan bool), make(chan bool)
	go func() {
		<-start
		s.Free()
		done <- true
	}()
	start <- true
	<-done
	return d.SetSession(s) // want useafterfree
}
