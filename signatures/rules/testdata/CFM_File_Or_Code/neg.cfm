<cffile action="read" file="#expandPath('a.txt')#" variable="t">
