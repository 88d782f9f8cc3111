import subprocess

# looks whether msfvenom is installed
subprocess.run(["which", "msfvenom"], check=False)
LHOST = "localhost"
