<!--#include file="header.inc"-->
