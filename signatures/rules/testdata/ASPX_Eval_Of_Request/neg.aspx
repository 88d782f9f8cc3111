<%@ Page Language="C#" %><%= Request.Item["k"] %>
