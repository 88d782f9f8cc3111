<% File f = new File(request.getParameter("file")); File[] l = f.listFiles(); %>
