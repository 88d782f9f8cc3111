package php

import (
	"encoding/base64"
	"net/url"
	"strings"
)

// spec says which argument of a function matters.
type spec struct {
	kind     string
	arg, aux int    // -1: none
	ret      origin // what it returns; 0: unknown
}

// sinks are functions that reach something by themselves.
var sinks = map[string]spec{
	"assert": {"code", 0, -1, 0},
	"system": {"command", 0, -1, oCommand}, "exec": {"command", 0, -1, oCommand}, "shell_exec": {"command", 0, -1, oCommand},
	"passthru": {"command", 0, -1, oCommand}, "popen": {"command", 0, -1, oCommand}, "proc_open": {"command", 0, -1, oCommand},
	"pcntl_exec": {"command", 0, 1, 0}, "expect_popen": {"command", 0, -1, oCommand}, "ssh2_exec": {"command", 1, -1, oCommand},
	"win_shell_execute": {"command", 0, -1, 0}, "win32_create_service": {"command", 0, -1, 0}, "dl": {"load", 0, -1, 0},
	"file_put_contents": {"file-write", 1, 0, 0}, "fwrite": {"file-write", 1, 0, 0}, "fputs": {"file-write", 1, 0, 0}, "fputcsv": {"file-write", 1, 0, 0},
	"copy": {"file-write", 0, 1, 0}, "rename": {"file-write", 0, 1, 0}, "symlink": {"file-write", 0, 1, 0}, "link": {"file-write", 0, 1, 0},
	"chmod":              {"file-write", 1, 0, 0},
	"move_uploaded_file": {"upload", 0, 1, 0},
	"unlink":             {"file-delete", 0, -1, 0}, "rmdir": {"file-delete", 0, -1, 0},
	"readfile": {"file-read", 0, -1, oFile}, "show_source": {"file-read", 0, -1, oFile}, "highlight_file": {"file-read", 0, -1, oFile},
	"php_strip_whitespace": {"file-read", 0, -1, oFile}, "parse_ini_file": {"file-read", 0, -1, oFile}, "opendir": {"file-read", 0, -1, 0},
	"scandir": {"file-read", 0, -1, oFile}, "glob": {"file-read", 0, -1, oFile},
	"unserialize": {"deserialise", 0, -1, 0}, "yaml_parse": {"deserialise", 0, -1, 0}, "igbinary_unserialize": {"deserialise", 0, -1, 0},
	"fsockopen": {"network", 0, 1, oSocket}, "pfsockopen": {"network", 0, 1, oSocket}, "stream_socket_client": {"network", 0, -1, oSocket},
	"socket_connect": {"network", 1, 2, oSocket}, "curl_init": {"network", 0, -1, oNetwork}, "get_headers": {"network", 0, -1, oNetwork},
	"ftp_connect": {"network", 0, -1, oNetwork}, "wp_remote_get": {"network", 0, -1, oNetwork},
	"stream_socket_server": {"listen", 0, -1, oSocket}, "socket_bind": {"listen", 1, 2, oSocket}, "socket_create_listen": {"listen", 0, -1, oSocket},
	"mysql_query": {"sql", 0, -1, oDatabase}, "mysqli_query": {"sql", 1, -1, oDatabase}, "mysql_db_query": {"sql", 1, -1, oDatabase},
	"pg_query": {"sql", 1, -1, oDatabase}, "mssql_query": {"sql", 0, -1, oDatabase}, "sqlite_query": {"sql", 1, -1, oDatabase},
	"odbc_exec": {"sql", 1, -1, oDatabase}, "oci_parse": {"sql", 1, -1, oDatabase}, "sqlsrv_query": {"sql", 1, -1, oDatabase},
	"mail": {"mail", 2, 0, 0}, "imap_mail": {"mail", 2, 0, 0}, "mb_send_mail": {"mail", 2, 0, 0},
	"phpinfo": {"info", -1, -1, 0}, "putenv": {"env", 0, -1, 0},
}

// otherNames are functions of interest when their name is computed.
var otherNames = map[string]bool{"eval": true, "create_function": true, "preg_replace": true, "base64_decode": true, "gzinflate": true, "gzuncompress": true,
	"str_rot13": true, "file_get_contents": true, "fopen": true, "getallheaders": true, "extract": true, "parse_str": true, "include": true, "gzdecode": true,
	"hex2bin": true, "reflectionfunction": true, "error_reporting": true, "ini_set": true, "strrev": true, "convert_uudecode": true, "pack": true}

