// Sink lines of PHP (docs/sink-lines.md): what the code does, whatever it looks like.
// Regular expressions start with "sink=" and a name, which makes them fast.

rule PHP_Sink_Code_From_Input
{
	meta:
		description = "Attacker input is executed as PHP code"
		author = "assay"
		date = "2026-11-24"
		reference = "https://attack.mitre.org/techniques/T1505/003/"
		severity = "critical"
		score = 95
		mitre = "T1505.003"
	strings:
		$a = /sink=code name=[^p ][^ ]{0,40} arg=(request|header|cookie|upload):[^ ]{0,60} /
		$p = /sink=code name=[^p ][^ ]{0,40} arg=part-(request|header|cookie|upload):[^ ]{0,60} [^\n]{1,160} in=(top|func|closure|magic)/
		$b = /sink=code name=preg_[a-z_]{3,20} arg=(request|header|cookie|upload):[^ ]{0,60} aux=[^ ]{1,60} via=preg-e[^ ]{0,40} dec=[^ ]{1,60} guard=[^ ]{1,60} in=(top|func|closure)/
		$c = /sink=code name=(eval|assert|create_function|include) arg=(session|database|env|stdin) [^\n]{1,160} in=(top|func|closure|magic)/
		$s = /file lang=php bytes=\d{2,3} lines=/
		$m = /sink=code name=(eval|assert|create_function) arg=(session|database|env|stdin) [^\n]{1,160} in=method/
	condition:
		any of ($a,$b,$c,$p) or ($s and $m)
}

rule PHP_Sink_Command_From_Input
{
	meta:
		description = "Attacker input is run as a command"
		author = "assay"
		date = "2026-11-24"
		reference = "https://attack.mitre.org/techniques/T1505/003/"
		severity = "critical"
		score = 92
		mitre = "T1505.003 T1059"
	strings:
		$a = /sink=command name=[^ ]{1,40} arg=(part-)?(request|header|cookie|upload):/
		$cli = /sink=command name=[^ ]{1,40} arg=(part-)?request:_SERVER\[arg/
	condition:
		#a > #cli
}

rule PHP_Sink_Remote_Code
{
	meta:
		description = "What another host or a socket sends is executed"
		author = "assay"
		date = "2026-11-24"
		reference = "https://attack.mitre.org/techniques/T1505/003/"
		severity = "high"
		score = 85
		mitre = "T1505.003 T1105"
	strings:
		$a = /sink=code name=[^ ]{1,40} arg=(network|socket|command) [^\n]{1,160} in=(top|func|closure|magic)/
		$b = /sink=command name=[^ ]{1,40} arg=(network|socket) [^\n]{1,160} in=(top|func|closure|magic)/
		$c = /sink=include name=[^ ]{1,40} arg=(network|socket) /
		$d = /sink=file-write name=[^ ]{1,40} arg=(network|socket) [^\n]{1,200}text="<\?/
	condition:
		any of them
}

rule PHP_Sink_Function_From_Input
{
	meta:
		description = "The request names the function or class that is called"
		author = "assay"
		date = "2026-11-24"
		reference = "https://attack.mitre.org/techniques/T1505/003/"
		severity = "critical"
		score = 92
		mitre = "T1505.003"
	strings:
		$a = /sink=(call|new) name=[^ ]{1,40} arg=[^ ]{1,60} aux=(request|header|cookie|upload):[^ ]{0,60} via=input[^ ]{0,60} dec=[^ ]{1,60} guard=((none|password|hash|exists|equals|whitelist|cast)\+?){1,7} in=(top|func|closure|magic)/
		$x = /sink=(call|new) name=[^ ]{1,40} arg=decoded aux=(request|header|cookie|upload):[^ ]{0,60} via=input dec=xor /
		$t1 = "trait=input-call\n"
		$t2 = "trait=tiny\n"
		$s = /file lang=php bytes=\d{2,3} lines=/
		$m = /sink=(call|new) name=[^ ]{1,40} arg=[^ ]{1,60} aux=(request|header|cookie|upload):[^ ]{0,60} via=input[^\n]{1,120} in=method/
		$h = "trait=disable-check\n"
		$b = /sink=call name=[^ ]{1,40} arg=(request|cookie|header):[^ ]{0,60} aux=(request|cookie|header):[^ ]{0,60} via=input[^ ]{0,60} dec=[^ ]{1,60} guard=none in=method/
	condition:
		#a > #x or all of ($t*) or ($s and $m) or ($b and $h)
}

rule PHP_Sink_Hidden_Function
{
	meta:
		description = "The name of a code or command function is computed"
		author = "assay"
		date = "2026-11-24"
		reference = "https://attack.mitre.org/techniques/T1505/003/"
		severity = "critical"
		score = 92
		mitre = "T1505.003 T1027.010"
	strings:
		$a = /sink=(code|command) name=[^ ]{1,40} arg=[^ ]{1,60} aux=[^ ]{1,60} via=(computed|input)/
		$b = /sink=(code|command) name=[^ ]{1,40} arg=[^ ]{1,60} aux=[^ ]{1,60} via=[^ ]{1,40}\+(computed|input)/
		$c = "trait=computed-input\n"
		$d = "trait=computed-input value="
	condition:
		any of them
}

rule PHP_Sink_Callback
{
	meta:
		description = "A code or command function runs as a callback, by reflection or by a magic method"
		author = "assay"
		date = "2026-11-24"
		reference = "https://attack.mitre.org/techniques/T1505/003/"
		severity = "high"
		score = 80
		mitre = "T1505.003"
	strings:
		$a = /sink=code name=(eval|assert) arg=[^ ]{1,60} aux=[^ ]{1,60} via=[^ ]{0,40}(callback|magic|reflection|variable)/
		$b = /sink=command name=[^ ]{1,40} arg=[^ ]{1,60} aux=[^ ]{1,60} via=[^ ]{0,40}(callback|magic:__(destruct|wakeup|toString|invoke|call)|reflection|variable)[^\n]{1,120} in=(top|func|magic|closure)/
		$c = /sink=code name=create_function arg=(unknown|param|file|decoded) [^\n]{1,120} in=(top|func|magic|closure)/
		$d = /sink=code name=preg_[a-z_]{3,20} arg=(decoded|constant) aux=[^ ]{1,60} via=[^ ]{0,40}preg-e[^\n]{1,120}text="[^\n]{0,60}(eval|base64_decode|assert|system|\\\\x65)/
		$t = "trait=unknown-call\n"
		$t2 = "trait=tiny\n"
	condition:
		any of ($a,$b,$c,$d) or all of ($t*)
}

rule PHP_Sink_Include_From_Input
{
	meta:
		description = "The request names the file that is included"
		author = "assay"
		date = "2026-11-24"
		reference = "https://attack.mitre.org/techniques/T1505/003/"
		severity = "high"
		score = 80
		mitre = "T1505.003"
	strings:
		$a = /sink=include name=[^ ]{1,40} arg=(request|header|cookie|upload):[^ ]{0,60} /
		$b = /sink=include name=[^ ]{1,40} arg=(part-request|part-cookie|decoded|network|socket)[^ ]{0,60} aux=[^ ]{1,60} via=[^ ]{0,40}stream/
		$c = /sink=include name=[^ ]{1,40} arg=constant [^\n]{1,160}text="(php:\/\/input|expect:|data:[^"\n]{0,40}base64,)/
	condition:
		any of them
}

