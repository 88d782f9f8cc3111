<% pageContext.getServletContext().getContextPath(); %>
