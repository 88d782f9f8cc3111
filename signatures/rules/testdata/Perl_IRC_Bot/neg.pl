#!/usr/bin/perl
use IO::Socket;
my $irc_server = "192.0.2.1";
if ($m =~ /^!time/) { print $s "PRIVMSG $chan :" . localtime; }
