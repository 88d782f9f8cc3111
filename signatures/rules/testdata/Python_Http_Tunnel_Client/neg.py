import socks

METHODS = ["CONNECT", "READ"]
HEADERS = {"X-Target": "staging"}


def open_socket(host, port):
    s = socks.socksocket()
    s.set_proxy(socks.SOCKS5, "localhost", 1080)
    s.connect((host, port))
    return s
