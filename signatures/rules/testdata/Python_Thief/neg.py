import smtplib
from PIL import Image
