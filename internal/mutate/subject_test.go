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
`