rule PHP_Sink_Image_Included
{
	meta:
		description = "An image, text or archive is included as code"
		author = "assay"
		date = "2026-11-24"
		reference = "https://attack.mitre.org/techniques/T1505/003/"
		severity = "medium"
		score = 60
		mitre = "T1505.003 T1036.008"
	strings:
		$a = /sink=include name=[^ ]{1,40} arg=constant [^\n]{1,160} in=top [^\n]{1,40}text="[^"\n]{0,120}\.(jpe?g|gif|png|bmp|ico|zip|rar|css|log)"/
		$b = /sink=include name=[^ ]{1,40} arg=constant [^\n]{1,160} in=top [^\n]{1,40}text="phar:\/\/[^"\n]{0,120}\.(jpe?g|gif|png|bmp|ico|css|log|txt|pdf)\//
	condition:
		any of them
}

rule PHP_Sink_Hidden_Include
{
	meta:
		description = "The path of the file that is included is hidden"
		author = "assay"
		date = "2026-11-24"
		reference = "https://attack.mitre.org/techniques/T1505/003/"
		severity = "high"
		score = 78
		mitre = "T1505.003 T1027.010"
	strings:
		$a = /sink=include name=[^ ]{1,40} arg=(constant|decoded) aux=[^ ]{1,60} via=computed:(escape|xor|chr|decode|reverse|increment)/
	condition:
		$a
}

