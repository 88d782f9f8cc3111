<% title="asp forum" : p=Request("page") %>
