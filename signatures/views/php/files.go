package php

import (
	"strings"
)

// isSelf reports whether a path names the file that is read.
func (in *interp) isSelf(v *value) bool {
	return v.k == vUnknown && v.det == "__FILE__"
}

// self returns the file's own bytes.
func (in *interp) self() *value {
	return &value{k: vString, s: string(in.main.src), src: oConstant | oSelf}
}

// stream makes a handle; data is its known content.
func stream(kind string, path, data *value) *value {
	o := &object{name: "stream:" + kind, args: []*value{path}, rest: unknown}
	if data != nil {
		o.rest = data
	}
	return &value{k: vObject, o: o, src: oUnknown}
}

// files calls the functions that read and write files and streams.
func (in *interp) files(c *call) (*value, bool) {
	switch c.name {
	case "file_get_contents", "file", "fopen", "readgzfile", "gzopen", "gzfile", "readfile":
		return in.open(c), true
	case "fread", "fgets", "stream_get_contents", "fgetc", "gzread", "fgetss", "socket_read", "stream_socket_recvfrom", "stream_get_line", "fscanf", "fgetcsv":
		return in.read(c), true
	case "fseek", "rewind", "ftell", "feof", "fclose", "flock", "fstat", "filesize":
		return in.position(c), true
	case "fwrite", "fputs", "fputcsv":
		return in.write(c), true
	case "file_put_contents":
		in.remember(c.arg(0), c.arg(1))
		return nil, false
	case "stream_copy_to_stream":
		in.emit(sinkLine{kind: "file-write", name: c.name, arg: contentOf(c.arg(0)), aux: pathOf(c.arg(1)), via: c.via, pos: c.pos})
		return unknown, true
	case "proc_open":
		in.emit(sinkLine{kind: "command", name: c.name, arg: c.arg(0), via: c.via, pos: c.pos})
		in.writeBack(c, 2, &value{k: vArray, a: &array{rest: stream("command", null, from(oCommand, ""))}, src: oConstant})
		return stream("command", c.arg(0), from(oCommand, "")), true
	case "exec":
		in.emit(sinkLine{kind: "command", name: c.name, arg: c.arg(0), via: c.via, pos: c.pos})
		in.noteName(c)
		in.writeBack(c, 1, from(oCommand, ""))
		return from(oCommand, ""), true
	case "popen":
		in.emit(sinkLine{kind: "command", name: c.name, arg: c.arg(0), via: c.via, pos: c.pos})
		in.noteName(c)
		return stream("command", c.arg(0), from(oCommand, "")), true
	case "fsockopen", "pfsockopen", "stream_socket_client":
		in.emit(sinkLine{kind: "network", name: c.name, arg: c.arg(0), aux: c.arg(1), via: c.via, pos: c.pos, text: true})
		return stream("socket", c.arg(0), from(oSocket, "")), true
	case "socket_create":
		return stream("socket", null, from(oSocket, "")), true
	case "socket_recv", "socket_recvfrom":
		in.writeBack(c, 1, from(oSocket, ""))
		return unknown, true
	case "curl_init":
		in.emit(sinkLine{kind: "network", name: c.name, arg: c.arg(0), via: c.via, pos: c.pos})
		return stream("curl", c.arg(0), from(oNetwork, "")), true
	case "curl_setopt":
		in.curlOption(c)
		return vTrue, true
	case "curl_exec", "curl_multi_getcontent", "wp_remote_retrieve_body":
		return from(oNetwork, ""), true
	case "mysql_fetch_array", "mysql_fetch_assoc", "mysql_fetch_row", "mysqli_fetch_array", "mysqli_fetch_assoc", "mysqli_fetch_row", "mysql_result", "get_option",
		"mysql_fetch_object", "mysqli_fetch_object", "pg_fetch_row", "pg_fetch_array", "get_post_meta", "get_transient":
		return from(oDatabase, ""), true
	case "exif_read_data", "read_exif_data", "iptcparse", "getimagesize":
		return from(oFile, "exif"), true
	case "filemtime", "fileatime", "filectime":
		return from(oFile, ""), true
	case "unserialize":
		if _, ok := c.arg(1).text(); !ok && c.arg(1).k == vArray { // allowed_classes
			return passed(c.args[:1]), true
		}
	}
	return nil, false
}

