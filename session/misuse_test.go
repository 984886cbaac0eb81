package session_test

import (
	"testing"

	"github.com/sessionlint/sessionlint/session"
)

// The misuses that a real libssl survives in silence, and the one right use
// beside them. The fault says where valgrind objects to the C program.
func TestMisuse(t *testing.T) {
	// pair is a TLS 1.3 client whose tickets have not been read yet.
	with := func(mode session.CacheMode, setup func(*session.Context), body func(c *session.Conn)) func() {
		return func() {
			ctx := session.NewContext()
			ctx.SetCacheMode(mode)
			if setup != nil {
				setup(ctx)
			}
			c := ctx.NewConn()
			c.Handshake()
			body(c)
			c.Free()
			ctx.Free()
		}
	}
	early := func(body func(c *session.Conn)) func() { return with(session.CacheServer, nil, body) }
	late := func(body func(c *session.Conn)) func() {
		return early(func(c *session.Conn) { c.Read(); body(c) })
	}
	keep := func(ctx *session.Context) {
		ctx.OnNewSession(func(*session.Conn, *session.Session) bool { return true })
	}
	check(t, []rule{
		{"ok", late(func(c *session.Conn) {
			s := c.Get1Session()
			s.Time()
			s.Free()
		}), nil},
		{"leak_get1", late(func(c *session.Conn) { c.Get1Session() }), []string{"missingfree Conn.Get1Session"}},
		{"leak_newcb", with(session.CacheClient|session.CacheNoInternal, keep, func(c *session.Conn) { c.Read() }),
			[]string{"missingfree NewSession callback", "missingfree NewSession callback"}},
		{"free_get0", late(func(c *session.Conn) { c.Get0Session().Free() }),
			[]string{"borrowedfree Session.Free /Conn.Free"}},
		{"use_after_ssl_free", func() {
			ctx := session.NewContext()
			c := ctx.NewConn()
			c.Handshake()
			s := c.Get0Session()
			c.Free()
			s.Time()
			ctx.Free()
		}, []string{"danglingborrow Session.Time /now"}},
		{"use_after_read", early(func(c *session.Conn) {
			s := c.Get0Session()
			c.Read()
			s.Time()
		}), []string{"danglingborrow Session.Time /now"}},
		{"chain_after_read", early(func(c *session.Conn) {
			p := c.PeerChain0()
			c.Read()
			p.Read()
		}), []string{"danglingborrow Part.Read /now"}},
		{"peer_after_free", func() {
			ctx := session.NewContext()
			c := ctx.NewConn()
			c.Handshake()
			s := c.Get1Session()
			p := s.Peer0()
			c.Free()
			s.Free()
			p.Read()
			ctx.Free()
		}, []string{"danglingborrow Part.Read /now"}},
		{"double_free", late(func(c *session.Conn) {
			s := c.Get1Session()
			s.Free()
			s.Free()
		}), []string{"doublefree Session.Free /Conn.Free"}},
		{"dup_leak", late(func(c *session.Conn) { c.Get0Session().Dup() }), []string{"missingfree Session.Dup"}},
	})
}
