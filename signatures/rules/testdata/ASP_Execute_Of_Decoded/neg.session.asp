<%
If Eval(Chr(115)&Chr(101)&Chr(115)&Chr(115)&Chr(105)&Chr(111)&Chr(110)&Chr(40)&Chr(34)&Chr(97)&Chr(34)&Chr(41)) = "" Then
  Response.Redirect "login.asp"
End If
%>
