package pure

import "github.com/sessionlint/sessionlint/session"

// Connections that a helper makes, and of which there may be none: their end is
// the end of what they lend (trap: owner that may be nil).

func connect(x *session.Context) *session.Conn {
	c := x.NewConn()
	if c == nil {
		return nil
	}
	if !c.Handshake() {
		c.Free()
		return nil
	}
	return c
}

func connectErr(x *session.Context) (*session.Conn, error) {
	c := x.NewConn()
	if c == nil || !c.Handshake() {
		c.Free()
		return nil, errNone
	}
	return c, nil
}

// DialledGone reads a loan of a connection that is gone.
func DialledGone(x *session.Context) int64 {
	c := connect(x)
	if c == nil {
		return 0
	}
	s := c.Get0Session()
	c.Free()
	return s.Time() // want danglingborrow
}

// DialledErrGone has its connection from a helper with an error.
func DialledErrGone(x *session.Context) (int64, error) {
	c, err := connectErr(x)
	if err != nil {
		return 0, err
	}
	s := c.Get0Session()
	c.Free()
	return s.Time(), nil // want danglingborrow
}

// DialledSometimesGone makes one on one path.
func DialledSometimesGone(x *session.Context, online bool) int64 {
	var c *session.Conn
	if online {
		c = x.NewConn()
	}
	if c == nil {
		return 0
	}
	c.Handshake()
	s := c.Get0Session()
	c.Free()
	return s.Time() // want danglingborrow
}

// Dialled reads first.
func Dialled(x *session.Context) int64 {
	c := connect(x)
	if c == nil {
		return 0
	}
	t := c.Get0Session().Time()
	c.Free()
	return t
}

// DialledDeferred frees at the end.
func DialledDeferred(x *session.Context) (int64, error) {
	c, err := connectErr(x)
	if err != nil {
		return 0, err
	}
	defer c.Free()
	return c.Get0Session().Time(), nil
}

// DialledSecond has a second reference to its connection.
func DialledSecond(x *session.Context) int64 {
	c := connect(x)
	if c == nil {
		return 0
	}
	defer c.Free()
	if !c.UpRef() {
		return 0
	}
	s := c.Get0Session()
	c.Free()
	return s.Time()
}

// DialledOther frees another connection than the one that lends.
func DialledOther(x *session.Context, given *session.Conn) int64 {
	c := connect(x)
	if c == nil {
		return 0
	}
	s := given.Get0Session()
	c.Free()
	return s.Time()
}

// DialledRetained keeps a reference of its own beyond the connection.
func DialledRetained(x *session.Context) int64 {
	c := connect(x)
	if c == nil {
		return 0
	}
	s := c.Get1Session()
	c.Free()
	defer s.Free()
	return s.Time()
}
