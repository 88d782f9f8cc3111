// Classic ASP: VBScript and JScript.

private rule ASP_Page
{
	strings:
		$tag = /<%|<script[^>]{0,80}runat/ nocase
		$php = /<\?php/
	condition:
		$tag and not $php in (0..16) and not extension matches /^\.(js|mjs|ts|py|pl|pm|rb|erb|php|jsp|jspx|html?|c|h|go|sh|md|aspx|ashx|ascx)$/
}

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
		$a = /[^.\w](eval|execute|executeglobal)[ \t\r\n]{0,8}\(?[ \t\r\n]{0,8}\(?[ \t\r\n]{0,8}"?"?[ \t\r\n]{0,8}&?[ \t\r\n]{0,8}(request|session|cstr[ \t\r\n]{0,8}\([ \t\r\n]{0,8}request|unescape[ \t\r\n]{0,8}\([ \t\r\n]{0,8}request|replace[ \t\r\n]{0,8}\([ \t\r\n]{0,8}request|strreverse[ \t\r\n]{0,8}\([ \t\r\n]{0,8}request|\w{1,20}[ \t\r\n]{0,8}\([ \t\r\n]{0,8}request)\b/ nocase
		$b = /[^.\w](eval|execute|executeglobal)[ \t\r\n]{0,8}\(?[ \t\r\n]{0,8}[^\n<"]{0,60}\brequest[ \t\r\n]{0,8}(\.[ \t\r\n]{0,8}(form|querystring|item|cookies|servervariables|params)[ \t\r\n]{0,8})?[(\[]/ nocase
		$c = /\.(addcode|executestatement|eval|run|ExecuteGlobal)[ \t\r\n]{0,8}\(?[ \t\r\n]{0,8}\(?[ \t\r\n]{0,8}\w{0,12}[ \t\r\n]{0,8}\(?request/ nocase
		$d = /([\r\n:;%=]|then|else)[ \t]{0,40}(eval|execute|executeglobal)[ \t(]{1,4}\w{1,30}[ \t)]{0,3}(%>|\r|\n|:|;)/ nocase
		$r = /\brequest[ \t\r\n]{0,8}(\.[ \t\r\n]{0,8}(form|querystring|item|cookies|servervariables|totalbytes|binaryread)[ \t\r\n]{0,8})?[(.\[]/ nocase
	condition:
		ASP_Page and ($a or $b or $c or $d and $r and filesize < 3KB)
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
		$e1 = /[^.\w](execute|executeglobal|eval)[ \t\r\n]{0,8}\(?[ \t\r\n]{0,8}(\(|")?[ \t\r\n]{0,8}(strreverse|unescape|chr|chrw|replace|mid|decode|decrypt|base64|\w{0,20}(decode|decrypt|unen|un|de|rev|jm|code|dec|hex|str)\w{0,20})[ \t\r\n]{0,8}\(/ nocase
		$e2 = /[^.\w](execute|executeglobal|eval)[ \t\r\n]{0,8}\(?[ \t\r\n]{0,8}\w{1,30}[ \t\r\n]{0,8}\(/ nocase
		$e6 = /[:=,]\s?eval\s?[},;]/
		$e5 = /[^.\w(]eval[ \t\r\n]{0,8}[(\/]/ nocase
		$e7 = /(execute|executeglobal|eval)[ \t\r\n(]{1,8}\w{1,20}[ \t]{0,4}\([ \t]{0,4}"[0-9a-f%*#|,;@$]{16}/ nocase
		$d1 = /\bchrw?[ \t\r\n]{0,8}\([ \t\r\n]{0,8}(asc|\d|&h|clng|cint|eval|\w{1,12}[ \t\r\n]{0,8}(xor|[-+*\/]))/ nocase
		$d2 = /\bstrreverse[ \t\r\n]{0,8}\(/ nocase
		$d3 = /#@~\^[A-Za-z0-9+\/]{6}==/
		$d4 = "VBScript.Encode" nocase
		$d5 = "JScript.Encode" nocase
		$d6 = "MSXML" nocase
		$d7 = "bin.base64" nocase
		$d8 = /(%u?[0-9a-f]{2,4}){12}/ nocase
		$d9 = /"[0-9a-f]{28}/ nocase
		$e4 = /[^.\w](execute|executeglobal|eval)[ \t\r\n]{0,8}\(?[ \t\r\n]{0,8}\(?[ \t\r\n]{0,8}"[^"\n]{0,12}(sub|function|dim|if|for) / nocase
		$d10 = /("[a-z(]"[ \t\r\n]{0,8}[+&][ \t\r\n]{0,8}){4}/ nocase
		// eval of a hidden "session(": reads it, no more
		$s = /eval[ \t(]{1,4}chr\(115\)[ \t]{0,2}[&+][ \t]{0,2}chr\(101\)[ \t]{0,2}[&+][ \t]{0,2}chr\(115\)[ \t]{0,2}[&+][ \t]{0,2}chr\(115\)[ \t]{0,2}[&+][ \t]{0,2}chr\(105\)[ \t]{0,2}[&+][ \t]{0,2}chr\(111\)[ \t]{0,2}[&+][ \t]{0,2}chr\(110\)[ \t]{0,2}[&+][ \t]{0,2}chr\(40\)/ nocase
		$d11 = /(\/\*[^*\n]{0,12}\*\/[ \t\r\n]{0,8}[^\n]{1,6}){5}/
	condition:
		ASP_Page and (($e2 or $e5 or $e6) and any of ($d2,$d3,$d4,$d5,$d6,$d7,$d8,$d9,$d10,$d11) or $e7 or $e6 and filesize < 20KB or
		 (#e1 > #s or #e2 > #s) and #d1 > 8 or #e1 > #s and filesize < 8KB or $e4 and filesize < 8KB)
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
		$o10 = /"(scri?|scrip|script|wscr?|wscri|wscrip|wscript|wsc|shell?|she|ado|adod|adodb|adodb\.str?)\.?"[ \t\r\n]{0,8}&[ \t\r\n]{0,8}"/ nocase
		$x1 = /\.(exec|run|shellexecute)\b/ nocase
		$x2 = /\.(createtextfile|savetofile|opentextfile|copyfile|deletefile|movefile|copyfolder|deletefolder)\b/ nocase
		$x3 = /cmd(\.exe)?["' ]{0,3}\/c/ nocase
		$x4 = /%comspec%|cmd\.exe/ nocase
		$drop = /createtextfile[ \t]{0,4}\([ \t]{0,4}"[a-z]:\\[^"\n]{1,60}\.(vbs|vbe|bat|cmd|exe|js|asp|aspx|ps1)"/ nocase
		$attr = /\.(attributes|datelastmodified)[ \t]{0,4}=/ nocase
		$drive = /"[c-e]:\\{0,2}"/ nocase
		$walk = /\.(getfolder|subfolders)\b/ nocase
		$r = /\brequest[ \t\r\n]{0,8}(\.[ \t\r\n]{0,8}(form|querystring|item|cookies|servervariables|totalbytes|binaryread)[ \t\r\n]{0,8})?[(.\[]/ nocase
	condition:
		ASP_Page and filesize < 500KB and
		($drop or $attr and $o3 and $r and filesize < 4KB or $drive and $walk and $r and filesize < 10KB or
		 any of ($o1,$o2,$o5,$o6,$o8) and ($r or $x3) and ($x1 or $x3 or $x4) or
		 any of ($o9,$o10) and any of ($x3,$x4) or any of ($o9,$o10) and $x1 and filesize < 6KB or
		 any of ($o3,$o4,$o7) and $x2 and $r and filesize < 1200)
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
	condition:
		ASP_Page and $r and $o and 2 of ($a*)
}

rule ASP_Include_Of_Other_Type
{
	meta:
		description = "Page includes a text or image file as code"
		author = "assay"
		date = "2026-11-24"
		reference = "https://attack.mitre.org/techniques/T1505/003/"
		severity = "medium"
		score = 60
		mitre = "T1505.003 T1036.008"
	strings:
		$a = /<!--[ \t\r\n]{0,8}#include[ \t\r\n]{0,8}(file|virtual)[ \t\r\n]{0,8}=[ \t\r\n]{0,8}["'][^"'\n>]{1,100}\.(txt|log|jpe?g|gif|png|bmp|ico|rar|zip)["']/ nocase
	condition:
		$a and filesize < 120
}

rule ASP_Other_Code_Page
{
	meta:
		description = "Page in UTF-7, which hides its code from readers"
		author = "assay"
		date = "2026-11-24"
		reference = "https://attack.mitre.org/techniques/T1505/003/"
		severity = "high"
		score = 80
		mitre = "T1505.003 T1027"
	strings:
		$a = /codepage[ \t\r\n]{0,8}=[ \t\r\n]{0,8}["']?65000/ nocase
		$b = /\+AH[A-Z][A-Za-z0-9+\/]{20}/
	condition:
		$a or $b and filesize < 5KB and uint16be(0) == 0x3c25
}

rule ASP_Page_In_Image
{
	meta:
		description = "Server page inside an image"
		author = "assay"
		date = "2026-11-24"
		reference = "https://attack.mitre.org/techniques/T1505/003/"
		severity = "high"
		score = 82
		mitre = "T1505.003 T1027.009"
	strings:
		$a = /<%@?[ \t\r\n]{0,8}[^%]{0,200}(execute|eval|request|createobject|language)/ nocase
		$b = /<script[^>]{0,80}runat\s?=\s?["']?server/ nocase
	condition:
		($a or $b) and (uint32be(0) == 0x47494638 or uint32be(0) == 0x67696638 or uint32be(0) == 0x89504e47 or uint32be(0) & 0xffffff00 == 0xffd8ff00)
}

rule ASP_Code_Hidden_By_Object
{
	meta:
		description = "The code of a page is in many encoded texts that it hands to an object"
		author = "assay"
		date = "2026-11-24"
		reference = "https://attack.mitre.org/techniques/T1027/013/"
		severity = "medium"
		score = 62
		mitre = "T1505.003 T1027.013"
	strings:
		$o = /createobject[ \t]{0,8}\(/ nocase
		$c = /\b[a-z]\w{0,30}\.\w{2,24}[ \t]{0,4}\(?[ \t]{0,4}"[A-Za-z0-9+\/=]{160}/ nocase
	condition:
		ASP_Page and $o and #c > 20
}

rule ASP_Server_Tool
{
	meta:
		description = "Page that walks, packs, changes or forwards what is on the server"
		author = "assay"
		date = "2026-11-24"
		reference = "https://attack.mitre.org/techniques/T1505/003/"
		severity = "medium"
		score = 60
		mitre = "T1505.003 T1083"
	strings:
		$o = /(scripting\.filesystemobject|adodb\.stream|adodb\.connection|xmlhttp|shell\.application)/ nocase
		$o2 = /"(scri?|scrip|script|wscr?|wscri|wscrip|wscript|wsc|shell?|she|ado|adod|adodb)\.?"[ \t\r\n]{0,8}&[ \t\r\n]{0,8}"/ nocase
		$t1 = /server\.scripttimeout[ \t\r\n]{0,8}=[ \t\r\n]{0,8}(9{4}|2147483647)/ nocase
		// looks where it can write: walks, makes a file, removes it
		$walk = /\.subfolders\b/ nocase
		$make = /\.(createtextfile|savetofile)\b/ nocase
		$drop = /\.deletefile\b/ nocase
		$drive = /["'>;][c-z]:\\{1,2}/ nocase
		$w = /\.(createtextfile|savetofile|opentextfile)\b/ nocase
		$t2 = /\.(getfolder|subfolders|drives|getdrive)\b/ nocase
		$t3 = /\.(attributes|datelastmodified)[ \t\r\n]{0,8}=/ nocase
		$t4 = /\.(deletefile|deletefolder|createfolder)\b/ nocase
		$t5 = /responsebody|\.open[ \t\r\n]{0,8}\(?[ \t\r\n]{0,8}"(get|post)"/ nocase
		$t6 = /pass(word)?[ \t\r\n]{0,8}=[ \t\r\n]{0,8}"[^"]{1,20}"/ nocase
		$t7 = /request\.servervariables\("(all_http|local_addr|path_translated|appl_physical_path)/ nocase
		$t8 = /uid=[^;"]{1,20};pwd=/ nocase
		$t9 = /server\.mappath[ \t\r\n]{0,8}\([ \t\r\n]{0,8}["'][\/.]["']/ nocase
		$r = /\brequest[ \t\r\n]{0,8}[(.]/ nocase
	condition:
		ASP_Page and ($o or $o2) and (($r or $t1) and (4 of ($t*) and filesize < 60KB or 5 of ($t*)) or $r and $walk and ($make and $drop and $drive or $t1 and $t3) and filesize < 60KB or $t5 and $w and filesize < 700)
}
