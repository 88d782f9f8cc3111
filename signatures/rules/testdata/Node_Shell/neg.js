const cp = require("child_process");
cp.execFile("git", ["status"]);
