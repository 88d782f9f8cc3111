package report

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"reflect"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write docs/schema.json anew")

const schemaFile = "../../docs/schema.json"

// TestSchemaFileIsCurrent: docs/schema.json says what the message types say.
// Write it anew with: go test ./analyzer/report -run Schema -update
func TestSchemaFileIsCurrent(t *testing.T) {
	g := generator{defs: map[string]any{}}
	message := g.object(reflect.TypeFor[Message](), true)
	message["minProperties"], message["maxProperties"] = 1, 1
	message["$schema"] = "https://json-schema.org/draft/2020-12/schema"
	message["title"] = "one line of a report of schema " + Schema
	message["$defs"] = g.defs
	want, err := json.MarshalIndent(message, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	want = append(want, '\n')
	if *update {
		if err := os.WriteFile(schemaFile, want, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(schemaFile)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s differs from the message types; run this test with -update and look at the change", schemaFile)
	}
}

// generator makes JSON Schema of Go types.
type generator struct{ defs map[string]any }

func (g generator) object(t reflect.Type, optional bool) map[string]any {
	props, required := map[string]any{}, []string{}
	for i := range t.NumField() {
		f := t.Field(i)
		name, opts, _ := strings.Cut(f.Tag.Get("json"), ",")
		props[name] = g.value(f.Type)
		if !optional && !strings.Contains(opts, "omitempty") {
			required = append(required, name)
		}
	}
	return map[string]any{"type": "object", "properties": props, "required": required, "additionalProperties": false}
}

func (g generator) value(t reflect.Type) any {
	switch t.Kind() {
	case reflect.Pointer:
		return g.value(t.Elem())
	case reflect.Struct:
		name := strings.ToLower(t.Name())
		if _, done := g.defs[name]; !done {
			g.defs[name] = nil // a type may hold itself
			g.defs[name] = g.object(t, false)
		}
		return map[string]any{"$ref": "#/$defs/" + name}
	case reflect.Slice:
		return map[string]any{"type": "array", "items": g.value(t.Elem())}
	case reflect.Map:
		return map[string]any{"type": "object", "additionalProperties": g.value(t.Elem())}
	case reflect.String:
		return map[string]any{"type": "string"}
	case reflect.Bool:
		return map[string]any{"type": "boolean"}
	case reflect.Interface:
		return true
	}
	return map[string]any{"type": "integer"}
}
