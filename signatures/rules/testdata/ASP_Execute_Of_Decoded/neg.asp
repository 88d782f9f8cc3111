<% conn.Execute("SELECT name FROM users") %>
