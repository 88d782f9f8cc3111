<%! class L { String g(byte[] b) { return new String(b); } } %>
