import imaplib, smtplib, subprocess
def version():
    return subprocess.check_output(["postconf", "mail_version"])
