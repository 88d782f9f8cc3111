<% DataSource d = (DataSource) new InitialContext().lookup("java:comp/env/jdbc/main"); out.print(request.getParameter("c")); %>
