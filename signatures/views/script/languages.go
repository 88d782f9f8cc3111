package script

import "regexp"

// Where a rule's argument is, beside an index.
const (
	all  = -2 // all arguments
	none = -1
	self = -3 // what the method is called on
)

// sinkRule is one dangerous function: a pattern of its path in lower case.
type sinkRule struct {
	re       *regexp.Regexp
	kind     string
	arg, aux int
	name     string // how lines call it; empty: the last part of the path
	via      string
}

// sourceRule is one place where values come from.
type sourceRule struct {
	re  *regexp.Regexp
	src uint8
	det string
}

// language says how one language looks and what is dangerous in it.
type language struct {
	name          string
	foldCase      bool
	vb            bool // Basic: & joins, no escapes, Function returns by its name
	typed         bool // declarations start with a type
	sigils        bool // $name
	dashes        bool // Invoke-Expression is one name
	prefixes      bool // r"", b"", f""
	quotes        string
	longQuotes    []string
	regexps       bool // /literals/
	template      byte // how strings embed values: $ { # j
	lineComments  []string
	blockComments [][2]string
	concat        string
	bare          map[string]bool // functions called without brackets
	sources       []sourceRule
	sinks         []sinkRule
	properties    []sinkRule // assignments to members that are dangerous
	// hints are texts of which one stands in every file worth reading, in lower
	// case. With "$" at its end it must be a whole word.
	hints []string
	needs []string // and one of these
	// large is needed beside them in a file over largeSource bytes: where values
	// come from, decoders, and computed names.
	large []string
}

func rule(pattern, kind string, arg, aux int) sinkRule {
	return sinkRule{re: regexp.MustCompile(`(?:^|\.)(?:` + pattern + `)$`), kind: kind, arg: arg, aux: aux}
}

func named(name string, r sinkRule) sinkRule {
	r.name = name
	return r
}

func reached(via string, r sinkRule) sinkRule {
	r.via = via
	return r
}

func from(pattern string, src uint8) sourceRule {
	return sourceRule{re: regexp.MustCompile(`(?:^|\.)(?:` + pattern + `)$`), src: src}
}

// detailed names the input that a source is.
func detailed(det string, s sourceRule) sourceRule {
	s.det = det
	return s
}

func set(names ...string) map[string]bool {
	m := map[string]bool{}
	for _, n := range names {
		m[n] = true
	}
	return m
}

var cComments = [][2]string{{"/*", "*/"}}

