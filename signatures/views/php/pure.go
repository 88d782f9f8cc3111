package php

import (
	"strings"
	"unicode/utf8"
)

// pure computes the functions that depend on their arguments only.
var pure = map[string]builtinFunc{
	"strtolower": mapped(hCase, 0, strings.ToLower), "strtoupper": mapped(hCase, 0, strings.ToUpper),
	"mb_strtolower": mapped(hCase, 0, strings.ToLower), "mb_strtoupper": mapped(hCase, 0, strings.ToUpper),
	"ucfirst": mapped(hCase, 0, func(s string) string { return firstLetter(s, strings.ToUpper) }),
	"lcfirst": mapped(hCase, 0, func(s string) string { return firstLetter(s, strings.ToLower) }),
	"ucwords": mapped(hCase, 0, ucwords), "strrev": mapped(hReverse, dReverse, reverse),
	"trim": trimmer(strings.Trim, strings.TrimSpace), "ltrim": trimmer(strings.TrimLeft, nil), "rtrim": trimmer(strings.TrimRight, nil), "chop": trimmer(strings.TrimRight, nil),
	"stripslashes": mapped(0, 0, stripslashes), "nl2br": mapped(0, 0, nil), "strip_tags": mapped(0, 0, nil),
	"quotemeta": mapped(0, 0, nil), "wordwrap": mapped(0, 0, nil), "mb_convert_encoding": mapped(0, 0, func(s string) string { return s }),
	"iconv": third, "utf8_decode": mapped(0, dUTF8, latin1), "utf8_encode": mapped(0, dUTF8, nil), "strval": mapped(0, 0, func(s string) string { return s }),
	"addslashes": escaper(gEscape), "escapeshellarg": escaper(gEscape), "escapeshellcmd": escaper(gEscape), "htmlspecialchars": escaper(gEscape),
	"htmlentities": escaper(gEscape), "mysql_real_escape_string": escaper(gEscape), "mysqli_real_escape_string": escaper(gEscape), "addcslashes": escaper(gEscape),
	"preg_quote": escaper(gEscape), "mysql_escape_string": escaper(gEscape), "esc_sql": escaper(gEscape), "esc_attr": escaper(gEscape), "sanitize_text_field": escaper(gCall),
	"basename": pathPart(gBasename), "realpath": pathPart(gBasename), "dirname": pathPart(0), "pathinfo": pathPart(gBasename),
	"intval": number, "floatval": number, "doubleval": number, "boolval": number, "abs": number, "round": number, "floor": number, "ceil": number, "absint": number,
	"strlen": length, "count": length, "sizeof": length, "mb_strlen": length, "crc32": hashed, "md5": hashed, "sha1": hashed, "hash": hashed, "crypt": hashed,
	"hash_hmac": hashed, "md5_file": hashed, "sha1_file": hashed, "password_hash": hashed, "strpos": position, "stripos": position, "strrpos": position, "mb_strpos": position, "str_contains": position,
	"chr": chr, "ord": ord, "substr": sub, "mb_substr": sub, "mb_strcut": sub, "str_repeat": repeat, "str_pad": pad,
	"str_replace": replace, "str_ireplace": replace, "strtr": strtr, "substr_replace": substrReplace, "implode": implode, "join": implode,
	"explode": explode, "split": explode, "str_split": strSplit, "mb_str_split": strSplit, "preg_split": pregSplit, "strstr": strstr, "stristr": strstr, "strrchr": strrchr, "chunk_split": mapped(0, 0, nil),
	"range": rangeOf, "array_reverse": arrayReverse, "array_flip": arrayFlip, "array_keys": arrayKeys, "array_values": arrayValues, "array_merge": arrayMerge,
	"array_slice": arraySlice, "array_combine": arrayCombine, "array_fill": arrayFill, "array_fill_keys": arrayFillKeys, "str_getcsv": strGetCSV, "array_rand": arrayRand, "array_unique": first, "array_diff": arrayDiff, "array_chunk": arrayChunk,
	"array_intersect_key": first, "array_column": first, "array_diff_key": first, "array_intersect": arrayDiff, "array_merge_recursive": arrayMerge, "iterator_to_array": first,
	"min": minMax, "max": minMax, "sprintf": sprintf, "vsprintf": sprintf, "number_format": number, "dechex": dechex, "hexdec": hexdec, "bindec": bindec, "decbin": decbin, "octdec": octdec, "base_convert": baseConvert,
	"base64_decode": decoder(dBase64, func(s string) (string, bool) { return string(decode64(s)), true }), "base64_encode": encoder,
	"hex2bin": decoder(dHex, hex2bin), "bin2hex": bin2hex, "gzinflate": decoder(dInflate, inflate), "gzuncompress": decoder(dInflate, uncompress),
	"gzdecode": decoder(dInflate, gunzip), "zlib_decode": decoder(dInflate, anyZlib), "bzdecompress": decoder(dInflate, bunzip), "str_rot13": decoder(dRot13, rot13),
	"urldecode": decoder(dURL, urlDecode), "rawurldecode": decoder(dURL, rawURLDecode), "convert_uudecode": decoder(dUU, uudecode),
	"html_entity_decode": decoder(dHTML, htmlDecode), "htmlspecialchars_decode": decoder(dHTML, htmlDecode), "quoted_printable_decode": decoder(dURL, quotedPrintable),
	"stripcslashes": decoder(dURL, stripcslashes), "json_decode": opaque(dJSON), "openssl_decrypt": opaque(dCrypt), "mcrypt_decrypt": opaque(dCrypt),
	"openssl_public_decrypt": opaque(dCrypt), "openssl_private_decrypt": opaque(dCrypt), "sodium_crypto_secretbox_open": opaque(dCrypt), "imap_base64": decoder(dBase64, func(s string) (string, bool) { return string(decode64(s)), true }),
	"pack": pack, "unpack": unpack, "json_encode": encoder, "urlencode": encoder, "rawurlencode": encoder, "serialize": encoder, "gzcompress": encoder, "gzdeflate": encoder, "gzencode": encoder,
	"convert_uuencode": encoder, "http_build_query": encoder, "var_export": encoder, "print_r": encoder, "is_string": truthful, "is_array": truthful, "is_object": truthful, "is_null": truthful,
	"is_resource": truthful, "strtotime": number, "time": constantUnknown, "date": constantUnknown, "microtime": constantUnknown, "rand": constantUnknown, "mt_rand": constantUnknown, "phpversion": constantUnknown,
	"php_uname": constantUnknown, "uniqid": constantUnknown, "getcwd": constantUnknown, "tempnam": constantUnknown, "tmpfile": constantUnknown, "sys_get_temp_dir": constantUnknown, "php_sapi_name": constantUnknown,
	"ob_get_clean": bufferOut, "ob_get_contents": bufferOut, "get_magic_quotes_gpc": constFalse, "get_magic_quotes_runtime": constFalse, "set_magic_quotes_runtime": constFalse,
	"is_uploaded_file": constantUnknown, "get_class": className, "gettype": constantUnknown, "array_sum": number, "levenshtein": number, "similar_text": number, "substr_count": number,
	"ctype_upper": constantUnknown, "usleep": constantUnknown, "sleep": constantUnknown, "ini_restore": constantUnknown, "debug_backtrace": constantUnknown, "gethostbyname": first,
	"nl_langinfo": constantUnknown, "array_shuffle": first, "stream_context_create": constantUnknown, "umask": constantUnknown, "mkdir": constantUnknown,
}

