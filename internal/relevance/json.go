package relevance

import (
	"bytes"
	"errors"
	"strconv"
	"unicode/utf8"
)

// decoder reads JSON of a known shape. Package encoding/json would do, but getting
// it ready takes as long as everything else in the life of most units.
type decoder struct {
	text string
	at   int
}

// space skips blanks and returns the next byte, 0 at the end.
func (d *decoder) space() byte {
	for ; d.at < len(d.text); d.at++ {
		switch c := d.text[d.at]; c {
		case ' ', '\t', '\r', '\n':
		default:
			return c
		}
	}
	return 0
}

// take skips c if it comes next.
func (d *decoder) take(c byte) bool {
	if d.space() != c {
		return false
	}
	d.at++
	return true
}

// null skips null if it comes next.
func (d *decoder) null() bool {
	if d.space() != 'n' || !hasPrefix(d.text[d.at:], "null") {
		return false
	}
	d.at += len("null")
	return true
}

func (d *decoder) unexpected(wanted string) error {
	if d.space() == 0 {
		return errors.New("the text ends where " + wanted + " should be")
	}
	return errors.New(strconv.QuoteRune(rune(d.text[d.at])) + " at offset " + strconv.Itoa(d.at) + ", where " + wanted + " should be")
}

// list reads the members of an object or an array, between open and closing.
func (d *decoder) list(open, closing byte, what string, member func() error) error {
	if d.null() {
		return nil
	}
	if !d.take(open) {
		return d.unexpected(what)
	}
	if d.take(closing) {
		return nil
	}
	for {
		if err := member(); err != nil {
			return err
		}
		switch {
		case d.take(','):
		case d.take(closing):
			return nil
		default:
			return d.unexpected("a comma or the end of " + what)
		}
	}
}

// object calls value at the value of every field.
func (d *decoder) object(value func(key string) error) error {
	return d.list('{', '}', "an object", func() error {
		if d.space() != '"' {
			return d.unexpected("a name")
		}
		var key string
		if err := d.string(&key); err != nil {
			return err
		}
		if !d.take(':') {
			return d.unexpected("a colon")
		}
		return value(key)
	})
}

// string reads a string; null leaves it as it is.
func (d *decoder) string(to *string) error {
	if d.null() {
		return nil
	}
	if !d.take('"') {
		return d.unexpected("a string")
	}
	from := d.at
	for ; d.at < len(d.text); d.at++ {
		switch c := d.text[d.at]; {
		case c == '"':
			*to = d.text[from:d.at]
			d.at++
			return nil
		case c == '\\':
			return d.escaped(to, from)
		case c < ' ':
			return errors.New("a control character in a string at offset " + strconv.Itoa(d.at))
		}
	}
	return d.unexpected("the end of a string")
}

// escaped reads the rest of a string from its first escape on.
func (d *decoder) escaped(to *string, from int) error {
	text := []byte(d.text[from:d.at])
	for d.at < len(d.text) {
		c := d.text[d.at]
		d.at++
		switch {
		case c == '"':
			*to = string(text)
			return nil
		case c < ' ':
			return errors.New("a control character in a string at offset " + strconv.Itoa(d.at-1))
		case c != '\\':
			text = append(text, c)
		case d.at < len(d.text) && d.text[d.at] == 'u':
			d.at--
			r := d.unit()
			if 0xd800 <= r && r < 0xe000 {
				r = d.pair(r)
			}
			if r < 0 {
				return errors.New("a bad escape at offset " + strconv.Itoa(d.at))
			}
			text = utf8.AppendRune(text, r)
		default:
			i := -1
			if d.at < len(d.text) {
				i = bytes.IndexByte([]byte(`"\/bfnrt`), d.text[d.at])
			}
			if i < 0 {
				return errors.New("a bad escape at offset " + strconv.Itoa(d.at))
			}
			text = append(text, "\"\\/\b\f\n\r\t"[i])
			d.at++
		}
	}
	return d.unexpected("the end of a string")
}

// pair returns the character that a UTF-16 surrogate makes with the one behind it, or
// that of an encoding error if there is none.
func (d *decoder) pair(first rune) rune {
	before := d.at
	if second := d.unit(); first < 0xdc00 && 0xdc00 <= second && second < 0xe000 {
		return (first-0xd800)<<10 | (second - 0xdc00) + 0x10000
	}
	d.at = before
	return utf8.RuneError
}

// unit reads \uXXXX. It returns -1 if that is not what comes next.
func (d *decoder) unit() rune {
	if len(d.text) < d.at+6 || d.text[d.at:d.at+2] != `\u` {
		return -1
	}
	n, err := strconv.ParseUint(d.text[d.at+2:d.at+6], 16, 16)
	if err != nil {
		return -1
	}
	d.at += 6
	return rune(n)
}

func (d *decoder) strings(to *[]string) error {
	return d.list('[', ']', "an array", func() error {
		var s string
		err := d.string(&s)
		*to = append(*to, s)
		return err
	})
}

func (d *decoder) stringMap(to *map[string]string) error {
	return d.object(func(key string) error {
		var s string
		if err := d.string(&s); err != nil {
			return err
		}
		if *to == nil {
			*to = make(map[string]string)
		}
		(*to)[key] = s
		return nil
	})
}

func (d *decoder) bool(to *bool) error {
	d.space()
	for text, value := range map[string]bool{"true": true, "false": false} {
		if hasPrefix(d.text[d.at:], text) {
			*to = value
			d.at += len(text)
			return nil
		}
	}
	if d.null() {
		return nil
	}
	return d.unexpected("true or false")
}

// skip reads a value of any kind.
func (d *decoder) skip() error {
	switch c := d.space(); {
	case c == '{':
		return d.object(func(string) error { return d.skip() })
	case c == '[':
		return d.list('[', ']', "an array", d.skip)
	case c == '"':
		var s string
		return d.string(&s)
	case c == 't' || c == 'f' || c == 'n':
		var b bool
		return d.bool(&b)
	}
	from := d.at
	for d.at < len(d.text) && bytes.IndexByte([]byte("+-.0123456789Ee"), d.text[d.at]) >= 0 {
		d.at++
	}
	if d.at == from {
		return d.unexpected("a value")
	}
	return nil
}

// end reports whether nothing is left.
func (d *decoder) end() error {
	if d.space() != 0 || d.at < len(d.text) {
		return d.unexpected("the end")
	}
	return nil
}
