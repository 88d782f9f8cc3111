// Sink lines of the languages beside PHP (docs/sink-lines.md).

rule Script_Sink_Command_From_Input
{
	meta:
		description = "A web page runs what the request says as a command"
		author = "assay"
		date = "2026-11-24"
		reference = "https://attack.mitre.org/techniques/T1505/003/"
		severity = "critical"
		score = 90
		mitre = "T1505.003 T1059"
	strings:
		$web = /file lang=(jsp|asp|aspx|cfm|java) /
		$py = /file lang=(python|perl|shell|ruby|node) bytes=(\d{2,4}|[1-4]\d{4}) /
		$a = /sink=command name=[^ ]{1,40} arg=(part-)?(request|header|cookie|upload):[A-Za-z_*]/
		$r = /sink=reveal name=[^ ]{1,40} arg=(command|part-request|request|part-command)/
		$named = /sink=command name=[^ ]{1,40} arg=(part-)?(request|header|cookie):[A-Za-z_]/
		$small = /file lang=(python|perl|ruby|node) bytes=\d{2,4} /
	condition:
		$a and ($web or ($py and $r)) or $small and $named
}

rule Script_Sink_Code_From_Input
{
	meta:
		description = "A page executes code that the request holds"
		author = "assay"
		date = "2026-11-24"
		reference = "https://attack.mitre.org/techniques/T1505/003/"
		severity = "critical"
		score = 92
		mitre = "T1505.003"
	strings:
		$a = /sink=code name=[^e ][^ ]{0,40} arg=(request|cookie|upload):[^ ]{1,60} /
		$b = /sink=code name=e[^x ][^ ]{0,40} arg=(request|cookie|upload):[^ ]{1,60} /
		$c = /sink=code name=execute(global|statement)? arg=(request|cookie|session)[^ ]{0,60} aux=- via=[^ ]{1,40} dec=[^ ]{1,40} guard=[^ ]{1,40} in=top/
		$l = /sink=load name=[^ ]{1,40} arg=(part-)?(request|cookie|upload|header):/
		$p = /sink=code name=(exec|eval|execfile) arg=(request|cookie|header):[^ ]{1,60} /
		$py = /file lang=python bytes=\d{2,4} /
		$web = /file lang=(jsp|asp|aspx|cfm|java) /
	condition:
		$web and any of ($a,$b,$c,$l) or $py and $p
}

