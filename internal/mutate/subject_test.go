package mutate_test

// subject holds one function of each shape that the operators know.
const subject = `package p

func deferred(c *Conn) error {
	s := get1(c)
	if s == nil {
		return errNone
	}
	defer free(s)
	n := use(s)
	if n == 0 {
		return errEmpty
	}
	use(s)
	return nil
}

func (c *Conn) explicit() int {
	s, err := (*S)(get1(c)), error(nil)
	s, err = get1(c)
	if err != nil {
		return 0
	}
	if n := use(s); n > 0 {
		free(s)
		return n
	}
	s.Free()
	return 1
}

func retained[T any](x *T) {
	s := get1(x)
	if upref(s) != 1 {
		free(s)
		return
	}
	free(s)
	free(s)
}

func none(s *S) {
	s = lend(s)
	defer func() { free(s) }()
	_ = get1(s)
	defer free(s)
}

func arms(c *Conn, k int) int {
	s := get1(c)
	switch k {
	case 0:
		free(s)
		return 1
	default:
		s.Free()
	}
	return 0
}

func looped(list []*Conn) *S {
	var best *S
	for _, c := range list {
		s := get1(c)
		if use(s) == 0 {
			free(s)
			continue
		}
		free(best)
		best = s
	}
	return best
}

func two(a, b *Conn) {
	s := get1(a)
	defer func() { free(s) }()
	other := get1(b)
	defer free(other)
	use(s, other)
}

func owner(x *X) int {
	c := dial(x)
	defer hangup(c)
	s := get0(c)
	return use(s)
}

func kept(t *T, c *Conn) *S {
	s := get0(c)
	if upref(s) != 1 {
		return nil
	}
	t.s = s
	return s
}

func said(c *Conn) *S {
	s := get1(c)
	if !upref(s) {
		return nil
	}
	return s
}

func once(t *T) {
	if t.s != nil {
		t.s.Free()
	}
	t.s = nil
	use(t.s)
	free(t.s)
	t.s = get1(t.c)
}
`
