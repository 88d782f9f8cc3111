<%@ Page Language="C#" %><script runat="server">void a(){ Directory.GetFiles("/img"); }</script>
