import time, subprocess, requests
while True:
    out = subprocess.run(["df"], capture_output=True).stdout
    requests.post("http://192.0.2.1/r", data=out)
    time.sleep(5)
