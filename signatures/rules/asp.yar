// Classic ASP: VBScript and JScript.

rule ASP_Execute_Of_Request
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
		$a = /\b(eval|execute|executeglobal)[ \t\r\n]{0,8}\(?[ \t\r\n]{0,8}\(?[ \t\r\n]{0,8}"?"?[ \t\r\n]{0,8}&?[ \t\r\n]{0,8}(request|session|cstr[ \t\r\n]{0,8}\([ \t\r\n]{0,8}request|unescape[ \t\r\n]{0,8}\([ \t\r\n]{0,8}request|replace[ \t\r\n]{0,8}\([ \t\r\n]{0,8}request|strreverse[ \t\r\n]{0,8}\([ \t\r\n]{0,8}request|\w{1,20}[ \t\r\n]{0,8}\([ \t\r\n]{0,8}request)\b/ nocase
		$b = /\b(eval|execute|executeglobal)[ \t\r\n]{0,8}\(?[ \t\r\n]{0,8}[^\n<]{0,60}\brequest[ \t\r\n]{0,8}(\.[ \t\r\n]{0,8}(form|querystring|item|cookies|servervariables|params)[ \t\r\n]{0,8})?[(\[]/ nocase
		$c = /\.(addcode|executestatement|eval|run|ExecuteGlobal)[ \t\r\n]{0,8}\(?[ \t\r\n]{0,8}\(?[ \t\r\n]{0,8}\w{0,12}[ \t\r\n]{0,8}\(?request/ nocase
		$d = /\b(eval|execute|executeglobal)[ \t\r\n]{0,8}\(?[ \t\r\n]{0,8}\w{1,30}[ \t\r\n]{0,8}\)?[ \t\r\n]{0,8}(%>|\n|:|;)/ nocase
		$r = /\brequest[ \t\r\n]{0,8}(\.[ \t\r\n]{0,8}(form|querystring|item|cookies|servervariables|totalbytes|binaryread)[ \t\r\n]{0,8})?[(.\[]/ nocase
		$tag = /<%|<script[^>]{0,80}runat/ nocase
		$no = /<\?php|\bfunction\s?\(\)/
	condition:
		$tag and not $no and ($a or $b or $c or $d and $r and filesize < 40KB)
}

rule ASP_Execute_Of_Decoded
{
	meta:
		description = "Decoded or assembled text is executed"
		author = "assay"
		date = "2026-11-24"
		reference = "https://attack.mitre.org/techniques/T1505/003/"
		severity = "high"
		score = 85
		mitre = "T1505.003 T1027"
	strings:
		$e1 = /\b(execute|executeglobal|eval)[ \t\r\n]{0,8}\(?[ \t\r\n]{0,8}(\(|")?[ \t\r\n]{0,8}(strreverse|unescape|chr|chrw|replace|mid|decode|decrypt|base64|\w{0,20}(decode|decrypt|unen|un|de|rev|jm|code|dec|hex|str)\w{0,20})[ \t\r\n]{0,8}\(/ nocase
		$e2 = /\b(execute|executeglobal|eval)[ \t\r\n]{0,8}\(?[ \t\r\n]{0,8}\w{1,30}[ \t\r\n]{0,8}\(/ nocase
		$e3 = /\b(execute|executeglobal|eval)\b[ \t\r\n]{0,8}\(?[ \t\r\n]{0,8}\(?[ \t\r\n]{0,8}"[^"\n]{0,200}"[ \t\r\n]{0,8}&[ \t\r\n]{0,8}(chr|\w{1,20}\()/ nocase
		$d1 = /\bchrw?[ \t\r\n]{0,8}\([ \t\r\n]{0,8}(asc|\d|&h|clng|cint|eval|\w{1,12}[ \t\r\n]{0,8}(xor|[-+*\/]))/ nocase
		$d2 = /\bstrreverse[ \t\r\n]{0,8}\(/ nocase
		$d3 = /#@~\^[A-Za-z0-9+\/]{6}==/
		$d4 = "VBScript.Encode" nocase
		$d5 = "JScript.Encode" nocase
		$d6 = "MSXML" nocase
		$d7 = "bin.base64" nocase
		$d8 = /(%u?[0-9a-f]{2,4}){12}/ nocase
		$d9 = /"[0-9a-f]{60}/ nocase
		$tag = /<%|<script[^>]{0,80}runat/ nocase
		$no = /<\?php/
	condition:
		$tag and not $no and ($e1 or $e3 or ($e2 and any of ($d*)) or (any of ($d3,$d4,$d5) and filesize < 200KB and $d3))
}

rule ASP_Command_Or_File_Objects
{
	meta:
		description = "Page with shell or file-system objects driven by the request"
		author = "assay"
		date = "2026-11-24"
		reference = "https://attack.mitre.org/techniques/T1505/003/"
		severity = "high"
		score = 82
		mitre = "T1505.003 T1059"
	strings:
		$o1 = "WScript.Shell" nocase
		$o2 = "Shell.Application" nocase
		$o3 = "Scripting.FileSystemObject" nocase
		$o4 = "ADODB.Stream" nocase
		$o5 = "clsid:72C24DD5-D70A-438B-8A42-98424B88AFB8" nocase
		$o6 = "clsid:F935DC22-1CF0-11D0-ADB9-00C04FD58A0B" nocase
		$o7 = "clsid:0D43FE01-F093-11CF-8940-00A0C9054228" nocase
		$o8 = "clsid:13709620-C279-11CE-A49E-444553540000" nocase
		$o9 = /createobject[ \t\r\n]{0,8}\([ \t\r\n]{0,8}("[^"\n]{1,20}"[ \t\r\n]{0,8}[&+][ \t\r\n]{0,8}("|\w)|\w{1,20}[ \t\r\n]{0,8}\()/ nocase
		$x1 = /\.(exec|run|shellexecute)[ \t\r\n]{0,8}\(?/ nocase
		$x2 = /\.(createtextfile|savetofile|opentextfile|copyfile|deletefile|movefile|copyfolder|deletefolder)\b/ nocase
		$x3 = /cmd(\.exe)?["' ]{0,3}\/c/ nocase
		$x4 = /%comspec%|cmd\.exe/ nocase
		$r = /\brequest[ \t\r\n]{0,8}(\.[ \t\r\n]{0,8}(form|querystring|item|cookies|servervariables|totalbytes|binaryread)[ \t\r\n]{0,8})?[(.\[]/ nocase
		$tag = /<%|<script[^>]{0,80}runat/ nocase
		$no = /<\?php/
	condition:
		$tag and not $no and filesize < 500KB and any of ($o*) and ($r or $x3) and
		((any of ($o1,$o2,$o5,$o6,$o8,$o9) and any of ($x*)) or
		 (any of ($o3,$o4,$o7,$o9) and $x2 and (filesize < 6KB or $x1 or #x2 > 3)))
}

rule ASP_Shell_Words
{
	meta:
		description = "Words that ASP web shells show to their users"
		author = "assay"
		date = "2026-11-24"
		reference = "https://attack.mitre.org/techniques/T1505/003/"
		severity = "high"
		score = 80
		mitre = "T1505.003"
	strings:
		$a1 = /(asp|web)[ _-]?(shell|backdoor|rootkit|spy)/ nocase
		$a2 = /(serv-u|radmin|pcanywhere|wscript\.shell|mysql\.exe|sethc)/ nocase
		$a3 = /(fso|cmd|command|shell) ?(browser|execute|exec|explorer|prompt)/ nocase
		$a4 = /(hacked|coded|owned|copyright)[ :]{1,3}(by|bin|marcos|lake)/ nocase
		$a5 = { ce b4 d6 aa } 
		$a6 = /\bobt?_?(password|userpass|mypass|admin_?pass)\s?=/ nocase
		$a7 = /(userpass|sysadmin|cmdshell|xp_cmdshell|sp_oacreate)/ nocase
		$o = /(wscript|shell\.application|filesystemobject|adodb\.stream)/ nocase
		$r = /\brequest[ \t\r\n]{0,8}[(.]/ nocase
		$tag = /<%/
		$no = /<\?php/
	condition:
		$tag and $r and $o and 2 of ($a*) and not $no
}
