// Sink lines of classic ASP (docs/sink-lines.md).

rule ASP_Sink_Open_Proxy
{
	meta:
		description = "A page fetches any address that its visitor gives and hands on the answer"
		author = "assay"
		date = "2026-11-24"
		reference = "https://attack.mitre.org/techniques/T1090/"
		severity = "medium"
		score = 62
		mitre = "T1505.003 T1090"
	strings:
		$n = /sink=network name=open arg=(request|cookie):/
		$r = /sink=reveal name=write arg=network /
	condition:
		all of them
}

rule ASP_Sink_Database_Console
{
	meta:
		description = "A page connects to the database and runs the statement that its visitor gives"
		author = "assay"
		date = "2026-11-24"
		reference = "https://attack.mitre.org/techniques/T1505/003/"
		severity = "medium"
		score = 62
		mitre = "T1505.003 T1213"
	strings:
		$c = /sink=sql name=connect arg=(request|cookie):[^ ]{1,60} aux=- via=[^ ]{1,60} dec=[^ ]{1,60} guard=none /
		$q = /sink=sql name=(execute|open) arg=(part-)?(request|cookie):/
		$cp = /sink=sql name=connect arg=part-(request|cookie):[^ ]{1,60} aux=- via=[^ ]{1,60} dec=[^ ]{1,60} guard=none /
		$qw = /sink=sql name=(execute|open) arg=(request|cookie):/
	condition:
		$c and $q or $cp and $qw
}

rule ASP_Sink_File_Browser
{
	meta:
		description = "A page lists any folder and hands out, changes or deletes any file that its visitor names"
		author = "assay"
		date = "2026-11-24"
		reference = "https://attack.mitre.org/techniques/T1083/"
		severity = "medium"
		score = 62
		mitre = "T1505.003 T1083 T1005"
	strings:
		$l = /sink=file-read name=getfolder arg=(request|cookie):[^ ]{1,60} aux=[^ ]{1,60} via=[^ ]{1,60} dec=[^ ]{1,60} guard=none /
		$r = /sink=file-read name=(opentextfile|loadfromfile|getfile) arg=(part-)?(request|cookie):[^ ]{1,60} aux=[^ ]{1,60} via=[^ ]{1,60} dec=[^ ]{1,60} guard=none /
		$w = /sink=file-write name=(copyfile|movefile|deletefile) arg=(part-)?(request|cookie):[^ ]{1,60} aux=[^ ]{1,60} via=[^ ]{1,60} dec=[^ ]{1,60} guard=none /
	condition:
		$l and ($r or $w)
}

rule ASP_Sink_File_Attributes
{
	meta:
		description = "A page gives files the attributes or times that its visitor asks for"
		author = "assay"
		date = "2026-11-24"
		reference = "https://attack.mitre.org/techniques/T1070/006/"
		severity = "medium"
		score = 62
		mitre = "T1505.003 T1070.006 T1564.001"
	strings:
		$a = /sink=file-write name=(attributes|modifydate) arg=(part-)?(request|cookie):/
	condition:
		$a
}

rule ASP_Sink_Writes_Itself
{
	meta:
		description = "A page writes what its visitor sends into its own code"
		author = "assay"
		date = "2026-11-24"
		reference = "https://attack.mitre.org/techniques/T1505/003/"
		severity = "high"
		score = 76
		mitre = "T1505.003"
	strings:
		$a = /sink=file-write name=write\w{0,4} arg=(part-)?(request|cookie|header):[^ ]{1,60} aux=(part-)?header:(SCRIPT_NAME|URL|PATH_INFO|PATH_TRANSLATED) /i
	condition:
		$a
}
