package script

import (
	"context"
	"fmt"
	"regexp"
	"strings"

	"github.com/seed-181f3109/assay/fstree"
	"github.com/seed-181f3109/assay/signatures/views/line"
)

const (
	maxShellLines = 100_000
	maxShellLine  = 1 << 20 // bytes
	maxShellVars  = 4 << 20 // bytes of their values
	maxShellWork  = 4 << 20 // bytes of lines with variables put in
)

// shellHints stand in scripts worth reading.
var shellHints = []string{"|sh", "| sh", "|bash", "| bash", "/dev/tcp/", "/dev/udp/", "base64", "eval", "curl", "wget", "xxd", "nc ", "ncat", "socat", "mkfifo", "${IFS}", "$'\\x", "openssl", "python", "perl",
	"ruby", "telnet", "authorized_keys", "crontab", "ld.so.preload", "LD_PRELOAD", "chattr", "insmod", "rev", "useradd", "/etc/passwd", "/etc/shadow", "sudoers", "printf", "setsid", "nohup", "gsocket", "systemctl", "iptables", "history", "PROMPT_COMMAND", "PATH=", "trap ", "chmod"}

// shellRule is a line that does something telling; group 1 is its argument.
type shellRule struct {
	kind, name, arg string
	re              *regexp.Regexp
}

func sh(kind, name, arg, re string) shellRule {
	return shellRule{kind, name, arg, regexp.MustCompile(re)}
}

const shells = `(?:/usr)?(?:/bin/|/sbin/)?(?:env +)?(?:ba|da|z|k|a)?sh\b`