func first(in *interp, c *call) *value { return c.arg(0) }

func constantUnknown(in *interp, c *call) *value { return &value{src: oUnknown} }

func constFalse(in *interp, c *call) *value { return vFalse }

func truthful(in *interp, c *call) *value { return &value{src: oUnknown} }

func bufferOut(in *interp, c *call) *value { return in.outputSoFar() }

func className(in *interp, c *call) *value {
	if v := c.arg(0); v.k == vObject && v.o.class != nil {
		return str(v.o.class.name)
	}
	return unknown
}

// third returns the third argument, as iconv does with the text it converts.
func third(in *interp, c *call) *value { return c.arg(2) }

// textOf returns the string of a scalar argument.
func textOf(v *value) (string, bool) {
	if v.k == vArray || v.k == vObject || v.k == vClosure {
		return "", false
	}
	return v.text()
}

// made returns a string computed from v.
func made(v *value, s string, h how, d decoders) *value {
	out := &value{k: vString, s: s, src: v.src, det: v.det, comp: v.comp | h, dec: v.dec, g: v.g}
	if d != 0 {
		out.dec = out.dec.then(d)
	}
	return out
}

// mapped makes a function of one string; f nil means that its result is not computed.
func mapped(h how, d decoders, f func(string) string) builtinFunc {
	return func(in *interp, c *call) *value {
		v := c.arg(0)
		if s, ok := textOf(v); ok && f != nil {
			return made(v, f(s), h, d)
		}
		if v.k == vArray {
			v = v.flat()
		}
		out := v.derive()
		out.comp |= h
		if d != 0 {
			out.dec = out.dec.then(d)
		}
		return out
	}
}