rule PHP_Sink_Write_From_Input
{
	meta:
		description = "The request gives name and content of a file that is written"
		author = "assay"
		date = "2026-11-24"
		reference = "https://attack.mitre.org/techniques/T1505/003/"
		severity = "high"
		score = 78
		mitre = "T1505.003 T1105"
	strings:
		$a = /sink=file-write name=(file_put_contents|fwrite|fputs|copy|rename|move_uploaded_file|fputcsv) arg=(part-)?(request|header|cookie|upload):[^ ]{0,60} aux=(part-request|request|cookie|header):[^ ]{0,60} via=[^ ]{1,60} dec=[^ ]{1,60} guard=((none|password|hash|exists|equals)\+?){1,5} in=(top|func)/
		$t = "trait=tiny\n"
		$b = /sink=file-write name=(file_put_contents|fwrite|fputs) arg=(request|header|cookie|upload):[^ ]{0,60} [^\n]{1,120}dec=[^ ]{0,40}(base64|hex|rot13|inflate|reverse|url)[^\n]{1,80} in=(top|func)/
		$c = /sink=file-write name=(file_put_contents|fwrite|fputs|copy|rename|splfileobject\.fwrite) arg=(request|header|cookie|upload):[^ ]{0,60} [^\n]{1,120} guard=((none|password|hash|exists|equals)\+?){1,5} in=top/
		$e = /sink=file-write name=(file_put_contents|fwrite|fputs) arg=(request|header|cookie):[^ ]{0,60} aux=[^ ]{1,60} via=[^ ]{1,60} dec=[^ ]{0,40}(rot13|xor)[^ ]{0,40} guard=((none|password|hash|exists|equals|whitelist)\+?){1,6} in=(top|func)/
		$g = /sink=file-write name=(file_put_contents|fwrite|fputs) arg=request:input aux=request:input via=[^ ]{1,60} dec=[^ ]{0,40}base64[^ ]{0,40} guard=((none|password|hash|exists|equals|whitelist)\+?){1,6} in=top/
		$no = /guard=[^ ]{0,40}(defined|include|auth|capability|nonce)/
	condition:
		$a or $e or $g or (($b or $c) and $t and not $no)
}

rule PHP_Sink_Decoded_Code
{
	meta:
		description = "Code that was encoded in the file is executed"
		author = "assay"
		date = "2026-11-24"
		reference = "https://attack.mitre.org/techniques/T1505/003/"
		severity = "high"
		score = 85
		mitre = "T1505.003 T1027.013"
	strings:
		$a = /sink=code name=[^ ]{1,40} arg=decoded aux=[^ ]{1,60} via=[^ ]{1,60} dec=[^ ]{1,60} /
		$x = /sink=code name=[^ ]{1,40} arg=decoded aux=[^ ]{1,60} via=[^ ]{1,60} dec=[^ ]{0,40}base64,xor /
		$c = /sink=command name=[^ ]{1,40} arg=decoded aux=[^ ]{1,60} via=[^ ]{1,60} dec=([a-rt-z]|s[a-su-z])/
		$n = "trait=nonprint-names\n"
		$h = "trait=hidden-errors\n"
	condition:
		#a > #x or $c or ($x and $h and not $n)
}

rule PHP_Sink_Opaque_Code
{
	meta:
		description = "Long hidden text is executed through functions that could not be followed"
		author = "assay"
		date = "2026-11-24"
		reference = "https://attack.mitre.org/techniques/T1505/003/"
		severity = "medium"
		score = 60
		mitre = "T1505.003 T1027"
	strings:
		$n = "trait=nonprint-names\n"
		$a = "trait=opaque-code\n"
		$e = /sink=code name=(eval|assert|create_function) arg=(unknown|decoded|constant|file|self) aux=[^ ]{1,60} via=[^ ]{1,60} dec=[^ ]{1,60} guard=[^ ]{1,40} in=(top|func)/
		$e2 = /sink=code name=eval arg=param [^\n]{1,160} in=top/
		$l = /file lang=php bytes=\d{1,9} lines=\d{1,2} /
		$w = /trait=(long-line|halt-data|hex-strings|goto|tag-split|in-image)/
		$d = /trait=computed-name value=(eval|assert|base64_decode|gzinflate|create_function|gzuncompress|str_rot13)/
	condition:
		not $n and ($a and $e and ($l or $w or $d) or ($w and $d and ($e or $e2)))
}

rule PHP_Sink_Encoded_Application
{
	meta:
		description = "Source text is encoded, as commercial encoders do"
		author = "assay"
		date = "2026-11-24"
		reference = "https://attack.mitre.org/techniques/T1027/"
		severity = "low"
		score = 30
		mitre = "T1027"
	strings:
		$a = "trait=nonprint-names\n"
		$b = "trait=decoded-code\n"
		$x = /sink=code name=[^ ]{1,40} arg=decoded aux=[^ ]{1,60} via=[^ ]{1,60} dec=[^ ]{0,40}base64,xor /
	condition:
		$a and $b and $x
}

