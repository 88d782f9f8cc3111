import imaplib
import smtplib
from Crypto.Cipher import AES

FIELDS = {"client_id": 1, "screenshot": "of the ticket", "subject": ""}
