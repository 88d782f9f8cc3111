<% Class.forName("org.example.Driver"); out.print(request.getParameter("c")); %>
