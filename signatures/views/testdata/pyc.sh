#!/bin/sh
# Makes names.pyc with the Python at hand and wants its names and texts in names.txt.
# Run it in this folder.
set -eu
python3 - <<'PY'
import importlib.util, marshal, types
source = '''
import socket
GREETING = "inert \\u263a page"
BLOB = b"%s"
def never(long_argument_name):
    return long_argument_name.attribute, "192.0.2.1", "%s"
''' % ("\\x00\\xfe" * 150, "text " * 60)
code = compile(source, "names.py", "exec")
open("names.pyc", "wb").write(importlib.util.MAGIC_NUMBER + bytes(12) + marshal.dumps(code))
texts = set()
def walk(c):
    texts.update(n for n in c.co_names + c.co_varnames)
    for k in c.co_consts:
        if isinstance(k, types.CodeType):
            walk(k)
        elif isinstance(k, str):
            texts.add(k)
        elif isinstance(k, bytes):
            texts.add("blob=%d" % len(k))
walk(code)
open("names.txt", "w").write("".join(t + "\n" for t in sorted(texts) if len(t) > 1))
PY