func (in *interp) noteName(c *call) {
	if c.name2 != nil {
		in.noteComputed(c.name2, c.name)
	}
}

// open returns the content of a path, or a handle for fopen.
func (in *interp) open(c *call) *value {
	in.noteName(c)
	path := c.arg(0).flat()
	var content *value
	s, known := path.text()
	if !known || path.k != vString {
		s = path.s
	}
	low := lower(s[:min(len(s), 64)])
	switch {
	case in.isSelf(path):
		content = in.self()
	case streamOf(s) == "input" || strings.HasPrefix(low, "php://stdin"):
		content = from(oRequest, "input")
		if strings.Contains(low, "stdin") {
			content = from(oStdin, "")
		}
		if strings.Contains(low, "base64-decode") {
			content.dec = content.dec.then(dBase64)
		}
	case streamOf(s) == "data":
		if body, ok := dataURL(s); ok && path.k == vString {
			content = &value{k: vString, s: body, src: oConstant, comp: hDecode, dec: path.dec.then(dURL)}
		} else {
			content = path.derive()
			content.dec = content.dec.then(dURL)
			if strings.Contains(low, "base64") {
				content.dec = content.dec.then(dBase64)
			}
		}
	case path.src&oUpload != 0:
		content = path.derive()
	case path.attacker():
		mode, _ := c.arg(1).text()
		if c.name != "fopen" || !strings.ContainsAny(mode, "wax+") {
			in.emit(sinkLine{kind: "file-read", name: c.name, arg: path, via: c.via, pos: c.pos})
		}
		content = path.derive()
		content.src |= oFile
	case strings.Contains(low, "http://") || strings.Contains(low, "https://") || strings.Contains(low, "ftp://") || strings.HasPrefix(low, "//"):
		content = from(oNetwork, "")
		if path.k == vString {
			in.emit(sinkLine{kind: "network", name: c.name, arg: path, via: c.via, pos: c.pos, text: true})
		}
	case known && path.k == vString:
		content = from(oFile, "")
		if w := in.fileContent(path); w != nil {
			content = w
		}
	default:
		content = from(oFile, "")
		if path.src&(oNetwork|oDatabase) != 0 {
			content.src = path.src
		}
	}
	switch c.name {
	case "fopen", "gzopen":
		return stream("file", path, content)
	case "file", "gzfile":
		if content.k == vString {
			return lines(content)
		}
		return &value{k: vArray, a: &array{rest: content}, src: oConstant}
	case "readfile":
		return unknown
	case "file_get_contents":
		if content.k == vString {
			return cutRange(content, c.arg(3), c.arg(4))
		}
	}
	return content
}

// cutRange applies offset and length to known content.
func cutRange(v, off, n *value) *value {
	if off.k == vNull && n.k == vNull {
		return v
	}
	o, _ := off.integer()
	l := int64(len(v.s))
	if n.k != vNull {
		l, _ = n.integer()
	}
	return &value{k: vString, s: substr(v.s, o, l), src: v.src, comp: v.comp, dec: v.dec}
}

func lines(v *value) *value {
	a := &array{}
	for part := range strings.SplitAfterSeq(v.s, "\n") {
		if part != "" {
			a.push(&value{k: vString, s: part, src: v.src, comp: hOffset, dec: v.dec})
		}
	}
	return &value{k: vArray, a: a, src: oConstant}
}

func contentOf(h *value) *value {
	if h.k == vObject && h.o.rest != nil {
		return h.o.rest
	}
	return unknown
}

func pathOf(h *value) *value {
	if h.k == vObject {
		return at(h.o.args, 0)
	}
	return unknown
}

