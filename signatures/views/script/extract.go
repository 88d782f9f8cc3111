package script

import (
	"bytes"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// extract returns the code of a file, everything else blanked, so that offsets
// and lines stay those of the file. It is valid as long as src does not change.
func extract(lang string, src []byte) string {
	switch lang {
	case "jsp":
		if bytes.Contains(src, []byte("<%")) || bytes.Contains(src, []byte("<jsp:")) || bytes.Contains(src, []byte("${")) && bytes.Contains(src, []byte("<")) {
			return javaEscapes(tagged(src, [][2]string{{"<%", "%>"}, {"<jsp:scriptlet>", "</jsp:scriptlet>"}, {"<jsp:declaration>", "</jsp:declaration>"}, {"<jsp:expression>", "</jsp:expression>"}, {"${", "}"}, {"#{", "}"}}, "<%--", "--%>", ""))
		}
		return javaEscapes(textOf(src))
	case "asp", "aspx":
		if handler := bytes.Index(src, []byte("<%@")); handler >= 0 && bytes.Contains(asciiLower(src[handler:min(len(src), handler+300)]), []byte("handler")) {
			if end := bytes.Index(src[handler:], []byte("%>")); end >= 0 { // the rest of the file is code
				out := blank(src[:handler+end+2])
				return string(append(out, src[handler+end+2:]...))
			}
		}
		if bytes.Contains(src, []byte("<%")) || bytes.Contains(asciiLower(src), []byte("runat")) {
			echo := ""
			if lang == "asp" {
				echo = echoName
			}
			return tagged(src, [][2]string{{"<%", "%>"}, {"<script", "</script"}}, "<%--", "--%>", echo)
		}
	case "ruby":
		if bytes.Contains(src, []byte("<%")) {
			return tagged(src, [][2]string{{"<%", "%>"}}, "<%#", "%>", "")
		}
	case "cfm":
		return coldFusion(src)
	}
	return textOf(src)
}

// echoName is the name of two bytes that stands for "<%=" where what is shown counts.
const echoName = "__"

// tagged keeps what stands between tags and blanks the rest. Marks behind an
// opening tag (=, !, @, :, #) are blanked too, as is a script tag that does not
// run on the server. echo, if there is one, is written in place of "<%=".
func tagged(src []byte, tags [][2]string, comment, commentEnd, echo string) string {
	out := blank(src)
	low := asciiLower(src)
	ends := make([]finder, len(tags))
	var closed, runat finder
	for i := 0; i < len(src); {
		if comment != "" && bytes.HasPrefix(src[i:], []byte(comment)) {
			j := bytes.Index(src[i:], []byte(commentEnd))
			if j < 0 {
				break
			}
			i += j + len(commentEnd)
			continue
		}
		hit := false
		for n, t := range tags {
			if src[i]|0x20 != t[0][0]|0x20 || !bytes.HasPrefix(low[i:], []byte(t[0])) {
				continue
			}
			body := i + len(t[0])
			end := ends[n].from(low, t[1], body)
			if t[0] == "<script" {
				k := closed.from(low, ">", body)
				if k >= end || runat.from(low, "runat", body) >= k {
					i = body
					hit = true
					break
				}
				body = k + 1
			}
			if echo != "" && body < end && src[body] == '=' && t[0] == "<%" {
				copy(out[i:body], echo)
			}
			for body < end && strings.IndexByte("=!:#", src[body]) >= 0 {
				body++
			}
			if body < end && src[body] == '@' {
				i, hit = end, true
				break
			}
			code := src[body:end]
			copy(out[body:end], code)
			if end < len(out) { // a statement ends with its tag
				out[end] = ';'
				if t[1] == "%>" && end+1 < len(out) {
					out[end+1] = '\n'
					if src[end+1] != '\n' {
						out[end+1] = ' '
					}
				}
			}
			unwrapCDATA(out[body:end])
			i, hit = end, true
			break
		}
		if !hit {
			i++
		}
	}
	return string(out)
}

// finder finds the next place of a text again and again: it looks at each byte once,
// however many openings have no end.
type finder struct {
	at    int // of the text, valid for places up to it
	valid bool
}

// from returns the offset of text in b at or behind a place, which never falls from
// call to call; the length of b if there is none.
func (f *finder) from(b []byte, text string, place int) int {
	if !f.valid || f.at < place {
		f.at, f.valid = len(b), true
		if i := bytes.Index(b[place:], []byte(text)); i >= 0 {
			f.at = place + i
		}
	}
	return f.at
}

// asciiLower lowers letters of ASCII; text of other encodings keeps its length.
func asciiLower(b []byte) []byte {
	out := make([]byte, len(b))
	for i, c := range b {
		if c >= 'A' && c <= 'Z' {
			c |= 0x20
		}
		out[i] = c
	}
	return out
}

// unwrapCDATA takes the marks of CDATA sections out, which may stand inside of
// names, and fills what is left at the end with spaces.
func unwrapCDATA(b []byte) {
	if !bytes.Contains(b, []byte("<![CDATA[")) {
		return
	}
	out := bytes.ReplaceAll(bytes.ReplaceAll(b, []byte("<![CDATA["), nil), []byte("]]>"), nil)
	n := copy(b, out)
	for i := n; i < len(b); i++ {
		b[i] = ' '
	}
}

// blank returns src with everything but line ends turned into spaces.
func blank(src []byte) []byte {
	out := make([]byte, len(src))
	for i, c := range src {
		if c == '\n' {
			out[i] = c
		} else {
			out[i] = ' '
		}
	}
	return out
}

// javaEscapes undoes unicode escapes outside of strings, which Java allows
// anywhere, keeping the length with spaces behind a name.
func javaEscapes(s string) string {
	if !strings.Contains(s, `\u`) {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); {
		if s[i] == '\\' && i+1 < len(s) && s[i+1] == 'u' && (i == 0 || s[i-1] != '\\') {
			k := i + 2
			for k < len(s) && s[k] == 'u' {
				k++
			}
			v, n := 0, 0
			for n < 4 && k < len(s) {
				d := strings.IndexByte("0123456789abcdef", lowerHex(s[k]))
				if d < 0 {
					break
				}
				v = v<<4 | d
				k++
				n++
			}
			if n == 4 {
				b.WriteRune(rune(v))
				i = k
				continue
			}
		}
		b.WriteByte(s[i])
		i++
	}
	return b.String()
}

func lowerHex(c byte) byte {
	if c >= 'A' && c <= 'F' {
		return c | 0x20
	}
	return c
}

// coldFusion turns tags into calls: <cfexecute name="x" arguments="#y#"> becomes
// cfexecute("x", y).
func coldFusion(src []byte) string {
	low := asciiLower(src)
	out := blank(src)
	var closed, scripts finder
	for i := 0; i+3 < len(low); i++ {
		if low[i] != '<' || low[i+1] != 'c' || low[i+2] != 'f' {
			continue
		}
		end := closed.from(low, ">", i)
		if end == len(low) {
			break
		}
		from := i + 1
		for from < end && isWord(low[from]) {
			from++
		}
		name, code := string(low[i+1:from]), ""
		switch name {
		case "cfset", "cfif", "cfelseif":
			code = string(src[from:end])
		case "cfscript":
			if j := scripts.from(low, "</cfscript", i); j < len(low) {
				copy(out[min(end+1, j):j], src[min(end+1, j):j])
				i = j
			}
			continue
		case "cfexecute", "cffile", "cfinclude", "cfhttp":
			var args []string
			action := ""
			for _, a := range attributes(string(src[from:end])) {
				switch a[0] {
				case "action":
					action = strings.ToLower(a[1])
				case "name", "arguments", "template", "url", "file", "output", "destination", "filefield":
					args = append(args, hashes(a[1]))
				}
			}
			code = name + action + "(" + strings.Join(args, ",") + ")"
		}
		if code == "" {
			continue
		}
		code = strings.ReplaceAll(code, "\n", " ") + ";"
		copy(out[i:], code) // offsets must stay
		i = end
	}
	return string(out)
}

// attributes splits a="b" c='d'.
func attributes(s string) [][2]string {
	var out [][2]string
	for {
		s = strings.TrimLeft(s, " \t\r\n/")
		k, rest, ok := strings.Cut(s, "=")
		if !ok {
			return out
		}
		rest = strings.TrimLeft(rest, " \t")
		if rest == "" {
			return out
		}
		v := rest
		if q := rest[0]; q == '"' || q == '\'' {
			end := strings.IndexByte(rest[1:], q)
			if end < 0 {
				return out
			}
			v, s = rest[1:1+end], rest[end+2:]
		} else {
			v, s, _ = strings.Cut(rest, " ")
		}
		out = append(out, [2]string{strings.ToLower(strings.TrimSpace(k)), v})
	}
}

// hashes turns "a#x#b" into "a"&x&"b".
func hashes(s string) string {
	parts := strings.Split(s, "#")
	var out []string
	for i, p := range parts {
		if i%2 == 1 {
			out = append(out, p)
		} else if p != "" {
			out = append(out, `"`+strings.ReplaceAll(p, `"`, `""`)+`"`)
		}
	}
	if len(out) == 0 {
		return `""`
	}
	return strings.Join(out, "&")
}

// decodeUTF16 returns text that starts with a UTF-16 mark as UTF-8.
func decodeUTF16(b []byte) []byte {
	if len(b) < 4 || !(b[0] == 0xff && b[1] == 0xfe || b[0] == 0xfe && b[1] == 0xff) {
		return b
	}
	big := b[0] == 0xfe
	b = b[2:]
	u := make([]uint16, len(b)/2)
	for i := range u {
		if big {
			u[i] = uint16(b[2*i])<<8 | uint16(b[2*i+1])
		} else {
			u[i] = uint16(b[2*i+1])<<8 | uint16(b[2*i])
		}
	}
	out := make([]byte, 0, len(u))
	for _, r := range utf16.Decode(u) {
		out = utf8.AppendRune(out, r)
	}
	return out
}
