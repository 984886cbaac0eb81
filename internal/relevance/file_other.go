//go:build !unix

package relevance

import "os"

func readFile(name string, _ []byte) ([]byte, error) { return os.ReadFile(name) }

func readHead(name string, _ []byte) []byte {
	data, _ := os.ReadFile(name)
	return data
}

func writeFile(name string, data []byte) error { return os.WriteFile(name, data, 0o666) }

func isEmpty(name string) bool {
	info, err := os.Stat(name)
	return err != nil || info.Size() == 0
}
