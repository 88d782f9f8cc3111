// Python: shells over sockets and CGI, loaders, thieves.

rule Python_Socket_Shell
{
	meta:
		description = "Python script that runs what a connection brings or gives a shell to it"
		author = "assay"
		date = "2026-11-24"
		reference = "https://attack.mitre.org/techniques/T1059/006/"
		severity = "high"
		score = 86
		mitre = "T1059.006 T1571"
	strings:
		$s1 = /\bsocket\s?\.\s?socket\s?\(/
		$s2 = /\bsocket\s?\(\s?(socket\.)?AF_INET/
		$c1 = /\.\s?(connect|connect_ex)\s?\(/
		$c2 = /\.\s?accept\s?\(\s?\)/
		$r1 = /\.\s?recv\s?\(/
		$r2 = /\.\s?makefile\s?\(/
		$x1 = /\bos\s?\.\s?(popen\d?|system)\s?\(\s?\w{1,20}/
		$x2 = /\bsubprocess\s?\.\s?(Popen|call|run|check_output|getoutput)\s?\(\s?\w{1,20}[^\n]{0,60}shell\s?=\s?True/
		$x3 = /\bcommands\s?\.\s?getoutput\s?\(/
		$x4 = /\b(exec|eval)\s?\(\s?(data|cmd|command|code|buf|\w{1,12}\.recv)/
		$d1 = /\bos\s?\.\s?dup2\s?\(/
		$d2 = /\bpty\s?\.\s?spawn\s?\(/
		$d3 = /\bsubprocess\s?\.\s?(Popen|call|run)\s?\(\s?\[?\s?["']((\/bin\/)?(ba|da|z)?sh|cmd(\.exe)?|powershell(\.exe)?)["']/
		$d4 = /["']\/bin\/(ba|da|z)?sh["']/
		$p = /\.\s?stdin\s?\.\s?write\s?\(/
		$i1 = /\bcode\s?\.\s?(interact|InteractiveConsole|InteractiveInterpreter)\s?\(/
		$i2 = /\bsys\s?\.\s?std(in|out|err)\s?=\s?(\w{1,12}|sys\s?\.\s?std)/
		$w = /(\/bin\/sh|\bbash\b|cmd\.exe|\bcd\b|shell|backdoor|reverse|bind)/
	condition:
		filesize < 60KB and any of ($s*) and any of ($c*) and
		((any of ($r*) and any of ($x*) and $w) or ($d1 and ($d2 or $d3 or $d4)) or $d2 and $d4 or $i1 and $i2 or $d3 and $p and any of ($r*))
}

rule Python_CGI_Shell
{
	meta:
		description = "CGI or web script in Python that runs what its visitor asks for"
		author = "assay"
		date = "2026-11-24"
		reference = "https://attack.mitre.org/techniques/T1505/003/"
		severity = "high"
		score = 85
		mitre = "T1505.003 T1059.006"
	strings:
		$c1 = /cgi\s?\.\s?FieldStorage\s?\(/
		$c2 = /request\s?\.\s?(args|form|values|GET|POST|params|query|headers|cookies|get_data|data|files)\b/
		$c3 = /QUERY_STRING/
		$c4 = /self\s?\.\s?(headers|path|rfile)\b/
		$x1 = /\bos\s?\.\s?(popen\d?|system)\s?\(\s?(str\()?(\w{1,20}\[?|request)/
		$x2 = /\bsubprocess\s?\.\s?(Popen|call|run|check_output|getoutput|getstatusoutput)\s?\(\s?(\w{1,20}|request)[^\n]{0,80}shell\s?=\s?True/
		$x3 = /\bcommands\s?\.\s?get(status)?output\s?\(/
		$x4 = /\b(exec|eval)\s?\(\s?(request|form|base64|cmd|code|data|\w{1,12}\.getvalue)/
		$x5 = /\bos\s?\.\s?popen[234]\s?\(/
		$w1 = /(name|type)\s?=\s?\\?["']?(cmd|command|exec|shell|c)\\?["']?[ >\/]/ nocase
		$w2 = /(getvalue|get|getlist)\s?\(\s?["'](cmd|command|exec|c|shell|pass|pwd|z\d|key)["']/
		$w3 = /\[\s?["'](cmd|command|exec|shell|c)["']\s?\]/
	condition:
		filesize < 60KB and any of ($c*) and any of ($x*) and any of ($w*)
}

rule Python_Loader
{
	meta:
		description = "Python script whose body is decoded and executed"
		author = "assay"
		date = "2026-11-24"
		reference = "https://attack.mitre.org/techniques/T1027/013/"
		severity = "high"
		score = 82
		mitre = "T1027.013 T1059.006"
	strings:
		$a = /\bexec\s?\(\s?(compile\s?\(\s?)?\(?(lambda[^\n]{0,80})?(base64\s?\.\s?b(64|85|32|16)decode|zlib\s?\.\s?decompress|marshal\s?\.\s?loads|codecs\s?\.\s?decode|lzma\s?\.\s?decompress|bz2\s?\.\s?decompress|bytes\s?\.\s?fromhex|__import__\s?\(\s?["'](base64|zlib|marshal|codecs|lzma|bz2))/
		$b = /\bexec\s?\(\s?\(?_{1,3}\)?\s?\(\s?b?["']/
		$c = /_\s?=\s?lambda __\s?:\s?__import__\s?\(\s?["'](zlib|base64|marshal)/
		$d = /\bexec\s?\(\s?(urllib\d?\.|requests\.|urlopen|__import__\s?\(\s?["'](urllib|requests))/
		$e = /\b(exec|eval)\s?\(\s?["']?\\x[0-9a-f]{2}\\x[0-9a-f]{2}\\x/
		$f = /getattr\s?\(\s?__import__\s?\(\s?["'](os|subprocess|builtins|__builtin__)["']\s?\)\s?,/
		$g = /\bexec\s?\(\s?(Fernet|AES|ARC4|cipher)[^\n]{0,60}decrypt/
	condition:
		filesize < 5MB and any of them
}

rule Python_Packer_Of_Shells
{
	meta:
		description = "Script that makes hidden PHP web shells, or controls one"
		author = "assay"
		date = "2026-11-24"
		reference = "https://attack.mitre.org/techniques/T1587/001/"
		severity = "medium"
		score = 60
		mitre = "T1587.001"
	strings:
		$a = /<\?php/ nocase
		$b = /(webshell|web_shell|web shell|backdoor|bypass)/ nocase
		$c = /\$_(GET|POST|REQUEST|COOKIE)/
		$d = /\b(requests|urllib2?|httplib|http\.client)\b/
		$e = /\b(eval|assert|system|passthru)\s?\(/
		$f = /["'](system|passthru|exec|shell_exec|eval)\s?\(\s?\\?['"]?(%s|\{)/
		$g = /\$\w{1,12}\s?=\s?base64_decode\(\\?['"]?(%s|\{)/
	condition:
		filesize < 60KB and $b and (($a and $c and $e) or ($d and $e and ($a or $c)) or $d and ($f or $g))
}

rule Python_Thief
{
	meta:
		description = "Python script that records keys or screens or reads stored passwords and sends them"
		author = "assay"
		date = "2026-11-24"
		reference = "https://attack.mitre.org/techniques/T1555/"
		severity = "medium"
		score = 62
		mitre = "T1555 T1056.001 T1113"
	strings:
		$k1 = /pynput|pyHook|pyxhook|keyboard\.(on_press|record)|HookManager/
		$k2 = /ImageGrab\.grab|pyautogui\.screenshot|mss\(\)/
		$k3 = /Login Data|logins\.json|key4\.db|CryptUnprotectData|hashdump|\/etc\/shadow/
		$s1 = /\.\s?(send|sendall)\s?\(|requests\.post|smtplib|api\.telegram\.org|discord(app)?\.com\/api\/webhooks/
		$s2 = /\bsocket\s?\.\s?socket\s?\(/
	condition:
		filesize < 100KB and 2 of ($k*) and any of ($s*)
}

rule Python_Covert_Agent
{
	meta:
		description = "Python script that takes commands from a mail box, a chat or a social network"
		author = "assay"
		date = "2026-11-24"
		reference = "https://attack.mitre.org/techniques/T1102/002/"
		severity = "medium"
		score = 64
		mitre = "T1102.002 T1059.006"
	strings:
		$m1 = /\bimaplib\b/
		$m2 = /\b(smtplib|SMTP)\b/
		$c1 = /\b(tweepy|telebot|telepot|TelegramClient|Updater\s?\(|ApplicationBuilder\s?\(|discord\.(Client|ext)|commands\.Bot\s?\(|slack_sdk|slackclient|SlackClient|dropbox\.Dropbox)/
		$c2 = /api\.telegram\.org\/bot|\.(direct_messages|get_direct_messages|getUpdates|get_updates)\s?\(/
		$x1 = /\bsubprocess\s?\.\s?(Popen|call|run|check_output|getoutput|getstatusoutput)\s?\(\s?(\w{1,20}(\.\w{1,20}){0,2}|f["'])[^\n]{0,120}shell\s?=\s?True/
		$x2 = /\bos\s?\.\s?(popen|system)\s?\(\s?(\w{1,20}(\.\w{1,20}){0,2}\s?[)\[,+]|f["'])/
		$x3 = /\basyncio\s?\.\s?create_subprocess_shell\s?\(\s?\w{1,20}\s?[,)]/
	condition:
		filesize < 100KB and any of ($x*) and (all of ($m*) or any of ($c*))
}

rule Python_Keylogger
{
	meta:
		description = "Python script that records what is typed"
		author = "assay"
		date = "2026-11-24"
		reference = "https://attack.mitre.org/techniques/T1056/001/"
		severity = "medium"
		score = 60
		mitre = "T1056.001"
	strings:
		$h1 = /\b(pyHook|pyxhook|PyWinhook)\b/
		$h2 = /\bHookManager\s?\(\s?\)/
		$h3 = /\bHookKeyboard\s?\(|\.KeyDown\s?=/
		$p1 = /\bpynput\b/
		$p2 = /\bon_(press|release)\s?=/
		$p3 = /\bkeyboard\s?\.\s?(record|on_press|on_release|hook)\s?\(/
		$o = /\b(logs?|buffer|keys?)\w{0,12}\s?(\.\s?(write|append|join)\s?\(|\+=)|\blogging\s?\.\s?(basicConfig|info)\s?\(/ nocase
		$s = /key ?log|keystroke|smtplib|requests\s?\.\s?post|\.send(all)?\s?\(|ftplib|\bopen\s?\(\s?\w{1,20}\s?,\s?["']a/ nocase
	condition:
		filesize < 60KB and $o and $s and (($h1 and ($h2 or $h3)) or $h2 and $h3 or $p1 and $p2 or $p3)
}

rule Python_Polling_Agent
{
	meta:
		description = "Python script that asks a host for commands in a loop, runs them in a shell and answers"
		author = "assay"
		date = "2026-11-24"
		reference = "https://attack.mitre.org/techniques/T1071/001/"
		severity = "medium"
		score = 66
		mitre = "T1071.001 T1059.006"
	strings:
		$l = /\bwhile\s?\(?\s?(True|1|not \w{1,20})\s?\)?\s?:/
		$n = /\b(requests|urllib2?|urllib\.request|http\.client|httplib|websocket|socketio|paho|socket)\b/
		$b = /\b(requests|session|s|http|self\.\w{1,20})\s?\.\s?post\s?\(|\burlopen\s?\([^)\n]{0,80}(data|,)|\.\s?(send|sendall|sendto|emit|publish|send_output)\s?\(/
		$x1 = /\bsubprocess\s?\.\s?(Popen|call|run|check_output|getoutput|getstatusoutput)\s?\(\s?\w{1,20}(\.\w{1,20}){0,2}[^\n]{0,120}shell\s?=\s?True/
		$x2 = /\bos\s?\.\s?popen\s?\(\s?\w{1,20}(\.\w{1,20}){0,2}\s?[)\[,+]/
		$x3 = /\bsubprocess\s?\.\s?(getoutput|getstatusoutput)\s?\(\s?\w{1,20}\s?\)/
		$x4 = /\bPopen\s?\(\s?\w{1,20}(\.\w{1,20}){0,2}[^\n]{0,120}shell\s?=\s?True/
		$t = /\bos\s?\.\s?chdir\s?\(|\btime\s?\.\s?sleep\s?\(|platform\s?\.\s?(system|uname|node)|getpass\s?\.\s?getuser|gethostname\s?\(/
	condition:
		filesize < 60KB and $l and $n and $b and any of ($x*) and #t > 1
}

rule Python_SSH_Console
{
	meta:
		description = "SSH server in Python that lets in with a password of its own and sends what its operator types"
		author = "assay"
		date = "2026-11-24"
		reference = "https://attack.mitre.org/techniques/T1021/004/"
		severity = "medium"
		score = 62
		mitre = "T1021.004 T1059.006"
	strings:
		$s = /\(\s?(paramiko\s?\.\s?)?ServerInterface\s?\)/
		$p = /\bdef check_auth_password\b/
		$e = /\b(password|passwd|pwd)\s?==\s?["']/
		$i = /\b(raw_)?input\s?\(|sys\s?\.\s?stdin\s?\.\s?readline\s?\(/
		$w = /\.\s?send(all)?\s?\(\s?(cmd|command|data|line)\b/
	condition:
		filesize < 40KB and all of them
}

rule Python_ICMP_Shell
{
	meta:
		description = "Python script that carries commands or their output in ICMP packets"
		author = "assay"
		date = "2026-11-24"
		reference = "https://attack.mitre.org/techniques/T1095/"
		severity = "high"
		score = 78
		mitre = "T1095 T1059.006"
	strings:
		$s1 = /\bSOCK_RAW\b/
		$s2 = /\bIPPROTO_ICMP\b/
		$p1 = /\.\s?contains\s?\(\s?(ImpactPacket\s?\.\s?)?Data\s?\(\s?(cmd|command|data|output|out|result|buf)\w{0,8}\s?\)/
		$p2 = /\bICMP\s?\([^\n]{0,80}\)\s?\/\s?(Raw\s?\(\s?(load\s?=\s?)?)?(cmd|command|output|out|result|shell|encrypted)\w{0,8}/
		$x1 = /\bsys\s?\.\s?stdin\b|\b(raw_)?input\s?\(/
		$x2 = /\bos\s?\.\s?popen\s?\(|\bsubprocess\s?\.\s?(Popen|check_output|getoutput|run)\s?\(/
	condition:
		filesize < 60KB and (all of ($s*) and $p1 or $p2) and any of ($x*)
}

rule Python_Http_Tunnel_Client
{
	meta:
		description = "SOCKS server in Python that sends its connections through a page on another server"
		author = "assay"
		date = "2026-11-24"
		reference = "https://attack.mitre.org/techniques/T1572/"
		severity = "high"
		score = 78
		mitre = "T1572 T1090.002"
	strings:
		$s = /\bsocks\b/ nocase
		$c1 = /["']X-CMD["']\s?:/ nocase
		$c2 = /["']X-TARGET["']\s?:/ nocase
		$c3 = /\?cmd=(connect|forward|read|disconnect)\b/ nocase
		$v1 = /["'](CONNECT|FORWARD)["']/
		$v2 = /["'](DISCONNECT|READ)["']/
	condition:
		filesize < 100KB and $s and 2 of ($c*) and all of ($v*)
}

rule Python_Mail_Console
{
	meta:
		description = "Python script that controls hosts with encrypted jobs in a mail box"
		author = "assay"
		date = "2026-11-24"
		reference = "https://attack.mitre.org/techniques/T1102/002/"
		severity = "medium"
		score = 66
		mitre = "T1102.002 T1071.003"
	strings:
		$m1 = /\bimaplib\b/
		$m2 = /\b(smtplib|SMTP)\b/
		$k = /\b(AES|Fernet|ARC4)\b/
		$w1 = /shell ?code/ nocase
		$w2 = /key ?logger/ nocase
		$w3 = /screen ?shot/ nocase
		$w4 = /lock ?screen/ nocase
		$w5 = /force ?check ?in|jitter/ nocase
		$w6 = /(bot|client|victim) ?id\b/ nocase
	condition:
		filesize < 100KB and all of ($m*) and $k and 4 of ($w*)
}

rule Python_Makes_Payload
{
	meta:
		description = "Python script that has Metasploit make a program that calls back"
		author = "assay"
		date = "2026-11-24"
		reference = "https://attack.mitre.org/techniques/T1587/001/"
		severity = "medium"
		score = 62
		mitre = "T1587.001"
	strings:
		$m = /msf(venom|payload)\s{1,3}(-p|%s|\{|\w{3,10}\/)/
		$h = /\bLHOST\s?=/
		$x = /\b(subprocess\s?\.\s?(Popen|call|run|check_output|getoutput)|os\s?\.\s?(system|popen))\s?\(/
	condition:
		filesize < 60KB and all of them
}
