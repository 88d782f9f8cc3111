<% new java.io.FileInputStream("a.txt").read(); %>
