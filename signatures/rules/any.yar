// Techniques that stand in files of any kind: units, cron tables, profiles,
// scripts of every language, strings of programs.

rule Shell_Over_Dev_Tcp
{
	meta:
		description = "Shell redirected to a network address through bash's /dev/tcp"
		author = "assay"
		date = "2026-11-24"
		reference = "https://attack.mitre.org/techniques/T1059/004/"
		severity = "high"
		score = 88
		mitre = "T1059.004 T1571"
	strings:
		$a = /\b(ba|z|k|da)?sh( -[a-z]{1,3})? {0,3}(\d{0,3}[<>]&|&>|\d{0,3}<>|<|>) {0,3}\/dev\/(tcp|udp)\/[\w.$\{\}:-]{1,64}\/[\w$\{\}]{1,16}/
		$b = /\/dev\/(tcp|udp)\/[\w.$\{\}:-]{1,64}\/[\w$\{\}]{1,16}[^#]{0,200}(read [^\n]{0,40}<& ?\d|<& ?\d{1,3}[^\n]{0,60}(\| ?(ba|z)?sh|while)|cat ?<& ?\d|sh( -i)? ?<& ?\d)/
		$c = /\/dev\/(tcp|udp)\/[\w.$\{\}:-]{1,64}\/[\w$\{\}]{1,16} ?[^\n]{0,12}(0>&1|0<&1|0<&\d{1,3}|[^\d]<&1)/
		$d = /base64 -d[^\n]{0,20}<[^\n]{0,10}\/dev\/tcp/
	condition:
		any of them
}

rule Shell_Over_Netcat
{
	meta:
		description = "netcat, ncat or socat hands a shell to the network"
		author = "assay"
		date = "2026-11-24"
		reference = "https://attack.mitre.org/techniques/T1059/004/"
		severity = "high"
		score = 88
		mitre = "T1059.004 T1571"
	strings:
		$a = /\b(nc|ncat|netcat|nc\.traditional|busybox nc) ((-[a-z]{1,8}|--[a-z-]{2,12}) ){0,4} {0,3}([\w.$\{\}:-]{1,64} {1,4}[\d$]\w{0,8} {1,4})?(-[a-df-z]{0,4}|--)(e|c|exec|sh-exec)[ =]{1,4}["']?(\/(usr\/)?bin\/)?(ba|z|k|da)?sh\b/
		$b = /mkfifo {1,4}[^\n;]{1,60}[;&\n][^\n]{0,80}\b(nc|ncat|netcat|telnet|openssl s_client)\b/
		$b2 = /(mkfifo|mknod)[^\n]{1,160}\b(ba|z|k|da)?sh( -i)?[^\n]{0,20}\|[^\n]{0,20}\b(nc|ncat|netcat|telnet|openssl|socat)\b/
		$b3 = /\b(nc|ncat|netcat|telnet)\b[^\n|]{1,80}\| {0,3}(\/(usr\/)?bin\/)?(ba|z|k|da)?sh\b[^\n|]{0,40}\| {0,3}(nc|ncat|netcat|telnet)\b/
		$c = /socat [^\n]{0,120}(exec|system):["']?(\/(usr\/)?bin\/)?(ba|z|k|da)?sh\b/ nocase
		$c2 = /socat [^\n]{0,120}(tcp|openssl|udp|sctp)[46]?(-connect|-listen)?:/ nocase
		$d = /openssl s_client [^\n]{0,80}-connect[^\n]{0,80}(\| {0,2}\/?[a-z\/]{0,10}sh|> ?\/tmp\/)/
		$d2 = /(ba|z|k|da)?sh( -i)?[^\n]{0,40}\| {0,3}openssl s_client/
		$e = /\brcat (connect|c|listen|l)\b[^\n]{0,60}(-s|--shell|-e|--exec) {1,4}["']?(\/(usr\/)?bin\/)?(ba|z|k|da)?sh\b/
		$f = /telnet:\/\/[^\n]{1,120}\| {0,3}(\/(usr\/)?bin\/)?(ba|z|k|da)?sh\b[^\n]{0,20}\|/
		$g = /\btelnet [^\n|]{1,80}\| {0,3}(\/(usr\/)?bin\/)?(ba|z|k|da)?sh\b {0,3}[12]?>/
	condition:
		(any of ($e,$f,$g) or $a or $b2 or $b3 or ($c and $c2) or ($b and ($d or $b2)) or $d2)
}

rule Shell_Over_Script_Language
{
	meta:
		description = "One line of Python, Perl, Ruby, PHP, Lua, awk or Node ties a shell to a socket"
		author = "assay"
		date = "2026-11-24"
		reference = "https://attack.mitre.org/techniques/T1059/006/"
		severity = "critical"
		score = 92
		mitre = "T1059.006 T1059.004"
	strings:
		$py1 = /socket\.socket\([^)\n]{0,80}\)[^\n]{0,200}\.connect\(\([^\n]{1,120}\)\)[^\n]{0,200}(dup2|pty\.spawn|subprocess\.(call|run|Popen)|os\.system|os\.popen)/
		$py2 = /\.connect\(\([^\n]{1,80}\)\)\s{0,8}[;\n]?[^\n]{0,80}\s{0,8}os\.dup2\(\s?\w{1,12}\.fileno\(\)/
		$py3 = /(os\.dup2\([^)\n]{0,20}\.fileno\(\)\s?,\s?\d?\)?[^a-z]{0,20}){2}/
		$py4 = /pty\.spawn\(\s?\(?\\?["']?[^)\n]{0,20}sh/
		$pl1 = /socket\(\s?\w{1,12}\s?,\s?(PF|AF)_INET[^\n;]{1,80}\)[^\n]{0,400}open\(\s?STDIN\s?,\s?["']?>&/
		$pl2 = /IO::Socket::INET(->|\s)?\s?\(?[^\n]{0,200}(STDIN->fdopen|\$~->fdopen|system\$_)/
		$pl3 = /open\(?\s?STD(IN|OUT|ERR)\s?,\s?["']?[<>]&\s?\w{1,12}/
		$pl4 = /(exec|system)\s?[({]?\s?["'{]{0,3}\/bin\/(ba)?sh/
		$rb1 = /TCPSocket\.(new|open)\([^)\n]{1,80}\)[^\n]{0,200}(IO\.popen|exec|spawn|to_i)/
		$rb3 = /\bspawn\s?\(?\s?["'](\/bin\/)?(ba|z|da|k)?sh["'][^\n]{0,80}TCPSocket\.(new|open)/
		$rb4 = /TCPServer\.(new|open)\([^\n]{1,60}\.accept[^\n]{0,160}(reopen|exec|spawn|popen)/
		$ph2 = /socket_accept\([^\n]{1,400}[^_\w](popen|exec|shell_exec|proc_open|system|passthru)\(\s?["']?\$/
		$rb2 = /(exec|spawn)\s?\(?\s?(sprintf\()?["'][^\n"']{0,30}sh -i[^\n]{0,30}(<&%d|<&#\{|:in|<&3)/
		$ph1 = /fsockopen\([^)\n]{1,80}\)\s?;\s?[^\n]{0,40}(exec|shell_exec|system|passthru|popen|proc_open|`)[^\n]{0,30}sh/
		$lu1 = /(require\(?\s?["']socket["']\)?|socket\.tcp\(\))[^\n]{0,200}(io\.popen|os\.execute)/
		$aw1 = /\/inet\/(tcp|udp)\/0\/[^\n]{1,120}(getline|while)/
		$nd1 = /require\(\s?["'](node:)?net["']\s?\)[^\n]{0,400}(child_process|spawn|exec)[^\n]{0,200}pipe\(/
		$nd2 = /child_process[^\n]{0,300}["']?(\/bin\/)?(ba)?sh["']?[^\n]{0,300}(net\.Socket|net\.connect|connect\()[^\n]{0,300}pipe\(/
		$nd3 = /\.pipe\(\s?\w{1,12}\.stdin\s?\)[^\n]{0,80}\s{0,8}\w{1,12}\.stdout\.pipe\(/
		$go1 = /net\.Dial\([^\n]{1,80}\)[^\n]{0,80}\s{0,8}\w{1,8}\s?:?=\s?exec\.Command\(["'][^"'\n]{0,20}(sh|cmd)/
		$jv1 = /getRuntime\(\)\.exec\([^\n]{0,120}\/dev\/tcp\//
		$tc1 = /set \w{1,6} \[socket [^\]\n]{1,60}\][^\n]{0,200}exec/
		$xt1 = /\bxterm -display [\w.$\{\}-]{1,64}:\d/
		$tl1 = /zmodload zsh\/net\/tcp[^\n]{0,80}ztcp/
		$soc = /\b(socket|connect)\b/ nocase
		$sh = /["']\/bin\/(ba|da|z)?sh["']/
	condition:
		
		($py1 and ($py4 or $py2 or $py3 or filesize < 3KB) or $py2 or ($py3 and ($py4 or $sh)) or ($pl1 or $pl2) or ($pl3 and $pl4 and $soc) or
		 ($rb1 and ($rb2 or filesize < 2KB)) or ($rb2 and $soc) or (($rb3 or $rb4) and filesize < 20KB) or ($ph2 and filesize < 5KB) or $ph1 or $lu1 or $aw1 or ($nd1 or $nd2) or ($nd3 and filesize < 4KB and $soc) or $go1 or $jv1 or $tc1 or $xt1 or $tl1)
}

rule Download_Piped_To_Interpreter
{
	meta:
		description = "What a download brings is run at once"
		author = "assay"
		date = "2026-11-24"
		reference = "https://attack.mitre.org/techniques/T1105/"
		severity = "high"
		score = 80
		mitre = "T1105 T1059.004"
	strings:
		$a = /\b(curl|wget|fetch|lwp-download|lynx)\b[^\n|;&]{1,200}\bhttps?:\/\/\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}[^\n|;&]{0,120}\| {0,3}(sudo (-\w{1,20} )?)?(\/(usr\/)?bin\/)?(ba|z|k|da)?(sh|python[23]?|perl|php|ruby)\b/
		$b = /\b(curl|wget)\b[^\n|;&]{1,200}\bh(tt|xx)ps?:\/\/[^\n|;&]{0,160}\| {0,3}(sudo (-\w{1,20} )?)?(\/(usr\/)?bin\/)?(ba|z|k|da)?(sh|python[23]?|perl)\b[^\n]{0,60}(>\/dev\/null|2>&1|&)[ \t"')]{0,3}/
		$c = /\b(ba|z|da)?sh {1,3}(-c {1,3})?["']?(<\(|\$\(|`)\s?(curl|wget)\b[^\n]{1,160}https?:\/\/\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}/
		$d = /\b(curl|wget)\b[^\n]{1,160}(\/tmp\/|\/var\/tmp\/|\/dev\/shm\/)[^\n]{1,80}(;|&&|\|\|)\s?chmod [^\n]{1,60}(;|&&)\s?(\.\/|\/tmp\/|\/var\/tmp\/|\/dev\/shm\/|nohup|sh |bash )/
		$e = /(;|&&|\|\||^|\n)\s?cd (\/tmp|\/var\/tmp|\/dev\/shm|\/var\/run)[^\n]{0,120}(wget|curl|tftp|ftpget)[^\n]{1,200}chmod[^\n]{1,160}(\.\/|sh )/
		$cron = /(\*|\d{1,2})(\/\d{1,2})? (\*|\d{1,2})(\/\d{1,2})? [^\n]{3,20}\b(curl|wget)\b[^\n]{1,200}\| {0,3}(\/(usr\/)?bin\/)?(ba|z|da)?(sh|python[23]?|perl)\b/
		$g = /\b(exec|eval)\((compile\()?(__import__\(['"](urllib|requests)|urllib2?\.(request\.)?urlopen|requests\.get\(|urlopen\()/
		$h = /python[23]? -c ["'][^\n]{0,200}(urlopen|requests\.get)[^\n]{0,200}(exec|eval)\(/
		$i = /while[^\n]{1,80}(curl|wget)\b[^\n|]{1,160}\| {0,3}(\/(usr\/)?bin\/)?(ba|z|da)?sh\b/
		$unit = /(ExecStart|ExecStartPre|ExecStartPost|ExecReload|ExecStop)\s?=[^\n]{0,120}\b(curl|wget)\b[^\n]{1,200}\| {0,3}(\/(usr\/)?bin\/)?(ba|z|da)?(sh|python[23]?|perl)\b/
	condition:
		any of ($a,$b,$c,$d,$e,$cron,$g,$h,$i,$unit)
}

rule Decoded_Piped_To_Interpreter
{
	meta:
		description = "Decoded text is run at once"
		author = "assay"
		date = "2026-11-24"
		reference = "https://attack.mitre.org/techniques/T1027/"
		severity = "high"
		score = 80
		mitre = "T1027 T1059.004"
	strings:
		$a = /(echo|printf|cat|<<<)[^\n]{1,30}["']?[A-Za-z0-9+\/=]{24,}["']?[^\n]{0,20}\| {0,3}(base64 (-d|--decode|-D)|openssl (base64|enc) [^\n|]{0,30}-d)[^\n|]{0,20}\| {0,3}((gunzip|zcat|gzip -d|xz -d)[^\n|]{0,10}\| {0,3})?(sudo )?(\/(usr\/)?bin\/)?(ba|z|k|da)?(sh|python[23]?|perl|php)\b/
		$b = /\beval ["']?(\$\(|`)\s?(echo|printf)[^\n]{1,30}[A-Za-z0-9+\/=]{24,}[^\n]{0,20}\| {0,3}base64 (-d|--decode|-D)/
		$c = /\b(ba|da|z)?sh -c ["'](\$\(|`)\s?(echo|printf)[^\n]{1,30}[A-Za-z0-9+\/=]{16,}[^\n]{0,20}\| {0,3}base64 (-d|--decode|-D)/
		$d = /\bexec\s?\(\s?(compile\s?\(\s?)?(__import__\s?\(\s?\\?["'](base64|zlib|marshal|codecs|lzma|bz2)\\?["']\s?\)|base64\.b64decode|base64\.b(85|32|16)decode|zlib\.decompress|marshal\.loads|codecs\.decode|bytes\.fromhex|b64decode)\s?[.(]/
		$e = /python[23]? -c ["'][^\n]{0,120}(exec|eval)\([^\n]{0,80}(b64decode|decompress|marshal\.loads|fromhex)/
		$f = /perl (-M[\w:=]{1,30} )?-e ["'][^\n]{0,60}(eval|system)[ (]{0,2}(unpack|decode_base64|pack)\b/
		$g = /xxd -r -p[^\n|]{0,20}\| {0,3}(\/(usr\/)?bin\/)?(ba|da)?sh\b/
		$h = /printf ["'](\\x[0-9a-f]{2}|\\[0-7]{3}){8,}[^\n]{0,2000}\| {0,3}(\/(usr\/)?bin\/)?(ba|da)?sh\b/
		$i = /\b(ba|da|z)?sh <<< ?["']?\$\(\s?base64 -d/
	condition:
		any of ($a,$b,$c,$d,$e,$f,$g,$h,$i)
}

rule Preload_Set
{
	meta:
		description = "A library from an unusual folder is preloaded into every program"
		author = "assay"
		date = "2026-11-24"
		reference = "https://attack.mitre.org/techniques/T1574/006/"
		severity = "medium"
		score = 62
		mitre = "T1574.006"
	strings:
		$a = /\bLD_PRELOAD ?= ?["']?(\/(tmp|var\/tmp|dev\/shm|dev|run|home|root|var\/lib|var\/cache|opt|mnt|srv)\/|\.\/|[^\n"']{0,60}\/\.)[^\n"' :]{1,80}\.so/
		$b = /(echo|printf|tee)[^\n]{1,120}\.so[^\n]{0,20}(>>?|\| ?tee) ?(-a )?["']?\/etc\/ld\.so\.preload/
		$c = /\bLD_AUDIT ?= ?["']?\/(tmp|var\/tmp|dev\/shm)\//
	condition:
		any of ($a,$b,$c) and not filepath startswith "/usr/share/doc/"
}

rule Key_Or_Account_Planted
{
	meta:
		description = "A script adds an SSH key or an account with full rights"
		author = "assay"
		date = "2026-11-24"
		reference = "https://attack.mitre.org/techniques/T1098/004/"
		severity = "high"
		score = 80
		mitre = "T1098.004 T1136.001"
	strings:
		$a = /(echo|printf)[^\n]{1,40}(ssh-(rsa|ed25519|dss)|ecdsa-sha2-nistp\d{3}) AAAA[A-Za-z0-9+\/=]{20,800}[^\n]{0,80}>> ?[^\n]{0,40}authorized_keys/
		$b = /(echo|printf)[^\n]{1,20}["'][a-z_][\w-]{0,30}:[^:\n]{0,120}:0:0:[^\n]{0,80}>> ?\/etc\/passwd/
		$c = /\buseradd [^\n]{0,80}(-o -u ?0|-u ?0 -o|-ou ?0|--non-unique --uid 0)/
		$d = /(echo|printf)[^\n]{1,60}ALL ?= ?\((ALL|ALL ?: ?ALL)\) ?NOPASSWD: ?ALL[^\n]{0,20}>> ?\/etc\/sudoers/
		$e = /chattr \+[ia]{1,2} [^\n]{0,60}(authorized_keys|\/etc\/(passwd|shadow|crontab|ld\.so\.preload|cron))/
		$f = /(cp|install)[^\n]{1,30}\/bin\/(ba|da)?sh [^\n]{1,60}(;|&&|\n)\s{0,4}chmod [^\n]{0,6}([246]755|u?\+s)/
	condition:
		any of ($a,$b,$c,$d,$e,$f)
}

rule Cron_Planted_By_Script
{
	meta:
		description = "A script writes a cron entry that runs a download or a file of a temporary folder"
		author = "assay"
		date = "2026-11-24"
		reference = "https://attack.mitre.org/techniques/T1053/003/"
		severity = "medium"
		score = 62
		mitre = "T1053.003"
	strings:
		$a = /(echo|printf|\()[^\n]{1,40}\*[^\n]{1,160}(curl|wget|\/tmp\/|\/dev\/shm\/|\/var\/tmp\/|base64|\/dev\/tcp|bash -i|python[23]? -c)[^\n]{0,160}(\| {0,3}crontab( -|\b)|>>? ?\/(etc|var\/spool)\/cron)/
		$b = /crontab -l[^\n]{0,80}(echo|printf)[^\n]{1,40}\*[^\n]{1,160}(curl|wget|\/tmp\/|\/dev\/shm\/|\/var\/tmp\/|base64|\/dev\/tcp|bash -i)[^\n]{0,160}crontab/
		$c = /crontab -l[^\n]{0,40}\| ?(grep -v|sed)[^\n]{0,80}\| ?crontab -/
		$d = /(pkill|killall) (-9 |-f )?[^\n]{0,30}(xmrig|kinsing|kdevtmpfsi|minerd|cryptonight|masscan|watchbog|ddgs)/
	condition:
		($a or $b or $c and $d)
}

rule Miner_Configuration
{
	meta:
		description = "Configuration or command line of a cryptocurrency miner"
		author = "assay"
		date = "2026-11-24"
		reference = "https://attack.mitre.org/techniques/T1496/001/"
		severity = "high"
		score = 80
		mitre = "T1496.001"
	strings:
		$u1 = /stratum\+(tcp|ssl|tls|udp):\/\/[\w.-]{3,80}/ nocase
		$c1 = /"donate-level"\s?:\s?\d/
		$c2 = /--donate-level[= ]\d/
		$c3 = /"(algo|coin)"\s?:\s?("(rx|cn|randomx|argon2|kawpow|cn-heavy|cryptonight|ghostrider)|null|"monero")/ nocase
		$c4 = /"pools"\s?:\s?\[/
		$c5 = /"(user|wallet)"\s?:\s?"(4[0-9AB][1-9A-HJ-NP-Za-km-z]{90,105})/
		$c6 = /\b4[0-9AB][1-9A-HJ-NP-Za-km-z]{93}\b/
		$c7 = /"rx\/0"|randomx|cryptonight|cn\/r\b/ nocase
		$c8 = /--(coin|algo)[= ](monero|rx\/0|cn|randomx|argon2)/ nocase
		$c9 = /(xmrig|xmr-stak|minerd|cpuminer|lolminer|t-rex|nbminer|srbminer|ccminer)[^\n]{0,80} (-o|--url|--pool)[ =]/ nocase
		$c10 = /(pool\.(minexmr|supportxmr|hashvault)|supportxmr\.com|minexmr\.com|moneroocean\.stream|nanopool\.org|2miners\.com|hashvault\.pro|c3pool\.(com|org)|f2pool\.com|herominers\.com|unmineable\.com|nicehash\.com)[:"\/]?\d{0,5}/
	condition:
		uint32be(0) != 0x7f454c46 and
		(($u1 and any of ($c*)) or ($c1 and ($c3 or $c4 or $c7)) or $c5 or ($c2 and any of ($c3,$c7,$c8,$c9,$c10)) or ($c9 and ($c10 or $c6 or $u1)) or ($c6 and $c10) or ($c8 and $c10))
}

rule Persistence_Hook
{
	meta:
		description = "A start-up file launches something in the background from a temporary or hidden place"
		author = "assay"
		date = "2026-11-24"
		reference = "https://attack.mitre.org/techniques/T1546/004/"
		severity = "medium"
		score = 60
		mitre = "T1546.004 T1543.002"
	strings:
		$a = /(nohup|setsid|exec|\(|^|\n|;|&&) ?["']?(\/tmp|\/var\/tmp|\/dev\/shm|\/dev\/\.|\/run\/shm)\/[\w.\/-]{1,80}[^\n]{0,40}(>|2>) ?\/dev\/null 2?>?&?1? ?&/
		$b = /(ExecStart|ExecStartPre)\s?=[^\n]{0,40}(\/tmp|\/var\/tmp|\/dev\/shm)\/[\w.\/-]{1,80}/
		$c = /(ExecStart|ExecStartPre)\s?=[^\n]{0,80}(\/dev\/tcp\/|base64 -d|nc -e|ncat -e|bash -i)/
		$d = /(ExecStart|ExecStartPre)\s?=\s?[^\n]{0,30}\/\.[a-z0-9_-]{1,30}(\/| |\n)/
		$e = /\balias (sudo|su|ssh|passwd)=["'][^\n]{0,120}(read -s|\/tmp\/|curl|wget|>> ?\/)/
		$f = /PROMPT_COMMAND=["'][^\n]{0,160}(curl|wget|nc |\/dev\/tcp|base64|\/tmp\/)/
		$g = /trap ["'][^\n"']{0,160}(curl|wget|\/dev\/tcp|nc )[^\n"']{0,160}["'] (EXIT|DEBUG|0)\b/
		$h = /(RUN|PROGRAM)\+?=["'][^\n"']{0,60}(\/tmp\/|\/dev\/shm\/|\/bin\/(ba)?sh -c|nohup|curl|wget|\/dev\/tcp)[^\n"']{0,160}(&|\/dev\/tcp|curl|wget|\/tmp\/)/
		$i = /(APT::Update::Pre-Invoke|DPkg::(Pre|Post)-Invoke|APT::Update::Post-Invoke)[^\n]{0,40}(nohup|ncat|nc -|\/dev\/tcp|bash -i|curl|wget|setsid|python[23]? -c)/
		$j = /\[core\][^\[]{0,200}(pager|fsmonitor|sshCommand|editor)\s?=[^\n]{0,60}(nohup|\/dev\/tcp|nc -|bash -i|curl|wget|setsid)/
	condition:
		any of ($a,$b,$c,$d,$e,$f,$g,$h,$i,$j)
}

rule Credential_Sweep
{
	meta:
		description = "Credentials of many kinds are collected and sent out"
		author = "assay"
		date = "2026-11-24"
		reference = "https://attack.mitre.org/techniques/T1552/001/"
		severity = "medium"
		score = 60
		mitre = "T1552.001 T1552.004 T1567"
	strings:
		$k1 = ".aws/credentials"
		$k2 = ".ssh/id_rsa"
		$k3 = ".docker/config.json"
		$k4 = ".kube/config"
		$k5 = ".git-credentials"
		$k6 = ".bash_history"
		$k7 = "/etc/shadow"
		$k8 = ".config/gcloud"
		$k9 = ".netrc"
		$k10 = ".npmrc"
		$k11 = "169.254.169.254/latest/meta-data/iam"
		$k12 = ".pgpass"
		$k13 = "wallet.dat"
		$k14 = "/proc/self/environ"
		$k15 = ".my.cnf"
		$k16 = "serviceaccount/token"
		$s1 = /curl[^\n]{0,120}(-F ?["']?\w{1,20}=@|--data-binary ?["']?@|-d ?["']?@|-T ?|--upload-file)/
		$s2 = /(requests\.post|urlopen|http\.client|XMLHttpRequest|https?\.request|fetch\()[^\n]{0,160}/
		$s3 = /(api\.telegram\.org\/bot|discord(app)?\.com\/api\/webhooks|webhook\.site|transfer\.sh|pastebin\.com\/api|ngrok\.io|oast\.|burpcollaborator|interact\.sh|pipedream\.net|requestbin)/
		$s4 = /\| ?(nc|ncat) [\w.-]{3,60} \d{2,5}/
	condition:
		filesize < 300KB and uint32be(0) != 0x7f454c46 and
		((3 of ($k*) and ($s1 or $s3 or $s4)) or (2 of ($k*) and $s3) or (5 of ($k*) and $s2))
}

rule History_And_Logs_Wiped
{
	meta:
		description = "A script wipes logs and history"
		author = "assay"
		date = "2026-11-24"
		reference = "https://attack.mitre.org/techniques/T1070/002/"
		severity = "medium"
		score = 55
		mitre = "T1070.002 T1070.003"
	strings:
		$h1 = /(unset HISTFILE|HISTFILE=\/dev\/null|HISTSIZE=0|history -c|set \+o history)/
		$h2 = /(rm -r?f|shred[^\n]{0,12}|>|cat \/dev\/null ?>|truncate -s ?0|ln -sf? \/dev\/null) ?~?[^\n]{0,24}\.bash_history/
		$l1 = /(rm -r?f|shred[^\n]{0,12}|echo( -n)?( ""| '')? ?>|cat \/dev\/null ?>|truncate -s ?0|:> ?|> ?) ?\/var\/log\/(wtmp|btmp|lastlog|auth\.log|secure|syslog|messages|utmp|maillog|cron)\b/
		$l2 = /(rm -r?f|shred[^\n]{0,12}|echo( -n)?( ""| '')? ?>|cat \/dev\/null ?>) ?\/var\/run\/utmp/
		$l3 = /(systemctl (stop|disable)|service) [^\n]{0,12}(rsyslog|auditd|syslog|aliyun|cloudmonitor)/
		$l4 = /setenforce 0|ufw disable|iptables -F/
	condition:
		filesize < 200KB and uint32be(0) != 0x7f454c46 and (#l1 + #l2 > 1 and ($h1 or $h2) or $h1 and $h2 and ($l3 or $l4 or $l1))
}

rule Code_In_Python_Path_File
{
	meta:
		description = "A .pth line runs decoded or fetched code at every start of Python"
		author = "assay"
		date = "2026-11-24"
		reference = "https://attack.mitre.org/techniques/T1546/018/"
		severity = "high"
		score = 82
		mitre = "T1546.018"
	strings:
		$a = /(^|\n)import [\w, .]{1,60}[;,][^\n]{0,400}(exec|eval|os\.system|subprocess|popen|socket|urlopen|b64decode|marshal|__import__\(["'](base64|socket|urllib|subprocess|os))/
		$no = /(_virtualenv|_distutils_hack|importlib\.util|pkg_resources|has_mfs|__editable__|coverage\.process_startup)/
	condition:
		filesize < 100KB and extension == ".pth" and $a and not $no
}

rule Preload_List_Is_Not_Empty
{
	meta:
		description = "/etc/ld.so.preload loads a library into every program"
		author = "assay"
		date = "2026-11-24"
		reference = "https://attack.mitre.org/techniques/T1574/006/"
		severity = "medium"
		score = 60
		mitre = "T1574.006"
	condition:
		filename == "ld.so.preload" and filesize > 3 and filesize < 64KB
}

rule Sudo_For_Service_Account
{
	meta:
		description = "Account of a service may run everything as root without a password"
		author = "assay"
		date = "2026-11-24"
		reference = "https://attack.mitre.org/techniques/T1548/003/"
		severity = "high"
		score = 80
		mitre = "T1548.003"
	strings:
		$a = /(^|\n)[ \t]{0,4}(#[0-9]{1,5}|%?(www-data|apache2?|httpd?|nginx|nobody|nogroup|daemon|tomcat[0-9]{0,2}|jetty|wwwrun|caddy|lighttpd|mysql|mariadb|postgres|redis|memcached?|mongodb|jenkins|gitlab|git|php-fpm|ftp|mail|postfix|uucp|games|sync|lp|news|proxy|backup|list|irc|gnats|messagebus|sshd))[ \t]{1,20}ALL[ \t]{0,4}=[^\n]{0,40}NOPASSWD[ \t]{0,2}:([ \t]{0,2}[A-Z_]{4,12}:)?[ \t]{0,2}(ALL|[^\n]{0,60}\/(ba|da|z)?sh)[ \t]{0,4}(\r?\n|$)/
	condition:
		filesize < 64KB and $a
}

rule Second_Account_Of_Root
{
	meta:
		description = "More than one account has the user number of root"
		author = "assay"
		date = "2026-11-24"
		reference = "https://attack.mitre.org/techniques/T1136/001/"
		severity = "high"
		score = 82
		mitre = "T1136.001"
	strings:
		$shadowed = ":x:0:"
		$grouped = ":0:0:"
	condition:
		filename == "passwd" and filesize < 4MB and (#shadowed > 1 or #grouped > 1)
}

rule Pam_Stack_Lets_In
{
	meta:
		description = "Line of a PAM stack that lets in without the right password, or hands passwords to a program"
		author = "assay"
		date = "2026-11-24"
		reference = "https://attack.mitre.org/techniques/T1556/003/"
		severity = "high"
		score = 80
		mitre = "T1556.003"
	strings:
		$permit = /(^|\n)[ \t]{0,4}-?auth[ \t]{1,20}(sufficient|\[[^\]\n]{0,40}success=(done|[1-9])[^\]\n]{0,40}\])[ \t]{1,20}(\/[^ \t\n]{1,80}\/)?pam_permit\.so/
		$one = /(^|\n)[ \t]{0,4}-?auth[ \t]{1,20}(sufficient|\[[^\]\n]{0,40}success=(done|[1-9])[^\]\n]{0,40}\])[ \t]{1,20}(\/[^ \t\n]{1,80}\/)?pam_succeed_if\.so([^\n]{0,60})?[ \t]user[ \t]{0,4}(=|eq)[ \t]{0,4}[^ \t\n]/
		$exec = /(^|\n)[ \t]{0,4}-?(auth|password)[ \t]{1,20}[^\n]{1,60}pam_exec\.so[^\n]{0,80}expose_authtok/
		$place = /(^|\n)[ \t]{0,4}-?(auth|account|session|password)[ \t]{1,20}(required|requisite|sufficient|optional|\[[^\]\n]{1,80}\])[ \t]{1,20}\/(tmp|dev|var|home|root|run|srv|mnt|etc)\/[^ \t\n]{1,120}\.so/
		$pam = "pam_"
	condition:
		filesize < 64KB and $pam and any of ($permit, $one, $exec, $place)
}

rule Ssh_Keys_From_A_Fixed_Place
{
	meta:
		description = "sshd takes keys for every account from a file that is no account's"
		author = "assay"
		date = "2026-11-24"
		reference = "https://attack.mitre.org/techniques/T1098/004/"
		severity = "high"
		score = 78
		mitre = "T1098.004 T1556"
	strings:
		$a = /(^|\n)[ \t]{0,8}AuthorizedKeysFile[ \t=]{1,8}([^\n#]{1,120}[ \t])?\/(var|tmp|dev|usr|opt|srv|lib|lib64|run|mnt|media|proc|boot|bin|sbin)\/[^%\s]{1,120}[ \t\r]{0,8}(\n|$)/ nocase
	condition:
		filesize < 64KB and $a
}

rule Encoded_Program
{
	meta:
		description = "An ELF program written as base64 or hexadecimal text beside code that writes or runs it"
		author = "assay"
		date = "2026-11-24"
		reference = "https://attack.mitre.org/techniques/T1027/013/"
		severity = "medium"
		score = 60
		mitre = "T1027.013"
	strings:
		$b1 = /["'=< \n,(]f0VMR(gEBAQ|gIBAQ)[A-Za-z0-9+\/]{40}/
		$b2 = /["'=< \n,(]7f454c460[12]010[13][0-9a-f]{40}/ nocase
		$b3 = /(\\x7f|\\177)(\\x45|E)(\\x4c|L)(\\x46|F)(\\x0?[12]|\\0?0?[12])(\\x0?1|\\0?0?1)/ nocase
		$x1 = /(base64 (-d|--decode)|b64decode|xxd -r|memfd_create|chmod|decode_base64|unpack\(|fromhex|printf|os\.write|open\(|Buffer\.from|file_put_contents|fwrite)/
		$x2 = /(memfd_create|chmod (\+x|[0-7]?7[0-7]{2})|0o?7[0-7]{2}|execve?|subprocess|os\.system|nohup|syscall\(\s?319|\/proc\/self\/fd)/
	condition:
		uint32be(0) != 0x7f454c46 and any of ($b1,$b2,$b3) and $x1 and $x2 and filesize < 20MB
}

rule Key_In_Hidden_File
{
	meta:
		description = "A hidden file outside of .ssh holds SSH public keys"
		author = "assay"
		date = "2026-11-24"
		reference = "https://attack.mitre.org/techniques/T1098/004/"
		severity = "medium"
		score = 58
		mitre = "T1098.004"
	strings:
		$k = /(ssh-(rsa|ed25519|dss)|ecdsa-sha2-nistp\d{3}|sk-ssh-ed25519@openssh\.com) AAAA[A-Za-z0-9+\/=]{40}/
	condition:
		filename matches /^\.[^.]/ and filesize < 64KB and not filepath endswith "/.ssh" and $k in (0..2048)
}
