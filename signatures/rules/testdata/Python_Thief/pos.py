from pynput import keyboard
from PIL import ImageGrab
ImageGrab.grab()
import smtplib
