// Package exec is executed twice: as Go code, and as reference programs. Both
// must leave the same trace.
package exec

import "iter"

// Trace is what Hit has recorded.
var Trace []int

// Hit records a number. To lower it is a contracted function.
func Hit(n int) { Trace = append(Trace, n) }

// Get computes a number in a way that lower does not know. It is contracted too.
func Get(n int) int { return (n*7 + 3) % 5 }

// Programs are the functions to run, by name.
var Programs = map[string]func(n int){
	"Branches": Branches, "Loops": Loops, "Labels": Labels, "Switches": Switches, "Logic": Logic,
	"InPlace": InPlace, "InPlaceNested": InPlaceNested, "InPlaceLoop": InPlaceLoop, "InPlaceDefers": InPlaceDefers,
	"Counter": Counter, "PerIteration": PerIteration, "Shadow": Shadow, "Swap": Swap, "Recursive": Recursive,
	"DeferOrder": DeferOrder, "DeferSnapshot": DeferSnapshot, "DeferCell": DeferCell, "DeferLoop": DeferLoop,
	"DeferMethod": DeferMethod, "DeferNamed": DeferNamed, "DeferInLiteral": DeferInLiteral, "DeferConditional": DeferConditional,
	"Structs": Structs, "Nested": Nested, "Arrays": Arrays, "Pointers": Pointers, "PointerToField": PointerToField,
	"Slices": Slices, "Maps": Maps, "Channels": Channels, "Selects": Selects, "Lists": Lists,
	"MethodValues": MethodValues, "MethodExpressions": MethodExpressions, "Interfaces": Interfaces, "TypeSwitch": TypeSwitch,
	"Embedded": Embedded, "Tuples": Tuples, "Variadic": Variadic, "Generics": Generics, "GenericMethods": GenericMethods,
	"RangeInt": RangeInt, "RangeFunc": RangeFunc, "RangeFuncReturn": RangeFuncReturn, "RangeFuncDefer": RangeFuncDefer,
	"RangeFuncNested": RangeFuncNested, "Goto": Goto, "Once": Once, "Globals": Globals, "Chain": Chain, "Returned": Returned, "Made": Made, "Hooks": Hooks, "RangeFuncNamed": RangeFuncNamed, "InPlaceInDefer": InPlaceInDefer,
}

// Branches: phis of values and flags.
func Branches(n int) {
	x, ok := 1, false
	if n > 2 {
		x, ok = Get(n), true
	} else if n == 1 {
		x = 9
	}
	if ok {
		Hit(x)
	}
	if !ok && x != 1 {
		Hit(-x)
	}
}

// Loops of every kind.
func Loops(n int) {
	for i := 0; i < n; i++ {
		if i == 3 {
			continue
		}
		Hit(i)
	}
	for i := 10; i > 0; i -= 4 {
		Hit(i)
	}
	i := 0
	for {
		if i++; i > n {
			break
		}
		Hit(i * 10)
	}
	for j := n; j != 0; j-- {
		for k := range j {
			Hit(j*100 + k)
		}
	}
}

// Labels leave and continue outer loops.
func Labels(n int) {
outer:
	for i := range 4 {
		for j := range 4 {
			switch {
			case j == n:
				continue outer
			case i+j > n+2:
				break outer
			}
			Hit(i*10 + j)
		}
		Hit(99)
	}
}

// Switches with fallthrough.
func Switches(n int) {
	switch Get(n) {
	case 0, 1:
		Hit(1)
		fallthrough
	case 2:
		Hit(2)
	case 3:
		if n > 3 {
			break
		}
		Hit(3)
	default:
		Hit(4)
	}
}

// Logic: short circuit with effects.
func Logic(n int) {
	hit := func(k int, b bool) bool { Hit(k); return b }
	if hit(1, n > 1) && hit(2, n > 2) || hit(3, n == 0) {
		Hit(4)
	}
	b := n > 0 && (n < 3 || hit(5, n == 4))
	if b == !(n == 2) {
		Hit(6)
	}
}

// InPlace: a literal called where it is made, with results from two places.
func InPlace(n int) {
	a := n
	x, ok := func(m int) (int, bool) {
		if m > 2 {
			a += m
			return m * 2, true
		}
		a--
		return a, m == 1
	}(Get(n))
	Hit(x)
	if ok {
		Hit(a)
	}
}

// InPlaceNested: one in another.
func InPlaceNested(n int) {
	total := 0
	func() {
		for i := range n {
			total += func() int {
				if i%2 == 0 {
					return i
				}
				total++
				return -i
			}()
		}
	}()
	Hit(total)
}

