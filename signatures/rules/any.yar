rule Test_Reverse_Shell_Dev_Tcp
{
	meta:
		description = "Shell redirected to a network address through bash's /dev/tcp"
		author = "assay"
		date = "2026-11-24"
		reference = "https://attack.mitre.org/techniques/T1059/004/"
		severity = "high"
		score = 80
		mitre = "T1059.004"
	strings:
		$a = /(>&|<>|>|<)[ \t]{0,3}\/dev\/(tcp|udp)\/[0-9A-Za-z$.{}_-]{1,64}\/[0-9A-Za-z${}_]{1,16}/
	condition:
		$a
}
