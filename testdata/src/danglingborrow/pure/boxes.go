package pure

import "github.com/sessionlint/sessionlint/session"

// Loans inside new objects that are kept (trap: store of an address).

type slot struct{ s *session.Session }

// A Shelf outlives the connections whose loans are put on it.
type Shelf struct{ top *slot }

var (
	slotKept  *slot
	slotTable = map[string]*slot{}
	slotTail  []*slot
	slotQueue = make(chan *slot, 1)
	slotAny   any
)

// SlotInGlobal keeps the object in a package variable.
func SlotInGlobal(c *session.Conn) {
	slotKept = &slot{s: c.Get0Session()} // want danglingborrow
}

// SlotInMap keeps it in a map.
func SlotInMap(c *session.Conn, host string) {
	slotTable[host] = &slot{s: c.Get0Session()} // want danglingborrow
}

// SlotInSlice keeps it in a list.
func SlotInSlice(c *session.Conn) {
	slotTail = append(slotTail, &slot{s: c.Get0Session()}) // want danglingborrow
}

// SlotSent sends it.
func SlotSent(c *session.Conn) {
	slotQueue <- &slot{s: c.Get0Session()} // want danglingborrow
}

// SlotInAny keeps it in an interface.
func SlotInAny(c *session.Conn) {
	slotAny = &slot{s: c.Get0Session()} // want danglingborrow
}

// SlotInField keeps it in an object of its caller's.
func SlotInField(sh *Shelf, c *session.Conn) {
	sh.top = &slot{s: c.Get0Session()} // want danglingborrow
}

// SlotRetained adds a reference for it, or takes it out again.
func SlotRetained(c *session.Conn) {
	b := &slot{s: c.Get0Session()}
	if b.s == nil {
		return
	}
	slotKept = b
	if !b.s.UpRef() {
		slotKept = nil
	}
}

// SlotReturned is a view, whose owner the caller knows.
func SlotReturned(c *session.Conn) *slot { return &slot{s: c.Get0Session()} }

func (b *slot) read() int64 { return b.s.Time() }

// SlotLocal makes one for a call.
func SlotLocal(c *session.Conn) int64 {
	b := &slot{s: c.Get0Session()}
	return b.read()
}

// SlotOwned keeps a reference of its own in it.
func SlotOwned(c *session.Conn) { slotKept = &slot{s: c.Get1Session()} }

// SlotOwnedInMap does so in a map.
func SlotOwnedInMap(c *session.Conn, host string) { slotTable[host] = &slot{s: c.Get1Session()} }