rule PHP_Sink_Guarded_By_Password
{
	meta:
		description = "Code or command that runs only with the right secret"
		author = "assay"
		date = "2026-11-24"
		reference = "https://attack.mitre.org/techniques/T1505/003/"
		severity = "high"
		score = 85
		mitre = "T1505.003"
	strings:
		$a = /sink=(command|code) name=[^p ][^ ]{0,40} arg=[^ ]{1,60} aux=[^ ]{1,60} via=[^ ]{1,60} dec=[^ ]{1,60} guard=[^ ]{0,40}(password|hash)/
	condition:
		$a
}

rule PHP_Sink_Small_Shell
{
	meta:
		description = "File that consists of a command or of executed code"
		author = "assay"
		date = "2026-11-24"
		reference = "https://attack.mitre.org/techniques/T1505/003/"
		severity = "high"
		score = 78
		mitre = "T1505.003"
	strings:
		$t = "trait=tiny\n"
		$c = /sink=command name=[^ ]{1,40} arg=([^p ][^ ]{1,60}|part-[^ ]{1,60}) aux=[^ ]{1,60} via=[^ ]{1,60} dec=[^ ]{1,60} guard=((none|password|hash|auth|equals|exists|whitelist|regex|cast|escape|basename|call)\+?){1,9} in=(top|func|closure|magic)/
		$m = /sink=command name=[^ ]{1,40} arg=param aux=[^ ]{1,60} via=[^ ]{1,60} dec=[^ ]{1,60} guard=none in=(top|func|closure|magic)/
		$e = /sink=code name=(eval|assert|create_function) arg=([abd-z]|c[a-npq-z]|comm)[^ ]{1,60} aux=[^ ]{1,60} via=[^ ]{1,60} dec=[^ ]{1,60} guard=[^ ]{1,60} in=(top|func|closure|magic)/
		$d = "trait=decoded-code\n"
		$k = /sink=code name=(eval|assert) arg=constant aux=[^ ]{1,60} via=[^ ]{1,60} dec=[^ ]{1,60} guard=[^ ]{1,60} in=top/
		$no = /text="[^"\n]{0,12}(namespace|class|interface|trait) /
		$p = /sink=code name=preg_[a-z_]{3,20} arg=part-(request|cookie):[^ ]{0,60} aux=- [^\n]{1,160} in=top/
		$u = /sink=call name=\? arg=(request|cookie|header):[^ ]{0,60} aux=unknown via=unknown dec=none guard=none in=top/
		$f = /sink=code name=preg_[a-z_]{3,20} arg=(file|session|database|network|socket|env|self) aux=[^ ]{1,60} via=preg-e[^\n]{1,120} in=(top|func)/
	condition:
		$t and ($c or $m or $e or $p or $f or $u or ($d and $k and not $no))
}

rule PHP_Sink_Panel
{
	meta:
		description = "One file that runs, reads, writes and deletes what the request says"
		author = "assay"
		date = "2026-11-24"
		reference = "https://attack.mitre.org/techniques/T1505/003/"
		severity = "high"
		score = 82
		mitre = "T1505.003"
	strings:
		$c1 = "sink=command name="
		$c2 = "sink=code name="
		$c3 = /sink=file-delete name=[^ ]{1,40} arg=(part-)?(request|cookie|header):/
		$c4 = /sink=file-read name=[^ ]{1,40} arg=(part-)?(request|cookie|header):/
		$c5 = /sink=file-write name=[^ ]{1,40} arg=(part-)?(request|cookie|upload|header):/
		$c6 = "sink=upload name="
		$c7 = /sink=sql name=[^ ]{1,40} arg=(part-)?(request|cookie):/
		$c8 = "trait=disable-check\n"
		$c9 = "sink=info name="
		$c10 = /sink=(network|mail) name=[^ ]{1,40} arg=(part-)?(request|cookie):/
		$c11 = /sink=reveal name=[^ ]{1,40} arg=(command|request|cookie)/
		$c12 = "sink=listen name="
		$g = /guard=[^ ]{0,40}(auth|capability|nonce|defined|include)/
	condition:
		6 of ($c*) and #g < 12 or (5 of ($c*) and #g < 5) or (4 of ($c*) and ($c1 or $c2) and #g < 3)
}

