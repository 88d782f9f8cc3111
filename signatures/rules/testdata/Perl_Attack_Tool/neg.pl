use LWP::UserAgent;
my $ua = LWP::UserAgent->new;
