<% response.setHeader("X-Frame-Options", "DENY"); %>
