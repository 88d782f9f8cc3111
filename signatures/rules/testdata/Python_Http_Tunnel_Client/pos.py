# the client's side of a SOCKS tunnel, without any connection
CONNECT = {"X-CMD": "CONNECT", "X-TARGET": "192.0.2.1", "X-PORT": 22}
READ = {"X-CMD": "READ"}
URL = "%s?cmd=connect"
