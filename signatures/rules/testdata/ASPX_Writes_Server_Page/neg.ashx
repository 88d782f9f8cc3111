<%@ WebHandler Language="C#" Class="H" %> f.Write("<b>done</b>");