// read reads from a handle.
func (in *interp) read(c *call) *value {
	h := c.arg(0)
	if h.k != vObject || h.o.rest == nil {
		if h.attacker() {
			return h.derive()
		}
		return from(oFile, "")
	}
	data := h.o.rest
	if data.k != vString {
		return data
	}
	rest := data.s[min(h.o.at, len(data.s)):]
	n := int64(len(rest))
	if l, ok := c.arg(1).integer(); ok && c.arg(1).k != vNull && l < n && l >= 0 {
		n = l
	}
	switch c.name {
	case "fgets":
		if i := strings.IndexByte(rest[:n], '\n'); i >= 0 {
			n = int64(i + 1)
		}
	case "fgetc":
		n = min(n, 1)
	}
	h.o.at += int(n)
	if n == 0 {
		return &value{k: vBool, src: oUnknown}
	}
	return &value{k: vString, s: rest[:n], src: data.src, comp: data.comp, dec: data.dec}
}

func (in *interp) position(c *call) *value {
	h := c.arg(0)
	if c.name == "filesize" {
		if in.isSelf(h) {
			return num(int64(len(in.main.src)))
		}
		return unknown
	}
	if h.k != vObject {
		return unknown
	}
	data, known := h.o.rest, h.o.rest != nil && h.o.rest.k == vString
	switch c.name {
	case "rewind":
		h.o.at = 0
	case "fseek":
		if i, ok := c.arg(1).integer(); ok && known {
			w, _ := c.arg(2).integer()
			switch w {
			case 1:
				i += int64(h.o.at)
			case 2:
				i += int64(len(data.s))
			}
			h.o.at = int(max(0, min(i, int64(len(data.s)))))
		}
		return num(0)
	case "ftell":
		return num(int64(h.o.at))
	case "feof":
		if known {
			return boolean(h.o.at >= len(data.s))
		}
	}
	return unknown
}

func (in *interp) write(c *call) *value {
	h := c.arg(0)
	content := c.arg(1).flat()
	if h.k == vObject {
		switch h.o.name {
		case "stream:command":
			in.emit(sinkLine{kind: "command", name: c.name, arg: content, via: c.via, pos: c.pos})
			return unknown
		case "stream:socket", "stream:curl":
			if content.src&oCommand != 0 {
				in.emit(sinkLine{kind: "reveal", name: c.name, arg: content, via: c.via, pos: c.pos})
			}
			return unknown
		}
	}
	if s, ok := pathOf(h).text(); ok && (strings.HasPrefix(s, "php://output") || strings.HasPrefix(s, "php://stdout")) {
		in.echo(content, &node{pos: c.pos})
		return unknown
	}
	in.remember(pathOf(h), content)
	in.emit(sinkLine{kind: "file-write", name: c.name, arg: content, aux: pathOf(h), via: c.via, pos: c.pos})
	return unknown
}

// remember keeps constant code, or what the request or another host sends, that
// the script writes to a file.
func (in *interp) remember(path, content *value) {
	content = content.flat()
	code := content.k == vString && strings.Contains(content.s, "<?")
	sent := content.k == vUnknown && content.src&(oAttacker|oNetwork|oSocket) != 0
	if !code && !sent || len(in.written) > 50 {
		return
	}
	in.written = append(in.written, written{path: path, content: content})
}

func (in *interp) curlOption(c *call) {
	opt := strings.TrimPrefix(c.arg(1).det, "\x00")
	switch opt {
	case "CURLOPT_URL":
		in.emit(sinkLine{kind: "network", name: c.name, arg: c.arg(2), via: c.via, pos: c.pos})
	case "CURLOPT_WRITEFUNCTION", "CURLOPT_HEADERFUNCTION", "CURLOPT_READFUNCTION", "CURLOPT_PROGRESSFUNCTION":
		in.callVia(c.arg(2), []*value{from(oNetwork, ""), from(oNetwork, "")}, nil, via{name: viaName(c, c.arg(2)), taker: "callback:curl_setopt"}, c.pos)
	}
}
