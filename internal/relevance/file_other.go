//go:build !unix

package relevance

import "os"

// What file_unix.go says of these functions holds here; package os reads and writes.

func readFile(name string, _ []byte) ([]byte, error) { return os.ReadFile(name) }

func readHead(name string, buf []byte) []byte {
	data, err := os.ReadFile(name)
	if err != nil {
		return nil
	}
	return data[:min(len(data), len(buf))]
}

func writeFile(name string, data []byte) error { return os.WriteFile(name, data, 0o666) }

func isEmpty(name string) (bool, error) {
	info, err := os.Stat(name)
	if err != nil {
		return false, err
	}
	return info.Size() == 0, nil
}
