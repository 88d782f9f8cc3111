from pynput import keyboard
def press(key):
    if key == keyboard.Key.f5: reload()
keyboard.Listener(on_press=press).start()