// InPlaceLoop: in a loop, with a variable of each iteration.
func InPlaceLoop(n int) {
	last := -1
	for i := range n {
		x := i * 2
		func() {
			if last >= 0 {
				Hit(last)
			}
			x++
			last = x
		}()
		Hit(x)
	}
}

// InPlaceDefers: a literal with a defer of its own.
func InPlaceDefers(n int) {
	func() {
		defer Hit(2)
		if n > 2 {
			return
		}
		Hit(1)
	}()
	Hit(3)
}

// Counter: a closure with state.
func Counter(n int) {
	c := 0
	next := func() int { c++; return c }
	for range n {
		Hit(next())
	}
	Hit(c)
}

// PerIteration: each iteration has its own variable.
func PerIteration(n int) {
	var fs []func()
	for i := 0; i < n; i++ {
		fs = append(fs, func() { Hit(i); i += 10 })
	}
	for _, f := range fs {
		f()
		f()
	}
}

// Shadow: the same name twice.
func Shadow(n int) {
	x := n
	if x := Get(x); x > 2 {
		Hit(x)
		f := func() { x++ }
		f()
		Hit(x)
	}
	Hit(x)
}

// Swap: phis that depend on each other.
func Swap(n int) {
	a, b, c := 1, 2, 3
	for range n {
		a, b, c = b, c, a
	}
	Hit(a*100 + b*10 + c)
}

// Recursive: a literal that calls itself.
func Recursive(n int) {
	var f func(int) int
	f = func(k int) int {
		if k <= 1 {
			return 1
		}
		return k * f(k-1)
	}
	Hit(f(n))
}

// DeferOrder: last first.
func DeferOrder(n int) {
	defer Hit(1)
	defer Hit(2)
	if n == 3 {
		return
	}
	defer Hit(3)
	Hit(0)
}

// DeferSnapshot: arguments are evaluated at the defer.
func DeferSnapshot(n int) {
	x := n
	defer Hit(x)
	x = 77
	defer func(y int) { Hit(x + y) }(x)
	x++
}

// DeferCell: the variable is read when the literal runs.
func DeferCell(n int) {
	x := n
	defer func() { Hit(x) }()
	if n > 1 {
		x = 50
	}
	x++
}

// DeferLoop: one for each iteration.
func DeferLoop(n int) {
	for i := range n {
		defer Hit(i)
		defer func() { Hit(i * 10) }()
	}
}

type counter struct{ n, step int }

func (c *counter) add(k int) { c.n += k * c.step; Hit(c.n) }
func (c counter) show()      { Hit(c.n) }

// DeferMethod: methods, their receivers taken at the defer.
func DeferMethod(n int) {
	c := counter{n, 2}
	defer c.show()
	defer c.add(1)
	f := c.add
	c.n += 5
	defer f(3)
	g := c.show
	c.n += 100
	g()
}

func named(n int) (x int, err error) {
	defer func() {
		if x > 2 {
			x = -x
		}
		x++
	}()
	x = n
	if n == 4 {
		return 40, nil
	}
	return
}

// DeferNamed: deferred literals change named results.
func DeferNamed(n int) {
	x, err := named(n)
	if err == nil {
		Hit(x)
	}
}

// DeferInLiteral: the stack of the literal is not that of the function.
func DeferInLiteral(n int) {
	defer Hit(9)
	f := func(k int) {
		defer Hit(k)
		Hit(k * 10)
	}
	f(n)
	f(n + 1)
}

// DeferConditional: on some paths only.
func DeferConditional(n int) {
	x := Get(n)
	if x > 2 {
		defer Hit(x)
	}
	Hit(n)
}

type point struct{ x, y int }

type line struct {
	from, to point
	name     int
}

// Structs are copied.
func Structs(n int) {
	p := point{n, 2}
	q := p
	q.x++
	Hit(p.x)
	Hit(q.x)
	pp := &p
	pp.y = 7
	*pp = point{y: pp.y + 1}
	Hit(p.x + p.y*10)
}

// Nested structs are copied in part and whole.
func Nested(n int) {
	a := line{to: point{n, 1}}
	b := a
	b.to.x += 5
	a.from = b.to
	c := &a.from
	c.y = 9
	d := a
	Hit(a.from.x + a.from.y + b.to.y + d.from.y)
	Hit(d.to.x)
}

// Arrays with constant and variable indices.
func Arrays(n int) {
	var a [3]int
	a[1] = n
	b := a
	b[n%3] = 8
	for i, x := range a {
		Hit(x*10 + b[i])
	}
	p := &a[2]
	*p = 4
	Hit(a[2])
}

func set(p *int, n int) { *p = n }

