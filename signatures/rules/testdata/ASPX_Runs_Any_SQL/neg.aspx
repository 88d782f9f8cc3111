<%@ Page Language="C#" %><% c.ConnectionString = Config.Main; %>