rule PHP_Sink_Command_Shown
{
	meta:
		description = "Output of a command goes to the answer"
		author = "assay"
		date = "2026-11-24"
		reference = "https://attack.mitre.org/techniques/T1505/003/"
		severity = "medium"
		score = 62
		mitre = "T1505.003 T1059"
	strings:
		$c = /sink=command name=[^ ]{1,40} arg=(unknown|param|session|file|database|env) aux=[^ ]{1,60} via=[^ ]{1,60} dec=[^ ]{1,60} guard=((none|password|hash|exists|equals|whitelist)\+?){1,5} in=(top|func)/
		$r = /sink=reveal name=[^ ]{1,40} arg=(part-)?command aux/
		$h = "trait=hidden-errors\n"
		$t = "trait=time-limit\n"
		$d = "trait=disable-check\n"
		$w = /sink=file-write name=[^ ]{1,40} arg=(part-)?(decoded|request|cookie)/
	condition:
		$c and $r and ($h or $d or $t or $w) or ($d and $w and $c) 
}

rule PHP_Sink_Dropper
{
	meta:
		description = "File that was encoded in the script is written"
		author = "assay"
		date = "2026-11-24"
		reference = "https://attack.mitre.org/techniques/T1505/003/"
		severity = "high"
		score = 78
		mitre = "T1505.003 T1105"
	strings:
		$a = /sink=file-write name=(file_put_contents|fwrite|fputs) arg=decoded aux=[^ ]{1,60} via=[^ ]{1,60} dec=[^ ]{0,40}(base64|inflate|rot13|uu|reverse)[^ ]{0,40} guard=[^ ]{1,60} in=(top|func|closure|magic)/
		$p = /sink=file-write name=(file_put_contents|fwrite|fputs) arg=(decoded|constant) [^\n]{1,160} in=(top|func|closure|magic) [^\n]{1,40}text="[^\n]{0,60}(<\?php[^\n]{0,80}(eval|assert|system|exec|\$_(GET|POST|REQUEST|COOKIE))|#!\/(usr\/)?bin\/|#include <|\\x7fELF|use Socket|<%@? ?(page|execute|eval)|auto_prepend_file|AddType|SetHandler|MZ\\x90)/
		$i = /sink=command name=/
	condition:
		$a or $p or ($i and $p)
}

rule PHP_Sink_Remote_File_Stored
{
	meta:
		description = "What another host sends is stored under a name of the request or as a script"
		author = "assay"
		date = "2026-11-24"
		reference = "https://attack.mitre.org/techniques/T1105/"
		severity = "medium"
		score = 60
		mitre = "T1105"
	strings:
		$a = /sink=file-write name=(file_put_contents|fwrite|fputs|copy) arg=network aux=(part-)?(request|cookie|header):[^\n]{1,120} guard=((none|password|hash|exists|equals)\+?){1,5} in=(top|func)/
		$n = /sink=network name=[^ ]{1,40} arg=(request|cookie|header):[^ ]{0,60} aux=[^ ]{1,60} via=[^ ]{1,60} dec=[^ ]{1,60} guard=none in=top/
		$t = "trait=tiny\n"
		$b = /sink=file-write name=(file_put_contents|fwrite|fputs|copy) arg=network [^\n]{1,120} in=top/
	condition:
		$a or ($t and ($b or $n))
}

rule PHP_Sink_Open_Upload
{
	meta:
		description = "Any upload is stored under a name of the sender's"
		author = "assay"
		date = "2026-11-24"
		reference = "https://attack.mitre.org/techniques/T1505/003/"
		severity = "medium"
		score = 60
		mitre = "T1505.003 T1105"
	strings:
		$a = /sink=upload name=[^ ]{1,40} arg=[^ ]{1,60} aux=(part-)?(upload|request|cookie):[^ ]{0,60} via=[^ ]{1,60} dec=[^ ]{1,60} guard=((none|password|hash|exists|equals)\+?){1,5} in=top/
		$b = /sink=file-write name=copy arg=upload:[^ ]{0,60} aux=(part-)?upload:[^ ]{0,60} via=[^ ]{1,60} dec=[^ ]{1,60} guard=((none|password|hash|exists|equals)\+?){1,5} in=top/
		$c = /sink=upload name=[^ ]{1,40} arg=upload:[^ ]{0,60} aux=constant via=[^ ]{1,60} dec=[^ ]{1,60} guard=((none|password|hash|exists|equals)\+?){1,5} in=top [^\n]{1,40}text="[^"\n]{1,100}\.(php\d?|phtml|asp|aspx|jsp)"/
		$s = /file lang=php bytes=\d{2,4} lines=/
		$one = /sink=(file-write name=[^c]|sql name=)/
	condition:
		any of ($a,$b,$c) and $s and not $one
}

