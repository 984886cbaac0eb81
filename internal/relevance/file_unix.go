//go:build unix

package relevance

import (
	"io"
	"io/fs"
	"syscall"
)

// Package os readies a file for all that may be done with it: ten system calls for one
// that is read, of which four read it. Units read some dozen files, and little else.

// readFile returns the bytes of a file, in buf's array if they fit.
func readFile(name string, buf []byte) ([]byte, error) {
	fd, err := open(name, syscall.O_RDONLY, 0)
	if err != nil {
		return nil, err
	}
	defer syscall.Close(fd)
	data := buf[:0]
	for {
		if len(data) == cap(data) {
			data = append(data, 0)[:len(data)]
		}
		n, err := again(func() (int, error) { return syscall.Read(fd, data[len(data):cap(data)]) })
		if err != nil {
			return nil, &fs.PathError{Op: "read", Path: name, Err: err}
		}
		if n == 0 {
			return data, nil
		}
		data = data[:len(data)+n]
	}
}

// readHead returns what is at the beginning of a file, at most as much as fits into
// buf; nothing if the file cannot be read.
func readHead(name string, buf []byte) []byte {
	fd, err := open(name, syscall.O_RDONLY, 0)
	if err != nil {
		return nil
	}
	defer syscall.Close(fd)
	n, err := again(func() (int, error) { return syscall.Read(fd, buf) })
	if err != nil {
		return nil
	}
	return buf[:n]
}

// writeFile makes a file of these bytes, or replaces one.
func writeFile(name string, data []byte) error {
	fd, err := open(name, syscall.O_WRONLY|syscall.O_CREAT|syscall.O_TRUNC, 0o666)
	if err != nil {
		return err
	}
	for len(data) > 0 && err == nil {
		var n int
		n, err = again(func() (int, error) { return syscall.Write(fd, data) })
		if n <= 0 && err == nil {
			err = io.ErrUnexpectedEOF
		}
		data = data[max(n, 0):]
	}
	// What could not be kept may be told at the end only.
	if closed := syscall.Close(fd); err == nil {
		err = closed
	}
	if err != nil {
		return &fs.PathError{Op: "write", Path: name, Err: err}
	}
	return nil
}

// isEmpty reports whether a file is empty.
func isEmpty(name string) (bool, error) {
	var info syscall.Stat_t
	if _, err := again(func() (int, error) { return 0, syscall.Stat(name, &info) }); err != nil {
		return false, &fs.PathError{Op: "stat", Path: name, Err: err}
	}
	return info.Size == 0, nil
}

func open(name string, mode int, perm uint32) (fd int, err error) {
	fd, err = again(func() (int, error) { return syscall.Open(name, mode|syscall.O_CLOEXEC, perm) })
	if err != nil {
		return fd, &fs.PathError{Op: "open", Path: name, Err: err}
	}
	return fd, nil
}

// again makes a system call until no signal interrupts it.
func again(call func() (int, error)) (int, error) {
	for {
		n, err := call()
		if err != syscall.EINTR {
			return n, err
		}
	}
}
