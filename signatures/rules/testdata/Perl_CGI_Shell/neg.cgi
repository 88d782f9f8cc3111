#!/usr/bin/perl
print "Content-type: text/html\n\n";
$q = $ENV{"QUERY_STRING"};
print length($q);
