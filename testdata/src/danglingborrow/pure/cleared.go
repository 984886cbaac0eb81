package pure

import "github.com/sessionlint/sessionlint/session"

// Loans that are put where they could outlive their owner, and taken out or
// retained before the function returns (trap: cleared again).

var (
	clearedTable = map[string]*session.Session{}
	clearedList  []*session.Session
	clearedNow   *session.Session
)

// ClearedFromMap takes it out if it cannot be retained.
func ClearedFromMap(host string, c *session.Conn) {
	s := c.Get0Session()
	if s == nil {
		return
	}
	if old := clearedTable[host]; old != nil {
		old.Free()
	}
	clearedTable[host] = s
	if !s.UpRef() {
		delete(clearedTable, host)
	}
}

// LeftInMap does not.
func LeftInMap(host string, c *session.Conn) bool {
	s := c.Get0Session()
	if s == nil {
		return false
	}
	clearedTable[host] = s // want danglingborrow
	return s.UpRef()
}

// ClearedFromList cuts it off again.
func ClearedFromList(c *session.Conn) bool {
	s := c.Get0Session()
	if s == nil {
		return false
	}
	clearedList = append(clearedList, s)
	if s.UpRef() {
		return true
	}
	clearedList = clearedList[:len(clearedList)-1]
	return false
}

// LeftInList does not.
func LeftInList(c *session.Conn) bool {
	s := c.Get0Session()
	if s == nil {
		return false
	}
	clearedList = append(clearedList, s) // want danglingborrow
	return s.UpRef()
}

// RestoredAfterwards puts back what was there before.
func RestoredAfterwards(c *session.Conn, f func()) {
	saved := clearedNow
	clearedNow = c.Get0Session()
	defer func() { clearedNow = saved }()
	f()
}

// RestoredIfSet does so only if there was something.
func RestoredIfSet(c *session.Conn, f func()) {
	saved := clearedNow
	clearedNow = c.Get0Session() // want danglingborrow
	if saved != nil {
		defer func() { clearedNow = saved }()
	}
	f()
}

// LentMeanwhile lends for the time of a call that nobody follows.
func LentMeanwhile(host string, c *session.Conn, f func() error) error {
	s := c.Get0Session()
	if s == nil {
		return errNone
	}
	clearedTable[host] = s
	defer func() { delete(clearedTable, host) }()
	return f()
}

// LentMeanwhileToo forgets it where the call fails.
func LentMeanwhileToo(host string, c *session.Conn, f func() error) error {
	s := c.Get0Session()
	if s == nil {
		return errNone
	}
	clearedTable[host] = s // want danglingborrow
	if err := f(); err != nil {
		return err
	}
	delete(clearedTable, host)
	return nil
}
