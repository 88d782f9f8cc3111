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
