// Ruby: shells over sockets and web scripts.

rule Ruby_Shell
{
	meta:
		description = "Ruby script that runs what a connection or request brings"
		author = "assay"
		date = "2026-11-24"
		reference = "https://attack.mitre.org/techniques/T1059/"
		severity = "high"
		score = 84
		mitre = "T1059 T1505.003"
	strings:
		$s1 = /TCPSocket\s?\.\s?(new|open)\b/
		$s2 = /TCPServer\s?\.\s?(new|open)\b/
		$s3 = /WEBrick|CGI\.new|Sinatra|params\s?\[/
		$x1 = /IO\s?\.\s?popen\s?\(?\s?\w{1,12}/
		$x2 = /`#\{[^`\n]{1,40}\}[^`\n]{0,20}`/
		$x3 = /\b(system|exec)\s?\(?\s?(params|cmd|command|sock|\w{1,8}\.gets|["'](\/bin\/)?(ba)?sh)/
		$x4 = /\$(stdin|stdout|stderr)\s?\.\s?reopen\s?\(?\s?\w/
		$x5 = /%x[({\[]#\{/
		$g = /\.(gets|read|recv|query|params)\b|params\s?\[/
		$w = /(sh\b|shell|cmd|command)/
		$x6 = /\b(spawn|exec)\s?\(?\s?(sprintf\s?\(?\s?)?["'](\/bin\/)?(ba|da|z)?sh\b[^"'\n]{0,40}["'][^\n]{0,60}(:in|fileno|,\s?\w{1,4}\s?,)/
		$p = /popen\s?\(?\s?["']#\{\w{1,20}\}["']/
	condition:
		any of ($s*) and (filesize < 12KB and ($g and $w and any of ($x*) or $x4 and $w or $x6) or $g and $w and filesize < 60KB and $p)
}
