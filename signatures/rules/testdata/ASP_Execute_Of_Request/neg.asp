<% Response.Write Server.HTMLEncode(Request("name")) %>