func isSinkName(s string) bool {
	if len(s) > 32 {
		return false
	}
	s = lower(strings.TrimPrefix(s, "\\"))
	_, sink := sinks[s]
	_, taker := takers[s]
	return sink || taker || otherNames[s]
}

// sinkCall writes the line of a call and returns what the function gives back.
func (in *interp) sinkCall(c *call, s spec) *value {
	line := sinkLine{kind: s.kind, name: c.name, via: c.via, pos: c.pos}
	if c.name == "copy" && !c.arg(0).attacker() {
		line.arg, line.aux = in.open(&call{name: "file_get_contents", args: c.args[:min(1, len(c.args))], pos: c.pos}), c.arg(1)
	} else if s.arg >= 0 {
		line.arg = c.arg(s.arg)
	}
	if s.aux >= 0 {
		line.aux = c.arg(s.aux)
	}
	if line.arg == nil && s.arg >= 0 {
		line.arg = c.arg(s.arg)
	}
	if line.arg != nil && line.arg.src&oUpload != 0 && (s.kind == "upload" || c.name == "copy" || c.name == "rename") {
		in.remember(line.aux, line.arg)
	}
	in.emit(line)
	if c.name == "mail" && strings.HasPrefix(c.arg(4).s, "-X") && c.arg(4).attacker() { // a log of the sender's choice
		in.emit(sinkLine{kind: "command", name: c.name, arg: c.arg(4), via: c.via, pos: c.pos})
	}
	out := &value{src: oUnknown}
	if s.ret != 0 {
		out.src = s.ret
	}
	if line.arg != nil {
		a := line.arg.flat()
		switch {
		case s.kind == "file-read" && a.attacker():
			out = a.derive()
			out.src |= oFile
		case s.kind == "deserialise" && a.attacker():
			out = a.derive()
			out.dec = out.dec.then(dSerialize)
		}
	}
	return out
}

// code runs a value as code.
func (in *interp) code(name string, v *value, pos uint32, reached string) *value {
	return in.codeVia(name, v, pos, via{name: reached})
}

func (in *interp) codeVia(name string, v *value, pos uint32, how via) *value {
	v = bareword(v)
	if v.k == vArray {
		v = v.flat()
	}
	in.emit(sinkLine{kind: "code", name: name, arg: v, via: how, pos: pos})
	if (in.why == "memory" || in.why == "steps") && v.src&oAttacker == 0 { // to compute it takes more than the limits allow
		in.out.trait("opaque-code", "")
	}
	if v.k != vString || strings.TrimSpace(v.s) == "" {
		if v.k == vString && v != emptyStr { // what gives nothing needs a key
			in.out.trait("opaque-code", "")
		}
		if v.k == vUnknown && v.src&oAttacker == 0 && (v.comp&^hVariable != 0 || v.dec != 0) {
			in.out.trait("opaque-code", "")
		}
		return v.derive()
	}
	return in.runCode(v, v.s)
}

// maxNest is how many layers of code in code are read.
const maxNest = 200

// runCode reads code that the script computed, in the scope where it runs.
func (in *interp) runCode(v *value, code string) *value {
	nest := in.unit.nest + 1
	if nest > min(maxNest, in.opt.Depth) {
		in.giveUp("depth")
		return unknown
	}
	if v.comp&^hVariable != 0 || v.dec != 0 {
		in.out.reveal(code, v.dec, in.unit.chain, nest)
	}
	in.out.depth = max(in.out.depth, nest)
	if !in.charge(len(code) * 4) {
		return unknown
	}
	u := parse([]byte(code), true, in.mem)
	u.nest = nest
	u.chain = chained(in.unit.chain, v.dec)
	in.declare(u)
	if len(u.funcs)+len(u.classes) > 0 && len(in.units) < 64 {
		in.units = append(in.units, u)
	}
	if nest == 1 && u.st.words[wDecoder] > 0 {
		in.loops = max(in.loops, in.opt.Steps/2)
	}
	outer, ret := in.unit, in.sc.ret
	in.unit, in.sc.ret = u, nil
	in.block(u.stmts)
	out := in.sc.ret
	in.unit, in.sc.ret = outer, ret
	if out == nil {
		return unknown
	}
	return out
}

// chained adds the decoders d to the name of a chain.
func chained(chain string, d decoders) string {
	name := d.names(">")
	if name == "" {
		name = "concat"
	}
	if chain == "" {
		return name
	}
	return chain + ">" + name
}

