// Rules for PHP whose strings begin with what stands everywhere in it: quotes, dollars,
// names of common functions. As a group of their own they do not slow down the
// others, which run on more files.

rule PHP_Xor_Strings
{
	meta:
		description = "Words are made by combining strings bit by bit"
		author = "assay"
		date = "2026-11-24"
		reference = "https://attack.mitre.org/techniques/T1027/010/"
		severity = "high"
		score = 82
		mitre = "T1027.010 T1505.003"
	strings:
		$a1 = /[^"'\n][=(.,{] ?@?\(?"[^",\n][^"\n]{0,39}"\^["'][^"'\n]{1,80}["'] ?[;).,^}]/
		$a2 = /[^"'\n][=(.,{] ?@?\(?'[^',\n][^'\n]{0,39}'\^["'][^"'\n]{1,80}["'] ?[;).,^}]/
		$a3 = /[^"'\n][=(.,{] ?@?\(?"[^",\n][^"\n]{0,39}" \^ ["'][^"'\n]{1,80}["'] ?[;).,^}]/
		$a4 = /[^"'\n][=(.,{] ?@?\(?'[^',\n][^'\n]{0,39}' \^ ["'][^"'\n]{1,80}["'] ?[;).,^}]/
		$b1 = /[=(.,{] ?\(?"[^"\n]{1,24}" ?[|&] ?"[^"\n]{1,24}" ?[;).^}]/
		$b2 = /[=(.,{] ?\(?'[^'\n]{1,24}' ?[|&] ?'[^'\n]{1,24}' ?[;).^}]/
		$n1 = /~ ?"[\x80-\xff]{3,24}"/
		$n2 = /~ ?'[\x80-\xff]{3,24}'/
	condition:
		filesize < 60KB and (any of ($a*) or #b1 + #b2 > 8 or any of ($n*))
}

rule PHP_Include_Of_Input
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
		$a = /[^\w$](include|require)(_once)?[ \t\r\n]{0,8}\(?[ \t\r\n]{0,8}@?((base64_decode|gzinflate|gzuncompress|gzdecode|str_rot13|strrev|rawurldecode|urldecode|hex2bin|convert_uudecode|pack|str_replace|stripslashes|trim|htmlspecialchars_decode|html_entity_decode|openssl_decrypt|bzdecompress|zlib_decode|mcrypt_decrypt|strtr)[ \t\r\n]{0,8}\([ \t\r\n]{0,8}){0,3}(\$(_(GET|POST|REQUEST|COOKIE)\b|_SERVER\s{0,3}\[\s{0,3}["\x27]?(HTTP_|QUERY_STRING|PHP_AUTH)|HTTP_(GET|POST|COOKIE)_VARS|HTTP_RAW_POST_DATA|\{["\x27]?_(GET|POST|REQUEST|COOKIE))|php:\/\/input|getallheaders|getenv\(\s?["\x27]HTTP_|filter_input)/ nocase
		$b = /[^\w$](include|require)(_once)?[ \t\r\n]{0,8}\(?[ \t\r\n]{0,8}["\x27](php:\/\/input|data:[^,"\x27]{0,40}base64,|expect:)/ nocase
	condition:
		any of them
}

rule PHP_Carries_Program
{
	meta:
		description = "A script carries another program as base64 and writes and runs files"
		author = "assay"
		date = "2026-11-24"
		reference = "https://attack.mitre.org/techniques/T1105/"
		severity = "high"
		score = 82
		mitre = "T1105 T1505.003"
	strings:
		$p1 = "IyEvdXNyL2Jpbi9wZXJs"
		$p2 = "IyEvYmluL3No"
		$p3 = "IyEvYmluL2Jhc2"
		$p4 = "IyEvdXNyL2Jpbi9lbnYg"
		$p5 = "I2luY2x1ZGUgPHN0ZGlv"
		$p6 = "I2luY2x1ZGUgPHN5cy9"
		$p7 = "f0VMRgEBAQ"
		$p8 = "f0VMRgIBAQ"
		$p9 = "IyEvdXNyL2Jpbi9waHA"
		$p10 = "I2luY2x1ZGUgIm"
		$p11 = "dXNlIFNvY2tldD"
		$p12 = "dXNlIElPOjpTb2NrZXQ"
		$p13 = "TVqQAAMAAAAEAAAA"
		$p14 = "IyEvdXNyL2Jpbi9weXRob2"
		$w1 = /\b(fopen|fwrite|fputs|file_put_contents)[ \t\r\n]{0,8}\(/ nocase
		$x1 = /\b(shell_exec|passthru|proc_open|popen|system|exec|pcntl_exec)[ \t\r\n]{0,8}\(/ nocase
		$x2 = /\$_(GET|POST|REQUEST|COOKIE)\b/
	condition:
		any of ($p*) and ($w1 or $x1 or $x2)
}

rule PHP_Callback_To_Code
{
	meta:
		description = "assert, eval or a command function is given as a callback"
		author = "assay"
		date = "2026-11-24"
		reference = "https://attack.mitre.org/techniques/T1505/003/"
		severity = "critical"
		score = 90
		mitre = "T1505.003"
	strings:
		$a = /\b(array_map|array_walk|array_filter|array_diff_ukey|array_udiff|array_intersect_u?key|array_uintersect|call_user_func(_array)?|usort|uasort|uksort|register_shutdown_function|register_tick_function|ob_start|forward_static_call(_array)?|array_walk_recursive|array_reduce|iterator_apply|preg_replace_callback|mb_ereg_replace_callback|filter_var|filter_var_array|set_error_handler|set_exception_handler|sqlite_create_function|createFunction|sqliteCreateFunction|createAggregate)[ \t\r\n]{0,8}\([^;]{0,120}["\x27](assert|system|exec|shell_exec|passthru|popen|create_function|eval)["\x27]/ nocase
		$b = /["\x27](as["\x27]\s?\.\s?["\x27]+sert|asse["\x27]\s?\.\s?["\x27]rt|a["\x27]\s?\.\s?["\x27]ssert|sys["\x27]\s?\.\s?["\x27]tem|ass["\x27]\s?\.\s?["\x27]ert|ev["\x27]\s?\.\s?["\x27]al|shell_["\x27]\s?\.\s?["\x27]exec|pass["\x27]\s?\.\s?["\x27]thru)["\x27]/ nocase
		$c = /\bdeclare[ \t\r\n]{0,8}\([ \t\r\n]{0,8}ticks[^;]{1,20}\)[^;]{0,20};?[^;]{0,60}register_tick_function[ \t\r\n]{0,8}\([^;]{0,40}\$(_(GET|POST|REQUEST|COOKIE|FILES)\b|_SERVER\s{0,3}\[\s{0,3}["\x27]?(HTTP_|QUERY_STRING|PHP_AUTH|REQUEST_URI|PATH_INFO)|HTTP_(GET|POST|COOKIE|SERVER)_VARS|HTTP_RAW_POST_DATA|\{["\x27]?_(GET|POST|REQUEST|COOKIE))/ nocase
	condition:
		any of them
}

rule PHP_In_Image
{
	meta:
		description = "PHP that takes input or decodes code inside an image"
		author = "assay"
		date = "2026-11-24"
		reference = "https://attack.mitre.org/techniques/T1027/009/"
		severity = "high"
		score = 85
		mitre = "T1027.009 T1505.003"
	strings:
		$php = /<\?(php|=)[\s$`@]/ nocase
		$a = /\b(eval|assert|system|exec|shell_exec|passthru|popen|create_function|preg_replace|include|require|base64_decode|file_put_contents|fopen)[ \t\r\n]{0,8}[\s("']/ nocase
		$b = /\$_(GET|POST|REQUEST|COOKIE|SERVER|FILES)\b/
		$c = /`[^`]{1,40}`/
	condition:
		$php and ($a or $b or $c) and
		(uint32be(0) == 0x47494638 or uint32be(0) == 0x89504e47 or uint32be(0) & 0xffffff00 == 0xffd8ff00 or uint16be(0) == 0x424d or uint32be(0) == 0x25504446)
}
