package views

import (
	"bytes"
	"encoding/binary"
	"slices"
	"strings"
	"unicode/utf8"
)

// The kinds that Kinds returns.
const (
	KindPHP         = "php"
	KindJSP         = "jsp"
	KindJava        = "java"
	KindASP         = "asp"
	KindASPX        = "aspx"
	KindCFM         = "cfm"
	KindPython      = "python"
	KindPerl        = "perl"
	KindRuby        = "ruby"
	KindNode        = "node"
	KindShell       = "shell"
	KindPowerShell  = "powershell"
	KindHTML        = "html"
	KindHtaccess    = "htaccess"
	KindELF         = "elf"
	KindPE          = "pe"
	KindMachO       = "macho"
	KindClass       = "class"
	KindPyc         = "pyc"
	KindPythonNames = "python-names" // of views only
	KindImage       = "image"
	KindPDF         = "pdf"
	KindFont        = "font"
	KindZip         = "zip"
	KindArchive     = "archive"
	KindText        = "text"
	KindBinary      = "binary"
)

// extensions maps what a name ends in to a kind that content cannot deny.
var extensions = map[string]string{
	"php": KindPHP, "php3": KindPHP, "php4": KindPHP, "php5": KindPHP, "php7": KindPHP, "php8": KindPHP, "phtml": KindPHP, "pht": KindPHP,
	"phps": KindPHP, "inc": KindPHP, "phar": KindPHP, "module": KindPHP, "theme": KindPHP, "ctp": KindPHP,
	"jsp": KindJSP, "jspx": KindJSP, "jspf": KindJSP, "jsw": KindJSP, "jspa": KindJSP, "tag": KindJSP, "tagx": KindJSP, "jhtml": KindJSP,
	"java": KindJava, "groovy": KindJava,
	"asp": KindASP, "asa": KindASP, "cer": KindASP, "cdx": KindASP, "vbs": KindASP, "vbe": KindASP,
	"aspx": KindASPX, "ashx": KindASPX, "asmx": KindASPX, "ascx": KindASPX, "svc": KindASPX, "soap": KindASPX, "cshtml": KindASPX, "vbhtml": KindASPX,
	"asax": KindASPX, "master": KindASPX, "cs": KindASPX,
	"cfm": KindCFM, "cfml": KindCFM, "cfc": KindCFM,
	"py": KindPython, "pyw": KindPython, "pth": KindPython, "wsgi": KindPython,
	"pl": KindPerl, "pm": KindPerl, "cgi": KindPerl, "plx": KindPerl,
	"rb": KindRuby, "rake": KindRuby, "gemspec": KindRuby, "erb": KindRuby, "rhtml": KindRuby,
	"js": KindNode, "mjs": KindNode, "cjs": KindNode, "ts": KindNode,
	"sh": KindShell, "bash": KindShell, "ksh": KindShell, "zsh": KindShell,
	"ps1": KindPowerShell, "psm1": KindPowerShell, "psd1": KindPowerShell,
	"html": KindHTML, "htm": KindHTML, "shtml": KindHTML,
}

// interpreters maps the last element of a #! line, digits cut, to a kind.
var interpreters = map[string]string{
	"sh": KindShell, "bash": KindShell, "dash": KindShell, "ash": KindShell, "ksh": KindShell, "zsh": KindShell, "busybox": KindShell,
	"php": KindPHP, "php-cgi": KindPHP, "perl": KindPerl, "python": KindPython, "pypy": KindPython, "ruby": KindRuby,
	"node": KindNode, "nodejs": KindNode, "pwsh": KindPowerShell, "openrc-run": KindShell,
}

