<!--#include file="logo.gif"-->
