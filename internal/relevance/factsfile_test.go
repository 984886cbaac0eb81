package relevance

import (
	"bytes"
	"testing"
)

func FuzzFactsFile(f *testing.F) {
	f.Add([]byte(plainMark))
	f.Add([]byte(variantMark + "\x03\x04"))
	f.Add([]byte(plainMark + "loud a/b 3\nxyzquiet c 0 Die Exit\n"))
	f.Add([]byte(plainMark + "quiet c 99999999999999999999 Die\n"))
	f.Add([]byte("x"))
	f.Fuzz(func(t *testing.T, data []byte) {
		file, err := parseFactsFile(data)
		if err != nil {
			return
		}
		again, err := parseFactsFile(file.Bytes())
		if err != nil && len(file.Bytes()) > 0 {
			t.Fatalf("%q becomes %q: %v", data, file.Bytes(), err)
		}
		if err == nil && !bytes.Equal(again.Bytes(), file.Bytes()) {
			t.Errorf("%q becomes %q, and that %q", data, file.Bytes(), again.Bytes())
		}
	})
}
