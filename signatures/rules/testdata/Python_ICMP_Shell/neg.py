import os
import socket
import struct
import sys


def ping(host):
    s = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP)
    payload = struct.pack("!d", 0.0) + b"Q" * 48
    s.sendto(struct.pack("!BBHHH", 8, 0, 0, os.getpid() & 0xFFFF, 1) + payload, (host, 1))


for line in sys.stdin:
    ping(line.strip())