// decoder makes a function that undoes an encoding.
func decoder(d decoders, f func(string) (string, bool)) builtinFunc {
	return func(in *interp, c *call) *value {
		v := bareword(c.arg(0)).flat()
		if c.name2 != nil {
			in.noteComputed(c.name2, c.name)
		}
		if s, ok := textOf(v); ok && v.k == vString {
			if !in.charge(len(s)) {
				return unknown
			}
			if out, ok := f(s); ok {
				r := made(v, out, hDecode, d)
				in.out.dec = in.out.dec.add(r.dec)
				in.seeCode(r)
				return r
			}
		}
		out := v.derive()
		out.comp |= hDecode
		out.dec = out.dec.then(d)
		return out
	}
}

// seeCode keeps decoded text that is code, whether or not the script runs it.
func (in *interp) seeCode(v *value) {
	if len(v.s) < 20 || len(v.s) > maxText || in.concrete > 1 {
		return
	}
	head := v.s[:min(len(v.s), 4096)]
	if strings.Contains(head, "<?php") || strings.Contains(head, "eval(") || strings.Contains(head, "$_POST") || strings.Contains(head, "$_GET") || strings.Contains(head, "$_REQUEST") || strings.Contains(head, "base64_decode(") {
		in.out.reveal(v.s, v.dec, in.unit.chain, in.unit.nest+1)
	}
}

func opaque(d decoders) builtinFunc {
	return func(in *interp, c *call) *value {
		v := c.arg(0).flat()
		out := v.derive()
		if v.src&oAttacker == 0 && len(c.args) > 2 {
			out = joinAll(c.args[:2]).derive()
		}
		out.comp |= hDecode
		out.dec = out.dec.then(d)
		return out
	}
}

func encoder(in *interp, c *call) *value {
	if c.name == "base64_encode" {
		if s, ok := textOf(c.arg(0)); ok && len(s) < 1<<16 {
			return made(c.arg(0), encode64(s), hOther, 0)
		}
	}
	return c.arg(0).derive()
}

// escaper makes a function whose result is quoted or cleaned.
func escaper(g guard) builtinFunc {
	return func(in *interp, c *call) *value {
		v := c.arg(0)
		if strings.HasPrefix(c.name, "mysqli_real") && len(c.args) > 1 {
			v = c.arg(1)
		}
		if v.k == vString && v.src&oAttacker == 0 && !strings.ContainsAny(v.s, "'\"&<>\\") && !strings.HasPrefix(c.name, "escapeshell") {
			return v
		}
		out := v.derive()
		if out.src&(oAttacker|oParam) != 0 {
			out.g |= g
		}
		return out
	}
}

func pathPart(g guard) builtinFunc {
	return func(in *interp, c *call) *value {
		v := c.arg(0)
		if s, ok := textOf(v); ok && v.k == vString && c.name == "basename" {
			s = s[strings.LastIndexByte(s, '/')+1:]
			if suffix, ok := textOf(c.arg(1)); ok {
				s = strings.TrimSuffix(s, suffix)
			}
			return made(v, s, hOffset, 0)
		}
		if v.det == "__FILE__" {
			if c.name == "realpath" {
				return v
			}
			return &value{src: oUnknown, s: "/", det: "__DIR__"}
		}
		out := v.derive()
		if out.src&oAttacker != 0 {
			out.g |= g
		}
		return out
	}
}

func number(in *interp, c *call) *value {
	v := c.arg(0)
	i, f, isFloat, ok := v.number()
	if !ok || v.k == vUnknown {
		return castTo(v)
	}
	switch c.name {
	case "intval", "absint":
		if b, ok := c.arg(1).integer(); ok && b == 16 && v.k == vString {
			n, _ := parseBase(v.s, 16)
			return num(n)
		} else if ok && b == 8 && v.k == vString {
			n, _ := parseBase(v.s, 8)
			return num(n)
		}
		return num(i)
	case "abs":
		if isFloat {
			return flt(max(f, -f))
		}
		return num(max(i, -i))
	case "floor":
		if f < float64(i) {
			i--
		}
		return num(i)
	case "ceil":
		if f > float64(i) {
			i++
		}
		return num(i)
	case "round":
		if f < 0 {
			return num(int64(f - 0.5))
		}
		return num(int64(f + 0.5))
	}
	if isFloat {
		return flt(f)
	}
	return num(i)
}

