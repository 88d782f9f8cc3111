// Perl: CGI shells, connections that hand out a shell, bots.

rule Perl_Socket_Shell
{
	meta:
		description = "Perl script ties a shell to a socket"
		author = "assay"
		date = "2026-11-24"
		reference = "https://attack.mitre.org/techniques/T1059/004/"
		severity = "critical"
		score = 90
		mitre = "T1059.004 T1571"
	strings:
		$s1 = /\buse (IO::)?Socket\b|\brequire ["']?(IO\/)?[Ss]ocket/
		$s2 = /\bsocket\s?\(\s?\w{1,20}\s?,\s?(&?PF_INET|&?AF_INET|2)/
		$s3 = /IO::Socket::(INET|SSL)/
		$d1 = /\bopen\s?\(?\s?\*?STD(IN|OUT|ERR)\s?,\s?["'][<>+&]{1,3}\s?\$?\w{0,20}/
		$d2 = /->fdopen\s?\(/
		$d3 = /\bdup2\s?\(/
		$e1 = /\b(exec|system)\s?[({]?\s?[{"'(]{0,3}\s?(\/usr)?\/bin\/(ba|da|z|k|c|tc)?sh/
		$e2 = /["']\/bin\/(ba|da|z|k|c|tc)?sh( -i)?["']/
		$e3 = /\b(exec|system)\s?\(?\s?["'$@{]/
		$e4 = /`[^`\n]{0,60}\$\w{1,20}[^`\n]{0,40}`/
		$e5 = /open\s?\(\s?\w{1,12}\s?,\s?["']?\$\w{1,20}[^)\n]{0,30}\|/
		$r = /while\s?\(\s?(defined\s?\(?)?\s?(my )?\$?\w{0,20}\s?=?\s?<\$?\w{1,20}>/
		$i = /\b(PRIVMSG|NICK |JOIN #)/
		$p = /\bopen\s?\(?\s?\w{1,12}\s?,\s?["']\|\s?([^"'\n]{0,20}\$\w{0,10}(shell|SHELL|cmd)|(\/usr)?\/bin\/(ba|da|z)?sh)/
	condition:
		filesize < 100KB and any of ($s*) and ((any of ($d*) and (any of ($e1,$e2) or $e3 and filesize < 12KB)) or ($i and any of ($e3,$e4,$e5)) or ($e1 and $r and filesize < 20KB) or $p)
}

rule Perl_CGI_Shell
{
	meta:
		description = "CGI script in Perl that runs what its visitor asks for"
		author = "assay"
		date = "2026-11-24"
		reference = "https://attack.mitre.org/techniques/T1505/003/"
		severity = "high"
		score = 85
		mitre = "T1505.003 T1059.006"
	strings:
		$c1 = "QUERY_STRING"
		$c2 = "CONTENT_LENGTH"
		$c3 = /\bparam\s?\(\s?['"]?\w{1,20}/
		$c4 = /Content-[Tt]ype:\s?text\/(html|plain)|\bheader\s?[(;]/
		$c5 = /use CGI\b|CGI::param/
		$x1 = /`\s?\$\{?\w{1,20}[^`\n]{0,60}`/
		$x2 = /\b(system|exec)\s?\(?\s?["']?\$\w{1,20}/
		$x3 = /\bopen\s?\(?\s?["']?\w{1,12}["']?\s?,\s?["'][^"'\n]{0,40}\$\{?\w{1,20}[^"'\n]{0,40}\|\s?["']/
		$x4 = /\bqx\s?[\/{(|][^\n]{0,40}\$/
		$x5 = /\beval\s?[({]?\s?\$(in|FORM|form|input|query|cgi)?\w{0,10}[{(]?["']?\w{0,12}/
		$x6 = /\bopen\s?\(?\s?\w{1,12}\s?,\s?["']\s?\$?\w{0,20}[^"'\n]{0,60}2>&1[^"'\n]{0,10}\|/
		$x7 = /\bopen[23]\s?\([^)\n]{0,60}["']\/bin\/(ba)?sh["']/
		$w1 = /name\s?=\s?\\?["']?(cmd|command|ccmd|c|exec|execute|shell|password|dir|path|a)\\?["']?[ >]/ nocase
		$w2 = /(cgi-telnet|web ?shell|backdoor|uname -a|\/etc\/passwd|whoami|\bcmd\b|\$command|file browser|directory listing|lurm|deface)/ nocase
	condition:
		filesize < 200KB and (($c1 or $c2) or ($c3 and $c5)) and $c4 and any of ($x*) and any of ($w*)
}

rule Perl_Attack_Tool
{
	meta:
		description = "Perl script that defaces, exploits or listens for an attacker"
		author = "assay"
		date = "2026-11-24"
		reference = "https://attack.mitre.org/techniques/T1505/003/"
		severity = "medium"
		score = 60
		mitre = "T1505.003 T1491"
	strings:
		$a1 = /(mass ?deface|defac(e|er|ing)|web ?shell|hacked by|connect ?back\b|backconnect|bind ?shell|reverse ?shell|priv8|0wn3d)/ nocase
		$s1 = /\buse (IO::)?Socket\b|LWP::/
		$x1 = /\b(system|exec)\s?\(?\s?["'$]/
		$x2 = /\bopen\s?\(?\s?\w{1,12}\s?,\s?["'](>|\|)/
		$w = /\b(readdir|File::Find|find2?perl)\b/
		$c1 = /setuid\s?\(\s?0\s?\)/
		$c2 = "/bin/sh"
		$c3 = /\bgcc\b|chmod \+s|chmod [46]7/
		$no = /=head1|package [A-Z]\w{1,40}(::\w{1,40}){0,5};/
	condition:
		filesize < 30KB and not $no and ($a1 and ($s1 or $x1) and ($x1 or $x2) or $a1 and $x2 and $w or all of ($c*) and $x1)
}

rule Perl_Loader
{
	meta:
		description = "Perl script whose body is decoded and evaluated"
		author = "assay"
		date = "2026-11-24"
		reference = "https://attack.mitre.org/techniques/T1027/013/"
		severity = "high"
		score = 80
		mitre = "T1027.013 T1059"
	strings:
		$a = /\beval\s?\(?\s?[&]?(MIME::Base64::)?(decode_base64|b64decode|base64_decode|uncompress|memGunzip|Compress::Zlib::memGunzip)\s?\(/
		$b = /\beval\s?\(?\s?(unpack|pack)\s?\(?\s?["'][uHhC]\*?\d{0,4}["']\s?,/
		$c = /\beval\s?\(?\s?(join|scalar\s?reverse|reverse)\s?\(?\s?(["'][^"'\n]{0,4}["']\s?,\s?)?(chr|unpack|map\s?\{?\s?[^;\n"']{0,24}(chr|pack|hex|oct))\b/
		$d = /\bs\s?\/\/[^\n]{200,4000}\/e{2,4}[a-z]{0,3}\s?;/
		$no = /=head1|use Test::More/
	condition:
		filesize < 2MB and any of ($a,$b,$c,$d) and not $no
}

rule Perl_IRC_Bot
{
	meta:
		description = "Perl script that takes orders from an IRC channel: commands, floods, scans"
		author = "assay"
		date = "2026-11-24"
		reference = "https://attack.mitre.org/techniques/T1071/"
		severity = "high"
		score = 82
		mitre = "T1071 T1059 T1498"
	strings:
		$i1 = /\b(PRIVMSG|NOTICE) \$/
		$i2 = /Mojo::IRC|Net::IRC\b|Bot::BasicBot|POE::Component::IRC|irc_?server|irc_servers|\birc\.[a-z0-9]{1,24}\.(net|org|com)/ nocase
		$i3 = /\b(JOIN|PASS|USER|NICK) [$#]/
		$f1 = /(udp|tcp|http|syn|icmp|ack)[ _-]?(flood|faixa|attack)/ nocase
		$f2 = /\b(portscan|fullportscan|multiscan|conback|cback|backconnect|back connect|oldpack|@pacota|pacotes|getstore)\b/ nocase
		$f3 = /shellbot|stealth ?bot|scan ?bot|ddos ?bot|irc ?abuse|rfi ?scan|botnet/ nocase
		$f4 = /masscan|zmap|xmlrpc ?scan|lfi ?scan|sql ?scan|joomla ?scan|wordpress ?scan/ nocase
		$x1 = /`\s?[^`\n]{0,60}\$\w{1,20}[^`\n]{0,60}`/
		$x2 = /\b(system|exec)\s?\(?\s?["']?[^"'\n)]{0,80}\$\w{1,20}/
		$x3 = /fork\s?\(?\)?\s?[;|)&]/
		$no = /=head1|package Bot::BasicBot/
	condition:
		filesize < 300KB and any of ($i*) and not $no and (2 of ($f*) and any of ($x*) or $f3 and $f2 or ($i2 and $x1 and $x2 and any of ($f*)))
}
