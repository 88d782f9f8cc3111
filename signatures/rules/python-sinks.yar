// Sink lines of Python (docs/sink-lines.md).

rule Python_Sink_Open_Proxy
{
	meta:
		description = "Small web script that fetches any address that its visitor gives and hands on the answer"
		author = "assay"
		date = "2026-11-24"
		reference = "https://attack.mitre.org/techniques/T1090/"
		severity = "medium"
		score = 60
		mitre = "T1505.003 T1090"
	strings:
		$n = /sink=network name=(get|post|request|urlopen) arg=request:[A-Za-z]/
		$r = /sink=reveal name=(return|print|write) arg=network /
		$s = /file lang=python bytes=\d{2,4} /
	condition:
		all of them
}
