<%@ Page Language="C#" %><% var v = typeof(Page).Assembly.GetName().Version; %>
