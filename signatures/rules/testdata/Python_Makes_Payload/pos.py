import subprocess

LINE = "msfvenom -p inert/none LHOST=192.0.2.1"
subprocess.Popen(["true"])
