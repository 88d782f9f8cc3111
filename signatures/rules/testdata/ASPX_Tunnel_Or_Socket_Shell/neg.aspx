<%@ Page Language="C#" %><% var h = Request.Headers.Get("Accept"); %>
