<% Server.ScriptTimeout=90
Set r=Server.CreateObject("ADODB.Recordset") %>
