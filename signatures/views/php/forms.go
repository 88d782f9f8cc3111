package php

import "bytes"

const (
	maxFormSource = 64 << 10 // longest source that is searched for fields
	maxFields     = 200
)

// field returns what a variable that nothing sets holds where the request sets
// variables, as PHP before 5.4 could: the field of that name of a form of the
// file. It is nil if the file includes others, which may set it too.
//
// Source: The PHP Language Reference, "Using Register Globals".
func (in *interp) field(name string) *value {
	u := in.main
	if in.sc != in.globals || u.st.words[wInclude] > 0 || len(u.src) > maxFormSource {
		return nil
	}
	if in.fields == nil {
		in.fields = formFields(u.src)
	}
	switch upload, ok := in.fields[name]; {
	case !ok:
		return nil
	case upload:
		return from(oUpload, "_FILES["+detail(name)+".tmp_name]")
	}
	return from(oRequest, "_REQUEST["+detail(name)+"]")
}

// formFields returns the names of the form fields in src, true for files.
func formFields(src []byte) map[string]bool {
	out := map[string]bool{}
	for at := 0; len(out) < maxFields; {
		i := bytes.IndexByte(src[at:], '=')
		if i < 0 {
			break
		}
		i += at
		at = i + 1
		if word := bytes.TrimRight(src[max(0, i-8):i], " "); len(word) < 5 || !bytes.EqualFold(word[len(word)-4:], []byte("name")) || isWordByte(word[len(word)-5]) {
			continue
		}
		rest := bytes.TrimLeft(src[at:min(len(src), at+80)], ` \"'`)
		n := 0
		for n < len(rest) && isWordByte(rest[n]) {
			n++
		}
		if n == 0 || n == len(rest) || rest[n] == '(' || rest[n] == '$' {
			continue
		}
		name := string(rest[:n])
		out[name] = out[name] || isFileField(src, i)
	}
	return out
}

// isFileField reports whether the tag around i has type=file.
func isFileField(src []byte, i int) bool {
	start := max(0, i-200)
	start += bytes.LastIndexByte(src[start:i], '<') + 1
	end := min(len(src), i+200)
	if j := bytes.IndexByte(src[i:end], '>'); j >= 0 {
		end = i + j
	}
	tag := bytes.ToLower(src[start:end])
	tag = bytes.Map(func(r rune) rune {
		if r == '\\' || r == '"' || r == '\'' || r == ' ' {
			return -1
		}
		return r
	}, tag)
	return bytes.Contains(tag, []byte("type=file"))
}

func isWordByte(c byte) bool {
	return c == '_' || c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'z'
}