// magics are the signatures of binary formats at fixed offsets.
var magics = []struct {
	off   int
	magic string
	kinds []string
}{
	{0, "\x7fELF", []string{KindELF}},
	{0, "PK\x03\x04", []string{KindZip, KindArchive}},
	{0, "PK\x05\x06", []string{KindZip, KindArchive}},
	{0, "\x1f\x8b", []string{KindArchive}},
	{0, "\xfd7zXZ\x00", []string{KindArchive}},
	{0, "\x28\xb5\x2f\xfd", []string{KindArchive}},
	{0, "BZh", []string{KindArchive}},
	{0, "7z\xbc\xaf\x27\x1c", []string{KindArchive}},
	{0, "Rar!\x1a\x07", []string{KindArchive}},
	{0, "!<arch>\n", []string{KindArchive}},
	{0, "070701", []string{KindArchive}},
	{0, "070702", []string{KindArchive}},
	{0, "070707", []string{KindArchive}},
	{0, "\xed\xab\xee\xdb", []string{KindArchive}},
	{257, "ustar", []string{KindArchive}},
	{0, "GIF8", []string{KindImage}},
	{0, "\x89PNG\r\n\x1a\n", []string{KindImage}},
	{0, "\xff\xd8\xff", []string{KindImage}},
	{0, "BM", nil}, // too short: see isBMP
	{0, "II*\x00", []string{KindImage}},
	{0, "MM\x00*", []string{KindImage}},
	{0, "\x00\x00\x01\x00", []string{KindImage}},
	{8, "WEBP", []string{KindImage}},
	{0, "%PDF-", []string{KindPDF}},
	{0, "wOFF", []string{KindFont}},
	{0, "wOF2", []string{KindFont}},
	{0, "OTTO", []string{KindFont}},
	{0, "\x00\x01\x00\x00\x00", []string{KindFont}},
	{0, "\xfe\xed\xfa\xce", []string{KindMachO}},
	{0, "\xfe\xed\xfa\xcf", []string{KindMachO}},
	{0, "\xce\xfa\xed\xfe", []string{KindMachO}},
	{0, "\xcf\xfa\xed\xfe", []string{KindMachO}},
}

// Kinds returns what content is, most certain first: from its bytes and, for
// scripts, from the name that path ends in. head is the content or as much of
// its start as is at hand. Several kinds may apply: a GIF that holds "<?php"
// is image and php. Something that is text and nothing else is "text", all
// other content "binary"; empty content has no kind.
func Kinds(path string, head []byte) []string {
	if len(head) == 0 {
		return nil
	}
	var kinds []string
	add := func(ks ...string) {
		for _, k := range ks {
			if !slices.Contains(kinds, k) {
				kinds = append(kinds, k)
			}
		}
	}
	add(binaryKinds(head)...)
	name := strings.ToLower(path[strings.LastIndexByte(path, '/')+1:])
	if isProgram(kinds) {
		// "<?php" in a program is one of its strings, unless a web server runs it by its name.
		if k := nameKind(name); k != "" {
			add(k)
		}
		return kinds
	}
	text := isText(head)
	if k := interpreterKind(head); k != "" {
		add(k)
	}
	if k := nameKind(name); k != "" && (text || len(kinds) == 0 || runsByName(k)) {
		add(k)
	}
	add(contentKinds(name, head, text)...)
	if len(kinds) == 0 && text && !isDocument(name) {
		add(guessKind(head)...)
	}
	if text && (len(kinds) == 0 || !slices.Contains(kinds, KindText)) && !hasBinary(kinds) {
		add(KindText)
	}
	if len(kinds) == 0 {
		add(KindBinary)
	}
	return kinds
}

// runsByName reports a kind that a web server runs by the name of the file,
// whatever it begins with: an image with a page behind its pixels.
func runsByName(k string) bool {
	switch k {
	case KindASP, KindASPX, KindJSP, KindCFM:
		return true
	}
	return false
}

// isProgram reports content that a machine runs, whose bytes are no script by chance.
func isProgram(kinds []string) bool {
	return len(kinds) > 0 && slices.Contains([]string{KindELF, KindPE, KindMachO, KindClass, KindPyc}, kinds[0])
}

func hasBinary(kinds []string) bool {
	return len(kinds) > 0 && slices.Contains([]string{KindELF, KindPE, KindImage, KindArchive, KindZip, KindPDF, KindFont, KindMachO, KindClass, KindPyc}, kinds[0])
}