// shellRules are matched against each command line after quotes, escapes and
// constant variables are undone.
var shellRules = []shellRule{
	sh("network", "dev-tcp", "constant", `(/dev/(?:tcp|udp)/[^\s;&|>)]+)`),
	sh("command", "nc-exec", "socket", `\b(?:nc|ncat|netcat|nc\.traditional|busybox nc)\b[^;|&]*\s(?:-[a-z]*[ec]\b|--exec|--sh-exec)\s*(\S+)`),
	sh("command", "fifo-shell", "socket", `\bmk(?:fifo|nod)\b.*\|.*(`+shells+`).*\b(?:nc|ncat|netcat|telnet|openssl|socat)\b`),
	sh("command", "telnet-shell", "socket", `\btelnet\b[^|]*\|\s*(`+shells+`)`),
	sh("command", "socat-exec", "socket", `\bsocat\b.*((?i:exec|system):\S+)`),
	sh("command", "openssl-shell", "socket", `\bopenssl\s+s_client\b.*(\S+)`),
	sh("code", "pipe-shell", "network", `\b((?:curl|wget|fetch|lwp-request|GET)\b[^|;]*)\|\s*(?:sudo\s+)?(?:`+shells+`|python[0-9.]*|perl|ruby|php|node)`),
	sh("code", "substituted-shell", "network", `(?:`+shells+`\s+(?:-c\s+)?|eval\s+|source\s+|\.\s+)["']?(?:\$\(|<\(|`+"`"+`)\s*((?:curl|wget|fetch)\b[^)]*)`),
	sh("code", "pipe-shell", "decoded", `((?:base64\s+(?:-d|-D|--decode|-di)|xxd\s+-r|openssl\s+(?:enc\s+-d|base64\s+-d|enc\s+-\S+\s+-d)|gunzip|gzip\s+-d|zcat|uudecode|rev|tr\s+['"]?A-Za-z)[^|;]*)\|(?:[^;]*\|)?\s*(?:sudo\s+)?(?:`+shells+`|python[0-9.]*|perl|eval)`),
	sh("code", "eval", "decoded", `(?:eval|`+shells+`\s+-c|source|exec)\s+["']?(?:\$\(|<\(|`+"`"+`)(.*(?:base64\s+(?:-d|-D|--decode)|xxd\s+-r|printf\s+['"]?\\x|rev\b|openssl\s+enc).*)`),
	sh("code", "interpreter", "constant", `\b((?:python[0-9.]*|perl|ruby|php|lua|node|awk|gawk)\b.*(?:socket|fsockopen|TCPSocket|Socket|net\.connect|/inet/tcp).*)`),
	sh("command", "bash-interactive", "socket", `(`+shells+`\s+-i\b[^;]*(?:>&|<&|0>&1|&>)[^;]*)`),
	sh("file-write", "authorized_keys", "constant", `>>?\s*(\S*authorized_keys\S*)`),
	sh("file-write", "ld.so.preload", "constant", `(?:>>?|\btee\b.*)\s*(\S*ld\.so\.preload)`),
	sh("file-write", "crontab", "constant", `(?:\|\s*|>>?\s*)(crontab\b|/etc/cron\S*|/var/spool/cron\S*)`),
	sh("file-write", "passwd", "constant", `>>\s*(/etc/(?:passwd|shadow|sudoers)\S*)`),
	sh("file-write", "profile", "constant", `>>\s*(\S*(?:\.bashrc|\.profile|\.bash_profile|/etc/profile|/etc/bash\.bashrc|\.zshrc)\S*)`),
	sh("file-write", "unit", "constant", `(?:>|\btee\b)\s*(/(?:etc|lib|usr/lib)/systemd/\S+\.(?:service|timer))`),
	sh("file-write", "udev", "constant", `(?:>|\btee\b)\s*(/(?:etc|lib)/udev/rules\.d/\S+)`),
	sh("file-write", "pam", "constant", `(?:>>?|\btee\b|sed\s+-i.*)\s*(/etc/pam\.d/\S+|\S*pam_\w+\.so)`),
	sh("env", "LD_PRELOAD", "constant", `\bLD_PRELOAD=(\S+)`),
	sh("env", "setuid", "constant", `\bchmod\s+(?:[ug]*\+s\S*|[2467][0-7]{3})\s+(\S*(?:sh|bash|dash|python\S*|find|vim?|/tmp/\S+|/dev/shm/\S+))`),
	sh("env", "chattr", "constant", `\bchattr\s+\+i\S*\s+(\S+)`),
	sh("env", "history", "constant", `(HISTFILE=/dev/null|unset\s+HIST\w+|history\s+-c|HISTSIZE=0|set\s+\+o\s+history)`),
	sh("env", "user", "constant", `\b(?:useradd|usermod|adduser)\b.*(-o\b.*-u\s*0|-u\s*0\b.*|-[aG]+\s+(?:sudo|wheel|root)).*`),
	sh("load", "insmod", "constant", `\binsmod\s+(\S+)`),
	sh("file-write", "download-run", "network", `\b(?:curl|wget)\b.*(?:-[oO]|>)\s*(/(?:tmp|var/tmp|dev/shm)/\S+)`),
	sh("env", "prompt-command", "constant", `\b(PROMPT_COMMAND=.*(?:\$\(|nc |/dev/tcp|curl|wget).*)`),
	sh("env", "trap", "constant", `\btrap\s+(.*(?:/dev/tcp|nc |curl|wget|base64).*)\s+(?:EXIT|DEBUG|0)`),
}

// shell reads a shell script line by line, with constant variables put in their places.
func shell(ctx context.Context, src []byte) *Result {
	out := &Result{}
	if !shellTables().hints.In(src) {
		return out
	}
	s := &shellReader{vars: map[string]string{}, set: &line.Set{}, out: out, kept: map[string]bool{}, may: make([]bool, len(shellRules))}
	text := strings.ReplaceAll(string(src), "\\\n", "  ")
	n := 0
	for l := range strings.SplitSeq(text, "\n") {
		n++
		if n > maxShellLines || ctx.Err() != nil {
			out.Err = fmt.Errorf("more than %d lines: %w", maxShellLines, fstree.ErrLimit)
			break
		}
		s.line(l, n, 0)
		if s.work > maxShellWork {
			out.Err = fmt.Errorf("more than %d bytes after variables are put in: %w", maxShellWork, fstree.ErrLimit)
			break
		}
	}
	if s.set.Len() == 0 {
		return out
	}
	out.Sinks = s.set.Text(line.File("shell", src, line.Counts{Sinks: s.set.Len(), Computed: s.computed, Depth: min(1, len(out.Decoded))}))
	return out
}

