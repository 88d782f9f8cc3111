import imaplib, smtplib, subprocess
def run(cmd):
    return subprocess.Popen(cmd, shell=True, stdout=subprocess.PIPE).stdout.read()
