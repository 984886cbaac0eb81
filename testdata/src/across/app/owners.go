package app

import (
	"fixtures/across/tls"

	"github.com/sessionlint/sessionlint/session"
)

// Structs of this package that hold structs of the other.

// A Dialer embeds a client of the other package.
type Dialer struct {
	*tls.Client
	host string
}

// NewDialer wraps one.
func NewDialer(c *session.Conn, host string) (*Dialer, error) {
	cl, err := tls.NewClient(c)
	if err != nil {
		return nil, err
	}
	return &Dialer{Client: cl, host: host}, nil
}

// NewDialerFails forgets it where there is no host (trap: constructor that fails
// after storing).
func NewDialerFails(c *session.Conn, host string) (*Dialer, error) {
	cl, err := tls.NewClient(c) // want missingfree
	if err != nil {
		return nil, err
	}
	d := &Dialer{Client: cl}
	if host == "" {
		return nil, errRefused
	}
	d.host = host
	return d, nil
}

// NewDialerUnwinds closes it there.
func NewDialerUnwinds(c *session.Conn, host string) (*Dialer, error) {
	cl, err := tls.NewClient(c)
	if err != nil {
		return nil, err
	}
	d := &Dialer{Client: cl}
	if host == "" {
		d.Close()
		return nil, errRefused
	}
	d.host = host
	return d, nil
}

// Dialed closes by the promoted method.
func Dialed(c *session.Conn) (string, error) {
	d, err := NewDialer(c, "a")
	if err != nil {
		return "", err
	}
	defer d.Close()
	return d.host, nil
}

// DialedLost does not.
func DialedLost(c *session.Conn) (string, error) {
	d, err := NewDialer(c, "a") // want missingfree
	if err != nil {
		return "", err
	}
	return d.host, nil
}

// A Fleet owns clients of the other package in a slice.
type Fleet struct {
	clients []*tls.Client
	name    string
}

// Close closes each of them.
func (f *Fleet) Close() {
	for _, c := range f.clients {
		c.Close()
	}
	f.clients = nil
}

// NewFleet makes one for each connection.
func NewFleet(conns []*session.Conn) (*Fleet, error) {
	f := &Fleet{}
	for _, c := range conns {
		cl, err := tls.NewClient(c)
		if err != nil {
			f.Close()
			return nil, err
		}
		f.clients = append(f.clients, cl)
	}
	return f, nil
}

// NewFleetFails forgets those that it has.
func NewFleetFails(conns []*session.Conn) (*Fleet, error) {
	f := &Fleet{}
	for _, c := range conns {
		cl, err := tls.NewClient(c) // want missingfree
		if err != nil {
			return nil, err
		}
		f.clients = append(f.clients, cl)
	}
	return f, nil
}

// Sailed closes them.
func Sailed(conns []*session.Conn) (string, error) {
	f, err := NewFleet(conns)
	if err != nil {
		return "", err
	}
	defer f.Close()
	return f.name, nil
}

// SailedLost does not.
func SailedLost(conns []*session.Conn) (string, error) {
	f, err := NewFleet(conns) // want missingfree
	if err != nil {
		return "", err
	}
	return f.name, nil
}

// Archived drops an archive of the other package, and could not free what it holds.
//
//fixture:norun nobody can free what the archive holds
func Archived(c *session.Conn) int64 {
	var a tls.Archive
	a.Keep(c) // want missingfree
	return a.Age()
}

// JarFilled fills what the other package frees.
func JarFilled(a, b *session.Conn) {
	var j tls.Jar
	defer j.Close()
	j.Slots[0] = a.Get1Session()
	j.Slots[1] = b.Get1Session()
}

// JarDropped drops it.
func JarDropped(a, b *session.Conn) bool {
	var j tls.Jar
	j.Slots[0] = a.Get1Session() // want missingfree
	j.Slots[1] = b.Get1Session() // want missingfree
	return j.Slots[0] == j.Slots[1]
}

// JarEmptied forgets one of what a jar of the other package owns.
//
//fixture:norun what the array held is the jar's until somebody makes one
func JarEmptied(j *tls.Jar) {
	j.Slots[0] = nil // want missingfree "Jar.Close frees what the field holds"
}

// JarTaken takes it out.
func JarTaken(j *tls.Jar) *session.Session {
	s := j.Slots[0]
	j.Slots[0] = nil
	return s
}

// RackFilled fills what the other package frees.
func RackFilled(conns []*session.Conn) {
	var r tls.Rack
	defer r.Close()
	for _, c := range conns {
		r.Tapes = append(r.Tapes, c.Get1Session())
	}
}

// RackDropped drops it.
func RackDropped(conns []*session.Conn) int {
	var r tls.Rack
	for _, c := range conns {
		r.Tapes = append(r.Tapes, c.Get1Session()) // want missingfree
	}
	return len(r.Tapes)
}

// RackEmptied forgets all that a rack of the other package owns.
//
//fixture:norun what the list held is the rack's until somebody makes one
func RackEmptied(r *tls.Rack) {
	r.Tapes = nil // want missingfree "Rack.Close frees what the field holds"
}

// RackTaken takes them out.
func RackTaken(r *tls.Rack) []*session.Session {
	list := r.Tapes
	r.Tapes = nil
	return list
}
