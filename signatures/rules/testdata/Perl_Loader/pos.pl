#!/usr/bin/perl
use MIME::Base64;
eval(decode_base64("cHJpbnQgMTs="));
