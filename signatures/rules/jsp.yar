// Java server pages, JSPX, tag files and Java sources of servlets.

rule JSP_Command_From_Request
{
	meta:
		description = "A request parameter is run as a command"
		author = "assay"
		date = "2026-11-24"
		reference = "https://attack.mitre.org/techniques/T1505/003/"
		severity = "critical"
		score = 92
		mitre = "T1505.003 T1059"
	strings:
		$x1 = /\.exec[ \t\r\n]{0,8}\([ \t\r\n]{0,8}[^;]{0,60}(request|req|httpServletRequest)[ \t\r\n]{0,8}\.[ \t\r\n]{0,8}get(Parameter|Header|QueryString|InputStream|Reader|Cookies)/ nocase
		$x2 = /\bgetRuntime[ \t\r\n]{0,8}\(/
		$x6 = /new[ \t\r\n]{0,8}Expression[ \t\r\n]{0,8}\([^;]{1,60}["']exec["']/
		$x7 = /JShell[ \t\r\n]{0,8}\.[ \t\r\n]{0,8}builder/
		$x3 = /new[ \t\r\n]{0,8}(java\.lang\.)?ProcessBuilder[ \t\r\n]{0,8}\(/ nocase
		$x4 = /\bProcessImpl\b|\bUNIXProcess\b/
		$x5 = /\.exec[ \t\r\n]{0,8}\([ \t\r\n]{0,8}\w{1,30}[ \t\r\n]{0,8}[,)]/
		$java = /Runtime|\bProcess\b|InputStream|java\.(io|lang)/
		$r1 = /(request|req|getRequest\(\))[ \t\r\n]{0,8}\.[ \t\r\n]{0,8}get(Parameter|ParameterValues|ParameterMap|Header|QueryString|InputStream|Reader|Cookies)[ \t\r\n]{0,8}\(/ nocase
		$r2 = /\$\{[ \t\r\n]{0,8}(param|header|cookie)[.\[]/
		$r3 = /[<]jsp:(setProperty|useBean)/
		$tag = /<%|<jsp:|javax\.servlet|jakarta\.servlet|HttpServlet/
	condition:
		$tag and ($x1 or (any of ($x2,$x3,$x4,$x6,$x7) or $x5 and $java) and any of ($r*))
}

rule JSP_Loads_Class_From_Bytes
{
	meta:
		description = "A page defines a class from bytes it received or decoded"
		author = "assay"
		date = "2026-11-24"
		reference = "https://attack.mitre.org/techniques/T1505/003/"
		severity = "critical"
		score = 92
		mitre = "T1505.003 T1620"
	strings:
		$d1 = /\bdefineClass[ \t\r\n]{0,8}\(/
		$d2 = "defineAnonymousClass"
		$d3 = /getDeclaredMethod[ \t\r\n]{0,8}\([ \t\r\n]{0,8}["'](defineClass|defineClass0|defineClass1)/
		$d4 = /["']defineClass["']/
		$d5 = /["']yv66vg/
		$d6 = /["']H4sIAAAAAAAA/
		$e1 = /extends[ \t\r\n]{0,8}(java\.lang\.)?ClassLoader\b/
		$e2 = "URLClassLoader"
		$e3 = "BASE64Decoder" nocase
		$e4 = "java.util.Base64"
		$e5 = /getMethod[ \t\r\n]{0,8}\([ \t\r\n]{0,8}["']decode(Buffer)?["']/
		$e6 = "javax.crypto" 
		$e7 = /getReader[ \t\r\n]{0,8}\([ \t\r\n]{0,8}\)[ \t\r\n]{0,8}\.[ \t\r\n]{0,8}readLine|getInputStream|getParameter|getHeader/
		$e8 = "sun.misc.Unsafe"
		$tag = /<%|<jsp:|\$\{/
	condition:
		($tag or $d5) and any of ($d*) and any of ($e*)
}

rule JSP_Writes_File_From_Request
{
	meta:
		description = "A page writes a file whose content and name come from the request"
		author = "assay"
		date = "2026-11-24"
		reference = "https://attack.mitre.org/techniques/T1505/003/"
		severity = "high"
		score = 82
		mitre = "T1505.003 T1105"
	strings:
		$w1 = /new[ \t\r\n]{0,8}(java\.io\.)?(FileOutputStream|FileWriter|PrintWriter|RandomAccessFile|BufferedWriter)[ \t\r\n]{0,8}\([^;]{0,160}(request|req)[ \t\r\n]{0,8}\.[ \t\r\n]{0,8}get/ nocase
		$w2 = /\.write[ \t\r\n]{0,8}\([^;]{0,80}(request|req)[ \t\r\n]{0,8}\.[ \t\r\n]{0,8}get(Parameter|Header)/ nocase
		$w3 = /new[ \t\r\n]{0,8}(java\.io\.)?(FileOutputStream|FileWriter|RandomAccessFile|PrintWriter|PrintStream)[ \t\r\n]{0,8}\(/
		$w4 = /application[ \t\r\n]{0,8}\.[ \t\r\n]{0,8}getRealPath[^;]{0,80}(request|req)[ \t\r\n]{0,8}\.[ \t\r\n]{0,8}getParameter/
		$r = /(request|req)[ \t\r\n]{0,8}\.[ \t\r\n]{0,8}get(Parameter|Header|InputStream|Reader)[ \t\r\n]{0,8}\(/ nocase
		$tag = /<%|<jsp:/
		$no = /@author|@version|package [a-z]/
	condition:
		$tag and filesize < 40KB and ($w1 or $w4 and any of ($w2,$w3) or $w2 and $w3 or filesize < 4KB and $w3 and $r and not $no)
}

rule JSP_Reflection_Hides_Runtime
{
	meta:
		description = "Runtime or ProcessBuilder is reached by reflection or from decoded names"
		author = "assay"
		date = "2026-11-24"
		reference = "https://attack.mitre.org/techniques/T1505/003/"
		severity = "high"
		score = 85
		mitre = "T1505.003 T1027.010"
	strings:
		$a1 = /Class[ \t\r\n]{0,8}\.[ \t\r\n]{0,8}forName[ \t\r\n]{0,8}\([ \t\r\n]{0,8}(new[ \t\r\n]{0,8}String[ \t\r\n]{0,8}\(|["']java\.lang\.(Runtime|ProcessBuilder|ProcessImpl|UNIXProcess)|[^"')]{0,20}(decode|parseHexBinary|base64))/ nocase
		$a2 = /getMethod[ \t\r\n]{0,8}\([ \t\r\n]{0,8}(new[ \t\r\n]{0,8}String[ \t\r\n]{0,8}\(|["'](exec|getRuntime)["'])/
		$a3 = /new[ \t\r\n]{0,8}String[ \t\r\n]{0,8}\([ \t\r\n]{0,8}new[ \t\r\n]{0,8}byte[ \t\r\n]{0,8}\[[ \t\r\n]{0,8}\][ \t\r\n]{0,8}\{[ \t\r\n]{0,8}\d{2,3}[ \t\r\n]{0,8},[ \t\r\n]{0,8}\d{2,3}/
		$a4 = /\\u+00(72|52|65|45)\\u+00(75|78)\\u+00(6e|65)/ nocase
		$a5 = /(\\u+00[0-9a-f]{2}[ \t\r\n]{0,8}){12}/ nocase
		$a6 = /(&#(x[0-9a-f]{2}|\d{2,3});){8}/ nocase
		$a7 = /new[ \t\r\n]{0,8}StringBuilder[ \t\r\n]{0,8}\([ \t\r\n]{0,8}["'][^"']{1,40}["'][ \t\r\n]{0,8}\)[ \t\r\n]{0,8}\.[ \t\r\n]{0,8}reverse/
		$a8 = /ScriptEngineManager[ \t\r\n]{0,8}\([ \t\r\n]{0,8}\)/
		$a9 = /getELContext|ELProcessor|ExpressionFactory/
		$r = /(request|req|pageContext)[ \t\r\n]{0,8}\.[ \t\r\n]{0,8}(get|request)|\$\{[ \t\r\n]{0,8}(param|header)|getParameter|getHeader|invoke[ \t\r\n]{0,8}\(/
		$tag = /<%|<jsp:|\$\{/
		$no = /@license|@since/
	condition:
		$tag and filesize < 200KB and (any of ($a*) and $r and not $no or #a5 > 3)
}

rule JSP_Server_Panel
{
	meta:
		description = "Page that manages files, commands or databases of the server"
		author = "assay"
		date = "2026-11-24"
		reference = "https://attack.mitre.org/techniques/T1505/003/"
		severity = "high"
		score = 82
		mitre = "T1505.003"
	strings:
		$c1 = /getRuntime[ \t\r\n]{0,8}\(/
		$c2 = "ProcessBuilder"
		$c3 = /DriverManager[ \t\r\n]{0,8}\.[ \t\r\n]{0,8}getConnection[ \t\r\n]{0,8}\(/
		$c4 = /\.listFiles[ \t\r\n]{0,8}\(|\.listRoots[ \t\r\n]{0,8}\(/
		$c5 = /\.delete[ \t\r\n]{0,8}\(\)/
		$c6 = /\.renameTo[ \t\r\n]{0,8}\(/
		$c7 = /new[ \t\r\n]{0,8}(java\.net\.)?(Socket|ServerSocket)[ \t\r\n]{0,8}\(/
		$c8 = "multipart/form-data"
		$c9 = /ZipOutputStream|ZipInputStream/
		$c10 = "java.awt.Robot"
		$c11 = /getProperty[ \t\r\n]{0,8}\([ \t\r\n]{0,8}"(os\.name|user\.dir|java\.io\.tmpdir|user\.name)/
		$c12 = /FileOutputStream[ \t\r\n]{0,8}\(/
		$r = /request[ \t\r\n]{0,8}\.[ \t\r\n]{0,8}getParameter[ \t\r\n]{0,8}\(/ nocase
		$tag = /<%/
	condition:
		$tag and $r and (4 of ($c*) or 3 of ($c*) and ($c1 or $c2 or $c7 or $c4))
}

rule JSP_Socket_Shell
{
	meta:
		description = "Page ties a shell process to a socket"
		author = "assay"
		date = "2026-11-24"
		reference = "https://attack.mitre.org/techniques/T1505/003/"
		severity = "critical"
		score = 92
		mitre = "T1505.003 T1059.004"
	strings:
		$s1 = /new[ \t\r\n]{0,8}(java\.net\.)?Socket[ \t\r\n]{0,8}\(/
		$s2 = /SocketChannel[ \t\r\n]{0,8}\.[ \t\r\n]{0,8}open/
		$p1 = /\bgetRuntime[ \t\r\n]{0,8}\(/
		$p2 = "ProcessBuilder"
		$i1 = /getInputStream[ \t\r\n]{0,8}\(/
		$t = /<%|<jsp:|public static void main|String shell|String cmd/
	condition:
		any of ($s*) and any of ($p*) and $i1 and $t
}

rule JSP_Tunnel
{
	meta:
		description = "Page that forwards connections for a client"
		author = "assay"
		date = "2026-11-24"
		reference = "https://attack.mitre.org/techniques/T1572/"
		severity = "high"
		score = 82
		mitre = "T1572 T1505.003"
	strings:
		$h1 = /get(Header|Parameter)[ \t\r\n]{0,8}\([ \t\r\n]{0,8}"(X-CMD|X-TARGET|X-PORT|cmd|target|port)"/ nocase
		$h2 = "X-STATUS"
		$s1 = /SocketChannel[ \t\r\n]{0,8}\.[ \t\r\n]{0,8}open|new[ \t\r\n]{0,8}Socket[ \t\r\n]{0,8}\(/
		$s2 = /InetSocketAddress[ \t\r\n]{0,8}\(/
		$v1 = /"(CONNECT|FORWARD|DISCONNECT|READ)"/
		$tag = /<%|<jsp:/
	condition:
		$tag and any of ($s*) and ($v1 and $h1 or $h2 or #h1 > 1)
}

rule JSP_Memory_Implant
{
	meta:
		description = "Page registers a servlet, filter, listener or valve at run time"
		author = "assay"
		date = "2026-11-24"
		reference = "https://attack.mitre.org/techniques/T1505/003/"
		severity = "critical"
		score = 92
		mitre = "T1505.003 T1620"
	strings:
		$a1 = /addServletMappingDecoded|addServletMapping[ \t\r\n]{0,8}\(|createWrapper[ \t\r\n]{0,8}\(/
		$a2 = /addFilterMapBefore|addFilterDef[ \t\r\n]{0,8}\(|filterConfigs/
		$a3 = /addApplicationEventListener|setApplicationEventListeners|getPipeline[ \t\r\n]{0,8}\([ \t\r\n]{0,8}\)[ \t\r\n]{0,8}\.[ \t\r\n]{0,8}addValve/
		$a4 = /ApplicationFilterConfig|ApplicationContextFacade/
		$b1 = /getDeclaredField[ \t\r\n]{0,8}\([ \t\r\n]{0,8}"(context|request|standardContext|servletContext)"/
		$b2 = "StandardContext"
		$b3 = "WebappClassLoaderBase"
		$w1 = "ServerEndpointConfig"
		$w2 = /\.addEndpoint[ \t\r\n]{0,8}\(/
		$tag = /<%|<jsp:/
		$java = /import (javax\.servlet|jakarta\.servlet|org\.apache\.catalina|org\.springframework\.web)/
	condition:
		($tag or $java) and (any of ($a*) and any of ($b*) or all of ($w*))
}

rule JSP_Include_Or_Fetch_Of_Request
{
	meta:
		description = "Page includes or fetches what the request names, or runs SQL from it"
		author = "assay"
		date = "2026-11-24"
		reference = "https://attack.mitre.org/techniques/T1505/003/"
		severity = "medium"
		score = 60
		mitre = "T1505.003"
	strings:
		$a = /<jsp:include[^>]{1,40}page\s?=\s?["']<?[%$][^>]{0,40}getParameter/
		$b = /new[ \t\r\n]{0,8}(java\.net\.)?URL[ \t\r\n]{0,8}\([ \t\r\n]{0,8}request[ \t\r\n]{0,8}\.[ \t\r\n]{0,8}getParameter[^;]{1,60};[^%]{0,400}FileOutputStream/
		$c = /getParameter[ \t\r\n]{0,8}\([ \t\r\n]{0,8}"[^"]{1,12}"[ \t\r\n]{0,8}\)[ \t\r\n]{0,8}\.[ \t\r\n]{0,8}getBytes[ \t\r\n]{0,8}\([ \t\r\n]{0,8}\)[ \t\r\n]{0,8}\)/
		$w = /FileOutputStream|\.write[ \t\r\n]{0,8}\(/
	condition:
		$a or $b or filesize < 2KB and $c and $w
}

rule JSP_Database_Dump
{
	meta:
		description = "Page that copies whole databases out"
		author = "assay"
		date = "2026-11-24"
		reference = "https://attack.mitre.org/techniques/T1505/003/"
		severity = "medium"
		score = 60
		mitre = "T1505.003 T1213.006"
	strings:
		$j1 = /DriverManager[ \t\r\n]{0,8}\.[ \t\r\n]{0,8}getConnection[ \t\r\n]{0,8}\(/
		$j2 = /["']jdbc:[a-z]{1,20}:/
		$d1 = /\.getTables[ \t\r\n]{0,8}\([ \t\r\n]{0,8}null/
		$d2 = /SHOW CREATE TABLE|user_tab_comments|user_tables|information_schema\.|sysobjects|DBA_TABLES/ nocase
		$d3 = /MAX_LIMIT_NUM|INSERT INTO ["']/ nocase
		$d4 = /(FileOutputStream|FileWriter|OutputStreamWriter)[ \t\r\n]{0,8}\(/
		$d5 = /executeQuery[ \t\r\n]{0,8}\([^;]{0,60}getParameter/
		$q = /[Pp]ass(wo?r?d)?[ \t\r\n]{0,8}=[ \t\r\n]{0,8}"/
		$tag = /<%/
	condition:
		$tag and all of ($j*) and (any of ($d1,$d2,$d3,$d5) or $d4) and ($q or $d5 or $d1)
}

rule JSP_File_Browser
{
	meta:
		description = "Page that lists or reads any folder that the request names"
		author = "assay"
		date = "2026-11-24"
		reference = "https://attack.mitre.org/techniques/T1505/003/"
		severity = "medium"
		score = 62
		mitre = "T1505.003 T1083"
	strings:
		$f1 = /new[ \t\r\n]{0,8}(java\.io\.)?File(InputStream|Reader)?[ \t\r\n]{0,8}\([ \t\r\n]{0,8}(request|req)[ \t\r\n]{0,8}\.[ \t\r\n]{0,8}getParameter/
		$f2 = /new[ \t\r\n]{0,8}(java\.io\.)?File(InputStream|Reader)?[ \t\r\n]{0,8}\([ \t\r\n]{0,8}\w{1,20}[ \t\r\n]{0,8}\)/
		$l1 = /\.listFiles[ \t\r\n]{0,8}\(|\.listRoots[ \t\r\n]{0,8}\(|\.list[ \t\r\n]{0,8}\([ \t\r\n]{0,8}\)/
		$r = /(request|req)[ \t\r\n]{0,8}\.[ \t\r\n]{0,8}getParameter[ \t\r\n]{0,8}\(/
		$p = /getParameter[ \t\r\n]{0,8}\([ \t\r\n]{0,8}"(path|dir|file|f|folder|fsAction|curPath)"/
		$d = /\.delete[ \t\r\n]{0,8}\([ \t\r\n]{0,8}\)|\.mkdirs?[ \t\r\n]{0,8}\([ \t\r\n]{0,8}\)|\.renameTo[ \t\r\n]{0,8}\(/
		$tag = /<%/
	condition:
		$tag and (($f1 and $l1) or ($f2 and $l1 and $r and $p and $d))
}

rule JSP_Scanner
{
	meta:
		description = "Page that probes ports or hosts of the inner network"
		author = "assay"
		date = "2026-11-24"
		reference = "https://attack.mitre.org/techniques/T1046/"
		severity = "medium"
		score = 60
		mitre = "T1046 T1505.003"
	strings:
		$a = /(scanport|portscan|openPort|scanHost|netspy|checkPort)/ nocase
		$s = /new[ \t\r\n]{0,8}(java\.net\.)?(Socket|InetSocketAddress|URL)[ \t\r\n]{0,8}\(/
		$r = /getParameter[ \t\r\n]{0,8}\(/
		$t = /new[ \t\r\n]{0,8}Thread|ExecutorService|LinkedBlockingQueue|extends[ \t\r\n]{0,8}Thread/
		$tag = /<%/
	condition:
		$tag and all of ($a,$s,$r,$t)
}

rule JSP_Unusual_Loader
{
	meta:
		description = "Page that brings in code in an unusual way: BCEL names, JNDI, serialised objects, remote jars, generated classes"
		author = "assay"
		date = "2026-11-24"
		reference = "https://attack.mitre.org/techniques/T1505/003/"
		severity = "high"
		score = 82
		mitre = "T1505.003 T1620 T1027"
	strings:
		$a1 = "$$BCEL$$"
		$a2 = /bcel\.internal\.util\.ClassLoader|bcel\.util\.ClassLoader/
		$a3 = /JdbcRowSetImpl|\.setDataSourceName[ \t\r\n]{0,8}\([^;]{0,60}getParameter|InitialContext[ \t\r\n]{0,8}\([ \t\r\n]{0,8}\)[ \t\r\n]{0,8}\.[ \t\r\n]{0,8}lookup[ \t\r\n]{0,8}\([^;]{0,60}getParameter/
		$a4 = /new[ \t\r\n]{0,8}(java\.net\.)?URLClassLoader[ \t\r\n]{0,8}\([^;]{0,120}new[ \t\r\n]{0,8}(java\.net\.)?URL[ \t\r\n]{0,8}\(/
		$a5 = /TemplatesImpl\b/
		$a6 = /ObjectInputStream[ \t\r\n]{0,8}\([^;]{0,200}(decode|getParameter|getInputStream|rO0AB)/
		$a7 = /objectweb\.asm\.ClassWriter|javassist\.ClassPool|javax\.tools\.(ToolProvider|JavaCompiler)|getSystemJavaCompiler/
		$a8 = /(MethodUtil|MethodHandles?|getDeclaredMethods[ \t\r\n]{0,8}\([ \t\r\n]{0,8}\)[ \t\r\n]{0,8}\[)[^;]{0,120};[^%]{0,400}setAccessible[ \t\r\n]{0,8}\([ \t\r\n]{0,8}true/
		$a9 = /FileHandler[ \t\r\n]{0,8}\([^;]{0,160}getParameter/
		$a10 = /XMLDecoder[ \t\r\n]{0,8}\([^;]{0,160}(getParameter|getBytes|getInputStream|ByteArray)/
		$a11 = /["'](UEsDBB|yv66vg|rO0AB)[A-Za-z0-9+\/=]{40}/
		$a12 = /(ELProcessor|GroovyShell|GroovyClassLoader|SpelExpressionParser|PythonInterpreter|NashornScriptEngine)[ \t\r\n]{0,8}\(/
		$r = /getParameter|getHeader|getInputStream|getReader|getQueryString|\$\{[ \t\r\n]{0,8}(param|header)/
		$tag = /<%|<jsp:/
	condition:
		$tag and $r and any of ($a*)
}
