<% File f = new File(base); out.print(f.length()); %>
