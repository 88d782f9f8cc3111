// ASP.NET pages, handlers and services: C#, VB.NET, JScript.NET.

rule ASPX_Eval_Of_Request
{
	meta:
		description = "Code from the request is executed"
		author = "assay"
		date = "2026-11-24"
		reference = "https://attack.mitre.org/techniques/T1505/003/"
		severity = "critical"
		score = 95
		mitre = "T1505.003"
	strings:
		$a = /\beval[ \t\r\n]{0,8}\([ \t\r\n]{0,8}(\w{1,12}\.)?[^;\n]{0,80}request[ \t\r\n]{0,8}(\.[ \t\r\n]{0,8}(item|form|querystring|headers|cookies|params)[ \t\r\n]{0,8})?[\[(.]/ nocase
		$b = /\beval[ \t\r\n]{0,8}\([^;\n]{0,160},[ \t\r\n]{0,8}["']unsafe["']/ nocase
		$c = /\beval[ \t\r\n]{0,8}\([ \t\r\n]{0,8}\w{1,20}[ \t\r\n]{0,8},[ \t\r\n]{0,8}["'\w]/ nocase
		$d = /\beval[ \t\r\n]{0,8}\([ \t\r\n]{0,8}System\.Text\.Encoding/ nocase
		$e = /\beval[ \t\r\n]{0,8}(\/\*|\()[^;\n]{0,200}(FromBase64String|char[ \t\r\n]{0,8}\()/ nocase
		$e2 = /(\/\*[^*\n]{0,12}\*\/[ \t\r\n]{0,8}[^\n]{1,6}){5}/
		$tag = /<%|runat\s?=\s?["']?server/ nocase
		$js = /language\s?=\s?["']?(c#|vb|jscript|js)/ nocase
	condition:
		$tag and ($b or ($a or $c or $d or $e or $e2) and $js)
}

rule ASPX_Process_From_Request
{
	meta:
		description = "A page starts processes with what the request says"
		author = "assay"
		date = "2026-11-24"
		reference = "https://attack.mitre.org/techniques/T1505/003/"
		severity = "critical"
		score = 90
		mitre = "T1505.003 T1059"
	strings:
		$p1 = /new[ \t\r\n]{0,8}(System\.Diagnostics\.)?(ProcessStartInfo|Process)\b/ nocase
		$p2 = /\bProcess[ \t\r\n]{0,8}\.[ \t\r\n]{0,8}Start[ \t\r\n]{0,8}\(/ nocase
		$p3 = /\.FileName[ \t\r\n]{0,8}=[ \t\r\n]{0,8}[^\n;]{0,40}(cmd|powershell|\/bin\/(ba)?sh)/ nocase
		$p4 = /wscript\.shell/ nocase
		$p5 = /\b(WinExec|CreateProcess[AW]?|ShellExecute)\b/
		$p6 = /\bShell[ \t\r\n]{0,8}\([ \t\r\n]{0,8}["']?[^)\n]{0,30}cmd/ nocase
		$r1 = /\bRequest[ \t\r\n]{0,8}(\.[ \t\r\n]{0,8}(item|form|querystring|headers|cookies|params|files|inputstream|binaryread)[ \t\r\n]{0,8})?[\[(.]/ nocase
		$r2 = /runat\s?=\s?["']?server/ nocase
		$r3 = /\b(OnClick|Page_Load|ProcessRequest|WebMethod)\b/ nocase
		$tag = /<%[ \t]{0,3}@/
		$w = /cmd\.exe|\/c |powershell|\/bin\/(ba)?sh|\.Arguments|redirectstandardoutput/ nocase
	condition:
		$tag and any of ($p*) and any of ($r*) and $w
}

rule ASPX_Loads_Assembly_Bytes
{
	meta:
		description = "A page loads .NET code from bytes it received or decoded"
		author = "assay"
		date = "2026-11-24"
		reference = "https://attack.mitre.org/techniques/T1505/003/"
		severity = "critical"
		score = 92
		mitre = "T1505.003 T1620"
	strings:
		$l1 = /Assembly[ \t\r\n]{0,8}\.[ \t\r\n]{0,8}Load[ \t\r\n]{0,8}\(/ nocase
		$l2 = /GetMethod[ \t\r\n]{0,8}\([ \t\r\n]{0,8}"Load"/ nocase
		$l3 = /(CompileAssemblyFromSource|CreateCompiler|CSharpCodeProvider|VBCodeProvider|ICodeCompiler)/
		$l4 = /(VirtualAlloc|CreateThread|VirtualProtect|DllImport)[^;]{0,80}/ 
		$l5 = /(ObjectStateFormatter|LosFormatter|BinaryFormatter)[ \t\r\n]{0,8}\(\)[ \t\r\n]{0,8}\.[ \t\r\n]{0,8}Deserialize/
		$b1 = "FromBase64String" nocase
		$b2 = /RijndaelManaged|CreateDecryptor|TransformFinalBlock/ nocase
		$b3 = /Request[ \t\r\n]{0,8}\.[ \t\r\n]{0,8}(BinaryRead|InputStream|Form|Item|Headers|Files|Params|QueryString)/ nocase
		$b4 = /Request[ \t\r\n]{0,8}[\[(]/
		$b5 = /new[ \t\r\n]{0,8}byte[ \t\r\n]{0,8}\[[^\]]{0,12}\][ \t\r\n]{0,8}\{[ \t\r\n]{0,8}0x/ nocase
		$tag = /<%[ \t]{0,3}@/
	condition:
		$tag and (($l1 or $l2 or $l3 or $l5) and any of ($b*) or $l4 and $b5)
}

rule ASPX_Writes_File_From_Request
{
	meta:
		description = "A page writes a file with content from the request"
		author = "assay"
		date = "2026-11-24"
		reference = "https://attack.mitre.org/techniques/T1505/003/"
		severity = "high"
		score = 82
		mitre = "T1505.003 T1105"
	strings:
		$w1 = /File[ \t\r\n]{0,8}\.[ \t\r\n]{0,8}(WriteAll(Text|Bytes|Lines)|AppendAllText|Create(Text)?|AppendText|OpenWrite|Delete|Move|Copy)[ \t\r\n]{0,8}\(/ nocase
		$w2 = /new[ \t\r\n]{0,8}(System\.IO\.)?(StreamWriter|FileStream|BinaryWriter)[ \t\r\n]{0,8}\(/ nocase
		$w3 = /\.SaveAs[ \t\r\n]{0,8}\(/ nocase
		$w5 = /\.CreateText[ \t\r\n]{0,8}\([ \t\r\n]{0,8}\)/ nocase
		$w4 = /createobject[ \t\r\n]{0,8}\([ \t\r\n]{0,8}"(scripting\.filesystemobject|adodb\.stream)/ nocase
		$r1 = /\bRequest[ \t\r\n]{0,8}(\.[ \t\r\n]{0,8}(item|form|querystring|headers|cookies|params|files|inputstream|binaryread)[ \t\r\n]{0,8})?[\[(.]/ nocase
		$r2 = /(FileUpload|HtmlInputFile|PostedFile|TextBox)\b/ nocase
		$tag = /<%[ \t]{0,3}@/
		$code = /runat\s?=\s?["']?server|WebHandler|language\s?=\s?["']?(c#|vb|jscript|js|cs)/ nocase
		$no = /(CodeBehind|Inherits)\s?=/ nocase
	condition:
		$tag and $code and filesize < 60KB and any of ($w*) and any of ($r*) and not $no
}

rule ASPX_Server_Panel
{
	meta:
		description = "Page that manages files, processes, registry or databases of the server"
		author = "assay"
		date = "2026-11-24"
		reference = "https://attack.mitre.org/techniques/T1505/003/"
		severity = "high"
		score = 82
		mitre = "T1505.003"
	strings:
		$c1 = /Directory[ \t\r\n]{0,8}\.[ \t\r\n]{0,8}Get(Files|Directories|LogicalDrives)|DirectoryInfo|GetLogicalDrives|DriveInfo/ nocase
		$c2 = /Process[ \t\r\n]{0,8}\.[ \t\r\n]{0,8}GetProcesses|ManagementObjectSearcher|GetProcesses\(/ nocase
		$c3 = /Registry(Key)?[ \t\r\n]{0,8}\.[ \t\r\n]{0,8}(OpenSubKey|LocalMachine|GetValue)|OpenRemoteBaseKey/ nocase
		$c4 = /(Sql|OleDb)Connection[ \t\r\n]{0,8}\(/ nocase
		$c5 = /xp_cmdshell|sp_oacreate/ nocase
		$c6 = /File[ \t\r\n]{0,8}\.[ \t\r\n]{0,8}(Delete|Move|Copy|SetAttributes|SetLastWriteTime|SetCreationTime)/ nocase
		$c7 = /(TcpClient|TcpListener|Socket)[ \t\r\n]{0,8}\(/ nocase
		$c8 = /ProcessStartInfo|wscript\.shell|cmd\.exe/ nocase
		$c9 = /multipart\/form-data|PostedFile|FileUpload/ nocase
		$c10 = /Request[ \t\r\n]{0,8}\.[ \t\r\n]{0,8}ServerVariables/ nocase
		$i1 = /Namespace\s?=\s?"Microsoft\.Win32"/ nocase
		$i2 = /Namespace\s?=\s?"System\.DirectoryServices?"/ nocase
		$i3 = /Name\s?=\s?"System\.Management/ nocase
		$c11 = /FileSystemObject|adodb\.stream/ nocase
		$tag = /<%[ \t]{0,3}@/
		$code = /<script[^>]{0,60}runat|<%[^@]/ nocase
	condition:
		$tag and $code and (4 of ($c*) or all of ($i*))
}

rule ASPX_Tunnel_Or_Socket_Shell
{
	meta:
		description = "Page that forwards connections or ties a shell to a socket"
		author = "assay"
		date = "2026-11-24"
		reference = "https://attack.mitre.org/techniques/T1572/"
		severity = "critical"
		score = 90
		mitre = "T1572 T1505.003"
	strings:
		$s1 = /new[ \t\r\n]{0,8}(System\.Net\.Sockets\.)?(Socket|TcpClient)[ \t\r\n]{0,8}\(/ nocase
		$s2 = /WSASocket|WSAConnect/
		$h1 = /(Headers|QueryString)[ \t\r\n]{0,8}(\.Get)?[ \t\r\n]{0,8}[\[(][ \t\r\n]{0,8}"(x-cmd|x-target|x-port|cmd|target|port)"/ nocase
		$h2 = "X-STATUS" nocase
		$h3 = /STARTUPINFO|CreateProcess/
		$h4 = /\((System\.Net\.Sockets\.)?(Socket|TcpClient)\)[ \t]{0,4}(this\.|HttpContext\.Current\.|context\.)?(Application|Session)[ \t]{0,4}\[/ nocase
		$tag = /<%[ \t]{0,3}@/
	condition:
		$tag and any of ($s*) and any of ($h*)
}

rule ASPX_Writes_Server_Page
{
	meta:
		description = "Page that writes another server page"
		author = "assay"
		date = "2026-11-24"
		reference = "https://attack.mitre.org/techniques/T1505/003/"
		severity = "critical"
		score = 90
		mitre = "T1505.003 T1105"
	strings:
		$a = /\.(Write|WriteLine|AppendAllText|WriteAllText)[ \t\r\n]{0,8}\([^;\n]{0,120}["'][^"'\n]{0,8}<%[^;\n]{0,80}(eval|execute|request|Language)/ nocase
		$b = /(CreateText|WriteAllText|WriteAllBytes|AppendAllText|StreamWriter)[ \t\r\n]{0,8}\([^;\n]{0,120}["'][^"'\n]{0,60}\.(aspx?|ashx|asmx|ascx|cer|asa)["']/ nocase
	condition:
		any of them
}

rule ASPX_Runs_Any_SQL
{
	meta:
		description = "Page that connects to and queries any database that its user names"
		author = "assay"
		date = "2026-11-24"
		reference = "https://attack.mitre.org/techniques/T1505/003/"
		severity = "medium"
		score = 60
		mitre = "T1505.003 T1505.001"
	strings:
		$a = /ConnectionString[ \t\r\n]{0,8}=[ \t\r\n]{0,8}\w{1,40}\.Text/ nocase
		$b = /new[ \t\r\n]{0,8}(SqlConnection|OleDbConnection|OdbcConnection)[ \t\r\n]{0,8}\([ \t\r\n]{0,8}(\w{1,40}\.Text|Request)/ nocase
		$c = /CommandText[ \t\r\n]{0,8}=[ \t\r\n]{0,8}(\w{1,40}\.Text|Request)/ nocase
		$tag = /<%[ \t]{0,3}@/
	condition:
		$tag and any of ($a,$b,$c)
}

rule ASPX_File_Browser
{
	meta:
		description = "Page that lists, sends or probes folders of the server for its user"
		author = "assay"
		date = "2026-11-24"
		reference = "https://attack.mitre.org/techniques/T1505/003/"
		severity = "medium"
		score = 62
		mitre = "T1505.003 T1083"
	strings:
		$d1 = /new[ \t\r\n]{0,8}(System\.IO\.)?DirectoryInfo[ \t\r\n]{0,8}\(/ nocase
		$d2 = /\.Get(Files|Directories|FileSystemInfos|FileSystemEntries)[ \t\r\n]{0,8}\(/ nocase
		$d3 = /GetLogicalDrives/ nocase
		$r = /\bRequest[ \t\r\n]{0,8}(\.[ \t\r\n]{0,8}(item|form|querystring|params)[ \t\r\n]{0,8})?[\[(.]|\.Text\b/ nocase
		$s1 = /(TransmitFile|WriteFile|BinaryWrite|OutputStream)[ \t\r\n]{0,8}[(.]/ nocase
		$s2 = /File(Info)?[ \t\r\n]{0,8}\.[ \t\r\n]{0,8}(Delete|Create|Open)/ nocase
		$s3 = /new[ \t\r\n]{0,8}(System\.IO\.)?(FileStream|StreamReader|StreamWriter)[ \t\r\n]{0,8}\(/ nocase
		$s4 = /Microsoft\.Win32|System\.Management|DirectoryServices/
		$s5 = /validateRequest\s?=\s?"false"/ nocase
		$tag = /<%[ \t]{0,3}@/
		$code = /<script[^>]{0,60}runat|<%[^@]/ nocase
		$no = /(CodeBehind|Inherits)\s?=/ nocase
	condition:
		$tag and $code and not $no and any of ($d*) and $r and 2 of ($s*)
}

rule ASPX_Sniffer
{
	meta:
		description = "Page that captures network traffic"
		author = "assay"
		date = "2026-11-24"
		reference = "https://attack.mitre.org/techniques/T1040/"
		severity = "high"
		score = 80
		mitre = "T1040 T1505.003"
	strings:
		$a = /SocketType[ \t\r\n]{0,8}\.[ \t\r\n]{0,8}Raw/
		$b = /IOControl(Code)?\b/
		$tag = /<%[ \t]{0,3}@/
	condition:
		all of them
}