rule Script_Sink_Decoded_Code
{
	meta:
		description = "A page or script executes text that was encoded in it"
		author = "assay"
		date = "2026-11-24"
		reference = "https://attack.mitre.org/techniques/T1505/003/"
		severity = "high"
		score = 82
		mitre = "T1505.003 T1027.013"
	strings:
		$a = /sink=code name=([^c ]|c[^o ]|co[^m ])[^ ]{0,40} arg=decoded [^\n]{1,60}dec=[^ ]{0,40}(base64|inflate|reverse|rot13|chr|replace)/
		$l = /sink=load name=[^ ]{1,40} arg=decoded [^\n]{1,60}dec=[^ ]{0,40}(base64|inflate|hex|rot13|xor)/
		$c = /sink=command name=[^ ]{1,40} arg=decoded [^\n]{1,60}dec=[^ ]{0,40}(base64|inflate|hex|reverse|rot13|xor)/
		$web = /file lang=(jsp|asp|aspx|python|perl|cfm) /
		// reading or comparing elements of the session is no code of its own
		$s = /sink=code name=eval arg=decoded [^\n]{1,60}dec=[^ ]{0,40}(base64|inflate|reverse|rot13|chr|replace)[^\n]{1,60} text="(session|application)\(\\"[^"\\]{1,60}\\"\) {0,4}((=|<>) {0,4}(session|application)\(\\"[^"\\]{1,60}\\"\))?"/ nocase
	condition:
		$web and (#a > #s or any of ($l,$c))
}

rule Script_Sink_Hidden_Function
{
	meta:
		description = "The name of a code or command function is computed"
		author = "assay"
		date = "2026-11-24"
		reference = "https://attack.mitre.org/techniques/T1027/010/"
		severity = "high"
		score = 82
		mitre = "T1027.010 T1505.003"
	strings:
		$a = /sink=(code|command) name=[^ ]{1,40} arg=[^ ]{1,60} aux=[^ ]{1,60} via=[^ ]{0,40}(computed:(xor|decode|chr|offset|replace|reverse|concat|escape)|input)/
		$web = /file lang=(jsp|asp|aspx|python|perl) /
	condition:
		$web and $a
}

rule Script_Sink_Command_From_Socket
{
	meta:
		description = "What a connection brings is run as a command"
		author = "assay"
		date = "2026-11-24"
		reference = "https://attack.mitre.org/techniques/T1059/"
		severity = "high"
		score = 85
		mitre = "T1059 T1571"
	strings:
		$a = /sink=command name=[^ ]{1,40} arg=socket /
		$c = /sink=code name=[^ ]{1,40} arg=socket /
		$n = /sink=(listen|network) name=/
		$s = /file lang=[a-mo-z][a-z]{1,10} bytes=\d{2,4} /
	condition:
		($a or $c) and $n and $s
}

rule Script_Sink_Hidden_Reflection
{
	meta:
		description = "A page hands the request to a method of a class whose name it computes"
		author = "assay"
		date = "2026-11-24"
		reference = "https://attack.mitre.org/techniques/T1027/010/"
		severity = "high"
		score = 80
		mitre = "T1505.003 T1027.010"
	strings:
		$n = /sink=new name=forname arg=- aux=(unknown|decoded|request|cookie|header|param)/
		$i = /sink=call name=invoke arg=(part-)?(request|cookie|header|upload):/
		$s = /file lang=(jsp|java) bytes=\d{2,4} /
	condition:
		all of them
}

rule Script_Sink_Code_From_Network
{
	meta:
		description = "Script executes code that another host sends"
		author = "assay"
		date = "2026-11-24"
		reference = "https://attack.mitre.org/techniques/T1105/"
		severity = "high"
		score = 84
		mitre = "T1105 T1059"
	strings:
		$a = /sink=code name=(exec|eval|execfile|compile|iex|invoke-expression|instance_eval|function|runinthiscontext|runinnewcontext) arg=(network|socket) /
		$s = /file lang=((python|ruby|node|powershell) bytes=(\d{2,4}|1\d{4})|perl bytes=\d{2,4}) /
		$vb = /sink=code name=(execute|executeglobal|eval|addcode|executestatement) arg=network /
		$asp = "file lang=asp "
	condition:
		$a and $s or $vb and $asp
}

rule Script_Sink_Command_From_Network
{
	meta:
		description = "Script runs commands that another host sends and gives back what they print"
		author = "assay"
		date = "2026-11-24"
		reference = "https://attack.mitre.org/techniques/T1059/"
		severity = "high"
		score = 86
		mitre = "T1059 T1071"
	strings:
		$n = /sink=command name=[^ ]{1,40} arg=network /
		$k = /sink=command name=[^ ]{1,40} arg=socket /
		$r = /sink=reveal name=[^ ]{1,40} arg=command /
		$c = /sink=(network|listen) name=/
		$py = /file lang=(python|ruby|node|powershell) bytes=(\d{2,4}|[12]\d{4}) /
		$pl = /file lang=perl bytes=(\d{2,4}|[12]\d{4}) /
		$small = /file lang=perl bytes=\d{2,4} /
	condition:
		$py and ($n or $k and $r) or $pl and ($n or $k) and $r and $c or $small and $n
}

rule Script_Sink_Sends_Output
{
	meta:
		description = "Small script sends the output of commands that it is told to run to another host"
		author = "assay"
		date = "2026-11-24"
		reference = "https://attack.mitre.org/techniques/T1041/"
		severity = "medium"
		score = 64
		mitre = "T1059 T1041"
	strings:
		$r = /sink=reveal name=(send|sendall|sendto|sendmsg|send_json|send_string|sendmail|send_message|sendmessage|post|emit|reply|reply_text|publish|httpresponse|make_response) arg=command /
		$u = /sink=command name=[^ ]{1,40} arg=(unknown|param|part-request|request|stdin|decoded)[ :]/
		$s = /file lang=((python|ruby) bytes=\d{2,5}|node bytes=\d{2,4}) /
	condition:
		all of them
}

rule Script_Sink_Writes_From_Input
{
	meta:
		description = "A page writes a file whose name or content the request gives"
		author = "assay"
		date = "2026-11-24"
		reference = "https://attack.mitre.org/techniques/T1505/003/"
		severity = "high"
		score = 76
		mitre = "T1505.003 T1105"
	strings:
		$a = /sink=file-write name=[^ ]{1,40} arg=(part-)?(request|cookie|upload|header):[^ ]{0,60} aux=(part-)?(request|cookie):[^ ]{0,60} via=[^ ]{1,60} dec=[^ ]{1,60} guard=((none|password|hash|exists|equals)\+?){1,5} in=(top|func|method)/
		$b = /sink=file-write name=[^ ]{1,40} arg=- aux=(part-)?(request|cookie):[^ ]{0,60} via=[^ ]{1,60} dec=[^ ]{1,60} guard=((none|password|hash|exists|equals)\+?){1,5} in=(top|func|method)/
		$c = /sink=file-write name=[^ ]{1,40} arg=(part-)?(request|cookie):[^ ]{0,60} aux=- via=[^ ]{1,60} dec=[^ ]{1,60} guard=((none|password|hash|exists|equals)\+?){1,5} in=(top|func|method)/
		$web = /file lang=(jsp|aspx|cfm|java) /
		$ac = /sink=file-write name=(write[a-z]{0,4}|saveas|savetofile) arg=(part-)?(request|cookie|header|upload):[^ ]{0,60} aux=(part-)?(request|cookie):[^ ]{0,60} via=[^ ]{1,60} dec=[^ ]{1,60} guard=((none|password|hash|exists|equals)\+?){1,5} in=(top|func|method)/
		$w = /sink=file-write name=write[a-z]{0,4} arg=(part-)?(request|cookie):/
		$p = /sink=file-write name=(createtextfile|savetofile|opentextfile) arg=[^ ]{1,60} aux=(part-)?(request|cookie|header):/
		$up = /sink=file-write name=createtextfile arg=- aux=request:\* via/
		$n = /sink=file-write name=createtextfile arg=- aux=request:[^ ]{0,60} via=[^ ]{1,60} dec=[^ ]{1,60} guard=none in=top/
		$asp = /file lang=asp bytes=\d{2,4} /
	condition:
		$web and any of ($a,$b,$c) or $asp and ($ac or $n or $up or $p and $w)
}

rule Script_Sink_Manages_Files_Or_Data
{
	meta:
		description = "A page reads, deletes or queries whatever the request names"
		author = "assay"
		date = "2026-11-24"
		reference = "https://attack.mitre.org/techniques/T1505/003/"
		severity = "medium"
		score = 58
		mitre = "T1505.003 T1083"
	strings:
		$d = /sink=file-delete name=[^ ]{1,40} arg=(part-)?(request|cookie):/
		$r = /sink=file-read name=[^ ]{1,40} arg=(request|cookie):/
		$q = /sink=sql name=[^ ]{1,40} arg=request:\w{0,12}(sql|query|cmd|command|statement|stmt)\w{0,12} /i
		$web = /file lang=(jsp|aspx|cfm|java) /
		$asp = "file lang=asp "
		$aspx = /file lang=(aspx|cfm) /
		$any = /sink=sql name=[^ ]{1,40} arg=request:/
		$ar = /sink=file-read name=(opentextfile|loadfromfile) arg=request:/
		$aw = /sink=file-write name=(createtextfile|savetofile|write) arg=[^ ]{1,60} aux=request:/
		$ad = /sink=file-write name=(deletefile|copyfile|movefile) arg=request:/
	condition:
		$web and any of ($d,$r,$q) or $aspx and $any or $asp and ($q or $ar and ($aw or $ad))
}

rule Script_Sink_CGI_File_Manager
{
	meta:
		description = "CGI script in Perl that shows or stores whatever file its visitor names"
		author = "assay"
		date = "2026-11-24"
		reference = "https://attack.mitre.org/techniques/T1505/003/"
		severity = "medium"
		score = 60
		mitre = "T1505.003 T1083"
	strings:
		$r = /sink=file-read name=open arg=(part-)?request:[A-Za-z]\w{0,40} /
		$w = /sink=file-write name=open arg=- aux=(part-)?request:[A-Za-z]\w{0,40} /
		$p = /sink=reveal name=print arg=(part-)?request:/
		$s = /file lang=perl bytes=(\d{2,4}|1[0-9]{4}) /
	condition:
		$s and $p and any of ($r,$w)
}
