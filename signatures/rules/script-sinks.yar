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
		$web = /file lang=(jsp|asp|aspx|cfm|java|ruby|node) /
		$py = /file lang=(python|perl|shell) /
		$a = /sink=command name=[^ ]{1,40} arg=(part-)?(request|header|cookie|upload):/
		$r = /sink=reveal name=[^ ]{1,40} arg=(command|part-request|request|part-command)/
	condition:
		$a and ($web or ($py and $r))
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
		$web = /file lang=(jsp|asp|aspx|cfm|java|node) /
	condition:
		$web and any of ($a,$b,$c,$l)
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
		$a = /sink=code name=[^ ]{1,40} arg=decoded [^\n]{1,60}dec=[^ ]{0,40}(base64|inflate|hex|reverse|rot13|chr|xor|replace)/
		$l = /sink=load name=[^ ]{1,40} arg=decoded /
		$c = /sink=command name=[^ ]{1,40} arg=decoded [^\n]{1,60}dec=[^ ]{0,40}(base64|inflate|hex|reverse|rot13|xor)/
		$web = /file lang=(jsp|asp|aspx|python|perl|node|shell|cfm) /
	condition:
		$web and any of ($a,$l,$c)
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
		$web = /file lang=(jsp|asp|aspx|python|perl|node) /
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
	condition:
		($a or $c) and $n
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
		$web = /file lang=(jsp|asp|aspx|cfm|java) /
	condition:
		$web and any of ($a,$b,$c)
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
		$q = /sink=sql name=[^ ]{1,40} arg=request:/
		$web = /file lang=(jsp|asp|aspx|cfm|java) /
	condition:
		$web and any of ($d,$r,$q)
}
