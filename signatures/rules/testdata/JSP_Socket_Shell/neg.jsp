<% Socket s = new Socket("192.0.2.1", 25); s.getInputStream(); %>
