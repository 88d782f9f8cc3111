<% StandardContext c = null; c.addFilterDef(d); c.addFilterMapBefore(m); %>
