import imaplib
import smtplib
from Crypto.Cipher import AES

OPTIONS = {
    "shellcode": "inert text",
    "screenshot": "inert text",
    "start-keylogger": "inert text",
    "botid": "inert text",
}
