package imageconfig

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/seed-181f3109/assay/signatures"
)

// Meaning says why a changed field matters.
type Meaning struct {
	Rule       string // stable name
	Title      string
	Severity   signatures.Severity
	Techniques []string
	Explain    string // one sentence for a report
}

// Judge returns what a change means, or false for one that says nothing by
// itself, such as a label. golden is false if there was no golden image: then
// every field counts as added, and only values that are suspicious in themselves are judged.
func Judge(c Change, golden bool) (Meaning, bool) {
	name, key := splitField(c.Field)
	if c.Kind == "removed" && !strings.EqualFold(name, "user") {
		return Meaning{}, false
	}
	switch strings.ToLower(name) {
	case "env":
		return judgeEnv(key, text(c.Old), text(c.New), golden)
	case "entrypoint", "cmd":
		return judgeCommand(c, name, "starts with the container", []string{"T1525"}, golden)
	case "healthcheck":
		if !strings.EqualFold(key, "Test") {
			return Meaning{}, false
		}
		return judgeCommand(c, "Healthcheck", "runs on a timer inside every container", []string{"T1053", "T1525"}, golden)
	case "onbuild":
		return judgeCommand(c, name, "runs in every image built on this one", []string{"T1525", "T1195.002"}, golden)
	case "shell":
		return judgeCommand(c, name, "interprets every shell-form command", []string{"T1525"}, golden)
	case "user":
		if golden && isRoot(text(c.New)) && !isRoot(text(c.Old)) {
			return Meaning{"config-user-root", "container runs as root now", signatures.Medium, []string{"T1548", "T1525"},
				fmt.Sprintf("The image's user changed from %q to %q, so its processes run as root.", text(c.Old), text(c.New))}, true
		}
	}
	return Meaning{}, false
}

func isRoot(user string) bool {
	u, _, _ := strings.Cut(user, ":")
	return u == "" || u == "0" || u == "root"
}

// splitField splits "Env[PATH]" into name and key.
func splitField(f string) (name, key string) {
	name, rest, ok := strings.Cut(f, "[")
	if !ok {
		return f, ""
	}
	return name, strings.TrimSuffix(rest, "]")
}

// text writes a JSON value as a command line would read it.
func text(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case string:
		return v
	case []any:
		parts := make([]string, len(v))
		for i, p := range v {
			parts[i] = text(p)
		}
		return strings.Join(parts, " ")
	}
	return fmt.Sprint(v)
}

// Commands that no image needs to start with.
var (
	fetchAndRun = regexp.MustCompile(`(?i)\b(curl|wget|fetch|lwp-request)\b[^|;&]*\|\s*(\S*/)?(sudo\s+)?(ba|da|z|k|a)?sh\b|\b(ba|da|z|k|a)?sh\s+(-c\s+)?["'(<$]*\s*(<\(|\$\(|` + "`" + `)\s*(curl|wget)\b|\b(curl|wget)\b.*(;|&&)\s*(chmod\s+\S+\s+\S+.*(;|&&)\s*)?(ba|da)?sh\s+/?\S+`)
	backConnect = regexp.MustCompile(`(?i)/dev/(tcp|udp)/[^/\s]+/\d+|\bn(c|cat)\b[^|;&]*\s-(\w*e|-exec)\b|\bsocat\b[^|;&]*\b(exec|system):|\bmkfifo\b.*\bnc\b|socket\.socket\(|fsockopen\(|use\s+Socket\b|TCPSocket\.(new|open)`)
	decodeRun   = regexp.MustCompile(`(?i)base64\s+(-d|--decode|-D)\b[^|]*\|\s*(\S*/)?(ba|da|z)?sh\b|\beval\b.*\bbase64\b|-enc(odedcommand)?\s+[A-Za-z0-9+/=]{20,}`)
	background  = regexp.MustCompile(`[^&]&\s+(exec\b|\S)|\bnohup\b|\bsetsid\b`)
	shellForm   = regexp.MustCompile(`^(\S*/)?(ba|da|z|a)?sh\s+-\w*c\b`)
	tempProgram = regexp.MustCompile(`(^|[\s=:'"(])/(tmp|var/tmp|dev/shm|run/shm)/`)
)

// judgeCommand judges a command that the runtime runs.
func judgeCommand(c Change, name, effect string, techniques []string, golden bool) (Meaning, bool) {
	cmd := text(c.New)
	m := Meaning{Rule: "config-" + strings.ToLower(name), Techniques: techniques, Severity: signatures.Medium,
		Title:   fmt.Sprintf("%s changed", name),
		Explain: fmt.Sprintf("The image's %s, which %s, changed from %q to %q.", name, effect, text(c.Old), cmd)}
	what, severity := "", signatures.Critical
	switch {
	case backConnect.MatchString(cmd):
		what = "opens a connection to a remote shell"
	case fetchAndRun.MatchString(cmd):
		what = "downloads and runs a program"
	case decodeRun.MatchString(cmd):
		what = "decodes and runs hidden commands"
	case tempProgram.MatchString(cmd):
		what, severity = "runs a program from a folder that anyone can write", signatures.High
	case golden && shellForm.MatchString(cmd) && !shellForm.MatchString(text(c.Old)) && (background.MatchString(cmd) || strings.Contains(cmd, "&&")):
		what, severity = "now goes through a shell that starts something else first", signatures.High
	case !golden:
		return Meaning{}, false
	}
	if what != "" {
		m.Title, m.Severity = fmt.Sprintf("%s %s", name, what), severity
		m.Explain = fmt.Sprintf("The image's %s, which %s, %s: %q.", name, effect, what, cmd)
		if severity == signatures.Critical {
			m.Techniques = append(slices.Clone(techniques), "T1059.004")
		}
	}
	return m, true
}

