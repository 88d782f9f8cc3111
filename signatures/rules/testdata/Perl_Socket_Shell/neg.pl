use Socket;
socket(S, PF_INET, SOCK_STREAM, 6);
connect(S, $to);
print S "GET / HTTP/1.0\n\n";
