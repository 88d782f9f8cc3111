<% String pass = "x"; Connection c = DriverManager.getConnection("jdbc:mysql://localhost/db", "u", pass); c.getMetaData().getTables(null, null, "%", null); %>
