import base64
logo = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk"
open("logo.png", "wb").write(base64.b64decode(logo))
