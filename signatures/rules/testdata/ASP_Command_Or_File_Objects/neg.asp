<% Set o = Server.CreateObject("ADODB.Connection")
o.Open Application("dsn") %>