func nameKind(name string) string {
	switch name {
	case ".htaccess", ".user.ini", "php.ini", "web.config", "httpd.conf":
		return KindHtaccess
	case ".bashrc", ".profile", ".bash_profile", "profile", "rc.local", ".zshrc":
		return KindShell
	}
	// Web servers hand "a.php.jpg" or "a.asp;.jpg" to the interpreter.
	for rest := name; ; {
		i := strings.LastIndexByte(rest, '.')
		if i < 0 {
			return ""
		}
		ext := strings.TrimRight(rest[i+1:], "; ")
		if k := extensions[ext]; k != "" && (len(rest) == len(name) || k == KindPHP || k == KindASP || k == KindJSP) {
			return k
		}
		rest = rest[:i]
	}
}

func binaryKinds(head []byte) []string {
	for _, m := range magics {
		if len(head) >= m.off+len(m.magic) && m.kinds != nil && string(head[m.off:m.off+len(m.magic)]) == m.magic {
			return m.kinds
		}
	}
	switch {
	case len(head) > 0x40 && head[0] == 'M' && head[1] == 'Z':
		if off := int64(binary.LittleEndian.Uint32(head[0x3c:])); off+4 > int64(len(head)) || string(head[off:off+4]) == "PE\x00\x00" {
			return []string{KindPE}
		}
	case len(head) > 8 && string(head[:4]) == "\xca\xfe\xba\xbe":
		if binary.BigEndian.Uint32(head[4:]) < 30 {
			return []string{KindMachO}
		}
		return []string{KindClass}
	case len(head) > 26 && head[0] == 'B' && head[1] == 'M' && binary.LittleEndian.Uint32(head[6:]) == 0:
		return []string{KindImage}
	case isPyc(head):
		return []string{KindPyc}
	}
	return nil
}

// pycMagics are the second bytes of CPython's magic numbers: 3000 to 4095 of
// version 3, and those of 2.0 to 2.7.
const pycMagics = "\x0b\x0c\x0d\x0e\x0f\xc4\xc6\xeb\xed\xf2"

// isPyc reports a compiled Python module: the magic number of a version, and the
// code object behind the header, which has 8, 12 or 16 bytes by version.
func isPyc(head []byte) bool {
	if len(head) < 17 || head[2] != '\r' || head[3] != '\n' || !bytes.Contains([]byte(pycMagics), head[1:2]) {
		return false
	}
	return head[16]&^marshalRef == 'c' || head[12] == 'c' || head[8] == 'c'
}

func interpreterKind(head []byte) string {
	head = bytes.TrimPrefix(head, []byte("\xef\xbb\xbf"))
	if len(head) < 4 || head[0] != '#' || head[1] != '!' {
		return ""
	}
	line := head[2:min(len(head), 200)]
	if i := bytes.IndexByte(line, '\n'); i >= 0 {
		line = line[:i]
	}
	fields := strings.Fields(string(line))
	for i, f := range fields {
		f = f[strings.LastIndexByte(f, '/')+1:]
		if f == "env" || (i > 0 && strings.HasPrefix(f, "-")) || strings.Contains(f, "=") {
			continue
		}
		return interpreters[strings.TrimRight(f, "0123456789.")]
	}
	return ""
}

// isText reports whether the first 4 KiB look like text of an ASCII superset.
func isText(b []byte) bool {
	b = b[:min(len(b), 4096)]
	if len(b) >= 2 && (b[0] == 0xff && b[1] == 0xfe || b[0] == 0xfe && b[1] == 0xff) {
		return true
	}
	odd := 0
	for i := 0; i < len(b); {
		if i+8 <= len(b) { // eight bytes from space to 0x7f at once
			const high = 0x8080808080808080
			v := binary.LittleEndian.Uint64(b[i:])
			if less := ^((v | high) - 0x2020202020202020); (v|less)&high == 0 {
				i += 8
				continue
			}
		}
		c := b[i]
		switch {
		case c == 0:
			return false
		case c >= 0x80:
			r, n := utf8.DecodeRune(b[i:])
			if r == utf8.RuneError && n < 2 {
				odd++
			}
			i += max(n, 1)
			continue
		case c < 0x20 && c != '\n' && c != '\r' && c != '\t' && c != '\f' && c != 0x1b:
			odd++
		}
		i++
	}
	return odd*10 <= len(b)*3
}

