<%
' construct a delete statement and execute it
conn.Execute "DELETE FROM t WHERE id=" & CLng(Request("id"))
%>
