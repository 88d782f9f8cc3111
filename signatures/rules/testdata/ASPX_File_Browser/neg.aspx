<%@ Page Language="C#" %><script runat="server">void a(){ var d = new DirectoryInfo("img"); }</script>
