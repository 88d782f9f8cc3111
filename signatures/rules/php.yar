// Source text of PHP. Rules on what the code computes are in php-sinks.yar.

rule PHP_Eval_Of_Input
{
	meta:
		description = "PHP code from the request is executed"
		author = "assay"
		date = "2026-11-24"
		reference = "https://attack.mitre.org/techniques/T1505/003/"
		severity = "critical"
		score = 95
		mitre = "T1505.003"
	strings:
		$a = /\b(eval(_r)?|assert)[ \t\r\n]{0,8}\([ \t\r\n]{0,8}@?((base64_decode|gzinflate|gzuncompress|gzdecode|str_rot13|strrev|rawurldecode|urldecode|hex2bin|convert_uudecode|pack|str_replace|stripslashes|trim|htmlspecialchars_decode|html_entity_decode|openssl_decrypt|bzdecompress|zlib_decode|mcrypt_decrypt|strtr)[ \t\r\n]{0,8}\([ \t\r\n]{0,8}|["\x27]{2}\s?\.\s?){0,4}@?(\$(_(GET|POST|REQUEST|COOKIE)\b|_SERVER\s{0,3}\[\s{0,3}["\x27]?(HTTP_|QUERY_STRING|PHP_AUTH)|HTTP_(GET|POST|COOKIE)_VARS|HTTP_RAW_POST_DATA|\{["\x27]?_(GET|POST|REQUEST|COOKIE))|php:\/\/input|getallheaders|getenv\(\s?["\x27]HTTP_|filter_input)/ nocase
		$b = /\bcreate_function[ \t\r\n]{0,8}\([^;]{1,60}((base64_decode|gzinflate|gzuncompress|gzdecode|str_rot13|strrev|rawurldecode|urldecode|hex2bin|convert_uudecode|pack|str_replace|stripslashes|trim|htmlspecialchars_decode|html_entity_decode|openssl_decrypt|bzdecompress|zlib_decode|mcrypt_decrypt|strtr)[ \t\r\n]{0,8}\([ \t\r\n]{0,8}){0,4}\$(_(GET|POST|REQUEST|COOKIE|FILES)\b|_SERVER\s{0,3}\[\s{0,3}["\x27]?(HTTP_|QUERY_STRING|PHP_AUTH|REQUEST_URI|PATH_INFO)|HTTP_(GET|POST|COOKIE|SERVER)_VARS|HTTP_RAW_POST_DATA|\{["\x27]?_(GET|POST|REQUEST|COOKIE))/ nocase
		$c = /\b(eval|assert)[ \t\r\n]{0,8}\([ \t\r\n]{0,8}((base64_decode|gzinflate|gzuncompress|gzdecode|str_rot13|strrev|rawurldecode|urldecode|hex2bin|convert_uudecode|pack|str_replace|stripslashes|trim|htmlspecialchars_decode|html_entity_decode|openssl_decrypt|bzdecompress|zlib_decode|mcrypt_decrypt|strtr)[ \t\r\n]{0,8}\([ \t\r\n]{0,8}){0,4}(file_get_contents|fread|stream_get_contents)[ \t\r\n]{0,8}\([^;\n]{0,40}php:\/\/input/ nocase
		$d = /\b(eval|assert)[ \t\r\n]{0,8}\([ \t\r\n]{0,8}["\x27]?(\?>["\x27]?\s?\.)?\s?((base64_decode|gzinflate|gzuncompress|gzdecode|str_rot13|strrev|rawurldecode|urldecode|hex2bin|convert_uudecode|pack|str_replace|stripslashes|trim|htmlspecialchars_decode|html_entity_decode|openssl_decrypt|bzdecompress|zlib_decode|mcrypt_decrypt|strtr)[ \t\r\n]{0,8}\([ \t\r\n]{0,8}){0,4}@?\$(_(GET|POST|REQUEST|COOKIE|FILES)\b|_SERVER\s{0,3}\[\s{0,3}["\x27]?(HTTP_|QUERY_STRING|PHP_AUTH|REQUEST_URI|PATH_INFO)|HTTP_(GET|POST|COOKIE|SERVER)_VARS|HTTP_RAW_POST_DATA|\{["\x27]?_(GET|POST|REQUEST|COOKIE))/ nocase
	condition:
		any of them
}

rule PHP_Command_From_Input
{
	meta:
		description = "A command from the request is run"
		author = "assay"
		date = "2026-11-24"
		reference = "https://attack.mitre.org/techniques/T1505/003/"
		severity = "critical"
		score = 92
		mitre = "T1505.003 T1059.004"
	strings:
		$a = /\b(system|exec|shell_exec|passthru|popen|proc_open|pcntl_exec)[ \t\r\n]{0,8}\([ \t\r\n]{0,8}@?((base64_decode|gzinflate|gzuncompress|gzdecode|str_rot13|strrev|rawurldecode|urldecode|hex2bin|convert_uudecode|pack|str_replace|stripslashes|trim|htmlspecialchars_decode|html_entity_decode|openssl_decrypt|bzdecompress|zlib_decode|mcrypt_decrypt|strtr)[ \t\r\n]{0,8}\([ \t\r\n]{0,8}){0,4}@?(\$(_(GET|POST|REQUEST|COOKIE)\b|_SERVER\s{0,3}\[\s{0,3}["\x27]?(HTTP_|QUERY_STRING|PHP_AUTH)|HTTP_(GET|POST|COOKIE)_VARS|HTTP_RAW_POST_DATA|\{["\x27]?_(GET|POST|REQUEST|COOKIE))|php:\/\/input|getallheaders|getenv\(\s?["\x27]HTTP_|filter_input)/ nocase
		$b = /\b(system|exec|shell_exec|passthru|popen|proc_open|pcntl_exec)[ \t\r\n]{0,8}\([ \t\r\n]{0,8}["\x27][^"\x27;\n]{0,80}["\x27]\s?\.\s?((base64_decode|gzinflate|gzuncompress|gzdecode|str_rot13|strrev|rawurldecode|urldecode|hex2bin|convert_uudecode|pack|str_replace|stripslashes|trim|htmlspecialchars_decode|html_entity_decode|openssl_decrypt|bzdecompress|zlib_decode|mcrypt_decrypt|strtr)\(){0,2}(\$(_(GET|POST|REQUEST|COOKIE)\b|_SERVER\s{0,3}\[\s{0,3}["\x27]?(HTTP_|QUERY_STRING|PHP_AUTH)|HTTP_(GET|POST|COOKIE)_VARS|HTTP_RAW_POST_DATA|\{["\x27]?_(GET|POST|REQUEST|COOKIE))|php:\/\/input|getallheaders|getenv\(\s?["\x27]HTTP_|filter_input)[^;\n]{0,60}\)/ nocase
	condition:
		any of them
}

rule PHP_Backtick_Of_Input
{
	meta:
		description = "Backtick operator over a request parameter"
		author = "assay"
		date = "2026-11-24"
		reference = "https://attack.mitre.org/techniques/T1505/003/"
		severity = "critical"
		score = 92
		mitre = "T1505.003 T1059.004"
	strings:
		$a = /(<\?=|<\?php|<\?|echo|print|return|[=;{(@.])[ \t\r\n]{0,8}` ?\{?\$(_(GET|POST|REQUEST|COOKIE|FILES)\b|_SERVER\s{0,3}\[\s{0,3}["\x27]?(HTTP_|QUERY_STRING|PHP_AUTH|REQUEST_URI|PATH_INFO)|HTTP_(GET|POST|COOKIE|SERVER)_VARS|HTTP_RAW_POST_DATA|\{["\x27]?_(GET|POST|REQUEST|COOKIE))[^`"\n]{0,60}`[ \t\r\n]{0,8}(;|\?>|\)|\.)/
		$i = /\$_(GET|POST|REQUEST|COOKIE|SERVER)\b/
		$b = /(echo|print|<\?=|die\(|exit\(|print_r\(|var_dump\()[ \t\r\n]{0,8}\(?@?`\$[a-z_]\w{0,20}(\[[^\]`\n]{1,20}\])?`[ \t\r\n]{0,8}\)?[ \t\r\n]{0,8}(;|\?>|\))/ nocase
	condition:
		$a or filesize < 20KB and $b and $i
}

rule PHP_Function_Named_By_Input
{
	meta:
		description = "The request names the function that is called"
		author = "assay"
		date = "2026-11-24"
		reference = "https://attack.mitre.org/techniques/T1505/003/"
		severity = "critical"
		score = 95
		mitre = "T1505.003"
	strings:
		$a = /[^\w>$]\$_(GET|POST|REQUEST|COOKIE)[ \t\r\n]{0,8}(\[[^\]\n]{1,40}\] ?\(|\{[^}\n]{1,40}\} ?\()[^;\n]{0,80}[);]/
		$b = /\b(array_map|array_walk|array_filter|call_user_func(_array)?|usort|uasort|uksort|register_shutdown_function|ob_start|forward_static_call(_array)?|array_walk_recursive|array_reduce|iterator_apply|preg_replace_callback)[ \t\r\n]{0,8}\([ \t\r\n]{0,8}@?\$(_(GET|POST|REQUEST|COOKIE|FILES)\b|_SERVER\s{0,3}\[\s{0,3}["\x27]?(HTTP_|QUERY_STRING|PHP_AUTH|REQUEST_URI|PATH_INFO)|HTTP_(GET|POST|COOKIE|SERVER)_VARS|HTTP_RAW_POST_DATA|\{["\x27]?_(GET|POST|REQUEST|COOKIE))[^;\n]{0,120}\$(_(GET|POST|REQUEST|COOKIE|FILES)\b|_SERVER\s{0,3}\[\s{0,3}["\x27]?(HTTP_|QUERY_STRING|PHP_AUTH|REQUEST_URI|PATH_INFO)|HTTP_(GET|POST|COOKIE|SERVER)_VARS|HTTP_RAW_POST_DATA|\{["\x27]?_(GET|POST|REQUEST|COOKIE))/ nocase
		$c = /\b(call_user_func(_array)?|register_shutdown_function|forward_static_call|array_map)[ \t\r\n]{0,8}\([ \t\r\n]{0,8}@?\$_(GET|POST|REQUEST|COOKIE)[ \t\r\n]{0,8}\[/ nocase
		$d = /\bnew[ \t\r\n]{0,8}ReflectionFunction[ \t\r\n]{0,8}\([ \t\r\n]{0,8}@?\$(_(GET|POST|REQUEST|COOKIE|FILES)\b|_SERVER\s{0,3}\[\s{0,3}["\x27]?(HTTP_|QUERY_STRING|PHP_AUTH|REQUEST_URI|PATH_INFO)|HTTP_(GET|POST|COOKIE|SERVER)_VARS|HTTP_RAW_POST_DATA|\{["\x27]?_(GET|POST|REQUEST|COOKIE))/ nocase
	condition:
		any of them
}

rule PHP_Preg_Replace_E_Input
{
	meta:
		description = "Regular expression with the e modifier over request input or hidden code"
		author = "assay"
		date = "2026-11-24"
		reference = "https://attack.mitre.org/techniques/T1505/003/"
		severity = "critical"
		score = 92
		mitre = "T1505.003"
	strings:
		$a = /\b(preg_replace|preg_filter|mb_ereg_replace|mb_eregi_replace)[ \t\r\n]{0,8}\([ \t\r\n]{0,8}["\x27]([^\w\s"\x27])[^"\x27\n]{0,40}[^\w\s"\x27][imsxuADSUX]{0,6}e[imsxuADSUX]{0,6}["\x27][ \t\r\n]{0,8},[^;]{0,160}(\$(_(GET|POST|REQUEST|COOKIE|FILES)\b|_SERVER\s{0,3}\[\s{0,3}["\x27]?(HTTP_|QUERY_STRING|PHP_AUTH|REQUEST_URI|PATH_INFO)|HTTP_(GET|POST|COOKIE|SERVER)_VARS|HTTP_RAW_POST_DATA|\{["\x27]?_(GET|POST|REQUEST|COOKIE))|\\x65|eval|assert|base64_decode|str_rot13)/
		$b = /\b(preg_replace|preg_filter|mb_ereg_replace|mb_eregi_replace)[ \t\r\n]{0,8}\([ \t\r\n]{0,8}\$(_(GET|POST|REQUEST|COOKIE|FILES)\b|_SERVER\s{0,3}\[\s{0,3}["\x27]?(HTTP_|QUERY_STRING|PHP_AUTH|REQUEST_URI|PATH_INFO)|HTTP_(GET|POST|COOKIE|SERVER)_VARS|HTTP_RAW_POST_DATA|\{["\x27]?_(GET|POST|REQUEST|COOKIE))/
		$c = /\bmb_eregi?_replace[ \t\r\n]{0,8}\([^;]{0,80},[ \t\r\n]{0,8}["\x27][a-z]{0,4}e[a-z]{0,4}["\x27][ \t\r\n]{0,8}\)/
		$d = /\bpreg_replace[ \t\r\n]{0,8}\([ \t\r\n]{0,8}["\x27][^"\x27\n]{1,30}\\x65["\x27]/
	condition:
		any of them
}

rule PHP_Write_Of_Input
{
	meta:
		description = "The request gives both name and content of a file that is written"
		author = "assay"
		date = "2026-11-24"
		reference = "https://attack.mitre.org/techniques/T1505/003/"
		severity = "high"
		score = 80
		mitre = "T1505.003"
	strings:
		$a = /\bfile_put_contents[ \t\r\n]{0,8}\([ \t\r\n]{0,8}@?((base64_decode|gzinflate|gzuncompress|gzdecode|str_rot13|strrev|rawurldecode|urldecode|hex2bin|convert_uudecode|pack|str_replace|stripslashes|trim|htmlspecialchars_decode|html_entity_decode|openssl_decrypt|bzdecompress|zlib_decode|mcrypt_decrypt|strtr)[ \t\r\n]{0,8}\([ \t\r\n]{0,8}){0,3}(\$(_(GET|POST|REQUEST|COOKIE)\b|_SERVER\s{0,3}\[\s{0,3}["\x27]?(HTTP_|QUERY_STRING|PHP_AUTH)|HTTP_(GET|POST|COOKIE)_VARS|HTTP_RAW_POST_DATA|\{["\x27]?_(GET|POST|REQUEST|COOKIE))|php:\/\/input|getallheaders|getenv\(\s?["\x27]HTTP_|filter_input)[^;\n]{0,60},[^;]{0,60}(\$(_(GET|POST|REQUEST|COOKIE)\b|_SERVER\s{0,3}\[\s{0,3}["\x27]?(HTTP_|QUERY_STRING|PHP_AUTH)|HTTP_(GET|POST|COOKIE)_VARS|HTTP_RAW_POST_DATA|\{["\x27]?_(GET|POST|REQUEST|COOKIE))|php:\/\/input|getallheaders|getenv\(\s?["\x27]HTTP_|filter_input)/ nocase
		$b = /\b(fwrite|fputs)[ \t\r\n]{0,8}\([ \t\r\n]{0,8}@?fopen[ \t\r\n]{0,8}\([^;]{0,120}(\$(_(GET|POST|REQUEST|COOKIE)\b|_SERVER\s{0,3}\[\s{0,3}["\x27]?(HTTP_|QUERY_STRING|PHP_AUTH)|HTTP_(GET|POST|COOKIE)_VARS|HTTP_RAW_POST_DATA|\{["\x27]?_(GET|POST|REQUEST|COOKIE))|php:\/\/input|getallheaders|getenv\(\s?["\x27]HTTP_|filter_input)[^;]{0,60}["\x27](w|a)[b+]{0,2}["\x27][ \t\r\n]{0,8}\)[ \t\r\n]{0,8},[^;]{0,60}((\$(_(GET|POST|REQUEST|COOKIE)\b|_SERVER\s{0,3}\[\s{0,3}["\x27]?(HTTP_|QUERY_STRING|PHP_AUTH)|HTTP_(GET|POST|COOKIE)_VARS|HTTP_RAW_POST_DATA|\{["\x27]?_(GET|POST|REQUEST|COOKIE))|php:\/\/input|getallheaders|getenv\(\s?["\x27]HTTP_|filter_input)|\$\w{1,20})/ nocase
		$c = /\bcopy[ \t\r\n]{0,8}\([ \t\r\n]{0,8}@?\$_(GET|POST|REQUEST|COOKIE)[^;\n]{1,60},[ \t\r\n]{0,8}@?\$_(GET|POST|REQUEST|COOKIE)/ nocase
		$no = "->"
	condition:
		filesize < 4KB and any of ($a,$b,$c) and not $no
}

rule PHP_Eval_Decoded_Constant
{
	meta:
		description = "Code that comes out of nested decoders is executed"
		author = "assay"
		date = "2026-11-24"
		reference = "https://attack.mitre.org/techniques/T1505/003/"
		severity = "high"
		score = 88
		mitre = "T1505.003 T1027"
	strings:
		$a = /\b(eval|assert)[ \t\r\n]{0,8}\([ \t\r\n]{0,8}@?["\x27]?(\?>)?["\x27]?[ \t\r\n]{0,8}\.?[ \t\r\n]{0,8}@?(gzinflate|gzuncompress|gzdecode|str_rot13|strrev|hex2bin|convert_uudecode|bzdecompress|zlib_decode)[ \t\r\n]{0,8}\(/ nocase
		$b = /\b(eval|assert)[ \t\r\n]{0,8}\([ \t\r\n]{0,8}@?["\x27]?(\?>)?["\x27]?[ \t\r\n]{0,8}\.?[ \t\r\n]{0,8}@?(base64_decode|rawurldecode|urldecode|pack|htmlspecialchars_decode|openssl_decrypt|mcrypt_decrypt|str_replace|implode|join|chr)[ \t\r\n]{0,8}\(/ nocase
		$c = /\b(eval|assert)[ \t\r\n]{0,8}\([ \t\r\n]{0,8}@?\$\w{1,30}(\[[^\]]{1,12}\])?[ \t\r\n]{0,8}\([ \t\r\n]{0,8}@?(\$\w{1,30}[ \t\r\n]{0,8}\([ \t\r\n]{0,8}){0,4}(\$\w|["\x27][A-Za-z0-9+\/=]{20})/ nocase
		$d = /\b(gzinflate|gzuncompress|str_rot13|strrev)[ \t\r\n]{0,8}\([ \t\r\n]{0,8}(base64_decode|str_rot13|strrev)[ \t\r\n]{0,8}\([ \t\r\n]{0,8}["\x27][A-Za-z0-9+\/=\\]{40}/ nocase
		$e = /\bcreate_function[ \t\r\n]{0,8}\([ \t\r\n]{0,8}["\x27][^"\x27]{0,20}["\x27][ \t\r\n]{0,8},[ \t\r\n]{0,8}@?((base64_decode|gzinflate|gzuncompress|gzdecode|str_rot13|strrev|rawurldecode|urldecode|hex2bin|convert_uudecode|pack|str_replace|stripslashes|trim|htmlspecialchars_decode|html_entity_decode|openssl_decrypt|bzdecompress|zlib_decode|mcrypt_decrypt|strtr)|\$\w{1,30})[ \t\r\n]{0,8}\(/ nocase
		$f = /\b(include|require)(_once)?[ \t\r\n]{0,8}\(?[ \t\r\n]{0,8}["\x27]data:[^,"\x27]{0,60};base64,/ nocase
	condition:
		any of them
}

rule PHP_Escaped_Names
{
	meta:
		description = "Names of superglobals, decoders or code functions are written as escapes"
		author = "assay"
		date = "2026-11-24"
		reference = "https://attack.mitre.org/techniques/T1027/010/"
		severity = "high"
		score = 80
		mitre = "T1027.010 T1505.003"
	strings:
		$g1 = "\\x47\\x4c\\x4f\\x42\\x41\\x4c\\x53" nocase
		$g2 = "\\107\\114\\117\\102\\101\\114\\123"
		$g3 = /["{]\\?(\\x47|G)(\\x4c|\\114|L)(\\x4f|\\117|O)(\\x42|\\102|B)(\\x41|\\101|A)(\\x4c|\\114|L)\\(x53|123)/ nocase
		$p1 = "\\x5f\\x50\\x4f\\x53\\x54" nocase
		$p2 = "\\x5f\\x47\\x45\\x54" nocase
		$p3 = "\\x5f\\x52\\x45\\x51\\x55" nocase
		$p4 = "\\x5f\\x43\\x4f\\x4f\\x4b" nocase
		$f1 = "\\x65\\x76\\x61\\x6c" nocase
		$f2 = "\\145\\166\\141\\154"
		$f3 = "\\x61\\x73\\x73\\x65\\x72\\x74" nocase
		$f4 = "\\141\\163\\163\\145\\162\\164"
		$f5 = "\\x73\\x79\\x73\\x74\\x65\\x6d" nocase
		$f6 = "\\x62\\x61\\x73\\x65\\x36\\x34" nocase
		$f7 = "\\142\\141\\163\\145\\66\\64"
		$f8 = "\\x67\\x7a\\x69\\x6e\\x66" nocase
		$f9 = "\\x63\\x72\\x65\\x61\\x74\\x65\\x5f\\x66" nocase
		$f10 = "\\x73\\x68\\x65\\x6c\\x6c\\x5f" nocase
		$f11 = "\\x70\\x61\\x73\\x73\\x74\\x68" nocase
		$c1 = /\$\{?["'](\\x5f|\\137|_)(\\x|\\1)[0-9a-f\\xGETPOSRQUCKI]{4,40}["']\}?/ nocase
	condition:
		any of them
}

rule PHP_Letters_By_Offset
{
	meta:
		description = "Words are put together from single letters of a key string"
		author = "assay"
		date = "2026-11-24"
		reference = "https://attack.mitre.org/techniques/T1027/010/"
		severity = "high"
		score = 82
		mitre = "T1027.010 T1505.003"
	strings:
		$a1 = /\[\d{2,3}\]\.\$\w{1,30}\[\d{1,3}\]\.\$\w{1,30}\[\d{1,3}\]\.\$\w{1,30}\[\d/
		$a2 = /\{\d{2,3}\}\.\$\w{1,30}\{\d{1,3}\}\.\$\w{1,30}\{\d{1,3}\}\.\$\w{1,30}\{\d/
		$a3 = /\[\d{2,3}\] \. \$\w{1,30}\[\d{1,3}\] \. \$\w{1,30}\[\d{1,3}\] \. \$\w{1,30}\[\d/
		$a4 = /\{\d{2,3}\} \. \$\w{1,30}\{\d{1,3}\} \. \$\w{1,30}\{\d{1,3}\} \. \$\w{1,30}\{\d/
		$b = /(\$\w{1,30}\[["']?\w{1,8}["']?\]\[\d{1,3}\] ?\. ?){3}\$\w{1,30}\[["']?\w{1,8}["']?\]\[\d/
		$c = /(\$GLOBALS\[[^\]\n]{1,30}\](\[\d{1,3}\]|\{\d{1,3}\})[ \t\r\n]{0,8}\.[ \t\r\n]{0,8}){3}/
		$d = /substr ?\( ?[^;()\n]{1,60}, ?-?([6-9]|\d{2,3}) ?, ?1 ?\) ?\. ?(substr ?\( ?[^;()\n]{1,60}, ?-?\d{1,3} ?, ?1 ?\) ?\. ?){3}/ nocase
	condition:
		any of them
}

rule PHP_Chr_Chain
{
	meta:
		description = "A word of small letters is spelled with chr"
		author = "assay"
		date = "2026-11-24"
		reference = "https://attack.mitre.org/techniques/T1027/010/"
		severity = "medium"
		score = 62
		mitre = "T1027.010 T1505.003"
	strings:
		$a = /(chr ?\( ?(9[5-9]|1[01][0-9]|12[0-2]) ?\) ?\. ?){5}/ nocase
		$b = /(chr ?\( ?0x(5f|6[1-9a-f]|7[0-9a]) ?\) ?\. ?){5}/ nocase
	condition:
		filesize < 60KB and any of them
}

rule PHP_Junk_Removed_From_Name
{
	meta:
		description = "A dangerous name is freed from junk with str_replace and called"
		author = "assay"
		date = "2026-11-24"
		reference = "https://attack.mitre.org/techniques/T1027/010/"
		severity = "high"
		score = 82
		mitre = "T1027.010 T1505.003"
	strings:
		$a = /str_i?replace[ \t\r\n]{0,8}\([ \t\r\n]{0,8}["'][^"'\n]{1,20}["'][ \t\r\n]{0,8}, ?["']{2} ?,[ \t\r\n]{0,8}["'][^"'\n]{6,120}["'][ \t\r\n]{0,8}\)[ \t\r\n]{0,8};[^?]{0,400}\$\w{1,30}[ \t\r\n]{0,8}\(/ nocase
		$r1 = /strrev[ \t\r\n]{0,8}\([ \t\r\n]{0,8}["'](tressa|lave|metsys|cexe|cexe_llehs|urhtssap|nepop|edoced_46esab|noitcnuf_etaerc|etalfnizg|ecalper_gerp|cnuf_resu_llac)/ nocase
		$r2 = /str_rot13[ \t\r\n]{0,8}\([ \t\r\n]{0,8}["'](nffreg|riny|flfgrz|rkrp|furyy_rkrp|cnffgueh|onfr64_qrpbqr|perngr_shapgvba|tmvasyngr|cert_ercynpr)/ nocase
		$r3 = /base64_decode[ \t\r\n]{0,8}\([ \t\r\n]{0,8}["'](YXNzZXJ0|ZXZhbA|ZXZhbC|c3lzdGVt|c2hlbGxfZXhlYw|cGFzc3RocnU|Y3JlYXRlX2Z1bmN0aW9u|ZXhlYw|YmFzZTY0X2RlY29kZ|Z3ppbmZsYXRl|X1BPU1Q|X0dFV|X1JFUVVFU1Q|JF9QT1NU|JF9HRV|JF9SRVFVRVNU)/
		$r4 = /\b(strrev|str_rot13|base64_decode|str_replace|hex2bin|pack|implode|join|substr_replace|ucfirst|strtolower|trim|sprintf|rawurldecode)[ \t\r\n]{0,8}\([^;]{1,120}\)[ \t\r\n]{0,8};[ \t\r\n]{0,8}(@|echo|return)?[ \t\r\n]{0,8}\$\w{1,30}[ \t\r\n]{0,8}\([ \t\r\n]{0,8}@?\$(_(GET|POST|REQUEST|COOKIE|FILES)\b|_SERVER\s{0,3}\[\s{0,3}["\x27]?(HTTP_|QUERY_STRING|PHP_AUTH|REQUEST_URI|PATH_INFO)|HTTP_(GET|POST|COOKIE|SERVER)_VARS|HTTP_RAW_POST_DATA|\{["\x27]?_(GET|POST|REQUEST|COOKIE))/ nocase
	condition:
		any of ($a,$r1,$r2,$r3) or filesize < 64KB and $r4
}

rule PHP_Variable_Function_Of_Input
{
	meta:
		description = "Request input is given to a function whose name is in a variable"
		author = "assay"
		date = "2026-11-24"
		reference = "https://attack.mitre.org/techniques/T1505/003/"
		severity = "high"
		score = 85
		mitre = "T1505.003"
	strings:
		$a = /([;{}@(.=>][ \t\r\n]{0,8}|return |echo |print )@?\$\{?["']?[A-Za-z_\x80-\xff][\w\x80-\xff]{0,30}["']?\}?(\[[^\]\n]{1,20}\]|\{[^}\n]{1,8}\})?[ \t\r\n]{0,8}\([ \t\r\n]{0,8}@?((base64_decode|gzinflate|gzuncompress|gzdecode|str_rot13|strrev|rawurldecode|urldecode|hex2bin|convert_uudecode|pack|str_replace|stripslashes|trim|htmlspecialchars_decode|html_entity_decode|openssl_decrypt|bzdecompress|zlib_decode|mcrypt_decrypt|strtr)\(){0,3}(\$\w{1,20}\([ \t\r\n]{0,8}){0,2}\$_(GET|POST|REQUEST|COOKIE)[ \t\r\n]{0,8}[\[{][^\]}]{1,40}[\]}][ \t\r\n]{0,8}\)/
		$b = /\$\w{1,30}[ \t\r\n]{0,8}=[ \t\r\n]{0,8}@?\$_(GET|POST|REQUEST|COOKIE)[ \t\r\n]{0,8}\[[^\]]{1,30}\][^;]{0,10};[^?]{0,200}\$\w{1,30}[ \t\r\n]{0,8}\([ \t\r\n]{0,8}@?\$_(GET|POST|REQUEST|COOKIE)[ \t\r\n]{0,8}\[/
		$c = /\(\$\w{1,30}[ \t\r\n]{0,8}=[ \t\r\n]{0,8}@?\$_(GET|POST|REQUEST|COOKIE)[ \t\r\n]{0,8}\[[^\]]{1,30}\]\)[ \t\r\n]{0,8}(&&|and)[ \t\r\n]{0,8}@?\$\w{1,30}[ \t\r\n]{0,8}\(/ nocase
		$d = /foreach[ \t\r\n]{0,8}\([ \t\r\n]{0,8}(array[ \t\r\n]{0,8}\()?[ \t\r\n]{0,8}\$_(GET|POST|REQUEST|COOKIE)[^)]{0,60}\)[^;]{0,60}\$\w{1,20}[ \t\r\n]{0,8}\([ \t\r\n]{0,8}\$\w{1,20}[ \t\r\n]{0,8}\)/ nocase
	condition:
		any of them
}

rule PHP_Symbols_Only
{
	meta:
		description = "Code of underscores and punctuation that builds names by counting letters up"
		author = "assay"
		date = "2026-11-24"
		reference = "https://attack.mitre.org/techniques/T1027/010/"
		severity = "high"
		score = 80
		mitre = "T1027.010 T1505.003"
	strings:
		$a = /\$_{1,12}[ \t\r\n]{0,8}=[ \t\r\n]{0,8}@?["']?\$_{1,12}\b[^=]/
		$b = /(\+\+\$_{1,12}|\$_{1,12}\+\+|\$_{1,12}\.=\$_)/
		$c = /\$\{?\$_{1,12}\}?[ \t\r\n]{0,8}[\[{(]/
		$d = /(\$\w{1,3}\+\+;[ \t\r\n]{0,8}){4}/
	condition:
		filesize < 20KB and (#b > 3 and ($a or $c) or $d and $c)
}

rule PHP_Shell_Panel
{
	meta:
		description = "Administration page of a web shell: command, files, database and server facts in one file"
		author = "assay"
		date = "2026-11-24"
		reference = "https://attack.mitre.org/techniques/T1505/003/"
		severity = "high"
		score = 85
		mitre = "T1505.003"
	strings:
		$c1 = /\b(shell_exec|passthru|proc_open|pcntl_exec)[ \t\r\n]{0,8}\(/ nocase
		$c2 = /[^\w>]popen[ \t\r\n]{0,8}\(/ nocase
		$c3 = /[^\w>:]system[ \t\r\n]{0,8}\(/ nocase
		$c4 = /[^\w>:]exec[ \t\r\n]{0,8}\(/ nocase
		$c5 = /\beval[ \t\r\n]{0,8}\(/ nocase
		$f1 = "disable_functions" nocase
		$f2 = "safe_mode" nocase
		$f3 = "php_uname" nocase
		$f4 = "posix_getpwuid" nocase
		$f5 = "posix_getgrgid" nocase
		$f6 = "open_basedir" nocase
		$f7 = "disk_free_space" nocase
		$f8 = "get_current_user" nocase
		$f9 = "/etc/passwd"
		$f10 = "set_time_limit(0)" nocase
		$f11 = "error_reporting(0)" nocase
		$f12 = "getmyuid" nocase
		$f13 = "fileperms" nocase
		$f14 = "back connect" nocase
		$f15 = "backconnect" nocase
		$f16 = "bind port" nocase
		$f17 = "magic_quotes_gpc" nocase
		$f18 = "allow_url_fopen" nocase
		$f19 = "ignore_user_abort" nocase
		$u1 = "multipart/form-data" nocase
		$u2 = "move_uploaded_file" nocase
		$w1 = /(type|name)\s?=\s?\\?["']?(cmd|command|ccmd|execute|shell|comando|evalcode|phpcode)\b/ nocase
		$i1 = /\$_(GET|POST|REQUEST|COOKIE)\b/
	condition:
		extension != ".vim" and 2 of ($c*) and 6 of ($f*) and (any of ($u*) or $w1) and $i1
}

rule PHP_Shell_Words
{
	meta:
		description = "Words that web shells show to their users"
		author = "assay"
		date = "2026-11-24"
		reference = "https://attack.mitre.org/techniques/T1505/003/"
		severity = "high"
		score = 80
		mitre = "T1505.003"
	strings:
		$a1 = /\b(c99|r57|b374k|wso|alfa|indoxploit|p0wny|weevely|antsword|behinder|godzilla|china chopper|caidao)[ _-]?(shell|team|tesla)/ nocase
		$a2 = "FilesMan" fullword
		$a3 = /(bypass|mini|priv8?|simple|my|web|php|symlink|uploader|backdoor|lolz|gel4y|marijuana|0byt3m1n1|haxor|hacked?|sec|root)[ _-]?(web)?sh[e3]ll\b/ nocase
		$a4 = /\b(hacked|defaced|owned|pwned|coded|greetz|greets) (by|to|4)\b/ nocase
		$a5 = /(safe ?mode ?(bypass|:)|bypass ?(safe ?mode|disable)|symlink ?(info|bypass)|mass ?defac|auto ?r(oo|00)t|kernel ?exploit|config ?grab|jump(ing)? ?server|cgi ?telnet|read ?\/etc\/passwd)/ nocase
		$c1 = /\b(shell_exec|passthru|proc_open|system|exec|popen|eval|assert)[ \t\r\n]{0,8}\(/ nocase
		$c2 = /(move_uploaded_file|file_put_contents|fwrite|symlink)[ \t\r\n]{0,8}\(/ nocase
		$i = /\$_(GET|POST|REQUEST|COOKIE|FILES)\b|\$HTTP_(POST|GET)_VARS/
	condition:
		2 of ($a*) and any of ($c*) and $i
}

rule PHP_Reverse_Shell
{
	meta:
		description = "PHP connects out and ties a shell to the socket"
		author = "assay"
		date = "2026-11-24"
		reference = "https://attack.mitre.org/techniques/T1059/004/"
		severity = "critical"
		score = 92
		mitre = "T1059.004 T1505.003"
	strings:
		$s1 = /\b(p?fsockopen|stream_socket_client|socket_connect|socket_create)[ \t\r\n]{0,8}\(/ nocase
		$p1 = /\b(proc_open|shell_exec|popen|pcntl_exec|passthru|system|exec)[ \t\r\n]{0,8}\(/ nocase
		$h1 = "/bin/sh" nocase
		$h2 = "/bin/bash" nocase
		$h3 = "cmd.exe" nocase
		$d1 = /fsockopen[ \t\r\n]{0,8}\([^;]{1,80}\)[ \t\r\n]{0,8};[ \t\r\n]{0,8}(shell_exec|exec|system|passthru|popen|`|proc_open)[^;]{1,60}(sh|bash|cmd)[^;]{0,20}<&3/ nocase
		$d2 = /proc_open[ \t\r\n]{0,8}\([ \t\r\n]{0,8}[^;]{1,120}array[ \t\r\n]{0,8}\([ \t\r\n]{0,8}0[ \t\r\n]{0,8}=>[ \t\r\n]{0,8}\$\w{1,20}[ \t\r\n]{0,8},[ \t\r\n]{0,8}1[ \t\r\n]{0,8}=>[ \t\r\n]{0,8}\$/ nocase
		$d3 = /\b(fread|fgets|socket_read|stream_get_contents)[ \t\r\n]{0,8}\([^;]{1,40}\)[ \t\r\n]{0,8};[^}]{0,200}(shell_exec|exec|system|popen|passthru|`)/ nocase
		$d4 = /array[ \t\r\n]{0,8}\([ \t\r\n]{0,8}["']pipe["'][ \t\r\n]{0,8},[ \t\r\n]{0,8}["']r["']/ nocase
	condition:
		$d1 or $s1 and $d2 or ($s1 and $p1 and any of ($h*) and ($d3 or $d4) and filesize < 100KB)
}

rule PHP_Upload_Only
{
	meta:
		description = "Small file that stores any upload under its own name"
		author = "assay"
		date = "2026-11-24"
		reference = "https://attack.mitre.org/techniques/T1505/003/"
		severity = "medium"
		score = 60
		mitre = "T1505.003 T1105"
	strings:
		$m = /\b(move_uploaded_file|copy)[ \t\r\n]{0,8}\([ \t\r\n]{0,8}@?\$_FILES[ \t\r\n]{0,8}\[[^;]{1,60}tmp_name[^;]{1,160}\$_FILES[ \t\r\n]{0,8}\[[^;]{1,60}\bname\b/ nocase
		$m2 = /\b(move_uploaded_file|copy)[ \t\r\n]{0,8}\([ \t\r\n]{0,8}@?\$_FILES[ \t\r\n]{0,8}\[[^;]{1,60}tmp_name[^;]{1,80}\$_(POST|GET|REQUEST)/ nocase
		$form = /<form[^>]{0,160}multipart\/form-data/ nocase
		$form2 = /enctype[^>]{0,12}multipart\/form-data/ nocase
		$no1 = /(pathinfo|in_array|preg_match|session_start|is_allowed|extension|mime|getimagesize|md5\(|uniqid|allowed)/ nocase
		$no2 = /(require|include)(_once)?[ (]/ nocase
	condition:
		filesize < 4KB and any of ($m*) and any of ($form*) and not any of ($no*)
}

rule PHP_Raw_Header_Input_To_Code
{
	meta:
		description = "A request header or the request body is decoded and executed"
		author = "assay"
		date = "2026-11-24"
		reference = "https://attack.mitre.org/techniques/T1505/003/"
		severity = "critical"
		score = 90
		mitre = "T1505.003"
	strings:
		$i1 = /\$_SERVER[ \t\r\n]{0,8}\[[ \t\r\n]{0,8}["']HTTP_[A-Z0-9_]{1,40}["'][ \t\r\n]{0,8}\]/
		$i2 = "php://input"
		$i3 = /\b(getallheaders|apache_request_headers)[ \t\r\n]{0,8}\(/
		$e1 = /\b(eval|assert)[ \t\r\n]{0,8}\([ \t\r\n]{0,8}@?((base64_decode|gzinflate|gzuncompress|gzdecode|str_rot13|strrev|rawurldecode|urldecode|hex2bin|convert_uudecode|pack|str_replace|stripslashes|trim|htmlspecialchars_decode|html_entity_decode|openssl_decrypt|bzdecompress|zlib_decode|mcrypt_decrypt|strtr)[ \t\r\n]{0,8}\([ \t\r\n]{0,8}){0,3}\$\w{1,30}/ nocase
		$e2 = /\b(shell_exec|passthru|system|popen|proc_open)[ \t\r\n]{0,8}\([ \t\r\n]{0,8}@?((base64_decode|gzinflate|gzuncompress|gzdecode|str_rot13|strrev|rawurldecode|urldecode|hex2bin|convert_uudecode|pack|str_replace|stripslashes|trim|htmlspecialchars_decode|html_entity_decode|openssl_decrypt|bzdecompress|zlib_decode|mcrypt_decrypt|strtr)[ \t\r\n]{0,8}\([ \t\r\n]{0,8}){0,3}\$\w{1,30}/ nocase
		$k1 = /openssl_decrypt|base64_decode|gzinflate|\^[ \t\r\n]{0,8}\$\w{1,20}[ \t\r\n]{0,8}[\[{]/
		$no = /\b(namespace|abstract class|@license|@package)\b/
	condition:
		filesize < 8KB and any of ($i*) and any of ($e*) and $k1 and not $no
}

rule PHP_Extract_Then_Call
{
	meta:
		description = "Request input becomes variables, one of which is called"
		author = "assay"
		date = "2026-11-24"
		reference = "https://attack.mitre.org/techniques/T1505/003/"
		severity = "high"
		score = 80
		mitre = "T1505.003"
	strings:
		$a = /\b(extract|parse_str|import_request_variables|mb_parse_str)[ \t\r\n]{0,8}\([ \t\r\n]{0,8}@?(\$_(GET|POST|REQUEST|COOKIE|SERVER)|["'][gpcGPC]{1,3}["'])[^;]{0,40};[^?]{0,200}[;{}\s@]\$\w{1,30}[ \t\r\n]{0,8}\([ \t\r\n]{0,8}\$/ nocase
		$b = /\b(extract|parse_str)[ \t\r\n]{0,8}\([ \t\r\n]{0,8}@?\$_(GET|POST|REQUEST|COOKIE|SERVER)[^;]{0,40};[^?]{0,200}\b(eval|assert|system|exec|shell_exec|passthru|popen|include|create_function)[ \t\r\n]{0,8}\(/ nocase
	condition:
		filesize < 20KB and any of them
}

rule PHP_Makes_Administrator
{
	meta:
		description = "Hook that makes an administrator of WordPress for whoever asks"
		author = "assay"
		date = "2026-11-24"
		reference = "https://attack.mitre.org/techniques/T1136/"
		severity = "high"
		score = 82
		mitre = "T1136 T1505.003"
	strings:
		$u = /\bwp_(create|insert)_user\s?\(/
		$r = /set_role\s?\(\s?["']administrator["']|["']role["']\s?=>\s?["']administrator["']/
		$h = /add_action\s?\(\s?["'](wp_head|wp_footer|wp_loaded|init|template_redirect|plugins_loaded)["']/
		$i = /\$_(GET|POST|REQUEST|COOKIE)\s?\[/
		$e = /\b(username_exists|email_exists)\s?\(/
	condition:
		filesize < 8KB and $u and $r and $h and ($i or $e)
}

rule PHP_Include_Of_Escaped_Path
{
	meta:
		description = "A path that is written in escapes is included"
		author = "assay"
		date = "2026-11-24"
		reference = "https://attack.mitre.org/techniques/T1027/010/"
		severity = "high"
		score = 84
		mitre = "T1027.010 T1505.003"
	strings:
		$a = /\b(include|require)(_once)?\s?\(?\s?"[^"\n]{0,40}\\(x[0-9a-fA-F]{2}|[0-7]{2,3})[^"\n]{0,20}\\(x[0-9a-fA-F]{2}|[0-7]{2,3})[^"\n]{0,20}\\(x[0-9a-fA-F]{2}|[0-7]{2,3})/
	condition:
		$a
}

rule PHP_Goto_Obfuscated_Shell
{
	meta:
		description = "Program torn into goto pieces that runs commands or code"
		author = "assay"
		date = "2026-11-24"
		reference = "https://attack.mitre.org/techniques/T1027/"
		severity = "medium"
		score = 68
		mitre = "T1027 T1505.003"
	strings:
		$g = /goto [A-Za-z0-9_]{4,6}; [A-Za-z0-9_]{4,6}: /
		$x = /[^>:\w$](system|passthru|shell_exec|exec|popen|proc_open|eval|assert|move_uploaded_file)\s?\(\s?\$/
		$e = /"(\\(x[0-9a-f]{2}|[0-7]{2,3})){6}/
	condition:
		#g > 20 and $x and #e > 8
}

rule PHP_Mass_Defacer
{
	meta:
		description = "Script that overwrites pages in many folders"
		author = "assay"
		date = "2026-11-24"
		reference = "https://attack.mitre.org/techniques/T1491/002/"
		severity = "medium"
		score = 66
		mitre = "T1491.002"
	strings:
		$m = /mass[ _-]?defac|hacked by|was here|0wn(ed|z) by/ nocase
		$d = /\b(scandir|opendir|RecursiveDirectoryIterator|glob)\s?\(/
		$w = /\b(file_put_contents|fwrite|fputs|copy)\s?\(/
		$h = /public_html|\/var\/www|htdocs|wwwroot|index\.(html?|php)|\$_(GET|POST|REQUEST)/
	condition:
		filesize < 6KB and all of them
}

rule PHP_Encoded_Function_Names
{
	meta:
		description = "Names of functions that shells need stand encoded in a program"
		author = "assay"
		date = "2026-11-24"
		reference = "https://attack.mitre.org/techniques/T1027/010/"
		severity = "high"
		score = 80
		mitre = "T1027.010 T1505.003"
	strings:
		$h1 = "66696c655f7075745f636f6e74656e7473" nocase
		$h2 = "66696c655f6765745f636f6e74656e7473" nocase
		$h3 = "6d6f76655f75706c6f616465645f66696c65" nocase
		$h4 = "7368656c6c5f65786563" nocase
		$h5 = "7061737374687275" nocase
		$h6 = "70726f635f6f70656e" nocase
		$h7 = "6261736536345f6465636f6465" nocase
		$h8 = "7068705f756e616d65" nocase
		$h9 = "63757272656e745f75736572" nocase
		$b1 = "ZmlsZV9wdXRfY29udGVudH"
		$b2 = "ZmlsZV9nZXRfY29udGVudH"
		$b3 = "bW92ZV91cGxvYWRlZF9maWxl"
		$b4 = "c2hlbGxfZXhlY"
		$b5 = "cGFzc3Rocn"
		$b6 = "cHJvY19vcGVu"
		$b7 = "YmFzZTY0X2RlY29kZ"
		$b8 = "cGhwX3VuYW1l"
		$p = /<\?(php|=|[ \t\r\n])/ nocase
	condition:
		filesize < 1MB and $p and (3 of ($h*) or 3 of ($b*))
}

rule PHP_Infects_Pages
{
	meta:
		description = "Script that writes code into other scripts and sets their time back"
		author = "assay"
		date = "2026-11-24"
		reference = "https://attack.mitre.org/techniques/T1070/006/"
		severity = "high"
		score = 78
		mitre = "T1070.006 T1505.003"
	strings:
		$t = /\btouch\s?\([^;\n]{1,200},\s?\$\w{0,20}time/ nocase
		$w = /\b(file_put_contents|fwrite|fputs)\s?\(/
		$d = /\b(scandir|glob|opendir|RecursiveDirectoryIterator)\s?\(/
		$c = /PD9waH|["']<\?(php|=)|functions\.php|wp-config\.php|\.htaccess/
		$p = /\bfile(m|c|a)time\s?\(/
		$b = /base64_decode|eval\s?\(|\$_(REQUEST|GET|POST|COOKIE)/
	condition:
		filesize < 60KB and all of them
}

rule PHP_Fetches_From_Paste
{
	meta:
		description = "Small script that fetches a program from a code or paste site and writes it to the server"
		author = "assay"
		date = "2026-11-24"
		reference = "https://attack.mitre.org/techniques/T1105/"
		severity = "medium"
		score = 66
		mitre = "T1105 T1505.003"
	strings:
		$u = /https?:\/\/(raw\.githubusercontent\.com|gist\.githubusercontent\.com|pastebin\.com\/(raw|raw\.php)|hastebin\.com\/raw|ghostbin|rentry\.co|controlc\.com|paste\.ee|pastie|dpaste)[^"' \n]{4,160}["']/
		$f = /\b(curl_exec|file_get_contents|fsockopen|fopen|wget|http_get)\s?\(/
		$w = /\b(fwrite|fputs|file_put_contents|copy)\s?\(/
		$p = /DOCUMENT_ROOT|\.php["']|\/tmp\/|public_html/
		$no = /class \w{1,40}|namespace |wp_remote_get|composer|\$argv|STDERR/
	condition:
		filesize < 5KB and $u and $f and $w and $p and not $no
}

rule PHP_Plants_Code_Through_Database
{
	meta:
		description = "A script has the database server write a program or an event consumer and start it"
		author = "assay"
		date = "2026-11-24"
		reference = "https://attack.mitre.org/techniques/T1546/003/"
		severity = "high"
		score = 82
		mitre = "T1546.003 T1505.001"
	strings:
		$d = /\binto[ \t]{1,4}(dumpfile|outfile)\b/ nocase
		$w = "__EventFilter"
		$w2 = /(ActiveScript|CommandLine)EventConsumer/
		$u = /\bcreate[ \t]{1,4}function[ \t]{1,4}[^;\n]{1,60}\breturns[ \t]{1,4}(string|integer)[ \t]{1,4}soname\b/ nocase
	condition:
		$d and ($u or $w and $w2)
}

rule PHP_Reads_Passwords_Of_Sites
{
	meta:
		description = "A script goes through the accounts of a server or its sites and reads their passwords"
		author = "assay"
		date = "2026-11-24"
		reference = "https://attack.mitre.org/techniques/T1552/001/"
		severity = "high"
		score = 76
		mitre = "T1552.001"
	strings:
		$p = "/etc/passwd"
		$h = "public_html"
		$c1 = "wp-config.php"
		$c2 = "configuration.php"
		$c3 = "config.inc.php"
		$c4 = "conf_global.php"
		$c5 = "Settings.php"
		$c6 = "configure.php"
		$c7 = "db_connect.php"
		$c8 = "includes/config.php"
		$c9 = "sites/default/settings.php"
		$c10 = "submitticket.php"
		$s = /\b(symlink|fopen|file_get_contents|file|readlink|fgets)[ \t]{0,4}\(/
		$i1 = /IIS:\/\/[\w.]{1,40}\/w3svc/ nocase
		$i2 = "AnonymousUserPass"
	condition:
		$p and $h and $s and 3 of ($c*) or $i1 and $i2
}

rule PHP_Deletes_Itself_After_Back_Dating
{
	meta:
		description = "A small script sets back the time of another script and deletes itself"
		author = "assay"
		date = "2026-11-24"
		reference = "https://attack.mitre.org/techniques/T1070/006/"
		severity = "high"
		score = 76
		mitre = "T1070.006 T1070.004"
	strings:
		$u = /\bunlink[ \t]{0,4}\([ \t]{0,4}(__FILE__|\$_SERVER\[["']SCRIPT_FILENAME["']\])[ \t]{0,4}\)/ nocase
		$t = /\btouch[ \t]{0,4}\([^;\n]{1,120},[ \t]{0,4}\(?[ \t]{0,4}(time|filemtime|strtotime|mktime)[ \t]{0,4}\(/ nocase
	condition:
		filesize < 2KB and $u and $t
}
