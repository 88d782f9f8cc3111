<%@ Page Language="C#" %><% s = new Socket(f, SocketType.Stream, p); %>
