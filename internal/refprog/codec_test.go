package refprog

import (
	"bytes"
	"fmt"
	"go/token"
	"reflect"
	"slices"
	"strings"
	"testing"
)

// where names positions as Encode wants them.
func where(pos token.Pos) string {
	if !pos.IsValid() {
		return ""
	}
	return fmt.Sprintf("f.go:%d:1", pos)
}

// furnished is a function with every field that travels.
func furnished() *Func {
	f := sound()
	f.Name, f.Pos, f.Parent, f.Callback, f.Synthetic, f.Size = "f", 7, "p", "new_session", true, 4
	f.Regs[0] = RegInfo{Name: "n", Type: Type{Kind: Pointer, Handle: "SSL_SESSION"}}
	f.Blocks[1].Counted = &CountedLoop{Var: 2, Init: -3, Step: -1, Trips: 5}
	f.Blocks[0].Ops = append(f.Blocks[0].Ops,
		Op{Kind: API, Mode: Deferred, Flag: Harmless | NonNil, Dst: NoReg, Stack: 1, Name: "p.g", Pos: 9,
			Args: []Operand{Nil(), Zero(), Int64(-1 << 40), Const(`"text"`), Global("p.v"), FuncRef("p.f$1"), R(0)}},
		Op{Kind: Extract, Mode: Spawned, Flag: Blank, Dst: NoReg, Stack: NoReg, N: 2, Args: []Operand{R(0)}})
	f.Blocks[3].Term.Note = "os.Exit"
	return f
}

// A function comes back as it was, but for positions: those of functions and API
// calls have become text, the others are gone.
func TestCodec(t *testing.T) {
	methods := map[string]string{"*p.T\x00Close": "(*p.T).Close", "p.U\x00Close": "p.U.Close"}
	f := furnished()
	if err := Verify(f); err != nil {
		t.Fatal(err)
	}
	readers := []string{"p.Look", "p.See"}
	got, err := Decode(Encode(Library{[]*Func{f, sound()}, methods, readers}, where))
	if err != nil {
		t.Fatal(err)
	}
	funcs := got.Funcs
	if len(funcs) != 2 || !reflect.DeepEqual(got.Methods, methods) || !slices.Equal(got.Readers, readers) {
		t.Fatalf("%d functions, methods %v, readers %v", len(funcs), got.Methods, got.Readers)
	}
	want := furnished()
	want.Where, want.Pos = "f.go:7:1", token.NoPos
	want.Blocks[0].Ops[1].Where, want.Blocks[0].Ops[1].Pos = "f.go:9:1", token.NoPos
	if got, want := plain(funcs[0]), plain(want); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if got, want := plain(funcs[1]), plain(sound()); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// plain prints every field of a function.
func plain(f *Func) string {
	var b strings.Builder
	g := *f
	g.Blocks = nil
	fmt.Fprintf(&b, "%+v\n", g)
	for _, blk := range f.Blocks {
		c := *blk
		c.Counted = nil
		fmt.Fprintf(&b, "%+v", c)
		if blk.Counted != nil {
			fmt.Fprintf(&b, " counted %+v", *blk.Counted)
		}
		b.WriteByte('\n')
	}
	return b.String()
}

// What was decoded encodes to the same bytes: nothing is lost on the second trip.
func TestCodecAgain(t *testing.T) {
	data := Encode(Library{Funcs: []*Func{furnished()}, Methods: map[string]string{"a": "b", "c": "d"}}, where)
	for range 20 {
		if again := Encode(Library{Funcs: []*Func{furnished()}, Methods: map[string]string{"c": "d", "a": "b"}}, where); !bytes.Equal(again, data) {
			t.Fatal("equal programs, other bytes")
		}
	}
	l, err := Decode(data)
	if err != nil {
		t.Fatal(err)
	}
	if again := Encode(l, where); !bytes.Equal(again, data) {
		t.Errorf("encoded again\n%x\nwant\n%x", again, data)
	}
}

// Damage gives an error that says so.
func TestDecodeDamaged(t *testing.T) {
	data := Encode(Library{Funcs: []*Func{furnished()}, Methods: map[string]string{"a": "b"}}, where)
	for n := range data {
		if l, err := Decode(data[:n]); err == nil || l.Funcs != nil {
			t.Fatalf("the first %d of %d bytes give %v, %v", n, len(data), l.Funcs, err)
		}
	}
	for name, damaged := range map[string][]byte{
		"more bytes": append(slices.Clone(data), 0),
		"a bit":      append(slices.Clone(data[:len(data)-1]), data[len(data)-1]^1),
		"nothing":    {},
	} {
		if l, err := Decode(damaged); err == nil || err.Error() != "refprog: damaged encoding" {
			t.Errorf("%s: %v, %v", name, l.Funcs, err)
		}
	}
	// What has lost its checksum ends, whatever it says.
	for n := range data[4:] {
		if l, err := decode(data[4 : 4+n]); err == nil {
			for _, f := range l.Funcs {
				if err := Verify(f); err != nil {
					t.Errorf("the first %d bytes: %v", n, err)
				}
			}
		}
	}
}

// A sound encoding of a function that is not well formed is refused by Verify.
func TestDecodeVerifies(t *testing.T) {
	f := sound()
	f.Blocks[3].Ops[0].Dst = 9
	if _, err := Decode(Encode(Library{Funcs: []*Func{f}}, where)); err == nil || !strings.Contains(err.Error(), "register 9 out of range") {
		t.Errorf("error %v", err)
	}
	for name, damage := range map[string]func(f *Func){
		"operation":  func(f *Func) { f.Blocks[3].Ops[0].Kind = KeepAlive + 1 },
		"terminator": func(f *Func) { f.Blocks[3].Term.Kind = Exit + 1 },
		"operand":    func(f *Func) { f.Blocks[3].Term.Args[0].Kind = FuncOperand + 1 },
		"mode":       func(f *Func) { f.Blocks[3].Ops[0].Mode = Spawned + 1 },
		"type":       func(f *Func) { f.Regs[5].Type.Kind = Tuple + 1 },
	} {
		f := sound()
		damage(f)
		if _, err := Decode(Encode(Library{Funcs: []*Func{f}}, where)); err == nil {
			t.Errorf("unknown %s: no error", name)
		}
	}
}

// FuzzDecode: any bytes give functions that are well formed and encode again to
// the same functions, or an error.
func FuzzDecode(f *testing.F) {
	f.Add(Encode(Library{Funcs: []*Func{furnished(), sound()}, Methods: map[string]string{"a": "b"}}, where))
	f.Add(Encode(Library{Readers: []string{"p.Look"}}, where))
	f.Add([]byte{1, 0, 3, 'p', '.', 'f'})
	f.Fuzz(func(t *testing.T, data []byte) {
		if len(data) > 4 {
			data = data[4:] // what is damaged does not come as far as this otherwise
		}
		l, err := decode(data)
		if err != nil {
			if l.Funcs != nil || l.Methods != nil || err.Error() == "" || strings.Contains(err.Error(), "\n") {
				t.Errorf("%v, error %q", l, err)
			}
			return
		}
		for _, fn := range l.Funcs {
			if err := Verify(fn); err != nil {
				t.Error(err)
			}
		}
		first := Encode(l, where)
		again, err := Decode(first)
		if err != nil {
			t.Fatalf("what Encode wrote: %v", err)
		}
		if second := Encode(again, where); !bytes.Equal(first, second) {
			t.Error("a second trip changes the bytes")
		}
	})
}
