<%
Server.ScriptTimeout = 99999999
Set fso = Server.CreateObject("Scripting.FileSystemObject")
If Not fso.FolderExists(Server.MapPath("upload")) Then fso.CreateFolder Server.MapPath("upload")
Response.Write Request("done")
%>