rule PHP_Sink_Network_Shell
{
	meta:
		description = "A socket and a shell in one script"
		author = "assay"
		date = "2026-11-24"
		reference = "https://attack.mitre.org/techniques/T1059/004/"
		severity = "critical"
		score = 90
		mitre = "T1059.004 T1505.003"
	strings:
		$n = /sink=(network|listen) name=(fsockopen|pfsockopen|socket_connect|stream_socket_client|stream_socket_server|socket_create|socket_bind|socket_listen|socket_create_listen)/
		$c = /sink=command name=[^ ]{1,40} arg=(socket|constant|unknown|param) [^\n]{1,200}/
		$s = /sink=command name=[^ ]{1,40} arg=constant [^\n]{1,160}text="[^"\n]{0,60}(\/bin\/(ba|da|z)?sh|sh -i|cmd(\.exe)?|bash -i|<&3|\/dev\/tcp)/
		$k = /sink=command name=[^ ]{1,40} arg=socket [^\n]{1,160} in=(top|func|closure|magic)/
		$r = /sink=command name=[^ ]{1,40} arg=(constant|part-[a-z]{1,12}:[^ ]{0,60}) [^\n]{1,160}text="[^"\n]{0,120}(nc -e|ncat -e|\/dev\/tcp\/|mkfifo|perl -e|python -c|curl [^"\n]{1,80}\| ?(ba)?sh|wget [^"\n]{1,80}\| ?(ba)?sh)/
	condition:
		$k or $r or ($n and $c and $s)
}

rule PHP_Sink_Environment_Bypass
{
	meta:
		description = "LD_PRELOAD or another loader variable is set from PHP"
		author = "assay"
		date = "2026-11-24"
		reference = "https://attack.mitre.org/techniques/T1574/006/"
		severity = "high"
		score = 85
		mitre = "T1574.006 T1505.003"
	strings:
		$a = /sink=env name=[^ ]{1,40} arg=[^\n]{1,200}(LD_PRELOAD|GCONV_PATH|LD_AUDIT)/
		$b = /sink=env name=putenv arg=(request|cookie):/
		$c = /sink=load name=(dl|ffi[^ ]{0,12}) arg=(part-)?(request|cookie|header|decoded|upload)/
	condition:
		any of them
}

rule PHP_Sink_File_Manager
{
	meta:
		description = "Files that the request names are read, shown or deleted without a check"
		author = "assay"
		date = "2026-11-24"
		reference = "https://attack.mitre.org/techniques/T1505/003/"
		severity = "medium"
		score = 58
		mitre = "T1505.003 T1083"
	strings:
		$d = /sink=file-delete name=[^ ]{1,40} arg=(request|cookie|header):[^ ]{0,60} aux=[^ ]{1,60} via=[^ ]{1,60} dec=[^ ]{1,60} guard=((none|password|hash|exists|equals)\+?){1,5} in=(top|func)/
		$r = /sink=file-read name=[^ ]{1,40} arg=(request|cookie|header):[^ ]{0,60} aux=[^ ]{1,60} via=[^ ]{1,60} dec=[^ ]{1,60} guard=((none|password|hash|exists|equals)\+?){1,5} in=(top|func)/
		$v = /sink=reveal name=[^ ]{1,40} arg=(part-)?file /
		$w = /sink=(file-write|upload) name=[^ ]{1,40} arg=(part-)?(request|cookie|upload)/
		$h = "trait=hidden-errors\n"
		$t = "trait=time-limit\n"
		$y = "trait=tiny\n"
	condition:
		($d and $r) or ($r and $v and ($h or $t or $y or $w)) or ($d and $y) or ($d and $w and ($h or $t))
}

rule PHP_Sink_Many_Ways_To_Run
{
	meta:
		description = "One script knows four ways to run a command"
		author = "assay"
		date = "2026-11-24"
		reference = "https://attack.mitre.org/techniques/T1505/003/"
		severity = "high"
		score = 80
		mitre = "T1505.003 T1059"
	strings:
		$c1 = "sink=command name=exec "
		$c2 = "sink=command name=shell_exec "
		$c3 = "sink=command name=passthru "
		$c4 = "sink=command name=system "
		$c5 = "sink=command name=popen "
		$c6 = "sink=command name=proc_open "
		$c7 = "sink=command name=pcntl_exec "
		$c8 = "sink=code name=eval arg=param "
	condition:
		4 of them
}

