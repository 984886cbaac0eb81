package execute

import (
	"go/ast"
	"go/types"
	"iter"
	"slices"
)

// This file runs goroutines. One runs until it has to wait, either at once, at the
// go statement, or as late as can be: when another one waits, or when the function
// has returned. Which of the two is chosen. Other turns are not tried out.

// A routine is a goroutine that has not ended.
type routine struct {
	next  func() (struct{}, bool) // goes on until it waits; false: it has ended
	stop  func()
	yield func(struct{}) bool // waits
}

// goStmt evaluates what is called and with what, now.
func (m *machine) goStmt(s *ast.GoStmt) {
	call := m.prepare(s.Call)
	m.start(func() { call() })
}

// start begins a goroutine.
func (m *machine) start(call func()) {
	home := *m.top
	r := &routine{}
	r.next, r.stop = iter.Pull(func(yield func(struct{}) bool) {
		r.yield = yield
		defer func() {
			switch p := recover(); p.(type) {
			case nil, blocked:
			case panics:
				panic(exits{}) // the program ends with it
			default:
				panic(p)
			}
		}()
		m.top = &home
		m.ignoring = true
		call()
		m.ignoring = false
	})
	m.routines = append(m.routines, r)
	if m.path.choose(2) == 0 {
		m.resume(r)
	}
}

// resume lets a goroutine go on.
func (m *machine) resume(r *routine) {
	top, ignoring, empty, current := m.top, m.ignoring, m.empty, m.current
	m.current, m.ignoring, m.empty = r, false, false
	_, waits := r.next()
	m.top, m.ignoring, m.empty, m.current = top, ignoring, empty, current
	if !waits {
		m.routines = slices.DeleteFunc(m.routines, func(o *routine) bool { return o == r })
		m.moved++
	}
}

// wait lets other goroutines go on until something is true, and reports whether it
// is. What waits for ever does not go on.
func (m *machine) wait(until func() bool) bool {
	for !until() {
		if r := m.current; r != nil {
			top := m.top
			if !r.yield(struct{}{}) {
				panic(blocked{})
			}
			m.top = top
			continue
		}
		before := m.moved
		for _, r := range slices.Clone(m.routines) {
			m.resume(r)
		}
		if m.moved == before {
			return until()
		}
	}
	return true
}

// put puts a value in a channel; without a buffer it waits until it is taken.
func (m *machine) put(c *channel, v any) {
	if c == nil || !m.wait(func() bool { return c.closed || len(c.queue) < max(1, c.size) }) {
		panic(blocked{})
	}
	if c.closed {
		m.fault("send on closed channel")
	}
	c.queue = append(c.queue, v)
	c.sent++
	m.moved++
	if n := c.sent; c.size == 0 && !m.wait(func() bool { return c.taken >= n }) {
		panic(blocked{})
	}
}

// take takes the next value out of a channel; ok is false if it is closed.
func (m *machine) take(c *channel) (v any, ok bool) {
	if c == nil || !m.wait(func() bool { return len(c.queue) > 0 || c.closed }) {
		panic(blocked{})
	}
	if len(c.queue) == 0 {
		return nil, false
	}
	v, c.queue = c.queue[0], c.queue[1:]
	c.taken++
	m.moved++
	return v, true
}

// finish lets all goroutines end that can.
func (m *machine) finish() {
	m.wait(func() bool { return len(m.routines) == 0 })
}

// forget gives up those that wait for ever.
func (m *machine) forget() {
	for _, r := range m.routines {
		r.stop()
	}
	m.routines = nil
}

// synced executes a method of package sync.
func (m *machine) synced(fn *types.Func, recv any, args []any) []any {
	c, _ := recv.(*cell)
	switch fn.Name() {
	case "Lock", "Unlock", "RLock", "RUnlock":
		return nil
	case "Add":
		m.counts()[c] += args[0].(int64)
		return nil
	case "Done":
		m.counts()[c]--
		m.moved++
		return nil
	case "Go":
		m.counts()[c]++
		m.start(func() {
			m.callValue(args[0], nil)
			m.counts()[c]--
			m.moved++
		})
		return nil
	case "Wait":
		if !m.wait(func() bool { return m.counts()[c] <= 0 }) {
			panic(blocked{})
		}
		return nil
	}
	m.unsupported("call of " + fn.FullName())
	return nil
}

// counts are what the wait groups wait for.
func (m *machine) counts() map[*cell]int64 {
	if m.groups == nil {
		m.groups = map[*cell]int64{}
	}
	return m.groups
}