// contentKinds looks for what makes content a script whatever its name.
func contentKinds(name string, b []byte, text bool) []string {
	var kinds []string
	if hasPHP(b, text) {
		kinds = append(kinds, KindPHP)
	}
	if !text {
		return kinds
	}
	switch nameKind(name) { // template tags in their strings
	case KindPython, KindPerl, KindNode, KindShell, KindPowerShell, KindJava:
		return kinds
	}
	if isDocument(name) {
		return kinds
	}
	head := b[:min(len(b), 64<<10)]
	if i := bytes.Index(head, []byte("<%")); i >= 0 {
		low := bytes.ToLower(head)
		has := func(s string) bool { return bytes.Contains(low, []byte(s)) }
		php := len(kinds) > 0 // and then "<%" and words of ASP are in its strings
		switch {
		case has("language=\"java\"") || has("language='java'") || has("import=\"java") || has("java.io") || has("java.lang") || has("request.getparameter(") || has("<jsp:"):
			kinds = append(kinds, KindJSP)
		case has("language=\"c#\"") || has("language=\"cs\"") || has("language=\"jscript\"") || has("<%@ import namespace") || has("<%@import namespace") || has("webhandler") || has("runat=\"server\"") && has("<%@"):
			kinds = append(kinds, KindASPX)
		case has("language=\"vbscript\"") || has("server.createobject") || has("response.write") || !php && (has("request(") || has("execute")) || has("eval request"):
			kinds = append(kinds, KindASP)
		}
	}
	if bytes.Contains(head, []byte("<jsp:root")) || bytes.Contains(head, []byte("<jsp:scriptlet")) {
		kinds = append(kinds, KindJSP)
	}
	if bytes.Contains(head, []byte("<cfexecute")) || bytes.Contains(head, []byte("<cfset")) || bytes.Contains(head, []byte("<CFSET")) || bytes.Contains(head, []byte("<CFEXECUTE")) {
		kinds = append(kinds, KindCFM)
	}
	return kinds
}

// isDocument reports a name of documentation, which no server hands to an
// interpreter and whose "<%" is markup or an example.
func isDocument(name string) bool {
	for _, ext := range []string{".pod", ".md", ".rst", ".po", ".tex", ".texi"} {
		if strings.HasSuffix(name, ext) {
			return true
		}
	}
	return false
}

// guessKind names the language of text without a telling name.
func guessKind(b []byte) []string {
	head := string(b[:min(len(b), 8<<10)])
	count := func(subs ...string) (n int) {
		for _, s := range subs {
			if strings.Contains(head, s) {
				n++
			}
		}
		return n
	}
	switch {
	case count("import os", "import socket", "import subprocess", "import sys", "import base64") > 0 && count("import ", "def ", "exec(", "os.", "socket.") > 1:
		return []string{KindPython}
	case count("use strict", "my $", "use Socket", "use IO::", "sub ", "print STDOUT", "@ARGV") > 1:
		return []string{KindPerl}
	case count("require(", "child_process", "module.exports", "process.env", "const ", "eval(") > 1:
		return []string{KindNode}
	case count("-EncodedCommand", "FromBase64String", "Invoke-Expression", "New-Object", "IEX", "$env:", "[System.") > 1:
		return []string{KindPowerShell}
	case count("AddType", "AddHandler", "SetHandler", "php_value", "RewriteEngine", "auto_prepend_file") > 1:
		return []string{KindHtaccess}
	case count("/bin/sh", "/dev/tcp/", "| sh", "|sh", "| bash", "|bash", "chmod +x", "fi\n", "done\n", "esac\n", "base64 -d") > 1:
		return []string{KindShell}
	}
	return nil
}