type shellReader struct {
	vars     map[string]string
	set      *line.Set
	out      *Result
	kept     map[string]bool
	computed int
	size     int
	work     int
	may      []bool // rules that can match the line at hand
}

var (
	assignRE  = regexp.MustCompile(`(?:^|[;&|\s(])(?:export\s+|local\s+|readonly\s+|declare\s+(?:-\w+\s+)?)?([A-Za-z_]\w*)=("[^"]*"|'[^']*'|\$'[^']*'|[^\s;&|()"']*)`)
	varRE     = regexp.MustCompile(`\$\{?([A-Za-z_]\w*)\}?|\$\{([A-Za-z_]\w*):(\d+):(\d+)\}`)
	sliceRE   = regexp.MustCompile(`\$\{([A-Za-z_]\w*):(\d+):(\d+)\}`)
	ansiRE    = regexp.MustCompile(`\$'((?:[^'\\]|\\.)*)'`)
	emptyRE   = regexp.MustCompile(`([A-Za-z0-9/._-])(?:""|''|\$@|\$\*|\$\{[@*]\}|` + "``" + `)([A-Za-z0-9/._-])`)
	backRE    = regexp.MustCompile(`\\([A-Za-z/.])`)
	echoRE    = regexp.MustCompile(`(?:echo|printf)\s+(?:-\w+\s+)*(?:%s\s+)?["']?([A-Za-z0-9+/=_-]{16,})["']?\s*\|\s*(?:(rev)\s*\|\s*)?(base64\s+(?:-d|-D|--decode|-di)|xxd\s+-r(?:\s+-p)?|xxd\s+-p\s+-r)(?:\s*\|\s*(gunzip|gzip\s+-d\w*|zcat))?`)
	hereRE    = regexp.MustCompile(`(base64\s+(?:-d|-D|--decode))\s*<<<\s*["']?([A-Za-z0-9+/=]{16,})`)
	printfRE  = regexp.MustCompile(`(?:printf|echo\s+-n?e)\s+(?:--\s+)?["']?((?:\\x[0-9a-fA-F]{2}|\\[0-7]{3}){4,})`)
	commentRE = regexp.MustCompile(`^\s*#`)
)

// line reads one command line.
func (s *shellReader) line(l string, n, nest int) {
	if len(l) > maxShellLine {
		s.out.Err = fmt.Errorf("a line of more than %d bytes: %w", maxShellLine, fstree.ErrLimit)
		return
	}
	if l == "" || commentRE.MatchString(l) {
		return
	}
	if strings.ContainsRune(l, '=') {
		for _, m := range assignRE.FindAllStringSubmatch(l, -1) {
			if s.size > maxShellVars || len(s.vars) >= 10_000 {
				s.out.Err = fmt.Errorf("more variables than are kept: %w", fstree.ErrLimit)
				break
			}
			v := s.undo(m[2])
			s.size += len(v)
			s.vars[m[1]] = strings.Trim(v, `"'`)
		}
	}
	plain := l
	if strings.ContainsAny(l, "$\\'\"") {
		plain = s.undo(l)
	}
	s.work += len(plain)
	if !shellTables().hints.In(bytesOf(plain)) {
		return
	}
	computed := plain != l && normal(plain) != normal(l)
	for _, m := range echoRE.FindAllStringSubmatch(plain, -1) {
		d, data := "base64", m[1]
		if m[2] != "" {
			data, _ = undo("reverse", data)
		}
		if strings.HasPrefix(m[3], "xxd") {
			d = "hex"
		}
		s.decoded(d, data, m[4] != "", n, nest)
	}
	for _, m := range hereRE.FindAllStringSubmatch(plain, -1) {
		s.decoded("base64", m[2], false, n, nest)
	}
	for _, m := range printfRE.FindAllStringSubmatch(l, -1) {
		if v := ansi(m[1]); !s.kept[v] {
			s.keep("hex", v, n, nest)
		}
	}
	shellTables().rules.candidates(plain, s.may)
	for i, r := range shellRules {
		if !s.may[i] {
			continue
		}
		m := r.re.FindStringSubmatch(plain)
		if m == nil {
			continue
		}
		via := "direct"
		if computed && r.re.FindString(l) == "" {
			via = "computed:other"
			s.computed++
		}
		arg := ""
		if len(m) > 1 {
			arg = strings.TrimSpace(m[1])
		}
		dec := ""
		if r.arg == "decoded" {
			dec = "base64"
			if strings.Contains(arg, "xxd") || strings.Contains(arg, "printf") {
				dec = "hex"
			}
		}
		s.set.Add(line.Line{Sink: r.kind, Name: r.name, Arg: r.arg, Via: via, Dec: dec, Nest: nest, Line: n, Text: line.Quote(arg)})
	}
}