// Pointers to variables.
func Pointers(n int) {
	x, y := 1, 2
	p := &x
	if n > 2 {
		p = &y
	}
	*p = 30
	set(&x, x+n)
	Hit(x)
	Hit(y)
	q := &p
	**q = 5
	Hit(x*100 + y)
}

// PointerToField: a pointer into a struct on the heap.
func PointerToField(n int) {
	l := &line{name: n}
	p := &l.to.y
	*p = n + 1
	m := *l
	*p = 100
	Hit(m.to.y)
	Hit(l.to.y)
	Hit(l.name)
}

// Slices: made, appended to, ranged over.
func Slices(n int) {
	s := []int{n, 2}
	s = append(s, 3, Get(n))
	for i, x := range s {
		Hit(i*10 + x)
	}
	s[0] = 9
	Hit(s[0] + len(s))
	var t []int
	if t == nil && len(t) == 0 {
		t = append(t, s...)
	}
	Hit(t[3])
}

// Maps: stored, loaded, deleted.
func Maps(n int) {
	m := map[int]int{1: 5}
	m[n] = 6
	if x, ok := m[1]; ok {
		Hit(x)
	}
	delete(m, 1)
	_, ok := m[1]
	if !ok {
		Hit(m[n] + m[77])
	}
}

// Channels: sent and received in order.
func Channels(n int) {
	c := make(chan int, 3)
	c <- n
	c <- 2
	Hit(<-c)
	x, ok := <-c
	if ok {
		Hit(x)
	}
}

// Selects: the arm that is ready.
func Selects(n int) {
	a, b := make(chan int, 1), make(chan int, 1)
	if n > 2 {
		a <- n
	}
	select {
	case x := <-a:
		Hit(x)
	default:
		Hit(2)
	}
	select {
	case x := <-a:
		Hit(x)
	case b <- n + 5:
		Hit(1)
	}
	select {
	case a <- 1:
		Hit(4)
	default:
		Hit(5)
	}
	select {
	case x, ok := <-b:
		if ok {
			Hit(x)
		}
	default:
		Hit(3)
	}
}

type list struct {
	v    int
	next *list
}

// Lists are linked on the heap.
func Lists(n int) {
	var head *list
	for i := range n {
		head = &list{i, head}
	}
	for l := head; l != nil; l = l.next {
		Hit(l.v)
	}
}

// MethodValues bind their receiver.
func MethodValues(n int) {
	c := &counter{n, 1}
	f := c.add
	apply(f, 3)
	c = &counter{100, 1}
	f(1)
	show := counter{n, 0}.show
	show()
}

func apply(f func(int), n int) { f(n) }

// MethodExpressions take it as an argument.
func MethodExpressions(n int) {
	f := (*counter).add
	c := counter{n, 3}
	f(&c, 1)
	counter.show(c)
	g := counter.show
	g(c)
}

type shower interface{ show() }

type loud struct{ k int }

func (l *loud) show() { Hit(l.k + 1000) }

// Interfaces dispatch on the dynamic type.
func Interfaces(n int) {
	var s shower = counter{n, 0}
	if n > 2 {
		s = &loud{n}
	}
	s.show()
	var t shower
	if t == nil {
		t = s
	}
	defer t.show()
	if _, ok := t.(*loud); ok {
		Hit(1)
	}
}

// TypeSwitch goes by it, too.
func TypeSwitch(n int) {
	values := []any{n, "x", counter{n, 1}, &loud{n}, nil}
	switch v := values[n%5].(type) {
	case int:
		Hit(v)
	case string:
		Hit(2)
	case shower:
		v.show()
	case nil:
		Hit(4)
	}
}

type wrapped struct {
	*counter
	loud loud
}

// Embedded: promoted methods, directly and through an interface.
func Embedded(n int) {
	w := wrapped{counter: &counter{n, 1}}
	w.add(2)
	w.counter = &counter{7, 1}
	var s shower = w
	s.show()
}

func two(n int) (int, int) { return n, n + 1 }

func sum(a, b int) int { return a*10 + b }

// Tuples are passed on whole.
func Tuples(n int) {
	a, b := two(n)
	Hit(a + b)
	Hit(sum(two(a)))
}

func all(ns ...int) {
	for _, n := range ns {
		Hit(n)
	}
}

// Variadic calls, spelled out, empty and spread.
func Variadic(n int) {
	all(n, n+1)
	all()
	all([]int{4, 5}...)
}

func twice[T any](x T, f func(T) T) T { return f(f(x)) }

type number interface{ ~int }

func plus[T number](a, b T) T { return a + b }

// Generics: two instances of one function.
func Generics(n int) {
	Hit(twice(n, func(k int) int { return k * 2 }))
	p := twice(point{n, 0}, func(p point) point { return point{p.y, p.x + 1} })
	Hit(p.x*10 + p.y)
	Hit(plus(n, 3))
}

