// ColdFusion pages.

rule CFM_Command
{
	meta:
		description = "ColdFusion page that runs a command of its visitor's"
		author = "assay"
		date = "2026-11-24"
		reference = "https://attack.mitre.org/techniques/T1505/003/"
		severity = "critical"
		score = 90
		mitre = "T1505.003 T1059"
	strings:
		$x1 = /<cfexecute\b/ nocase
		$x2 = /\.getRuntime\s?\(\s?\)\s?\.\s?exec\s?\(/ nocase
		$x3 = /createObject\s?\(\s?["']java["']\s?,\s?["']java\.lang\.(Runtime|ProcessBuilder)/ nocase
		$i = /\b(form|url|cgi|cookie)\s?(\.|\[\s?["'])\w{1,30}/ nocase
		$f = /<form\b|<cfform\b|<input\b/ nocase
		$c = /(cmd\.exe|\/bin\/(ba)?sh|\/c\b|arguments\s?=\s?["']#)/ nocase
	condition:
		filesize < 300KB and any of ($x*) and ($i or $f) and ($c or $f)
}

rule CFM_File_Or_Code
{
	meta:
		description = "ColdFusion page that writes, uploads, reads, queries or evaluates what its visitor says"
		author = "assay"
		date = "2026-11-24"
		reference = "https://attack.mitre.org/techniques/T1505/003/"
		severity = "high"
		score = 78
		mitre = "T1505.003 T1083"
	strings:
		$a1 = /<cffile[^>]{0,200}action\s?=\s?["']?(write|append|upload|read|readbinary|delete|rename)[^>]{0,200}#?(form|url)\./ nocase
		$a2 = /<cffile[^>]{0,80}action\s?=\s?["']?upload/ nocase
		$a3 = /<cfdirectory[^>]{0,200}#?(form|url|dir|path|curdir)/ nocase
		$a4 = /<cfquery[^>]{0,160}(form|url)\.|<cfquery[^>]{0,200}>\s{0,8}#?(preservesinglequotes\s?\()?#?(form|url)\./ nocase
		$a5 = /evaluate\s?\(\s?(form|url)\b/ nocase
		$a6 = /<cfinclude[^>]{0,80}#(form|url)\./ nocase
		$a7 = /<cfregistry\b|<cfobject[^>]{0,80}(wscript|java)/ nocase
		$a8 = /ServiceFactory|DataSourceService|getDatasources/ nocase
		$p = /(form|url)\.(pass|pwd|password|action|cmd|path|file|dir|z\d)/ nocase
	condition:
		filesize < 300KB and ($a5 or 3 of ($a*) or (any of ($a1,$a3,$a4,$a6,$a8) and $p))
}
