package relevance

import (
	"bytes"
	"testing"
)

func FuzzFactsFile(f *testing.F) {
	f.Add(plainMark)
	f.Add(variantMark + "\x03\x04")
	f.Add(plainMark + "loud a/b 3\nxyzquiet c 0 Die Exit\n")
	f.Add(plainMark + "quiet c 99999999999999999999 Die\n")
	f.Add("x")
	f.Fuzz(func(t *testing.T, data string) {
		file, err := parseFactsFile(data)
		if err != nil {
			return
		}
		again, err := parseFactsFile(string(file.Bytes()))
		if err != nil && len(file.Bytes()) > 0 {
			t.Fatalf("%q becomes %q: %v", data, file.Bytes(), err)
		}
		if err == nil && !bytes.Equal(again.Bytes(), file.Bytes()) {
			t.Errorf("%q becomes %q, and that %q", data, file.Bytes(), again.Bytes())
		}
	})
}