type stack[T any] struct{ items []T }

func (s *stack[T]) push(x T) { s.items = append(s.items, x) }

func (s *stack[T]) each(f func(T)) {
	for _, x := range s.items {
		f(x)
	}
}

// GenericMethods of an instance.
func GenericMethods(n int) {
	var s stack[*point]
	s.push(&point{n, 1})
	s.push(&point{2, n})
	s.each(func(p *point) { p.x++; Hit(p.x * p.y) })
	s.each(func(p *point) { Hit(p.x) })
}

// RangeInt: the variable may be changed.
func RangeInt(n int) {
	for i := range n {
		i *= 3
		Hit(i)
	}
	for range 3 {
		Hit(-1)
	}
}

func upTo(n int) iter.Seq[int] {
	return func(yield func(int) bool) {
		defer Hit(-7)
		for i := range n {
			if !yield(i) {
				Hit(-8)
				return
			}
		}
	}
}

// RangeFunc: break and continue.
func RangeFunc(n int) {
	total := 0
	for i := range upTo(n) {
		if i == 1 {
			continue
		}
		if i == 4 {
			break
		}
		total += i
		Hit(i)
	}
	Hit(total)
}

func find(n int) (at int) {
	at = -1
	for i := range upTo(10) {
		if Get(i) == n {
			return i
		}
		at--
	}
	return
}

// RangeFuncReturn: a return inside the loop.
func RangeFuncReturn(n int) { Hit(find(n)) }

// RangeFuncDefer: the loop body defers to the function.
func RangeFuncDefer(n int) {
	for i := range upTo(n) {
		defer Hit(i * 100)
		if i == 2 {
			return
		}
	}
	Hit(5)
}

// RangeFuncNested: a labelled break out of both.
func RangeFuncNested(n int) {
outer:
	for i := range upTo(3) {
		for j := range upTo(3) {
			if i+j == n {
				break outer
			}
			if j > i {
				continue outer
			}
			Hit(i*10 + j)
		}
	}
	Hit(42)
}

// Goto jumps back and forth.
func Goto(n int) {
	i := 0
again:
	if i < n {
		Hit(i)
		i += 2
		goto again
	}
	if n == 3 {
		goto end
	}
	Hit(77)
end:
	Hit(i)
}

// Once: variables that are assigned once and captured.
func Once(n int) {
	x := Get(n)
	y := x + 1
	f := func() int { return x*10 + y }
	if x > 2 {
		Hit(f())
	}
	Hit(x + y)
	defer func() { Hit(y) }()
}

var global = 3

var table struct{ last, count int }

// Globals are cells that everybody sees.
func Globals(n int) {
	global = n
	bump()
	Hit(global)
	table.last = n
	table.count++
	t := table
	bump()
	Hit(t.last + table.last*10)
	global, table.count = 3, 0
}

func bump() { global += 2; table.last++ }

// Chain: closures that make closures.
func Chain(n int) {
	adder := func(k int) func(int) func() {
		return func(m int) func() {
			k += m
			return func() { Hit(k) }
		}
	}
	f := adder(n)
	g, h := f(1), f(2)
	g()
	h()
}

func cleanup(n int) (x int, done func()) {
	x = n
	return x, func() { Hit(x); x++ }
}

// Returned: a function result keeps its variables.
func Returned(n int) {
	x, done := cleanup(n)
	defer done()
	done()
	Hit(x)
}

func made(n int) *line {
	l := &line{}
	l.to.x = n
	p := &l.from
	p.y = n + 1
	return l
}

// Made: a struct that is only written before it is returned.
func Made(n int) {
	l := made(n)
	Hit(l.to.x*10 + l.from.y)
}

var (
	hook    = func(n int) { Hit(n + 1) }
	changed = func(n int) { Hit(n + 2) }
	alias   = bump
)

// Hooks: function variables that are assigned later, and that are not.
func Hooks(n int) {
	hook(n)
	changed = func(n int) { Hit(n + 3) }
	changed(n)
	alias()
	Hit(global)
	global = 3
}

// InPlaceInDefer: the literal that writes is part of a deferred one.
func InPlaceInDefer(n int) {
	x := n
	show := func() {
		func() { x++ }()
		Hit(x)
	}
	defer show()
	show()
	Hit(x)
}

func rangeNamed(n int) (res int, err error) {
	for i := range upTo(n) {
		defer func() { res += i * 100 }()
	}
	return n, nil
}

// RangeFuncNamed: the loop body defers a literal that changes a named result.
func RangeFuncNamed(n int) {
	x, err := rangeNamed(n)
	if err == nil {
		Hit(x)
	}
}