// languages are all that Analyze knows, by name.
var languages = map[string]*language{
	"jsp": {name: "jsp", typed: true, quotes: `"'`, lineComments: []string{"//"}, blockComments: cComments, concat: "+",
		sources: []sourceRule{
			from(`(?:request|req|servletrequest|httpservletrequest|paramrequest|r)\.(?:getparameter|getparametervalues|getparametermap|getinputstream|getreader|getquerystring|getpathinfo|getrequesturi|getparameternames|getattribute)`, oRequest),
			from(`getparameter|getparametervalues|param|parametermap`, oRequest), from(`getheader|getheaders|getheadernames|header`, oHeader), from(`getcookies|cookie`, oCookie),
			from(`getpart|getparts|parserequest|getfiles|getsubmittedfilename`, oUpload), from(`getsession\.getattribute|session\.getattribute|session\.getvalue|application\.getattribute`, oSession), from(`openstream|geturl\.getcontent|httpurlconnection\.getinputstream|urlconnection\.getinputstream`, oNetwork),
			from(`socket\.getinputstream|accept\.getinputstream`, oSocket), from(`system\.getenv|system\.getproperty`, oEnv), from(`process\.getinputstream|exec\.getinputstream|start\.getinputstream`, oCommand),
			from(`fileinputstream|filereader|readallbytes|readalllines`, oFile), from(`resultset\.getstring|executequery`, oDatabase)},
		sinks: []sinkRule{
			rule(`(?:.*runtime.*|getruntime|rt|runtime)\.exec`, "command", 0, none), named("processbuilder", rule(`processbuilder`, "command", all, none)), rule(`processbuilder\.command`, "command", all, none),
			rule(`processimpl\.start|unixprocess`, "command", all, none), rule(`defineclass|defineanonymousclass|definehiddenclass`, "load", all, none),
			named("urlclassloader", rule(`urlclassloader|urlclassloader\.newinstance`, "load", all, none)), rule(`.*(?:engine|scriptengine|getenginebyname|getenginebyextension|getenginebymimetype|nashorn|shell|groovyshell|interpreter)\.(?:eval|evaluate)`, "code", 0, none),
			rule(`evaluateexpression|elprocessor\.eval|parseexpression|spelexpressionparser\.parseexpression|createvalueexpression|mvel\.eval|ognl\.getvalue|jexl.*\.evaluate|createmethodexpression`, "code", all, none),
			rule(`eval`, "code", 0, none), rule(`newtransformer|newtemplates`, "code", 0, none), reached("reflection", rule(`(?:.*getmethod|.*getdeclaredmethod|method|m|.*method).*\.invoke`, "call", all, self)), reached("reflection", rule(`expression|beans\.statement`, "call", all, 1)), reached("reflection", rule(`class\.forname`, "new", none, 0)),
			rule(`(?:fileoutputstream|filewriter|randomaccessfile|printwriter|outputstream|bufferedoutputstream|bufferedwriter|.*(?:fos|fileout)).*\.(?:write|print|println|append)`, "file-write", 0, self), named("files.write", rule(`files\.(?:write|writestring|copy)`, "file-write", 1, 0)),
			named("fileoutputstream", rule(`fileoutputstream|filewriter|randomaccessfile`, "file-write", none, 0)), rule(`transferto|item\.write|part\.write|saveas`, "upload", self, 0),
			named("fileinputstream", rule(`fileinputstream|filereader|getresourceasstream|readallbytes|readalllines`, "file-read", 0, none)), rule(`readobject|xmldecoder|fromxml|readunshared`, "deserialise", self, none),
			named("socket", rule(`socket|serversocketchannel\.connect|inetsocketaddress`, "network", 0, 1)), named("serversocket", rule(`serversocket`, "listen", 0, none)), rule(`executequery|executeupdate|statement\.execute|preparestatement`, "sql", 0, none),
			rule(`include|forward|getrequestdispatcher`, "include", 0, none), rule(`addfilter|addservlet|addfilterdef|addlistener|addapplicationeventlistener|addvalve|addinterceptor|registermapping|addfiltermap|addservletmappingdecoded`, "load", all, none),
			rule(`lookup`, "load", 0, none), rule(`system\.load|loadlibrary|loadclass|newclassloader`, "load", 0, none), rule(`file\.delete|files\.delete`, "file-delete", self, none)},
		hints: []string{"exec(", "processbuilder", "defineclass", "classloader", "scriptengine", "invoke", "outputstream", "filewriter", "readobject", "socket", "getparameter", "eval", "forname", "transferto", "executequery", "getinputstream", "unixprocess", "lookup", "write(", "xmldecoder", "transformer", "cdata[", "${param", "pagecontext", "filterdef", "addvalve"}},
	"asp": {name: "asp", foldCase: true, vb: true, quotes: `"`, lineComments: []string{"'"}, concat: "&+",
		bare: set("execute", "executeglobal", "eval", "execute_", "response.write", "server.execute", "server.transfer", "call", echoName),
		sources: []sourceRule{from(`request\.(?:form|querystring|item|params|binaryread|totalbytes)`, oRequest), from(`request\.cookies`, oCookie), from(`request\.servervariables`, oHeader), from(`request\.files?`, oUpload), from(`request`, oRequest),
			from(`responsebody|responsetext|responsexml`, oNetwork), from(`session`, oSession), from(`stdout\.readall|exec\.stdout|readall`, oCommand), from(`recordset|fields`, oDatabase)},
		sinks: []sinkRule{
			rule(`server\.execute|server\.transfer`, "include", 0, none), named("function", rule(newFunction, "code", all, none)), rule(`.*win32_process\.create`, "command", 0, none), rule(`winmgmts.*\.get`, "new", none, 0), named("write", rule(`response\.(?:binary)?write|`+echoName, "reveal", 0, none)), named("connect", rule(`.*conn\w*\.open`, "sql", 0, none)), rule(`.+\.execute`, "sql", 0, none), rule(`execute|executeglobal`, "code", 0, none), rule(`eval|evaluate`, "code", 0, none), rule(`addcode|executestatement|scriptcontrol\.run`, "code", 0, none),
			rule(`(?:.*shell.*|ws|wsh|objshell|oscript|cmdshell|sh|.*wscript.*)\.(?:run|exec|shellexecute)`, "command", all, none), rule(`.*\.exec`, "command", 0, none), rule(`shellexecute`, "command", all, none),
			rule(`createobject|getobject`, "new", none, 0), rule(`(?:.*file.*|.*stream.*|ts|f|fso|.*createtextfile.*|.*opentextfile.*)\.(?:write|writeline|writetext)`, "file-write", 0, self), rule(`savetofile|saveas`, "file-write", self, 0), rule(`createtextfile`, "file-write", none, 0),
			rule(`opentextfile|loadfromfile|getfolder|getfile`, "file-read", 0, none), rule(`copyfile|movefile|deletefile`, "file-write", 0, 1), rule(`xmlhttp.*\.open|winhttp.*\.open|serverxmlhttp.*\.open`, "network", 1, none), rule(`.*conn.*\.execute|recordset\.open`, "sql", 0, none), rule(`regwrite|regread`, "env", 0, 1)},
		properties: []sinkRule{rule(`attributes|modifydate`, "file-write", 0, self), rule(`schedule\.service.*\.(?:path|arguments)`, "command", 0, none), named("connect", rule(`.*conn\w*\.connectionstring`, "sql", 0, none))},
		hints:      []string{"execute", "eval", "createobject", "request", "shell", "run", "language", "getobject", "classid", "#@~^"}},
	"aspx": {name: "aspx", typed: true, quotes: `"'`, longQuotes: []string{`@"`}, lineComments: []string{"//"}, blockComments: cComments, concat: "+&",
		sources: []sourceRule{from(`request\.(?:form|querystring|params|item|inputstream|rawurl|binaryread|totalbytes|getbufferlessinputstream|filepath|pathinfo)`, oRequest), from(`request\.cookies`, oCookie), from(`request\.(?:headers|servervariables|useragent|urlreferrer)`, oHeader), from(`request\.files|postedfile|fileupload\d*\.filename|postedfile\.filename`, oUpload), from(`request`, oRequest),
			from(`(?:txt|textbox|tb|text|cmd|input|xpath|box)\w*\.(?:text|value)|[a-z_]\w*\.text`, oRequest), from(`session`, oSession), from(`downloadstring|downloaddata|getresponsestream|openread`, oNetwork), from(`getstream|socket\.receive`, oSocket), from(`standardoutput\.readtoend|standardoutput`, oCommand), from(`readalltext|readallbytes`, oFile), from(`executereader|executescalar`, oDatabase)},
		sinks: []sinkRule{
			rule(`eval|evaluate|jscriptevaluate|evalmethod`, "code", 0, none), rule(`.*process.*\.start|p\.start|proc\.start`, "command", all, none), named("processstartinfo", rule(`processstartinfo`, "command", all, none)), rule(`assembly\.(?:load|loadfrom|loadfile|unsafeloadfrom)|appdomain.*\.load|.*\.load`, "load", 0, none),
			rule(`compileassemblyfromsource|compileassemblyfromfile|csharpcodeprovider.*|createcompiler`, "code", all, none), reached("reflection", rule(`.*getmethod.*\.invoke|.*invokemember|methodinfo\.invoke|.*createinstance`, "call", all, self)), rule(`deserialize|losformatter\.deserialize|readobject`, "deserialise", all, none),
			rule(`virtualalloc|createthread|virtualprotect|marshal\.copy|getdelegateforfunctionpointer`, "load", all, none), rule(`file\.(?:writealltext|writeallbytes|appendalltext|writealllines)`, "file-write", 1, 0), rule(`streamwriter.*\.write(?:line)?|filestream.*\.write|sw\.write(?:line)?`, "file-write", 0, self), named("streamwriter", rule(`streamwriter|file\.createtext|filestream`, "file-write", none, 0)),
			rule(`saveas`, "upload", self, 0), rule(`file\.(?:readalltext|readallbytes|openread|opentext)|streamreader|transmitfile|response\.writefile`, "file-read", 0, none), rule(`file\.(?:delete|move|copy)|directory\.delete`, "file-delete", 0, 1), rule(`downloadfile`, "network", 0, 1), rule(`downloadstring|downloaddata|webrequest\.create|httpwebrequest\.create`, "network", 0, none), rule(`tcpclient|socket\.connect`, "network", 0, 1), rule(`tcplistener|httplistener`, "listen", 0, 1),
			rule(`sqlcommand|oledbcommand|executenonquery|executereader|sqldataadapter|odbccommand`, "sql", 0, none), rule(`createobject`, "new", none, 0), rule(`shell`, "command", 0, none), rule(`execute|executeglobal`, "code", 0, none)},
		properties: []sinkRule{rule(`(?:.*startinfo.*|psi|.*process.*|si|info)\.(?:filename|arguments)`, "command", 0, none)},
		hints:      []string{"eval", "process", "assembly", "invoke", "deserial", "file", "saveas", "socket", "tcp", "sqlcommand", "shell", "virtualalloc", "webclient", "streamwriter", "createobject", "compile", "activator"}},
	"python": {name: "python", prefixes: true, quotes: `"'`, longQuotes: []string{`"""`, `'''`}, template: '{', lineComments: []string{"#"}, concat: "+",
		sources: []sourceRule{from(`request\.(?:args|form|values|json|data|get_json|get_data|query_string|params|get|post|body|stream|url|path|raw_post_data|query|forms)`, oRequest), from(`request\.files`, oUpload), from(`request\.cookies`, oCookie), from(`request\.headers|request\.meta|self\.headers`, oHeader),
			from(`event\[(?:(?:multivalue)?querystring(?:parameters)?|pathparameters|body)\]`, oRequest),
			from(`fieldstorage|getvalue|getfirst|self\.path|self\.get_argument|self\.request|environ\[path_info\]`, oRequest), detailed("body", from(`self\.rfile\.read|wsgi\.input`, oRequest)), detailed("QUERY_STRING", from(`environ\[query_string\]`, oRequest)), from(`recv|recvfrom|makefile\.readline|accept`, oSocket), from(`urlopen|urlretrieve|requests\.(?:get|post|request)|urllib2?\.urlopen`, oNetwork),
			from(`environ|getenv`, oEnv), from(`sys\.argv|argv`, oArgs), from(`stdin|raw_input|input|sys\.stdin\.read`, oStdin), from(`check_output|getoutput|communicate|popen\.read|stdout\.read`, oCommand), from(`open\.read|readlines`, oFile), from(`fetchone|fetchall`, oDatabase)},
		sinks: []sinkRule{
			rule(`eval|exec|execfile|compile`, "code", 0, none), rule(`os\.(?:system|popen[234]?|spawn\w*|exec\w*|startfile|posix_spawn\w*)`, "command", all, none), rule(`(?:subprocess|commands|sp|popen2)\.(?:call|check_call|check_output|popen|run|getoutput|getstatusoutput|popen[234])`, "command", 0, none), rule(`popen|check_output|getoutput`, "command", 0, none), rule(`pty\.spawn`, "command", 0, none),
			rule(`__import__|import_module|load_source|exec_module`, "load", 0, none), rule(`(?:pickle|cpickle|marshal|yaml|shelve|dill|jsonpickle)\.(?:loads?|unsafe_load|decode)`, "deserialise", 0, none), named("getattr", rule(`getattr`, "call", 0, 1)),
			rule(`connect|connect_ex|create_connection`, "network", all, none), rule(`bind`, "listen", 0, none), rule(`urlopen|urlretrieve|requests\.(?:get|post)`, "network", 0, none), rule(`requests\.request`, "network", 1, none), rule(`write|writelines`, "file-write", 0, self), named("open", rule(`open`, "file-read", 0, none)), rule(`ctypes\.\w*\.?(?:memmove|virtualalloc|createthread)|cdll|windll`, "load", all, none),
			rule(`save`, "upload", self, 0), rule(`os\.(?:remove|unlink)|rmtree`, "file-delete", 0, none), rule(`os\.dup2|dup2`, "listen", none, none), rule(`execute`, "sql", 0, none), rule(`render_template_string|template`, "code", 0, none)},
		hints: []string{"exec$", "execfile", "execute$", "execv", "execl", "exec_module", "eval$", "system$", "popen", "subprocess", "socket", "pickle", "marshal", "b64decode", "compile$", "pty$", "dup2", "urlopen", "requests$", "__import__", "getattr$", "commands$", "fieldstorage", "ctypes", "render_template_string", "zlib"},
		large: []string{"b64decode", "b32decode", "b16decode", "a85decode", "b85decode", "unhexlify", "fromhex", "decompress", "zlib", "marshal", "codecs", "maketrans", "translate(", "chr(", "[::-1]", "rot13", "rot_13", "'hex'", "\"hex\"", "'base64'", "\"base64\"",
			"recv", "accept(", "makefile", "urlopen", "urlretrieve", "urllib", "requests", "fieldstorage", "getvalue", "getfirst", "rfile", "self.path", "self.headers", "self.request", "get_argument", "wsgi.input", "environ", "query_string", "request.", "cookies", "send", "post(", "emit(", "reply", "publish",
			"exec(\"", "exec('", "eval(\"", "eval('", "__import__(", "import_module(", "getattr(os", "getattr(sys", "getattr(subprocess", "getattr(__", "globals()", "locals()", "vars()", "__builtins__", "__dict__", "modules["}},
	"perl": {name: "perl", sigils: true, quotes: "\"'`", template: '$', lineComments: []string{"#"}, concat: ".",
		bare:    set("system", "exec", "eval", "require", "do", "unlink", "open", "print", "printf", "connect", "decode_base64", "unpack", "pack"),
		sources: []sourceRule{from(`param|cgi\.param|\$\w+\.param|query_string|\$env\[query_string\]|\$in|\$form|\$formdata|\$query`, oRequest), from(`\$env\[http_\w+\]|http`, oHeader), from(`cookie|cookies`, oCookie), from(`upload`, oUpload), from(`\$env`, oEnv), from(`\$argv|shift`, oArgs), from(`stdin`, oStdin), from(`recv|\$sock\w*|\$socket`, oSocket), from(`get|getstore`, oNetwork)},
		sinks: []sinkRule{
			rule(`system|exec|qx`, "command", all, none), rule(`eval`, "code", 0, none), rule(`do|require`, "include", 0, none), named("open", rule(`open|open[23]`, "command", all, none)), rule(`syswrite|print`, "reveal", all, none), rule(`connect|inet_aton|sockaddr_in`, "network", all, none), named("io.socket", rule(`io\.socket\.inet\.new|io::socket::inet\.new|new io::socket::inet|io::socket::inet->new`, "network", all, none)),
			rule(`bind|listen`, "listen", all, none), rule(`unlink`, "file-delete", all, none), rule(`getstore|lwp\w*\.get`, "network", 0, 1), rule(`thaw|retrieve`, "deserialise", 0, none), rule(`socket`, "network", none, none)},
		hints: []string{"system$", "exec$", "eval$", "`", "open", "socket", "qx$", "param$", "unpack$", "decode_base64", "query_string"}},
	"ruby": {name: "ruby", sigils: true, quotes: "\"'`", template: '#', lineComments: []string{"#"}, concat: "+",
		bare:    set("system", "exec", "eval", "load", "require", "spawn", "send", "puts", "print", "instance_eval", "syscall"),
		sources: []sourceRule{from(`params|request\.(?:params|body|query_string|env|get|post|path_info|raw_post)`, oRequest), from(`cookies`, oCookie), from(`request\.headers`, oHeader), from(`env`, oEnv), from(`argv`, oArgs), from(`stdin|gets|\$stdin`, oStdin), from(`(?:sock\w*|socket|client|\w*\.open|c|s)\.(?:gets|recv|read|readline)`, oSocket), from(`net\.http\.get|open-uri`, oNetwork)},
		sinks: []sinkRule{
			rule(`system|exec|spawn|popen|popen3|capture2e?|capture3|open3\.\w+|pty\.spawn|syscall`, "command", all, none), rule(`eval|instance_eval|class_eval|module_eval|erb\.new|binding\.eval`, "code", 0, none), rule(`send|public_send|__send__|const_get|constantize`, "call", all, 0), rule(`marshal\.load|yaml\.load|unsafe_load`, "deserialise", 0, none), rule(`load`, "include", 0, none),
			rule(`tcpsocket\.(?:new|open)|socket\.tcp|udpsocket\.new`, "network", all, none), rule(`tcpserver\.(?:new|open)`, "listen", all, none), rule(`file\.(?:write|open)|io\.write`, "file-write", 1, 0), rule(`file\.read|io\.read`, "file-read", 0, none), rule(`reopen|dup2`, "listen", none, none)},
		hints: []string{"system$", "exec$", "eval$", "instance_eval", "class_eval", "module_eval", "`", "popen", "tcpsocket", "tcpserver", "socket", "spawn", "marshal", "send$", "public_send", "unpack", "base64", "open3"}},
	"node": {name: "node", quotes: "\"'`", template: 'j', lineComments: []string{"//"}, blockComments: cComments, concat: "+",
		sources: []sourceRule{from(`(?:req|request|ctx|ctx\.request|ctx\.req)\.(?:query|body|params|param|url|rawbody|path|originalurl)|querystring\.parse|url\.parse.*`, oRequest), from(`(?:req|request|ctx)\.headers?|req\.get`, oHeader), from(`(?:req|request|ctx)\.cookies?`, oCookie), from(`(?:req|request)\.files?`, oUpload), from(`process\.argv`, oArgs), from(`process\.env`, oEnv), from(`process\.stdin`, oStdin), from(`execsync|spawnsync\.stdout`, oCommand), from(`readfilesync`, oFile)},
		sinks: []sinkRule{
			rule(`eval|function|vm\.(?:runinthiscontext|runincontext|runinnewcontext)|runinthiscontext|runinnewcontext|vm\.script|_compile|settimeout|setinterval`, "code", 0, none), rule(`(?:.*child_process.*|cp|child|proc|require)\.(?:exec|execsync|spawn|spawnsync|execfile|execfilesync|fork)|exec|execsync|spawn|spawnsync|execfile|execfilesync`, "command", all, none), rule(`require|import`, "load", 0, none), rule(`unserialize|deserialize`, "deserialise", 0, none),
			rule(`net\.(?:connect|createconnection)|net\.socket.*\.connect|client\.connect|tls\.connect`, "network", all, none), rule(`https?\.(?:get|request)|fetch|axios\.\w+`, "network", 0, none), rule(`net\.createserver|\w*\.listen`, "listen", 0, none), rule(`(?:fs\.)?(?:writefile|writefilesync|appendfile|appendfilesync)`, "file-write", 1, 0), rule(`(?:fs\.)?(?:readfile|readfilesync)`, "file-read", 0, none), rule(`(?:fs\.)?(?:unlink|unlinksync)`, "file-delete", 0, none)},
		// What runs on a server only: libraries for browsers also say require and module.
		needs: []string{"child_process", "spawn_sync", "process.mainmodule", "process.stdin", "execsync", "spawnsync", "execfile(", "vm.runin", "vm.script", "createserver", "createconnection", "net.connect", "net.socket", "tls.connect", "buffer.from", "new buffer(", "module._load", "module._compile", "prototype._compile", "node:fs", "node:net", "node:vm", "node:http", "node:tls", "req.query", "req.body", "req.params", "req.headers", "request.query", "request.body", "ctx.query", "ctx.request", "querystring.parse",
			"require('fs'", "require(\"fs\"", "require('net'", "require(\"net\"", "require('vm'", "require(\"vm\"", "require('tls'", "require(\"tls\"", "require('http'", "require(\"http\"", "require('https'", "require(\"https\"", "require('os'", "require(\"os\"", "require('zlib'", "require(\"zlib\"", "require('dgram'", "require(\"dgram\"", "require('http2'", "require(\"http2\"", "require('express'", "require(\"express\"", "require('koa'", "require(\"koa\"", "require('module'", "require(\"module\"", "require('worker_threads'", "require(\"worker_threads\"",
			"from 'fs'", "from \"fs\"", "from 'net'", "from \"net\"", "from 'vm'", "from \"vm\"", "from 'tls'", "from \"tls\"", "from 'http'", "from \"http\"", "from 'https'", "from \"https\"", "from 'os'", "from \"os\"", "from 'zlib'", "from \"zlib\"", "from 'dgram'", "from \"dgram\"", "from 'http2'", "from \"http2\"", "from 'express'", "from \"express\"", "from 'koa'", "from \"koa\"", "from 'module'", "from \"module\"", "from 'worker_threads'", "from \"worker_threads\""},
		hints: []string{"child_process", "eval(", "new function", "vm.run", "execsync", "spawn", "net.connect", "net.socket", "createserver", "atob", "base64", "_compile", "fromcharcode", "writefile"}},
	"powershell": {name: "powershell", foldCase: true, sigils: true, dashes: true, quotes: `"'`, template: '$', lineComments: []string{"#"}, blockComments: [][2]string{{"<#", "#>"}}, concat: "+",
		bare:    set("iex", "invoke-expression", "invoke-command", "start-process", "invoke-webrequest", "iwr", "curl", "wget", "add-type", "new-object", "set-content", "out-file", "powershell", "powershell.exe", "pwsh", "cmd", "cmd.exe", "invoke-item", "irm", "invoke-restmethod", "set-itemproperty", "new-itemproperty", "schtasks", "import-module", "register-scheduledtask", "set-mppreference"),
		sources: []sourceRule{from(`\$request\.\w+|.*querystring|\$context\.request.*`, oRequest), from(`downloadstring|downloaddata|downloadfile|invoke-webrequest|iwr|invoke-restmethod|irm|openread`, oNetwork), from(`\$stream\.read|getstream|\$stream|\$reader\.readline`, oSocket), from(`\$env.*`, oEnv), from(`\$args`, oArgs), from(`readalltext|readallbytes|get-content|gc`, oFile), from(`read-host`, oStdin)},
		sinks: []sinkRule{
			rule(`iex|invoke-expression|invoke-command|scriptblock\.create|.*invokescript|executioncontext.*|addscript`, "code", 0, none), rule(`start-process|powershell(?:\.exe)?|pwsh|cmd(?:\.exe)?|process\.start|invoke-item|diagnostics\.process\.start|schtasks|register-scheduledtask`, "command", all, none), rule(`.*assembly\.load\w*|\[reflection\.assembly\]|.*reflection\.assembly.*load\w*|load|loadwithpartialname|add-type|import-module`, "load", all, none),
			rule(`downloadstring|downloadfile|downloaddata|invoke-webrequest|iwr|wget|curl|invoke-restmethod|irm`, "network", 0, none), rule(`.*tcpclient|sockets\.tcpclient`, "network", all, none), rule(`.*tcplistener|.*httplistener`, "listen", all, none), rule(`virtualalloc|createthread|getdelegateforfunctionpointer|marshal\.copy|virtualprotect`, "load", all, none), rule(`set-content|out-file|writeallbytes|writealltext`, "file-write", 1, 0), rule(`set-itemproperty|new-itemproperty`, "env", all, none), rule(`new-object`, "new", all, 0), rule(`set-mppreference`, "env", all, none)},
		hints: []string{"iex", "invoke-", "frombase64string", "downloadstring", "tcpclient", "start-process", "reflection.assembly", "virtualalloc", "encodedcommand", "-enc", "tcplistener", "add-type", "scriptblock", "powershell", "itemproperty", "mppreference"}},
	"cfm": {name: "cfm", foldCase: true, quotes: `"'`, lineComments: []string{"//"}, blockComments: [][2]string{{"/*", "*/"}, {"<!---", "--->"}}, concat: "&",
		sources: []sourceRule{from(`(?:form|url)\.\w+|form|url`, oRequest), from(`cgi\.(?:query_string|path_info)`, oRequest), from(`cgi\.http_\w+`, oHeader), from(`cookie\.\w+`, oCookie), from(`session\.\w+`, oSession)},
		sinks:   []sinkRule{rule(`cfexecute`, "command", all, none), rule(`evaluate|iif|precisionevaluate`, "code", 0, none), rule(`filewrite|cffilewrite`, "file-write", 1, 0), rule(`fileread|cffileread`, "file-read", 0, none), rule(`cffileupload`, "upload", 0, none), rule(`cfinclude`, "include", 0, none), rule(`cfquery|queryexecute`, "sql", 0, none), rule(`createobject`, "new", all, 1), rule(`(?:.*runtime.*)\.exec`, "command", 0, none), rule(`cfhttp`, "network", 0, none)},
		hints:   []string{"cfexecute", "evaluate", "filewrite", "cffile", "createobject", "cfquery", "fileread", "runtime"}},
}

// languageOf maps a kind of content to its language.
var languageOf = map[string]string{"jsp": "jsp", "java": "jsp", "asp": "asp", "aspx": "aspx", "python": "python", "perl": "perl", "ruby": "ruby", "node": "node", "powershell": "powershell", "cfm": "cfm"}
