import socket
import sys

s = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP)


def step(icmp, data_type):
    cmd = sys.stdin.readline()
    icmp.contains(ImpactPacket.Data(cmd))
