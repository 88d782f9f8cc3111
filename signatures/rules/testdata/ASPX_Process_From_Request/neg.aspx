<%@ Page Language="C#" %><% var p = Request["page"]; Response.Write(p); %>
