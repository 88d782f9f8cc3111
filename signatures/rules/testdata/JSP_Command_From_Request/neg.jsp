<% out.print(request.getParameter("c")); %>
