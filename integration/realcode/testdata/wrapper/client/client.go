// Package client stands on the bindings and never sees a C type.
package client

import (
	"errors"

	openssl "github.com/libp2p/go-openssl"
)

// A Client resumes its last session.
type Client struct {
	conn    *openssl.Conn
	session *openssl.Session
}

// Close gives the session back.
func (c *Client) Close() {
	if c.session != nil {
		c.session.Close()
		c.session = nil
	}
}

// Remember keeps the connection's session in place of the last one.
func (c *Client) Remember() error {
	session, err := c.conn.TakeSession()
	if err != nil {
		return err
	}
	c.Close()
	c.session = session
	return nil
}

// Lifetime is right: the session goes on every path.
func Lifetime(conn *openssl.Conn) (int64, error) {
	session, err := conn.TakeSession()
	if err != nil {
		return 0, err
	}
	defer session.Close()
	if session.Lifetime() == 0 {
		return 0, errors.New("session has ended")
	}
	return session.Lifetime(), nil
}

// Remaining forgets the session on its second error.
func Remaining(conn *openssl.Conn) (int64, error) {
	session, err := conn.TakeSession() // want missingfree
	if err != nil {
		return 0, err
	}
	left := session.Lifetime()
	if left == 0 {
		return 0, errors.New("session has ended")
	}
	session.Close()
	return left, nil
}

// open makes a client; it has a session, or there is an error.
func open(conn *openssl.Conn) (*Client, error) {
	c := &Client{conn: conn}
	if err := c.Remember(); err != nil {
		return nil, err
	}
	return c, nil
}

// Probe drops the client, and the session in it, when there is nothing to resume.
func Probe(conn *openssl.Conn) (bool, error) {
	c, err := open(conn) // want missingfree
	if err != nil {
		return false, err
	}
	if c.session.Lifetime() == 0 {
		return false, nil
	}
	c.Close()
	return true, nil
}
