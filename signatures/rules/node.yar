// JavaScript on the server.

rule Node_Shell
{
	meta:
		description = "Node script that runs what a request or connection brings"
		author = "assay"
		date = "2026-11-24"
		reference = "https://attack.mitre.org/techniques/T1059/007/"
		severity = "high"
		score = 85
		mitre = "T1059.007 T1505.003"
	strings:
		$c1 = /require\s?\(\s?["'](node:)?child_process["']\s?\)/
		$c2 = /from\s?["'](node:)?child_process["']/
		$c3 = /process\s?\.\s?binding\s?\(\s?["']spawn_sync/
		$i1 = /\b(req|request)\s?\.\s?(query|body|params|headers|url)\b/
		$i2 = /url\s?\.\s?parse\s?\(\s?(req|request)\s?\.\s?url/
		$n1 = /\bnet\s?\.\s?(Socket|connect|createConnection|createServer)\b/
		$x1 = /\.\s?(exec|execSync|spawn|spawnSync)\s?\(\s?(req|request|url|query|cmd|command|c|q|data|d)\b/
		$x2 = /\beval\s?\(\s?(req|request|Buffer|atob|query|data|body)\b/
		$x3 = /\.\s?(spawn|exec)\s?\(\s?["'](\/bin\/)?((ba|z)?sh|cmd(\.exe)?)["']/
		$p = /\.pipe\s?\(/
	condition:
		filesize < 60KB and (any of ($c*) and ((any of ($i*) and any of ($x1,$x3)) or ($n1 and ($x1 or $x3) and ($p or $x1))) or ($x2 and any of ($i*)))
}

rule Node_Install_Hook_Fetches
{
	meta:
		description = "Script that collects environment or keys and sends them from a package hook"
		author = "assay"
		date = "2026-11-24"
		reference = "https://attack.mitre.org/techniques/T1195/002/"
		severity = "medium"
		score = 60
		mitre = "T1195.002 T1105"
	strings:
		$e1 = /JSON\.stringify\s?\(\s?process\.env\s?\)/
		$e2 = /os\.(hostname|userInfo|networkInterfaces)\s?\(/
		$e3 = /\.(npmrc|ssh\/id_rsa|aws\/credentials)|\/etc\/passwd/
		$s = /https?\.(request|get)\s?\(|fetch\s?\(|axios\.|dns\.(lookup|resolve)\s?\(/
		$d = /(oast\.|interact\.sh|burpcollaborator|pipedream\.net|webhook\.site|ngrok|requestbin|discord(app)?\.com\/api\/webhooks|api\.telegram\.org)/
	condition:
		filesize < 100KB and $s and (($d and any of ($e*)) or ($e1 and $e2 and $e3))
}