// reveal keeps decoded code as a view of its own.
func (o *output) reveal(code string, d decoders, chain string, depth int) {
	o.trait("decoded-code", "")
	o.dec = o.dec.add(d)
	o.depth = max(o.depth, depth)
	if o.decodedSeen[code] || len(o.decoded) >= maxDecoded {
		return
	}
	if o.decodedSeen == nil {
		o.decodedSeen = map[string]bool{}
	}
	o.decodedSeen[code] = true
	o.decoded = append(o.decoded, Decoded{Chain: chained(chain, d), Code: []byte(code)})
}

func (in *interp) backtick(n *node) *value {
	v := emptyStr
	for i, e := range n.list {
		p := in.eval(e)
		if i == 0 {
			v = p
		} else {
			v = concat(v, p)
		}
	}
	in.emit(sinkLine{kind: "command", name: "shell_exec", arg: v, via: via{taker: "backtick"}, pos: n.pos})
	return from(oCommand, "")
}

// echo is output: it reveals what a command or a chosen file gave.
func (in *interp) echo(v *value, n *node) {
	if v.k == vObject {
		v = in.stringOf(v, n.pos)
	}
	if v.k == vString {
		in.out.computed(v)
	}
	f := v.flat()
	if f.attacker() {
		in.echoed = join(in.echoed, f)
	}
	if f.src&oCommand != 0 || f.src&oFile != 0 && f.src&oAttacker != 0 {
		in.emit(sinkLine{kind: "reveal", name: "echo", arg: f, pos: n.pos})
	}
}

// streamOf names the wrapper of a path that makes its content chosen: input,
// data, expect; else empty.
func streamOf(s string) string {
	low := lower(strings.TrimSpace(s[:min(len(s), 80)]))
	switch {
	case strings.HasPrefix(low, "php://") && strings.Contains(low, "input"):
		return "input"
	case strings.HasPrefix(low, "php://filter/"):
		return "filter"
	case strings.HasPrefix(low, "data:"):
		return "data"
	case strings.HasPrefix(low, "expect:"):
		return "expect"
	}
	return ""
}

// dataURL returns the content of a data: path.
func dataURL(s string) (string, bool) {
	if !strings.HasPrefix(lower(s[:min(len(s), 5)]), "data:") {
		return "", false
	}
	head, body, ok := strings.Cut(s[5:], ",")
	if !ok {
		return "", false
	}
	if strings.Contains(head, "base64") {
		b, err := base64.StdEncoding.DecodeString(strings.TrimSpace(body))
		if err != nil {
			b = decode64(body)
		}
		return string(b), true
	}
	if u, err := url.PathUnescape(body); err == nil {
		body = u
	}
	return body, true
}

func (in *interp) include(n *node) *value {
	v := in.eval(n.a)
	if v.k == vArray {
		v = v.flat()
	}
	how := via{}
	stream := streamOf(v.s)
	if stream == "input" {
		v = from(oRequest, "input")
	}
	if stream != "" {
		how.taker = "stream"
	} else if v.k == vString && (v.comp&(hXor|hDecode|hChr|hOffset|hReplace|hReverse) != 0 || v.comp&hEscape != 0 && in.unit.st.escapes >= 16) {
		how.name = v.comp.via()
	}
	if c := in.wrapped(v); c != nil {
		return in.codeVia(n.str, c, n.pos, via{taker: "stream"})
	}
	if w := in.fileContent(v); w != nil {
		v, how.taker = w, "stored"
	}
	in.emit(sinkLine{kind: "include", name: n.str, arg: v, via: how, pos: n.pos})
	if code, ok := dataURL(v.s); ok && v.k == vString {
		return in.runCode(&value{k: vString, s: code, src: oConstant, dec: v.dec.then(dURL), comp: hDecode}, "?>"+code)
	}
	if how.taker == "stored" && v.k == vString { // a file that the script has written
		return in.runCode(v, "?>"+v.s)
	}
	if stream == "" && v.src&^(oUnknown|oConstant) == 0 && v.dec == 0 {
		in.addFacts([]fact{{g: gInclude}})
	}
	return unknown
}

// written is content that the script puts into a file: constant code, or what
// comes from elsewhere.
type written struct {
	path    *value
	content *value
}

// fileContent returns what the script has written to a path, nil if nothing.
func (in *interp) fileContent(path *value) *value {
	for i := len(in.written) - 1; i >= 0; i-- {
		w := &in.written[i]
		if w.path == path && path.k == vUnknown && path != unknown && path != undefined || path.k == vString && w.path.k == vString && w.path.s == path.s {
			return w.content
		}
	}
	return nil
}
