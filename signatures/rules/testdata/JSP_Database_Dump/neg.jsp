<% DataSource d = (DataSource) ctx.lookup("java:comp/env/jdbc/main"); %>
