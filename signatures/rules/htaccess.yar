// Server configuration that makes other files executable or hides a shell in itself.

rule Config_Other_Type_Runs_As_Code
{
	meta:
		description = "Files that are no scripts by their name are handed to PHP or CGI"
		author = "assay"
		date = "2026-11-24"
		reference = "https://attack.mitre.org/techniques/T1505/003/"
		severity = "high"
		score = 80
		mitre = "T1505.003 T1036.008"
	strings:
		$a = /\bAdd(Type|Handler)[ \t]{1,8}["']?(application\/x-httpd-(php|perl|cgi|eperl)|php\d?-script|php\d?-fcgi|cgi-script|x-httpd-php|proxy:unix:[^"'\n]{1,80}php)[^\n]{0,20}["']?[ \t]{1,8}[^\n]{0,80}\.?(jpe?g|gif|png|bmp|ico|txt|css|js|log|pdf|html?|svg|xml|dat|tmp|bak|swp|wtf|aaa|suspected|shell)\b/ nocase
		$b = /<Files(Match)?[ \t]{1,4}[^>\n]{1,80}(jpe?g|gif|png|bmp|ico|txt|css|log|pdf|htaccess|\.ht)[^>\n]{0,20}>[^<]{0,200}(SetHandler|ForceType|AddType|AddHandler)[ \t]{1,4}["']?(application\/x-httpd|php\d?-|cgi-script|proxy:)/ nocase
		$c = /php_value[ \t]{1,4}auto_(prepend|append)_file[ \t]{1,4}["']?([^\n]{0,80}\.(jpe?g|gif|png|bmp|ico|txt|css|log|htaccess|dat|tmp)|php:\/\/input|data:|https?:|\.htaccess|\/tmp\/|\/dev\/shm\/)/ nocase
		$d = /(^|\n)[ \t]{0,4}auto_(prepend|append)_file[ \t]{0,4}=[ \t]{0,4}["']?([^\n]{0,80}\.(jpe?g|gif|png|bmp|ico|txt|css|log|htaccess|dat|tmp|user\.ini)|php:\/\/input|data:|https?:|\/tmp\/|\/dev\/shm\/)/ nocase
		$e = /(^|\n)#?[ \t]{0,4}<\?(php|=)[^\n]{0,200}(eval|system|exec|assert|passthru|\$_(GET|POST|REQUEST))/ nocase
		$f = /php_value[ \t]{1,4}(allow_url_include|disable_functions)[ \t]{1,4}["']?(1|on|none|["'])/ nocase
		$g = /<handlers[^>]{0,80}>[^<]{0,80}(<[^>]{1,200}>[^<]{0,80}){0,6}<add[^>]{1,200}path\s?=\s?"\*?\.(config|jpe?g|gif|png|txt)"[^>]{1,200}(asp\.dll|aspnet_isapi|php-cgi)/ nocase
		$h = /<%[^%]{0,200}(eval|execute|CreateObject)[^%]{0,200}%>/ nocase
	condition:
		filesize < 200KB and (any of ($a,$b,$c,$d,$e,$g) or ($f and $d) or ($h and filename == "web.config"))
}

rule Config_Prepends_File
{
	meta:
		description = "A file is put before every script"
		author = "assay"
		date = "2026-11-24"
		reference = "https://attack.mitre.org/techniques/T1505/003/"
		severity = "low"
		score = 30
		mitre = "T1505.003"
	strings:
		$a = /(^|\n)[ \t]{0,4}(php_value[ \t]{1,4})?auto_(prepend|append)_file[ \t]{0,4}[= ][ \t]{0,4}["']?[^\s"'#;]{2,120}/ nocase
	condition:
		$a
}

rule Config_Htaccess_As_Script
{
	meta:
		description = "A .htaccess file makes itself readable and a script, so that it can hold a shell"
		author = "assay"
		date = "2026-11-24"
		reference = "https://attack.mitre.org/techniques/T1505/003/"
		severity = "high"
		score = 86
		mitre = "T1505.003 T1564"
	strings:
		$open = /<Files(Match)?[ \t]{1,4}~?[ \t]{0,4}["']?\^?\\?\.ht(access)?\$?["']?[ \t]{0,4}>[^<]{0,300}(Allow[ \t]{1,4}from[ \t]{1,4}all|Require[ \t]{1,4}all[ \t]{1,4}granted)/ nocase
		$hand = /(^|\n)[ \t]{0,8}(AddType|AddHandler|AddOutputFilter)[ \t]{1,4}[^ \t\n#]{1,40}[ \t]{1,4}([^\n#]{1,20}[ \t])?\.ht(access)?\b/ nocase
		$rew = /(^|\n)[ \t]{0,8}RewriteRule[ \t]{1,4}[^ \t\n]{1,40}[ \t]{1,4}\/?\.htaccess[ \t]/ nocase
		$exec = /(^|\n)[ \t]{0,8}(Options[ \t][^\n]{0,40}\+(ExecCGI|Includes)|SetHandler|SetOutputFilter[ \t]{1,4}INCLUDES|php_(value|flag)|PerlSetVar|PerlHandler|PythonHandler|RubyHandler|MonoServerPath)/ nocase
		$in = /#exec[ \t]{1,4}cmd=|<\?(php|=| )|<%|\[-|\bsystem\s?\(|\bexec\s?[( ]|\$QUERY_STRING|\bpassthru\b/ nocase
	condition:
		filesize < 100KB and ($hand or $rew or $open and ($exec or $in))
}

rule Config_Hides_From_Owner
{
	meta:
		description = "Server configuration that lets only named scripts run, or sends visitors of search engines elsewhere"
		author = "assay"
		date = "2026-11-24"
		reference = "https://attack.mitre.org/techniques/T1505/003/"
		severity = "medium"
		score = 62
		mitre = "T1505.003 T1491"
	strings:
		$deny = /<FilesMatch[ \t]{1,4}["'][^"'\n]{0,40}(ph|py)[^"'\n]{0,60}["']>[^<]{0,120}Deny[ \t]{1,4}from[ \t]{1,4}all/ nocase
		$allow = /<FilesMatch[ \t]{1,4}["']\^\(?([a-z0-9_.-]{1,30}\\?\.php\|){2,30}[a-z0-9_.-]{1,30}\\?\.php\)?\$?["']>[^<]{0,120}Allow[ \t]{1,4}from[ \t]{1,4}all/ nocase
		$cond = /RewriteCond[ \t]{1,8}%\{HTTP_(REFERER|USER_AGENT)\}[ \t]{1,8}[^\n]{0,160}(google|yahoo|bing|yandex|baidu)/ nocase
		$rule = /RewriteRule[ \t]{1,8}[^ \t\n]{1,40}[ \t]{1,8}["']?https?:\/\/[^ \t\n%]{4,100}["']?[ \t]{1,8}\[[^\]\n]{0,30}R(=30[127])?\b/ nocase
	condition:
		filesize < 100KB and ($deny and $allow or $cond and $rule)
}

rule Config_Starts_Program
{
	meta:
		description = "Server configuration that starts a shell or loads an extension out of a temporary folder"
		author = "assay"
		date = "2026-11-24"
		reference = "https://attack.mitre.org/techniques/T1505/003/"
		severity = "high"
		score = 80
		mitre = "T1505.003 T1059.004"
	strings:
		$a = /(^|\n)[ \t]{0,8}SendmailName[ \t]{1,4}[^\n]{0,40}\/(nc|ncat|bash|sh|perl|python[0-9.]{0,4})\b/ nocase
		$b = /(^|\n)[ \t]{0,8}(zend_)?extension[ \t]{0,4}=[ \t]{0,4}["']?\/(tmp|var\/tmp|dev\/shm)\//
		$c = /(^|\n)[ \t]{0,8}SetEnv[ \t]{1,4}LD_PRELOAD[ \t]/
		$d = /(^|\n)[ \t]{0,8}(RewriteMap[ \t]{1,4}\w{1,30}[ \t]{1,4}prg:|CustomLog[ \t]{1,4}["']?\||ErrorLog[ \t]{1,4}["']?\|)[^\n]{0,60}(\/tmp\/|\/dev\/(shm|tcp)|\b(nc|ncat)\b|\bsh -[ci])/ nocase
		$e = /(^|\n)[ \t]{0,8}sendmail_path[ \t]{0,4}=[ \t]{0,4}["']?[^\n]{0,60}(\/tmp\/|\/dev\/(shm|tcp)|\b(ba)?sh -[ci]|base64)/
	condition:
		filesize < 100KB and any of them
}
