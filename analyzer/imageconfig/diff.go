package imageconfig

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
)

// Change is a field that differs. Old and New are JSON values (string,
// []any, map[string]any, json.Number, bool); nil on the side that lacks the field.
type Change struct {
	Field string
	Kind  string // added, removed, modified
	Old   any
	New   any
}

// Diff compares two configurations and returns the fields that differ, sorted
// by name. Either may be nil, which compares with an empty configuration. Field
// names keep their case; a configuration that has a field twice, or that is not
// a JSON object, is an error.
func Diff(golden, suspect []byte) ([]Change, error) {
	g, err := fields(golden)
	if err != nil {
		return nil, fmt.Errorf("golden image config: %w", err)
	}
	s, err := fields(suspect)
	if err != nil {
		return nil, fmt.Errorf("suspect image config: %w", err)
	}
	names := slices.Collect(maps.Keys(g))
	for n := range s {
		if _, both := g[n]; !both {
			names = append(names, n)
		}
	}
	slices.Sort(names)
	var out []Change
	for _, n := range names {
		o, inGolden := g[n]
		v, inSuspect := s[n]
		switch {
		case !inGolden:
			out = append(out, Change{n, "added", nil, v})
		case !inSuspect:
			out = append(out, Change{n, "removed", o, nil})
		case !reflect.DeepEqual(o, v):
			out = append(out, Change{n, "modified", o, v})
		}
	}
	return out, nil
}

// fields flattens a configuration into named values. Null, empty strings, empty
// lists and empty objects count as absent: engines write them or leave them out.
func fields(raw []byte) (map[string]any, error) {
	out := map[string]any{}
	if len(bytes.TrimSpace(raw)) == 0 {
		return out, nil
	}
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.UseNumber()
	var top map[string]any
	if err := dec.Decode(&top); err != nil {
		return nil, err
	}
	for _, name := range slices.Sorted(maps.Keys(top)) {
		v := top[name]
		switch config, isObject := v.(map[string]any); {
		case strings.EqualFold(name, "config") && isObject:
			for _, n := range slices.Sorted(maps.Keys(config)) {
				flatten(out, n, config[n])
			}
		case name == "history":
			list, _ := v.([]any)
			for i, h := range list {
				set(out, fmt.Sprintf("history[%d]", i), h)
			}
		case name == "rootfs":
			if fs, ok := v.(map[string]any); ok {
				for _, n := range slices.Sorted(maps.Keys(fs)) {
					set(out, "rootfs["+n+"]", fs[n])
				}
				continue
			}
			set(out, name, v)
		default:
			flatten(out, name, v)
		}
	}
	return out, nil
}

// flatten adds v: variables of Env one by one, members of an object as Name[member].
func flatten(out map[string]any, name string, v any) {
	switch v := v.(type) {
	case map[string]any:
		for _, n := range slices.Sorted(maps.Keys(v)) {
			m := v[n]
			if sub, ok := m.(map[string]any); ok && len(sub) == 0 {
				set(out, name+"["+n+"]", true) // a set, as in ExposedPorts and Volumes
				continue
			}
			set(out, name+"["+n+"]", m)
		}
	case []any:
		if strings.EqualFold(name, "Env") {
			for _, e := range v {
				text, ok := e.(string)
				if !ok {
					set(out, name+"[?]", e)
					continue
				}
				key, value, _ := strings.Cut(text, "=")
				out[name+"["+key+"]"] = value // the last one wins, as in a process
			}
			return
		}
		set(out, name, v)
	default:
		set(out, name, v)
	}
}

// set adds a field that is not absent; a name that is taken gets a mark.
func set(out map[string]any, name string, v any) {
	switch x := v.(type) {
	case nil:
		return
	case string:
		if x == "" {
			return
		}
	case []any:
		if len(x) == 0 {
			return
		}
	case map[string]any:
		if len(x) == 0 {
			return
		}
	}
	for _, taken := out[name]; taken; _, taken = out[name] {
		name += "'" // inside and outside of config, or in another case of "config": both are kept
	}
	out[name] = v
}
