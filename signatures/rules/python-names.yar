// Names and constants of compiled Python modules (views: pyc:names), a line each.

rule Pyc_Socket_Shell
{
	meta:
		description = "Compiled Python that ties a shell to a connection"
		author = "assay"
		date = "2026-11-24"
		reference = "https://attack.mitre.org/techniques/T1059/006/"
		severity = "high"
		score = 84
		mitre = "T1059.006 T1571"
	strings:
		$socket = "\nsocket\n"
		$c1 = "\nconnect\n"
		$c2 = "\nconnect_ex\n"
		$c3 = "\naccept\n"
		$d1 = "\ndup2\n"
		$d2 = "\npty\n"
		$sh = /\n(\/usr)?\/bin\/(ba|da|z|k)?sh( -i| -c| -p)?\n/
	condition:
		$socket and any of ($c*) and any of ($d*) and $sh
}

rule Pyc_Socket_Commands
{
	meta:
		description = "Compiled Python that runs the commands which a connection brings"
		author = "assay"
		date = "2026-11-24"
		reference = "https://attack.mitre.org/techniques/T1059/006/"
		severity = "medium"
		score = 60
		mitre = "T1059.006 T1571"
	strings:
		$socket = "\nsocket\n"
		$connect = "\nconnect\n"
		$recv = "\nrecv\n"
		$send1 = "\nsend\n"
		$send2 = "\nsendall\n"
		$x1 = "\nPopen\n"
		$x2 = "\ncheck_output\n"
		$x3 = "\npopen\n"
		$x4 = "\ngetoutput\n"
		$cd1 = "\nchdir\n"
		$cd2 = /\n(cd|exit|quit|persist|download|upload|screenshot|keylog[a-z_]{0,8})\s?\n/
		$shell = "\nshell\n"
	condition:
		filesize < 200KB and $socket and $connect and $recv and any of ($send*) and any of ($x*) and any of ($cd*) and $shell
}

rule Pyc_Runs_Hidden_Code
{
	meta:
		description = "Compiled Python that executes code which is encoded in it"
		author = "assay"
		date = "2026-11-24"
		reference = "https://attack.mitre.org/techniques/T1027/"
		severity = "high"
		score = 80
		mitre = "T1027 T1059.006"
	strings:
		$exec = "\nexec\n"
		$eval = "\neval\n"
		$d1 = "\nb64decode\n"
		$d2 = "\nb85decode\n"
		$d3 = "\na85decode\n"
		$d4 = "\nunhexlify\n"
		$d5 = "\nb32decode\n"
		$z1 = "\ndecompress\n"
		$z2 = "\nmarshal\n"
		$t = /\n[A-Za-z0-9+\/=_-]{200,}\n/
		$blob = "\nblob="
	condition:
		filesize < 8KB and ($exec or $eval) and ((any of ($d*) and $t) or (all of ($z*) and ($t or ($blob and filesize < 1KB))))
}

rule Pyc_Web_Command
{
	meta:
		description = "Compiled Python that runs what a web request asks for"
		author = "assay"
		date = "2026-11-24"
		reference = "https://attack.mitre.org/techniques/T1505/003/"
		severity = "high"
		score = 82
		mitre = "T1505.003 T1059.006"
	strings:
		$r1 = "\nFieldStorage\n"
		$r2 = "\nQUERY_STRING\n"
		$r3 = "\nflask\n"
		$r4 = "\nBaseHTTPRequestHandler\n"
		$r5 = "\nbottle\n"
		$r6 = "\naiohttp\n"
		$x1 = "\nPopen\n"
		$x2 = "\ncheck_output\n"
		$x3 = "\npopen\n"
		$x4 = "\ngetoutput\n"
		$x5 = "\nsystem\n"
		$w = /\n(cmd|command|exec|shell)\n/
	condition:
		filesize < 1500 and any of ($r*) and any of ($x*) and $w
}