func length(in *interp, c *call) *value {
	v := c.arg(0)
	if v.k == vArray && v.a.rest == nil && c.name != "strlen" {
		return num(int64(len(v.a.keys)))
	}
	if s, ok := textOf(v); ok {
		if c.name == "mb_strlen" {
			return num(int64(utf8.RuneCountInString(s)))
		}
		if c.name == "strlen" {
			return num(int64(len(s)))
		}
		return num(1)
	}
	return castTo(v)
}

// hashed is a digest: of a known text it is computed, else it stands for its origin.
func hashed(in *interp, c *call) *value {
	v := c.arg(0)
	if c.name == "hash" || c.name == "hash_hmac" {
		v = c.arg(1)
	}
	if s, ok := textOf(v); ok && v.k != vNull {
		if h, ok := digest(c, s); ok {
			return made(v, h, hOther, 0)
		}
	}
	out := castTo(v)
	out.g |= gHashed
	return out
}

func position(in *interp, c *call) *value {
	h, ok1 := textOf(c.arg(0))
	n, ok2 := textOf(c.arg(1))
	if c.arg(1).k == vInt {
		n = string([]byte{byte(c.arg(1).i)})
	}
	if !ok1 || !ok2 || c.name == "strncmp" {
		return castTo(c.arg(0))
	}
	if c.name == "stripos" {
		h, n = strings.ToLower(h), strings.ToLower(n)
	}
	off, _ := c.arg(2).integer()
	if off < 0 || off > int64(len(h)) {
		off = 0
	}
	i := strings.Index(h[off:], n)
	if c.name == "strrpos" {
		i = strings.LastIndex(h[off:], n)
	}
	switch {
	case c.name == "str_contains":
		return boolean(i >= 0)
	case i < 0:
		return vFalse
	}
	return num(int64(i) + off)
}

func chr(in *interp, c *call) *value {
	i, ok := c.arg(0).integer()
	if !ok || c.arg(0).k == vUnknown {
		out := c.arg(0).derive()
		out.g &^= gCast
		out.comp |= hChr
		out.dec = out.dec.then(dChr)
		return out
	}
	return &value{k: vString, s: string([]byte{byte(i)}), src: oConstant, comp: hChr, dec: dChr}
}

func ord(in *interp, c *call) *value {
	s, ok := textOf(c.arg(0))
	if !ok {
		out := c.arg(0).derive()
		return out
	}
	if s == "" {
		return num(0)
	}
	return num(int64(s[0]))
}

// substr is PHP's substr: negative offsets and lengths count from the end.
func substr(s string, off, n int64) string {
	l := int64(len(s))
	if off < 0 {
		off = max(0, l+off)
	}
	if off >= l {
		return ""
	}
	end := l
	if n < 0 {
		end = l + n
	} else if off+n < l && off+n >= off {
		end = off + n
	}
	if end <= off {
		return ""
	}
	return s[off:end]
}

func sub(in *interp, c *call) *value {
	v := c.arg(0)
	s, ok := textOf(v)
	off, ok2 := c.arg(1).integer()
	n, ok3 := int64(len(s)), true
	if len(c.args) > 2 && c.args[2].k != vNull {
		n, ok3 = c.args[2].integer()
	}
	if !ok || !ok2 || !ok3 {
		out := v.derive()
		out.comp |= hOffset
		return out
	}
	return made(v, substr(s, off, n), hOffset, 0)
}

func repeat(in *interp, c *call) *value {
	s, ok := textOf(c.arg(0))
	n, ok2 := c.arg(1).integer()
	if !ok || !ok2 || n < 0 || int64(len(s))*n > 1<<20 || n > 1<<20 {
		return c.arg(0).derive()
	}
	return made(c.arg(0), strings.Repeat(s, int(n)), hOther, 0)
}

func pad(in *interp, c *call) *value {
	s, ok := textOf(c.arg(0))
	n, ok2 := c.arg(1).integer()
	p, ok3 := " ", true
	if len(c.args) > 2 {
		p, ok3 = textOf(c.args[2])
	}
	if !ok || !ok2 || !ok3 || p == "" || n > 1<<16 {
		return c.arg(0).derive()
	}
	if int64(len(s)) >= n {
		return c.arg(0)
	}
	fill := strings.Repeat(p, int(n))[:n-int64(len(s))]
	if side, _ := c.arg(3).integer(); len(c.args) > 3 && side == 0 {
		return made(c.arg(0), fill+s, hOther, 0)
	}
	return made(c.arg(0), s+fill, hOther, 0)
}
