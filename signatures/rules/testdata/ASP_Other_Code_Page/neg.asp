<%@ codepage=65001 %>
<% Response.Write "ok" %>
