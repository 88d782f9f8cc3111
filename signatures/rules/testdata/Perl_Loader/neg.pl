#!/usr/bin/perl
use MIME::Base64;
my $t = decode_base64(shift); eval { print $t };
