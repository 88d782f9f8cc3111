<% String d = request.getParameter("d"); list.delete(d); %>
