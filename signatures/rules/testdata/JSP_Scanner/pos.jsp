<%! class T extends Thread { void scanPort() { new Socket(h, p); } } %><% request.getParameter("h"); %>
