<%@ Page Language="C#" %><% c.ConnectionString = txtConnection.Text; %>