// envRule is a variable that makes programs load or run something.
type envRule struct {
	name       *regexp.Regexp
	severity   signatures.Severity
	techniques []string
	effect     string
}

var envRules = []envRule{
	{regexp.MustCompile(`^LD_(PRELOAD|AUDIT)$`), signatures.Critical, []string{"T1574.006"}, "makes the loader put a library into every process"},
	{regexp.MustCompile(`^GCONV_PATH$|^GIO_EXTRA_MODULES$|^OPENSSL_(CONF|ENGINES|MODULES)$|^NSS_WRAPPER|^LD_ORIGIN_PATH$`), signatures.High, []string{"T1574.006"}, "makes programs load modules from a chosen folder"},
	{regexp.MustCompile(`^(BASH_ENV|ENV|PROMPT_COMMAND|ZDOTDIR|SHELLOPTS|BASH_FUNC_.*)$`), signatures.High, []string{"T1546.004"}, "makes every shell run commands first"},
	{regexp.MustCompile(`^(PYTHONSTARTUP|PYTHONINSPECT|PYTHONHOME|PERL5OPT|PERL5DB|RUBYOPT|JAVA_TOOL_OPTIONS|_JAVA_OPTIONS|JDK_JAVA_OPTIONS|PHP_INI_SCAN_DIR|DOTNET_STARTUP_HOOKS|CORECLR_PROFILER_PATH|ELECTRON_RUN_AS_NODE)$`), signatures.High, []string{"T1574", "T1546"}, "makes an interpreter load code at every start"},
	{regexp.MustCompile(`^(NODE_OPTIONS|NODE_PATH|PYTHONPATH|PERL5LIB|RUBYLIB|CLASSPATH|LD_LIBRARY_PATH|LUA_PATH|LUA_CPATH|GEM_PATH|GOFLAGS)$`), signatures.Medium, []string{"T1574.007"}, "changes where programs look for code first"},
	{regexp.MustCompile(`^(GIT_SSH_COMMAND|GIT_SSH|GIT_PROXY_COMMAND|GIT_EXTERNAL_DIFF|EDITOR|PAGER|VISUAL|LESSOPEN|BROWSER|SUDO_ASKPASS|SSH_ASKPASS)$`), signatures.Medium, []string{"T1546"}, "names a command that other programs run"},
	{regexp.MustCompile(`(?i)^(https?|all|ftp)_proxy$`), signatures.Medium, []string{"T1557", "T1090"}, "sends traffic through a proxy"},
	{regexp.MustCompile(`^(SSL_CERT_FILE|SSL_CERT_DIR|REQUESTS_CA_BUNDLE|CURL_CA_BUNDLE|NODE_EXTRA_CA_CERTS|GIT_SSL_CAINFO|NODE_TLS_REJECT_UNAUTHORIZED|GIT_SSL_NO_VERIFY|PYTHONHTTPSVERIFY)$`), signatures.Medium, []string{"T1553.004"}, "changes which certificates programs trust"},
}

// writable are folders that every user can write to.
var writable = regexp.MustCompile(`^/?(tmp|var/tmp|dev/shm|run/shm)(/|$)`)

func judgeEnv(key, old, new string, golden bool) (Meaning, bool) {
	if key == "PATH" {
		return judgePath(old, new, golden)
	}
	for _, r := range envRules {
		if !r.name.MatchString(key) || !golden && r.severity < signatures.High {
			continue
		}
		severity := r.severity
		if severity < signatures.High && writable.MatchString(new) {
			severity = signatures.High
		}
		return Meaning{"config-env-" + strings.ToLower(key), fmt.Sprintf("environment variable %s set", key), severity, r.techniques,
			fmt.Sprintf("The image sets %s=%q, which %s.", key, new, r.effect)}, true
	}
	return Meaning{}, false
}

// judgePath finds folders that a changed PATH searches before the golden ones.
func judgePath(old, new string, golden bool) (Meaning, bool) {
	was := strings.Split(old, ":")
	for _, dir := range strings.Split(new, ":") {
		bad := dir == "" || dir == "." || !strings.HasPrefix(dir, "/") || writable.MatchString(dir)
		if slices.Contains(was, dir) && old != "" {
			if !bad {
				break // from here on the golden folders come first
			}
			continue
		}
		switch {
		case bad:
			return Meaning{"config-env-path", "a writable folder comes first in PATH", signatures.High, []string{"T1574.007"},
				fmt.Sprintf("PATH now searches %q before the system's folders, so a program put there replaces a system command.", dir)}, true
		case golden && old != "":
			return Meaning{"config-env-path", "another folder comes first in PATH", signatures.Medium, []string{"T1574.007"},
				fmt.Sprintf("PATH now searches %q before the system's folders.", dir)}, true
		}
	}
	return Meaning{}, false
}