// normal drops quotes, so that "plain" differs only if something was computed.
func normal(s string) string {
	return noQuotes.Replace(s)
}

var (
	noQuotes    = strings.NewReplacer(`"`, "", `'`, "")
	fieldSpaces = strings.NewReplacer("${IFS}", " ", "$IFS$9", " ", "$IFS", " ")
)

// decoded keeps what a pipe decodes and reads it as shell.
func (s *shellReader) decoded(d, data string, zipped bool, n, nest int) {
	v, ok := undo(d, data)
	if !ok {
		return
	}
	if zipped {
		if z, ok := inflate([]byte(v)); ok {
			v, d = z, d+">inflate"
		}
	}
	s.keep(d, v, n, nest)
}

func (s *shellReader) keep(d, v string, n, nest int) {
	if s.kept[v] || len(v) < 4 {
		return
	}
	if len(s.kept) >= maxDecoded {
		s.out.Err = fmt.Errorf("more than %d decoded texts: %w", maxDecoded, fstree.ErrLimit)
		return
	}
	s.kept[v] = true
	s.out.Decoded = append(s.out.Decoded, Decoded{Chain: d, Bytes: []byte(v)})
	if nest < 8 && len(v) < 1<<20 {
		for l := range strings.SplitSeq(v, "\n") {
			s.line(l, n, nest+1)
		}
	}
}

// undo replaces constant variables, $'..' strings, ${IFS} and empty quotes.
func (s *shellReader) undo(l string) string {
	if strings.Contains(l, "$'") {
		l = ansiRE.ReplaceAllStringFunc(l, func(m string) string { return ansi(m[2 : len(m)-1]) })
	}
	if strings.Contains(l, "IFS") {
		l = fieldSpaces.Replace(l)
	}
	if strings.Contains(l, "${") {
		l = sliceRE.ReplaceAllStringFunc(l, s.slice)
	}
	out := l
	if strings.Contains(l, "$") {
		out = varRE.ReplaceAllStringFunc(l, func(m string) string {
			name := strings.Trim(m, "${}")
			if v, ok := s.vars[name]; ok && len(v) < 4<<10 {
				return v
			}
			return m
		})
	}
	if len(out) > 256<<10 {
		return l
	}
	for range 4 {
		if !emptyParts.In(bytesOf(out)) {
			break
		}
		next := emptyRE.ReplaceAllString(out, "$1$2")
		if next == out {
			break
		}
		out = next
	}
	if strings.Contains(out, `\`) {
		out = backRE.ReplaceAllString(out, "$1")
	}
	return out
}

// slice undoes "${name:from:n}".
func (s *shellReader) slice(m string) string {
	p := sliceRE.FindStringSubmatch(m)
	v, ok := s.vars[p[1]]
	from, n := atoi(p[2]), atoi(p[3])
	if !ok || from > len(v) {
		return m
	}
	return v[from:min(len(v), from+n)]
}

// emptyParts are what emptyRE takes away.
var emptyParts = foldedWords([]string{`""`, "''", "$@", "$*", "${@}", "${*}", "``"})

func atoi(s string) int {
	n := 0
	for _, c := range s {
		if n > 1<<20 {
			return n
		}
		n = n*10 + int(c-'0')
	}
	return n
}

// ansi undoes the escapes of $'...' and printf.
func ansi(s string) string {
	var b []byte
	for i := 0; i < len(s); {
		if s[i] != '\\' || i+1 >= len(s) {
			b = append(b, s[i])
			i++
			continue
		}
		var n int
		b, n = unescape(b, s[i:])
		i += n
	}
	return string(b)
}