rule PHP_Sink_Command_And_Write
{
	meta:
		description = "A script runs commands and writes what the request says"
		author = "assay"
		date = "2026-11-24"
		reference = "https://attack.mitre.org/techniques/T1505/003/"
		severity = "high"
		score = 76
		mitre = "T1505.003 T1105"
	strings:
		$c = "sink=command name="
		$w = /sink=file-write name=[^ ]{1,40} arg=(part-)?(request|cookie):[^ ]{0,60} aux=[^ ]{1,60} via=[^ ]{1,60} dec=[^ ]{1,60} guard=((none|password|hash|exists|equals|whitelist)\+?){1,6} in=(top|func)/
		$no = /guard=[^ ]{0,40}(defined|capability|nonce)/
	condition:
		$c and $w and not $no
}

rule PHP_Sink_Mailer
{
	meta:
		description = "A script sends mail or makes requests that its caller composes"
		author = "assay"
		date = "2026-11-24"
		reference = "https://attack.mitre.org/techniques/T1566/"
		severity = "medium"
		score = 58
		mitre = "T1566 T1505.003"
	strings:
		$a = /sink=mail name=[^ ]{1,40} arg=(part-)?(request|cookie):[^ ]{0,60} aux=[^ ]{1,60} via=[^ ]{1,60} dec=[^ ]{1,60} guard=((none|password|hash|exists|equals|whitelist|cast)\+?){1,6} in=top/
		$c = /sink=mail name=[^ ]{1,40} arg=[^ ]{1,60} aux=(part-)?(request|cookie):[^ ]{0,60} via=[^ ]{1,60} dec=[^ ]{1,60} guard=((none|password|hash|exists|equals|whitelist|cast)\+?){1,6} in=top/
		$b = /sink=network name=[^ ]{1,40} arg=part-(request|cookie|header):[^ ]{0,60} aux=[^ ]{1,60} via=[^ ]{1,60} dec=[^ ]{1,60} guard=((none|password|hash|exists|equals|whitelist|cast|escape|regex)\+?){1,7} in=top/
	condition:
		any of them
}

rule PHP_Sink_Forwards_Connections
{
	meta:
		description = "A script connects to or listens on what the request names, as tunnels and scanners do"
		author = "assay"
		date = "2026-11-24"
		reference = "https://attack.mitre.org/techniques/T1572/"
		severity = "high"
		score = 76
		mitre = "T1572 T1090 T1046"
	strings:
		$a = /sink=network name=(socket_connect|p?fsockopen|stream_socket_client) arg=(part-)?(request|header|cookie):[^ ]{0,60} aux=[^ ]{1,60} via=[^ ]{1,60} dec=[^ ]{1,60} guard=((none|password|hash|exists|equals|whitelist|cast|escape|regex)\+?){1,7} in=(top|func)/
		$b = /sink=listen name=[^ ]{1,40} arg=(part-)?(request|header|cookie):/
		$l = "sink=listen name="
		$s = /sink=network name=(socket_connect|p?fsockopen|stream_socket_client) arg=socket /
	condition:
		$a or $b or ($l and $s)
}

rule PHP_Sink_Quiet_Writer
{
	meta:
		description = "A script that hides its errors or looks at the limits of PHP writes or reads what the request says"
		author = "assay"
		date = "2026-11-24"
		reference = "https://attack.mitre.org/techniques/T1505/003/"
		severity = "medium"
		score = 60
		mitre = "T1505.003 T1105"
	strings:
		$h = "trait=hidden-errors\n"
		$d = "trait=disable-check\n"
		$w = /sink=file-write name=(fwrite|fputs|file_put_contents|copy|symlink) arg=(part-)?(request|cookie):[^ ]{0,60} aux=[^ ]{1,60} via=[^ ]{1,60} dec=[^ ]{1,60} guard=((none|password|hash|exists|equals)\+?){1,5} in=top/
		$r = /sink=file-(read|write) name=[^ ]{1,40} arg=(part-)?(request|cookie):[^ ]{0,60} aux=[^ ]{1,60} via=[^ ]{1,60} dec=[^ ]{1,60} guard=((none|password|hash|exists|equals|whitelist|cast)\+?){1,6} in=top/
	condition:
		($h and $w) or ($d and $r)
}

rule PHP_Sink_Reads_Any_File
{
	meta:
		description = "A script shows files or folders that the request names"
		author = "assay"
		date = "2026-11-24"
		reference = "https://attack.mitre.org/techniques/T1505/003/"
		severity = "medium"
		score = 58
		mitre = "T1505.003 T1083"
	strings:
		$f = /sink=file-read name=[^ ]{1,40} arg=(part-)?(request|cookie):[^ ]{0,60} aux=[^ ]{1,60} via=[^ ]{1,60} dec=[^ ]{1,60} guard=((none|password|hash|exists|equals|whitelist|cast)\+?){1,6} in=(top|func)/
		$r = /sink=reveal name=[^ ]{1,40} arg=(part-)?(request:|file |command )/
		$no = /guard=[^ ]{0,40}(defined|capability|nonce|include|call)/
	condition:
		$f and $r and not $no
}

