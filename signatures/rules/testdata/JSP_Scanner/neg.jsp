<%! class T extends Thread { void run() { } } %><% request.getParameter("h"); %>
