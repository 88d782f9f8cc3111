<%@ Page Language="C#" Inherits="Site.Log" %><script runat="server">void Page_Load(){ File.AppendAllText("log", Request["t"]); }</script>