rule PHP_Sink_Pipes
{
	meta:
		description = "A script drives a command through pipes and shows what it answers"
		author = "assay"
		date = "2026-11-24"
		reference = "https://attack.mitre.org/techniques/T1059/"
		severity = "medium"
		score = 60
		mitre = "T1059 T1505.003"
	strings:
		$p = "sink=command name=proc_open "
		$w = "sink=command name=fwrite "
		$r = /sink=reveal name=[^ ]{1,40} arg=(part-)?command /
		$s = /file lang=php bytes=\d{2,4} lines=/
	condition:
		all of them
}

rule PHP_Sink_Writes_Near_Nothing_Else
{
	meta:
		description = "Small script that writes what the request says"
		author = "assay"
		date = "2026-11-24"
		reference = "https://attack.mitre.org/techniques/T1505/003/"
		severity = "medium"
		score = 56
		mitre = "T1505.003 T1105"
	strings:
		$w = /sink=file-write name=(fwrite|fputs|file_put_contents|copy|symlink) arg=part-(request|cookie):[^ ]{0,60} aux=[^ ]{1,60} via=[^ ]{1,60} dec=[^ ]{1,60} guard=((none|password|hash|exists|equals|whitelist|cast)\+?){1,6} in=top/
		$s = /file lang=php bytes=\d{2,3} lines=/
		$no = /guard=[^ ]{0,40}(defined|auth|capability|nonce|include|call)/
	condition:
		$w and $s and not $no
}

rule PHP_Sink_Database_Tunnel
{
	meta:
		description = "A script runs whatever SQL its caller sends"
		author = "assay"
		date = "2026-11-24"
		reference = "https://attack.mitre.org/techniques/T1505/003/"
		severity = "low"
		score = 40
		mitre = "T1505.003 T1213.006"
	strings:
		$a = /sink=sql name=[^ ]{1,40} arg=request:[^ ]{0,60} aux=[^ ]{1,60} via=[^ ]{1,60} dec=[^ ]{1,60} guard=((none|password|hash|equals|exists)\+?){1,5} in=top/
		$h = "trait=hidden-errors\n"
		$t = "trait=time-limit\n"
		$no = /guard=[^ ]{0,60}(include|defined|auth|nonce|capability)/
	condition:
		$a and ($h or $t) and not $no
}

rule PHP_Sink_Fetches_Page
{
	meta:
		description = "Small script that fetches text from a code or paste site and stores it as a page"
		author = "assay"
		date = "2026-11-24"
		reference = "https://attack.mitre.org/techniques/T1105/"
		severity = "high"
		score = 78
		mitre = "T1105 T1505.003"
	strings:
		$n = /sink=network name=[^ ]{1,40} arg=constant [^\n]{1,160}text="https?:\/\/([^"\n]{0,60}(raw\.github|gist\.github|githack|pastebin\.com\/raw|paste|hastebin|ghostbin|rentry)|[^"\n]{1,100}\.(txt|jpe?g|gif|png|log))/
		$w = /sink=file-write name=[^ ]{1,40} arg=network aux=(constant|unknown|part-header|header)[ :]/
		$s = /file lang=php bytes=\d{2,4} /
	condition:
		all of them
}

rule PHP_Sink_Full_File_Manager
{
	meta:
		description = "A page reads, writes, deletes and renames whatever files the request names"
		author = "assay"
		date = "2026-11-24"
		reference = "https://attack.mitre.org/techniques/T1505/003/"
		severity = "high"
		score = 76
		mitre = "T1505.003 T1083"
	strings:
		$w = /sink=file-write name=(fwrite|fputs|file_put_contents) arg=request:[^ ]{0,60} aux=request:[^\n]{1,160} in=(top|closure) /
		$r = /sink=file-read name=[^ ]{1,40} arg=request:[^\n]{1,160} in=(top|closure) /
		$d = /sink=file-delete name=[^ ]{1,40} arg=request:[^\n]{1,160} in=(top|closure) /
		$n = /sink=file-write name=(rename|chmod) arg=request:[^\n]{1,160} in=(top|closure) /
		$u = /sink=(upload|file-write) name=(move_uploaded_file|copy) arg=upload:[^\n]{1,160} in=(top|closure) /
	condition:
		$w and 3 of ($r,$d,$n,$u)
}
