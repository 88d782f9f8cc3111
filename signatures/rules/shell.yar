// Shell scripts: CGI, installers of back doors, botnet droppers.

rule Shell_CGI_Shell
{
	meta:
		description = "CGI script in shell that runs or lists what its visitor asks for"
		author = "assay"
		date = "2026-11-24"
		reference = "https://attack.mitre.org/techniques/T1505/003/"
		severity = "high"
		score = 84
		mitre = "T1505.003 T1059.004"
	strings:
		$c1 = "QUERY_STRING"
		$c2 = /Content-[Tt]ype: ?text\/(html|plain)/
		$c3 = "CONTENT_LENGTH"
		$x1 = /\beval\b[^\n]{0,40}\$/
		$x2 = /\b(ba|da|z|k)?sh -c ["']?\$/
		$x3 = /(`|\$\() ?\$?\{?(cmd|CMD|command|COMMAND|QUERY_STRING|q|c)\b/
		$x4 = /\| ?(ba|da|z)?sh\b/
		$x5 = /\bls -\w{1,6} ["']?\$/
		$x6 = /\b(dd|cat)\b[^\n]{0,40}> ?["']?\$/
		$x8 = /\bdd [^\n]{0,60}\bof=["']?[\/$]/
		$x7 = /\bcat ["']?\$\{?\w/
		$x9 = /\n[ \t]{0,8}\$\{?(CMD|cmd|COMMAND|command|QUERY_STRING)\}?[ \t]{0,4}(2>&1)?[ \t]{0,4}\r?\n/
	condition:
		filesize < 40KB and $c2 and ($c1 or $c3) and any of ($x*)
}

rule Shell_Back_Door_Installer
{
	meta:
		description = "Script that builds or installs a PAM, SSH, kernel or preload back door"
		author = "assay"
		date = "2026-11-24"
		reference = "https://attack.mitre.org/techniques/T1546/"
		severity = "high"
		score = 80
		mitre = "T1546 T1543.002 T1574.006"
	strings:
		$a1 = /(backdoor|rootkit|implant)/ nocase
		$b1 = /pam_unix(_auth)?\.(c|so)/
		$b2 = /\/lib(\/x86_64-linux-gnu)?\/security\//
		$b3 = "/etc/ld.so.preload"
		$b4 = /\binsmod\b|\bmodprobe\b|\/lib\/modules\//
		$b5 = /authorized_keys/
		$b6 = /(openssh|sshd)[^\n]{0,40}\.(patch|tar)/
		$b7 = /\/etc\/(pam\.d|rc\.local|cron|udev|systemd|profile|init\.d|modules)/
		$i1 = /\b(patch|make|gcc|install|cp|mv)\b [^\n]{1,120}/
	condition:
		filesize < 100KB and $a1 and $i1 and (any of ($b1,$b3,$b6) or 2 of ($b*))
}

rule Shell_Dropper
{
	meta:
		description = "Script that fetches programs for several processors or into a temporary folder and starts them"
		author = "assay"
		date = "2026-11-24"
		reference = "https://attack.mitre.org/techniques/T1105/"
		severity = "high"
		score = 82
		mitre = "T1105 T1059.004"
	strings:
		$d = /\b(wget|curl|tftp|ftpget|busybox wget)\b[^\n]{1,160}(https?:\/\/|-g -l|-g -r|ftp:\/\/|[0-9]{1,3}\.[0-9]{1,3}\.)/
		$t = /\bcd (\/tmp|\/var\/run|\/mnt|\/root|\/dev\/shm|\/var\/tmp|\/)[^\n]{0,60}\|\| ?cd /
		$c = /\bchmod (\+x|[0-7]{0,1}777|[0-7]{0,1}755) [^\n]{1,80}[;&\n]\s{0,4}(\.\/|nohup|sh |bash )/
		$a1 = /\b(mips|mipsel|mpsl|arm[4567]?|armv[4567]l|ppc|powerpc|sh4|m68k|sparc|spc|x86|i[56]86|x86_64|arc)\b/
		$k = /(pkill|killall|kill -9)[^\n]{0,60}(xmrig|kinsing|kdevtmpfsi|minerd|mirai|sysupdate|networkservice|masscan)/
		$r = /\brm -rf? [^\n]{1,60}(\$0|\/tmp|\.sh|history)/
	condition:
		filesize < 60KB and $d and (($t and $c) or ($c and #a1 > 4 and #d > 3) or ($k and ($c or $r)))
}
