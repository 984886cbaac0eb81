package contract

import (
	"bytes"
	"flag"
	"fmt"
	"go/format"
	"os"
	"reflect"
	"testing"
)

var update = flag.Bool("update", false, "rewrite builtin_gen.go from the tables")

const generated = "builtin_gen.go"

// TestBuiltInGenerated: the Go data is what the YAML files say.
//
// After a change of the files: go test ./internal/contract -run BuiltInGenerated -update
func TestBuiltInGenerated(t *testing.T) {
	tab, err := Load(BuiltIn()...)
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	b.WriteString("// Code generated from tables/*.yaml by TestBuiltInGenerated; DO NOT EDIT.\n\npackage contract\n")
	writeList(&b, "builtInHandles", tab.Handles())
	writeList(&b, "builtInFunctions", tab.Functions())
	writeList(&b, "builtInCallbacks", tab.Callbacks())
	writeList(&b, "builtInEvents", tab.Events())
	writeList(&b, "builtInBehaviours", tab.Behaviours())
	want, err := format.Source(b.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile(generated, want, 0o666); err != nil {
			t.Fatal(err)
		}
		return
	}
	got, err := os.ReadFile(generated)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s is not what tables/*.yaml say; run this test with -update", generated)
	}
}

// TestDefault: the table built from Go data holds what the decoded one holds.
func TestDefault(t *testing.T) {
	want, err := Load(BuiltIn()...)
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(Default(), want) {
		t.Error("Default() and Load(BuiltIn()...) differ; run TestBuiltInGenerated with -update")
	}
}

func writeList[T any](b *bytes.Buffer, name string, list []*T) {
	fmt.Fprintf(b, "\nvar %s = []%s{\n", name, reflect.TypeFor[T]().Name())
	for _, entry := range list {
		writeFields(b, reflect.ValueOf(*entry))
		b.WriteString(",\n")
	}
	b.WriteString("}\n")
}

// writeValue writes v as Go source.
func writeValue(b *bytes.Buffer, v reflect.Value) {
	switch v.Kind() {
	case reflect.Pointer:
		fmt.Fprintf(b, "&%s", v.Type().Elem().Name())
		writeFields(b, v.Elem())
	case reflect.Slice:
		fmt.Fprintf(b, "[]%s{", v.Type().Elem().Name())
		for i := range v.Len() {
			if elem := v.Index(i); elem.Kind() == reflect.Struct {
				writeFields(b, elem)
			} else {
				writeValue(b, elem)
			}
			b.WriteString(",")
		}
		b.WriteString("}")
	case reflect.String:
		fmt.Fprintf(b, "%q", v.String())
	default:
		fmt.Fprint(b, v.Interface())
	}
}

// writeFields writes the fields of v that are not zero.
func writeFields(b *bytes.Buffer, v reflect.Value) {
	b.WriteString("{")
	for i := range v.NumField() {
		if field := v.Field(i); !field.IsZero() {
			fmt.Fprintf(b, "%s: ", v.Type().Field(i).Name)
			writeValue(b, field)
			b.WriteString(", ")
		}
	}
	b.WriteString("}")
}
