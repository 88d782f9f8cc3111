import cgi
f = cgi.FieldStorage()
print(f.getvalue("name"))
